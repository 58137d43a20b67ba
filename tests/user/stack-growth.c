/*
 * stack-growth.c - stacks grow down when they are touched: the first stack
 * and mappings with MAP_GROWSDOWN, up to RLIMIT_STACK and never nearer than
 * 1 MiB (the guard gap) to what lies below.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#define ANON  (MAP_PRIVATE | MAP_ANONYMOUS)
#define GUARD 256 /* pages */

static char *stack_start(void)
{
	char here = 0;
	struct map m;

	map_at(&here, &m);
	return (char *)m.start;
}

/* A page that may grow down, with @below free pages under it. */
static char *grower(size_t below)
{
	char *p = hole(below + 1);

	return mmap(p + P(below), P(1), RW, ANON | MAP_FIXED | MAP_GROWSDOWN,
		    -1, 0);
}

static void the_stack(void)
{
	char *p = stack_start();
	struct map m;

	map_at(p, &m);
	ok(!strcmp(m.path, "[stack]"), "maps calls it [stack]");
	works(p - 1, WRITE, "it grows by a page when touched");
	is_ptr(stack_start(), p - P(1), "maps shows that");
	works(p - P(20), READ, "it grows by many pages at once");
	is_ptr(stack_start(), p - P(20), "down to where it was touched");
	is_int(resident(p - P(20), 19), 1, "the pages between are not there");
	is_int(p[-(long)P(10)], 0, "and are zero");
}

static int recurse(int n)
{
	volatile char page[2000];

	page[0] = (char)n;
	return n ? recurse(n - 1) + (page[0] == (char)n) : 0;
}

static int recurse_deep(void *arg)
{
	(void)arg;
	return recurse(500) == 500 ? 0 : 1;
}

static int recurse_for_ever(void *arg)
{
	(void)arg;
	setrlimit(RLIMIT_STACK, 256 * 1024, 256 * 1024);
	return recurse(1 << 20);
}

static void recursion(void)
{
	is_exit(in_child(recurse_deep, NULL), 0, "1 MiB of recursion");
	is_killed(in_child(recurse_for_ever, NULL), SIGSEGV,
		  "endless recursion ends with SIGSEGV");
}

static int limited(void *arg)
{
	char *top = (char *)arg;

	setrlimit(RLIMIT_STACK, P(64), P(64));
	if (probe(top - P(60), WRITE))
		return 1;
	if (probe(top - P(80), WRITE) != SIGSEGV)
		return 2;
	return last_fault.code == SEGV_MAPERR ? 0 : 3;
}

static void the_limit(void)
{
	char *p = grower(200);

	is_exit(in_child(limited, p + P(1)), 0, "RLIMIT_STACK stops growth");
	munmap(p, P(1));
}

static void a_mapping_that_grows(void)
{
	char *p = grower(GUARD + 40);

	works(p - 1, WRITE, "MAP_GROWSDOWN grows");
	is_map(p - P(1), P(2), "rw-p", "by one page");
	works(p - P(20), READ, "or by more");
	is_map(p - P(20), P(21), "rw-p", "into one mapping");
	munmap(p - P(20), P(21));
	faults(p, READ, SIGSEGV, SEGV_MAPERR, "unmapped, it is gone");
	faults(p - P(20), READ, SIGSEGV, SEGV_MAPERR, "with all it grew by");
}

static void the_gap(void)
{
	char *p = hole(600);

	mmap(p, P(1), RW, ANON | MAP_FIXED, -1, 0);
	mmap(p + P(400), P(1), RW, ANON | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
	works(p + P(300), WRITE, "it grows as long as 1 MiB is free below");
	works(p + P(1 + GUARD), WRITE, "down to just 1 MiB");
	faults(p + P(GUARD), WRITE, SIGSEGV, SEGV_MAPERR, "and no further");
	works(p, WRITE, "the mapping below is as it was");
	munmap(p, P(600));
}

static void no_gap_above_prot_none(void)
{
	char *p = hole(100);

	mmap(p, P(1), PROT_NONE, ANON | MAP_FIXED, -1, 0);
	mmap(p + P(50), P(1), RW, ANON | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
	works(p + P(1), WRITE, "a guard page of one's own needs no gap");
	faults(p, WRITE, SIGSEGV, SEGV_ACCERR, "and guards");
	munmap(p, P(51));
}

static void mappings_keep_away(void)
{
	char *p = grower(GUARD + 40), *q;
	int i, bad = 0;

	for (i = 0; i < 8; i++) {
		q = mmap(p - P(8 + i), P(4), RW, ANON, -1, 0);
		if (q == MAP_FAILED)
			bad++;
		else if (q + P(4) <= p)
			bad += q + P(4) > p - P(GUARD);
		munmap(q, P(4));
	}
	is_int(bad, 0, "mmap() puts nothing into the gap by itself");
	munmap(p, P(1));
}

static void grow_by_protection(void)
{
	char *p = grower(GUARD + 40);

	works(p - P(3), WRITE, "a stack of four pages");
	is_err(mprotect(p, P(1), PROT_READ | PROT_GROWSDOWN), 0,
	       "PROT_GROWSDOWN");
	faults(p - P(3), WRITE, SIGSEGV, SEGV_ACCERR,
	       "protects down to its beginning");
	munmap(p - P(3), P(4));
}

static int child_grows(void *arg)
{
	return probe((char *)arg - P(5), WRITE);
}

static void after_fork(void)
{
	char *p = grower(GUARD + 40);

	is_exit(in_child(child_grows, p), 0, "a child's mapping grows");
	is_map(p, P(1), "rw-p", "ours does not");
	munmap(p, P(1));
}

int main(void)
{
	if (under_qemu()) {
		skip("stacks", "qemu-user's do not grow");
		return done_testing();
	}
	the_stack();
	recursion();
	the_limit();
	a_mapping_that_grows();
	the_gap();
	no_gap_above_prot_none();
	mappings_keep_away();
	grow_by_protection();
	after_fork();
	return done_testing();
}
