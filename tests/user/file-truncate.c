/*
 * file-truncate.c - files that change their size, or get holes, under their mappings: of
 * memory files and memfds, shared and private, in several processes.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "tests/user/one-file.h"
#include "user_arch.h"

#include <linux/falloc.h>
#include <linux/fs.h>

#define NAME scratch("file-truncate")

static char *s, *p; /* shared and private, six pages each */

static void size(unsigned long n)
{
	if (sys(__NR_ftruncate, fd, n))
		ok(0, "ftruncate");
}

static long punch(unsigned long at, unsigned long n)
{
	return sys(__NR_fallocate, fd,
		   FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, 0, n, 0);
}

/* Six pages of digits, mapped twice; page 4 of the private one is a copy. */
static void begin(void)
{
	int i;

	size(0);
	size(P(6));
	s = mmap(NULL, P(6), RW, MAP_SHARED, fd, 0);
	p = mmap(NULL, P(6), RW, MAP_PRIVATE, fd, 0);
	for (i = 0; i < 6; i++)
		memset(s + P(i), '0' + i, P(1));
	p[P(4)] = 'p';
}

static void end(void)
{
	munmap(s, P(6));
	munmap(p, P(6));
}

static void shorter(void)
{
	begin();
	size(P(2) + 100);
	ok(s[P(2) + 99] == '2' && p[P(2) + 99] == '2', "up to the end");
	ok(!s[P(2) + 100] && !s[P(3) - 1], "the tail of the last page");
	ok(!p[P(2) + 100] && !p[P(3) - 1], "in a private mapping, too");
	faults(s + P(3), READ, SIGBUS, BUS_ADRERR, "shared: beyond");
	faults(s + P(5), WRITE, SIGBUS, BUS_ADRERR, "shared: to write");
	faults(p + P(3), READ, SIGBUS, BUS_ADRERR, "private: beyond");
	faults(p + P(4), READ, SIGBUS, BUS_ADRERR, "a private copy, too");
	faults(p + P(4), WRITE, SIGBUS, BUS_ADRERR, "also to write");
	is_int(get(P(2) + 100), -1, "read() ends there");
	s[P(2) + 200] = 'x';
	is_int(get(P(2) + 200), -1, "a store behind the end is no byte of it");
	size(P(6));
	is_int(get(P(2) + 99), '2', "longer again: what was");
	ok(!s[P(3)] && !s[P(4)] && !p[P(4)], "what came back is zero");
	s[P(4)] = 'n';
	is_int(p[P(4)], 'n', "and the private mapping follows the file");
	end();
}

/* A tail that was written to while it was behind the end. */
static void tails(void)
{
	begin();
	size(10);
	s[20] = 't';
	size(P(1));
	ok(s[9] == '0' && !s[10], "the end, cut inside a page");
	is_int(get(20), s[20], "read and mapping agree about the tail");
	size(30);
	size(10);
	size(30);
	is_int(s[20], 0, "a cut clears it");
	p[0] = 'P';
	size(0);
	faults(p, READ, SIGBUS, BUS_ADRERR, "nothing left: private");
	faults(s, READ, SIGBUS, BUS_ADRERR, "shared");
	size(1);
	ok(!s[0] && !p[0], "one byte");
	works(s + P(1) - 1, WRITE, "makes a page");
	faults(s + P(1), READ, SIGBUS, BUS_ADRERR, "and no more");
	end();
}

static int reader(void *at)
{
	return *(volatile char *)at;
}

static int cutter(void *unused)
{
	(void)unused;
	(void)s[P(3)];
	size(P(1));
	return s[0];
}

static void processes(void)
{
	begin();
	is_exit(in_child(cutter, NULL), '0', "a child cuts the file");
	faults(s + P(3), READ, SIGBUS, BUS_ADRERR, "under the parent");
	faults(p + P(4), READ, SIGBUS, BUS_ADRERR, "its copies, too");
	is_killed(in_child(reader, s + P(3)), SIGBUS, "and a new child");
	size(P(6));
	is_exit(in_child(reader, s + P(3)), 0, "until it is longer again");
	end();
}

static void allocated(void)
{
	is_raw(sys(__NR_fallocate, fd, 0, P(11), 0, P(1), 0), 0, "fallocate");
	works(s + P(11), WRITE, "grown by it");
	is_raw(sys(__NR_fallocate, fd, FALLOC_FL_KEEP_SIZE, P(12), 0, P(1), 0),
	       0, "fallocate, with the size kept");
	is_int(lseek(fd, 0, SEEK_END), P(12), "leaves the size");
}

