/*
 * madv-free.c - madvise(MADV_FREE): memory that the kernel may take while it is
 * not written to again. When it is short of memory, it does.
 *
 * On other people's Linux memory is not made short: there the pages may go at
 * any time, and only what was written afterwards is certain.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#define NPAGES 256
#define EVERY  8 /* every eighth page is written to again */

static char *p;

static void fill(void)
{
	int i;

	for (i = 0; i < NPAGES; i++)
		memset(p + (unsigned long)i * PAGE_SIZE, 'a' + i % 26,
		       PAGE_SIZE);
}

/* => how many pages, of those written to again or of the others, begin and end
 * with what they were given */
static int kept(int again)
{
	int i, n = 0;

	for (i = 0; i < NPAGES; i++) {
		const char *page = p + (unsigned long)i * PAGE_SIZE;

		if ((i % EVERY == 0) == again)
			n += page[0] == (again ? 'Z' : 'a' + i % 26) &&
			     page[PAGE_SIZE - 1] == 'a' + i % 26;
	}
	return n;
}

/* => how many of the others read as zeros */
static int zeros(void)
{
	int i, n = 0;

	for (i = 0; i < NPAGES; i++) {
		const char *page = p + (unsigned long)i * PAGE_SIZE;

		n += i % EVERY && !page[0] && !page[100] && !page[4095];
	}
	return n;
}

static int eat(void *arg)
{
	unsigned long i;
	char *q;

	(void)arg;
	for (;;) {
		q = map_anon(0x100000);
		if (q == MAP_FAILED)
			return 1;
		for (i = 0; i < 0x100000; i += PAGE_SIZE)
			q[i] = 1;
	}
}

int main(void)
{
	int i, others = NPAGES - NPAGES / EVERY;

	p = map_anon(NPAGES * PAGE_SIZE);
	fill();
	ok(!madvise(p, NPAGES * PAGE_SIZE, MADV_FREE), "MADV_FREE");
	for (i = 0; i < NPAGES; i += EVERY)
		p[(unsigned long)i * PAGE_SIZE] = 'Z';
	ok(kept(0) + zeros() == others,
	   "memory given up has its bytes or zeros");
	if (under_oracle()) {
		skip("shortage", "not on this machine");
		return done_testing();
	}
	is_int(kept(0), others, "it has them while there is memory");
	is_int(resident(p, NPAGES), NPAGES, "and is resident");
	is_killed(in_child(eat, NULL), SIGKILL, "a child takes all memory");
	is_int(resident(p, NPAGES), NPAGES / EVERY,
	       "of what was given up nothing is resident any more");
	is_int(zeros(), others, "it reads as zeros");
	is_int(kept(1), NPAGES / EVERY,
	       "what was written to afterwards is still there");
	fill();
	is_int(kept(0), others, "the memory can be written to again");
	return done_testing();
}
