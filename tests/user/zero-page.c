/*
 * zero-page.c - memory that was only read is one page of zeroes for all,
 * until somebody writes. Frame numbers come from /proc/self/pagemap, which
 * shows them to a privileged process.
 */
#include "user/lib/probe.h"
#include "user/lib/tap.h"

static uint64_t frame(char *p)
{
	return PM_PFN(pagemap(p));
}

static void one_for_all(void)
{
	char *p = map_anon(P(4));
	int sum = 0, i;

	for (i = 0; i < 4; i++)
		sum |= *(volatile char *)(p + P(i));
	is_int(sum, 0, "four pages read as zero");
	ok((pagemap(p) & PM_PRESENT) != 0, "they are present");
	ok(frame(p) == frame(p + P(1)) && frame(p) == frame(p + P(3)),
	   "and are one frame");
	p[P(1)] = 1;
	ok(frame(p + P(1)) != frame(p), "a write gives one its own");
	is_int(p[0] | p[P(2)], 0, "the others stay zero");
	madvise(p + P(1), P(1), MADV_DONTNEED);
	(void)*(volatile char *)(p + P(1));
	ok(frame(p + P(1)) == frame(p), "dropped and read it is back");
	munmap(p, P(4));
}

static void shared_has_its_own(void)
{
	char *p = map_shared(P(2)), *q = map_anon(P(1));

	(void)*(volatile char *)p;
	(void)*(volatile char *)(p + P(1));
	(void)*(volatile char *)q;
	ok(frame(p) != frame(p + P(1)), "shared pages are never one frame");
	ok(frame(p) != frame(q), "nor the frame of zeroes");
	munmap(p, P(2));
	munmap(q, P(1));
}

static void never_written(void)
{
	char *p = map_anon(P(2)), *q = map_anon(P(1));
	int fd[2];

	pipe(fd);
	(void)*(volatile char *)p;
	write(fd[1], "dirt", 4);
	read(fd[0], p, 4);
	is_int(p[0], 'd', "read() into it makes a page");
	is_int(*q, 0, "zeroes elsewhere stay zeroes");
	mprotect(p + P(1), P(1), PROT_READ);
	(void)*(volatile char *)(p + P(1));
	mprotect(p + P(1), P(1), PROT_READ | PROT_WRITE);
	p[P(1)] = 'd';
	is_int(*q, 0, "also when rights came and went");
	close(fd[0]);
	close(fd[1]);
	munmap(p, P(2));
	munmap(q, P(1));
}

int main(void)
{
	if (under_qemu()) {
		skip("frames", "qemu-user shows the host's pagemap");
		return done_testing();
	}
	one_for_all();
	shared_has_its_own();
	never_written();
	return done_testing();
}
