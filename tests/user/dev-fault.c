/*
 * dev-fault.c - device memory mapped page by page (/dev/demo-fault), and a device that
 * writes into the program's pages from an interrupt (/dev/demo-dma), whatever the
 * program does to them meanwhile. Elsewhere skipped.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "user/lib/thread.h"

static int fd;

static int write_child(void *p)
{
	((char *)p)[1] = 'c';
	return *(char *)p;
}

static void page_by_page(void)
{
	char *p = mmap(NULL, P(5), RW, MAP_SHARED, fd, 0), *q;

	ok(p != MAP_FAILED, "/dev/demo-fault, mapped beyond its end");
	is_int(resident(p, 4), 0, "nothing is there");
	p[P(1)] = 'f';
	is_int(resident(p, 4), 1, "one touch, one page");
	faults(p + P(4), READ, SIGBUS, BUS_ADRERR, "beyond the end");
	q = mmap(NULL, P(4), RW, MAP_PRIVATE, fd, 0);
	is_int(q[P(1)], 'f', "a private mapping");
	q[P(1)] = 'g';
	is_int(p[P(1)], 'f', "keeps what it writes");
	is_exit(in_child(write_child, p + P(1)), 'f', "a child");
	is_int(p[P(1) + 1], 'c', "shares the shared one");
	is_raw(sys(__NR_madvise, p, P(2), MADV_DONTNEED), 0, "DONTNEED");
	is_int(resident(p, 4), 0, "drops entries");
	is_int(p[P(1)], 'f', "and a fault brings the page back");
	is_raw(sys(__NR_munmap, p + P(1), P(1)), 0, "a hole");
	works(p + P(2), WRITE, "with the rest as it was");
	munmap(p, P(5));
	munmap(q, P(4));
	close(fd);
}

/* ---- lent pages */

static int is_alphabet(const char *p, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (p[i] != 'a' + i % 26)
			return 0;
	return 1;
}

static void fills(void)
{
	char *p = map_anon(P(20));

	is_int(read(fd, p + 100, 10000), 10000, "read, over untouched pages");
	ok(is_alphabet(p + 100, 10000), "is filled");
	ok(!p[99] && !p[10100], "exactly");
	is_int(read(fd, p, P(20)), P(16), "at most 16 pages at a time");
	mprotect(p + P(1), P(1), PROT_READ);
	is_err(read(fd, p, P(2)), EFAULT, "a read-only page");
	munmap(p + P(1), P(1));
	is_err(read(fd, p, P(2)), EFAULT, "a hole");
	is_int(read(fd, p, 0), 0, "nothing");
	munmap(p, P(20));
	is_err(read(fd, (char *)-64, 8), EFAULT, "the kernel's memory");
}

static int check_child(void *p)
{
	return read(fd, p, 100) == 100 && is_alphabet(p, 100);
}

static void of_others(void)
{
	long mem = sys(__NR_memfd_create, "dma", 0);
	char *p = map_anon(P(1)), *s, *q;

	p[0] = 'p';
	is_exit(in_child(check_child, p), 1, "a page shared after fork");
	is_int(p[0], 'p', "is copied first");
	munmap(p, P(1));
	sys(__NR_ftruncate, mem, P(1));
	s = mmap(NULL, P(1), RW, MAP_SHARED, (int)mem, 0);
	q = mmap(NULL, P(1), RW, MAP_PRIVATE, (int)mem, 0);
	is_int(read(fd, s, 50), 50, "a file's page");
	ok(is_alphabet(q, 50), "is the file");
	is_int(read(fd, q + 100, 50), 50, "a private page of a file");
	ok(is_alphabet(q + 100, 50) && !s[100], "is not");
	munmap(s, P(1));
	munmap(q, P(1));
	close((int)mem);
	p = mmap(NULL, P(1), RW, MAP_SHARED, open("/dev/demo-wb", O_RDWR, 0),
		 0);
	is_err(read(fd, p, 50), EFAULT, "device memory cannot be lent");
	munmap(p, P(1));
}

/* ---- while they are lent */

static volatile int reading;
static long got;

static long reader(void *p)
{
	reading = 1;
	got = sys(__NR_read, fd, p, P(2));
	reading = 0;
	return 0;
}

static void lend(struct thread *t, char *p)
{
	reading = 0;
	thread_start(t, reader, p);
	while (!reading)
		sched_yield();
	sched_yield();
}

static int only_zeros(void *p)
{
	const struct timespec ms50 = { 0, 50000000 };

	nanosleep(&ms50, NULL);
	return !((char *)p)[0] && !((char *)p)[P(1)];
}

static void meanwhile(void)
{
	struct thread t;
	char *p = map_anon(P(2)), *q;
	int status;

	lend(&t, p);
	status = in_child(only_zeros, p);
	p[P(2) - 1] = p[P(2) - 1]; /* a write after fork */
	thread_join(&t);
	is_exit(status, 1, "a fork: the child does not see what comes");
	is_int(got, P(2), "the parent gets it");
	ok(is_alphabet(p, P(2)), "into its own pages");

	memset(p, 0, P(2));
	lend(&t, p);
	mprotect(p, P(2), PROT_READ);
	mprotect(p, P(2), RW);
	p[P(1)] = 'x';
	thread_join(&t);
	ok(is_alphabet(p, P(2)), "mprotect and a write: the same page still");

	memset(p, 0, P(2));
	lend(&t, p);
	q = mremap(p, P(2), P(2), MREMAP_MAYMOVE | MREMAP_FIXED, hole(2));
	thread_join(&t);
	ok(is_alphabet(q, P(2)), "mremap: the bytes arrive where the page is");

	lend(&t, q);
	munmap(q, P(2));
	thread_join(&t);
	is_int(got, P(2), "munmap: the device goes on");
	faults(q, READ, SIGSEGV, SEGV_MAPERR, "and the pages are gone");

	p = map_anon(P(2));
	lend(&t, p);
	madvise(p, P(2), MADV_DONTNEED);
	thread_join(&t);
	ok(!p[0] && !p[P(1)], "MADV_DONTNEED: other pages");
	munmap(p, P(2));
}

static int leave(void *p)
{
	struct thread t;

	lend(&t, p);
	_exit(3);
}

int main(void)
{
	char *p;

	fd = open("/dev/demo-fault", O_RDWR, 0);
	if (fd < 0) {
		skip("device memory", "no such device");
		return done_testing();
	}
	page_by_page();
	fd = open("/dev/demo-dma", O_RDWR, 0);
	ok(fd >= 0, "/dev/demo-dma");
	fills();
	of_others();
	meanwhile();
	p = map_anon(P(2));
	is_exit(in_child(leave, p), 3, "the process ends meanwhile");
	return done_testing();
}