static void longer(void)
{
	begin();
	size(P(2));
	size(P(9));
	munmap(s, P(6));
	s = mmap(NULL, P(12), RW, MAP_SHARED, fd, 0);
	works(s + P(8), WRITE, "grown by ftruncate");
	faults(s + P(9), WRITE, SIGBUS, BUS_ADRERR, "not beyond");
	lseek(fd, (long)P(10) + 1, SEEK_SET);
	write(fd, "w", 1);
	if (works(s + P(10), READ, "the end is the file's of now"))
		is_int(s[P(10) + 1], 'w', "grown by write");
	if (sys(__NR_fallocate, fd, 0, 0, 0, 1, 0) != -EOPNOTSUPP)
		allocated();
	munmap(s + P(6), P(6));
	end();
}

static void holes(void)
{
	begin();
	is_raw(punch(P(1), P(2)), 0, "a hole of two pages");
	ok(!s[P(1)] && !s[P(3) - 1] && s[P(3)] == '3' && s[P(1) - 1] == '0',
	   "is zero, exactly");
	ok(!p[P(2)], "a private mapping follows");
	is_int(get(P(1)), 0, "read");
	is_raw(punch(P(4), P(1)), 0, "a hole under a private copy");
	ok(p[P(4)] == 'p' && !s[P(4)], "leaves the copy");
	s[P(1)] = 'h';
	ok(get(P(1)) == 'h' && p[P(1)] == 'h', "a store fills it again");
	is_raw(punch(P(3) + 10, 20), 0, "inside a page");
	ok(s[P(3) + 9] == '3' && !s[P(3) + 10] && !s[P(3) + 29] &&
		   s[P(3) + 30] == '3',
	   "clears just that");
	is_raw(punch(P(5) + 100, P(4)), 0, "over the end");
	ok(s[P(5) + 99] == '5' && !s[P(5) + 100], "clears up to it");
	is_int(lseek(fd, 0, SEEK_END), P(6), "and leaves the size");
	is_raw(punch(P(20), P(1)), 0, "behind the end");
	is_raw(punch(0, 0), EINVAL, "no length");
	end();
}

static void removes(void)
{
	begin();
	is_raw(sys(__NR_madvise, s + P(2), P(2), MADV_REMOVE), 0,
	       "MADV_REMOVE");
	ok(!s[P(2)] && !s[P(4) - 1] && s[P(4)] == '4', "is a hole");
	ok(!p[P(3)], "for all");
	is_raw(sys(__NR_madvise, p, P(1), MADV_REMOVE), EACCES,
	       "not of a private mapping");
	sys(__NR_mlock, s, P(1));
	is_raw(sys(__NR_madvise, s, P(1), MADV_REMOVE), EINVAL,
	       "not of a locked one");
	sys(__NR_munlock, s, P(1));
	munmap(s + P(1), P(1));
	is_raw(sys(__NR_madvise, s, P(3), MADV_REMOVE), ENOMEM, "over a hole");
	ok(!s[0] && !s[P(2)], "does the rest");
	end();
}

/* An area that begins in the middle of the file, and was cut itself. */
static void offsets(void)
{
	char *q;

	begin();
	q = mmap(NULL, P(3), RW, MAP_SHARED, fd, P(2));
	munmap(q, P(1));
	is_int(q[P(1)], '3', "mapped from page 3 on");
	size(P(4));
	works(q + P(1), READ, "page 3 is there");
	faults(q + P(2), READ, SIGBUS, BUS_ADRERR, "page 4 is not");
	munmap(q + P(1), P(2));
	q = mmap(NULL, P(2), RW, MAP_SHARED, fd, P(5));
	ok(q != MAP_FAILED, "behind the end: mapped");
	faults(q, READ, SIGBUS, BUS_ADRERR, "but SIGBUS");
	size(P(6));
	works(q, WRITE, "until the file is longer");
	munmap(q, P(2));
	end();
}

/* The kernel touches a page that is gone: an errno, no signal. */
static void in_the_kernel(void)
{
	int ends[2];

	begin();
	pipe(ends);
	size(P(1));
	is_raw(sys(__NR_write, ends[1], s + P(2), 10), EFAULT,
	       "write from beyond the end");
	is_raw(sys(__NR_write, ends[1], s + P(1) - 5, 10), EFAULT,
	       "or up to it: a pipe takes all of a page or nothing");
	is_raw(sys(__NR_pread64, fd, s + P(2), 10, ARCH_PAIR 0, 0), EFAULT,
	       "read to beyond the end");
	is_raw(sys(__NR_rt_sigprocmask, 0, 0, s + P(3), 8), EFAULT,
	       "a system call's result");
	close(ends[0]);
	close(ends[1]);
	end();
}

static void all(int file, const char *what)
{
	fd = file;
	diag("%s", what);
	shorter();
	tails();
	processes();
	longer();
	if (can_punch(fd)) {
		holes();
		removes();
	}
	offsets();
	in_the_kernel();
	close(fd);
}

int main(void)
{
	if (under_qemu()) {
		skip("truncation", "qemu-user reports SIGBUS a page too high");
		return done_testing();
	}
	all(open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600), "file");
	unlink(NAME);
	all((int)sys(__NR_memfd_create, "truncate", 0), "memfd");
	return done_testing();
}
