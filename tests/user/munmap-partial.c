/*
 * munmap-partial.c - munmap(): its errors, holes at the beginning, in the
 * middle and at the end, over several mappings at once.
 */
#include "user/lib/probe.h"
#include "user/lib/tap.h"

static char *numbered(size_t npages)
{
	char *p = map_anon(P(npages));
	size_t i;

	for (i = 0; i < npages; i++)
		p[P(i)] = (char)('a' + i);
	return p;
}

static void errors(void)
{
	char *p = map_anon(P(1));

	is_err(munmap(p, 0), EINVAL, "length 0");
	is_err(munmap(p + 1, P(1)), EINVAL, "an address inside a page");
	is_err(munmap(p, 0xfffff001), EINVAL, "a length that overflows");
	is_err(munmap((void *)0xfffff000, P(1)), EINVAL, "the kernel's page");
	is_err(munmap(p, -(unsigned long)p), EINVAL, "up to the very end");
	works(p, WRITE, "after all of them the page is there");
	is_err(munmap(p, P(1)), 0, "it goes");
	is_err(munmap(p, P(1)), 0, "unmapping nothing succeeds");
}

static void first_page(void)
{
	char *p = numbered(4);

	munmap(p, P(1));
	faults(p, READ, SIGSEGV, SEGV_MAPERR, "the first page is gone");
	is_int(p[P(1)], 'b', "the second is not");
	is_map(p + P(1), P(3), "rw-p", "the mapping begins later");
	munmap(p, P(4));
}

static void last_page(void)
{
	char *p = numbered(4);

	munmap(p + P(3), P(1));
	faults(p + P(3), READ, SIGSEGV, SEGV_MAPERR, "the last page is gone");
	is_int(p[P(2)], 'c', "the one before is not");
	is_int(map_count(p, P(3)), 1, "one mapping is left");
	munmap(p, P(4));
}

static void middle(void)
{
	char *p = numbered(5);

	munmap(p + P(2), P(1));
	faults(p + P(2), WRITE, SIGSEGV, SEGV_MAPERR, "the middle is gone");
	faults(p + P(3) - 1, READ, SIGSEGV, SEGV_MAPERR, "to its last byte");
	is_int(p[P(1)] + p[P(3)], 'b' + 'd', "both sides are there");
	is_int(map_count(p, P(5)), 2, "two mappings are left");
	is_map(p + P(3), P(2), "rw-p", "the second of them is right");
	munmap(p, P(5));
}

static void over_several(void)
{
	char *p = numbered(8);

	mprotect(p + P(2), P(1), PROT_READ);
	munmap(p + P(4), P(1));
	is_int(map_count(p, P(8)), 4, "four mappings with a hole");
	is_err(munmap(p + P(1), P(6)), 0, "unmapping across all of them");
	is_int(map_count(p + P(1), P(6)), 0, "nothing is left between");
	is_int(p[0] + p[P(7)], 'a' + 'h', "both ends are there");
	munmap(p, P(8));
	is_int(map_count(p, P(8)), 0, "and then nothing at all");
}

static void length_rounds_up(void)
{
	char *p = numbered(3);

	munmap(p, P(1) + 1);
	faults(p + P(1), READ, SIGSEGV, SEGV_MAPERR,
	       "one byte more takes a page more");
	is_int(p[P(2)], 'c', "but no further");
	munmap(p, P(3));
}

static void refilled_holes_are_zero(void)
{
	char *p = numbered(3);

	munmap(p + P(1), P(1));
	mmap(p + P(1), P(1), PROT_READ | PROT_WRITE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	is_int(p[P(1)], 0, "a hole filled again is zero");
	is_int(map_count(p, P(3)), 1, "and one mapping with its neighbours");
	munmap(p, P(3));
}

static void child_keeps_its_own(void)
{
	char *p = numbered(3);
	int status, pid = fork();

	if (pid == 0) {
		munmap(p + P(1), P(1));
		_exit(probe(p + P(1), READ) == SIGSEGV ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	is_exit(status, 0, "the child loses the page it unmaps");
	is_int(p[P(1)], 'b', "the parent does not");
	munmap(p, P(3));
}

/* 4 MiB slots: a mapping that crosses their borders leaves no trace. */
static void across_page_tables(void)
{
	size_t len = 10u << 20;
	char *p = map_anon(len), *q;
	size_t i, bad = 0;

	for (i = 0; i < len; i += 1u << 20)
		p[i] = 'x';
	q = (char *)(((uintptr_t)p + (5u << 20)) & ~0x3fffffu);
	munmap(q, 4u << 20);
	for (i = 0; i < len; i += 1u << 20) {
		int gone = p + i >= q && p + i < q + (4u << 20);

		bad += (probe(p + i, READ) != 0) != gone;
	}
	is_int((long)bad, 0, "a 4 MiB slot is unmapped exactly");
	munmap(p, len);
	is_int(map_count(p, len), 0, "the rest goes with one call");
}

int main(void)
{
	errors();
	first_page();
	last_page();
	middle();
	over_several();
	length_rounds_up();
	refilled_holes_are_zero();
	child_keeps_its_own();
	across_page_tables();
	return done_testing();
}
