/*
 * brk.c - the heap: one mapping behind the program's data that moves its end.
 * The kernel's call answers with the end as it is, and never fails otherwise.
 */
#include "user/lib/probe.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

static char *now(void)
{
	return (char *)sys(__NR_brk, 0);
}

static char *move_to(char *end)
{
	return (char *)sys(__NR_brk, end);
}

static char *page_up(char *p)
{
	return p + (-(uintptr_t)p & (PAGE_SIZE - 1));
}

static void grows_and_shrinks(void)
{
	char *start = now(), *heap = page_up(start);

	ok(start != NULL, "brk(0) answers the end");
	is_ptr(move_to(heap + P(4)), heap + P(4), "it grows");
	is_ptr(now(), heap + P(4), "and stays there");
	is_int(heap[P(3)], 0, "it is zero");
	heap[0] = heap[P(3)] = 'h';
	is_ptr(move_to(heap + P(2)), heap + P(2), "it shrinks");
	faults(heap + P(2), READ, SIGSEGV, SEGV_MAPERR, "the end is gone");
	move_to(heap + P(4));
	is_int(heap[P(3)], 0, "what comes back is zero");
	is_int(heap[0], 'h', "what stayed is not");
	move_to(start);
}

static void inside_a_page(void)
{
	char *start = now(), *heap = page_up(start);

	is_ptr(move_to(heap + 100), heap + 100, "the end may lie in a page");
	works(heap + PAGE_SIZE - 1, WRITE, "the page is there as a whole");
	is_ptr(move_to(heap + 200), heap + 200, "it moves within it");
	is_int(heap[PAGE_SIZE - 1], 1, "and nothing is lost");
	move_to(start);
}

static void refuses(void)
{
	char *end = now();

	is_ptr(move_to((char *)0x10000), end, "below the start: no change");
	is_ptr(move_to((char *)0xfffff000), end, "the kernel's: no change");
	is_err(brk((void *)0xfffff000), ENOMEM, "C's brk() says ENOMEM");
	is_ptr(now(), end, "the end is where it was");
}

static void stops_at_a_mapping(void)
{
	char *start = now(), *heap = page_up(start), *p;

	p = mmap(heap + P(4), P(1), PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	p[0] = 'm';
	is_ptr(move_to(heap + P(5)), start, "it does not run into a mapping");
	is_int(p[0], 'm', "which is not hurt");
	munmap(p, P(1));
	is_ptr(move_to(heap + P(5)), heap + P(5), "unmapped, it is free");
	move_to(start);
}

static void is_lazy(void)
{
	char *start = now(), *heap = page_up(start);

	move_to(heap + P(16));
	is_int(resident(heap, 16), 0, "nothing is resident at first");
	heap[P(5)] = 1;
	is_int(resident(heap, 16), 1, "one write, one page");
	move_to(start);
}

static void shows_in_maps(void)
{
	char *start = now(), *heap = page_up(start);
	struct map m;

	move_to(heap + P(4));
	map_at(heap, &m);
	ok(!strcmp(m.path, "[heap]"), "maps calls it [heap]");
	is_hex(m.end, (unsigned long)heap + P(4), "and shows its end");
	ok(!strcmp(m.prot, "rw-p"), "and its rights");
	move_to(start);
}

static void can_be_unmapped(void)
{
	char *start = now(), *heap = page_up(start);

	move_to(heap + P(4));
	heap[0] = heap[P(3)] = 'x';
	munmap(heap + P(1), P(1));
	is_int(heap[P(3)], 'x', "a hole in the heap hurts only itself");
	is_ptr(now(), heap + P(4), "and not the end");
	is_ptr(move_to(heap + P(6)), heap + P(6), "it still grows");
	move_to(start);
}

static int limited(void *arg)
{
	char *start = now();

	(void)arg;
	setrlimit(RLIMIT_DATA, 1u << 20, 1u << 20);
	if (move_to(start + (2u << 20)) != start)
		return 1;
	return move_to(start + (512u << 10)) == start + (512u << 10) ? 0 : 2;
}

static int child_grows(void *arg)
{
	char *start = now();

	move_to(start + P(8));
	*(char *)arg = 'c';
	return now() == start + P(8) ? 0 : 1;
}

static void own_end_after_fork(void)
{
	char *start = now(), *heap = page_up(start);

	move_to(heap + P(1));
	heap[0] = 'p';
	is_exit(in_child(child_grows, heap), 0, "a child has its own heap");
	is_ptr(now(), heap + P(1), "ours is where it was");
	is_int(heap[0], 'p', "with our bytes");
	move_to(start);
}

static void malloc_uses_it(void)
{
	char *a = malloc(1000), *b = malloc(200 * 1024), *end = now();

	ok(a < end && a >= end - 64 * 1024, "malloc(1000) is in the heap");
	ok(b > end || b < a - (1 << 20), "malloc(200 KiB) is a mapping");
	free(b);
	faults(b, READ, SIGSEGV, SEGV_MAPERR, "which free() gives back");
	free(a);
	is_ptr(malloc(900), a, "the heap's block is used again");
}

int main(void)
{
	if (under_qemu()) {
		skip("brk", "qemu-user has a heap of its own");
		return done_testing();
	}
	grows_and_shrinks();
	inside_a_page();
	refuses();
	stops_at_a_mapping();
	is_lazy();
	shows_in_maps();
	can_be_unmapped();
	is_exit(in_child(limited, NULL), 0, "RLIMIT_DATA is kept");
	own_end_after_fork();
	malloc_uses_it();
	return done_testing();
}
