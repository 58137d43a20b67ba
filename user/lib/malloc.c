/*
 * malloc.c - memory for programs: small blocks from the heap (brk), large
 * ones each in a mapping of their own.
 *
 * The heap is a row of blocks without gaps, each with a header:
 *
 *	| size, free? | bytes ... | size, free? | bytes ... | ... | end of heap
 *
 * malloc() takes the first free block that is large enough and splits it;
 * neighbours that are both free are joined on the way. A program that asks
 * for 128 KiB or more gets pages of its own from mmap(), so that free() gives
 * them back to the kernel at once.
 *
 * Invariants: sizes are multiples of 16 and include the header; a header is
 * 16 bytes, so every address handed out is a multiple of 16. Left out:
 * threads' locks (programs here allocate from one thread), bins, trimming.
 */
#include "user/lib/stdlib.h"
#include "user/lib/string.h"

#define ALIGN	  16u
#define MMAP_FROM (128u * 1024)
#define GROW_BY	  (16u * 1024)

enum { USED = 1, FREE = 2, MAPPED = 3 };

struct block {
	size_t size; /* header included */
	unsigned int state;
	unsigned int unused[2];
};

static char *heap_start, *heap_end;

static struct block *block_at(char *p)
{
	return (struct block *)(void *)p;
}

static struct block *map_block(size_t size)
{
	struct block *b = mmap(NULL, size, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (b == MAP_FAILED)
		return NULL;
	b->size = size;
	b->state = MAPPED;
	return b;
}

/* Joins @b with the free blocks that follow it. */
static void join(struct block *b)
{
	char *next = (char *)b + b->size;

	while (next < heap_end && block_at(next)->state == FREE) {
		b->size += block_at(next)->size;
		next = (char *)b + b->size;
	}
}

static struct block *grow(size_t size)
{
	size_t by = size > GROW_BY ? size : GROW_BY;
	struct block *b;
	char *p;

	if (!heap_end) {
		p = sbrk(0);
		p += -(uintptr_t)p % ALIGN;
		if (brk(p) < 0)
			return NULL;
		heap_start = heap_end = p;
	}
	if (sbrk(0) != heap_end || sbrk((long)by) == MAP_FAILED)
		return NULL;
	b = block_at(heap_end);
	heap_end += by;
	b->size = by;
	b->state = FREE;
	return b;
}

static struct block *find(size_t size)
{
	struct block *b;
	char *p;

	for (p = heap_start; p < heap_end; p += b->size) {
		b = block_at(p);
		if (b->state != FREE)
			continue;
		join(b);
		if (b->size >= size)
			return b;
	}
	return grow(size);
}

/* Cuts @b to @size where the rest can hold a block. */
static void split(struct block *b, size_t size)
{
	struct block *rest = block_at((char *)b + size);

	if (b->size - size < 2 * sizeof(*b))
		return;
	rest->size = b->size - size;
	rest->state = FREE;
	b->size = size;
}

void *malloc(size_t n)
{
	size_t size = (n + sizeof(struct block) + ALIGN - 1) & -ALIGN;
	struct block *b;

	if (n >= MMAP_FROM) {
		if (n > -(2 * PAGE_SIZE))
			return NULL;
		b = map_block((n + sizeof(*b) + PAGE_SIZE - 1) & -PAGE_SIZE);
		return b ? b + 1 : NULL;
	}
	b = find(size);
	if (!b)
		return NULL;
	split(b, size);
	b->state = USED;
	return b + 1;
}

void free(void *p)
{
	struct block *b = p;

	if (!p)
		return;
	b--;
	if (b->state == MAPPED)
		munmap(b, b->size);
	else
		b->state = FREE;
}

void *calloc(size_t n, size_t size)
{
	void *p;

	if (size && n > -1u / size)
		return NULL;
	p = malloc(n * size);
	return p ? memset(p, 0, n * size) : NULL;
}

void *realloc(void *p, size_t n)
{
	size_t old =
		p ? ((struct block *)p)[-1].size - sizeof(struct block) : 0;
	void *q;

	if (p && n <= old)
		return p;
	q = malloc(n);
	if (q && p) {
		memcpy(q, p, old);
		free(p);
	}
	return q;
}
