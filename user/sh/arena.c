/*
 * arena.c - memory that lives as long as one command.
 *
 *	| line | tree ... | words of the command that runs | free ...
 *	0      ^mark                                       ^used
 *
 * Trees and words are taken one after the other and never freed singly: who
 * starts something takes a mark, and at the end everything behind it goes at once. The
 * megabyte costs nothing until it is used: its pages are not there before
 * they are touched.
 */
#include "user/sh/sh.h"

#define ARENA_SIZE (1u << 20)
#define ALIGN	   8u

static char arena[ARENA_SIZE] __attribute__((aligned(8)));
static size_t used;

void *arena_alloc(size_t n)
{
	void *p = arena + used;

	n = (n + ALIGN - 1) & -ALIGN;
	if (n > ARENA_SIZE - used) {
		wrong("the command is too large");
		exit(2);
	}
	used += n;
	return p;
}

char *arena_string(const char *s, size_t n)
{
	char *p = arena_alloc(n + 1);

	memcpy(p, s, n);
	p[n] = 0;
	return p;
}

size_t arena_mark(void)
{
	return used;
}

void arena_release(size_t mark)
{
	used = mark;
}
