/*
 * etxtbsy.c - a program that runs is not written, and what is being written does
 * not run; what may be mapped, of which descriptors; /dev/zero.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#include <linux/fs.h>

#define COPY "/tmp/etxtbsy.copy"

static char buf[65536];

/* Copies this program, to have one that others may run. */
static int copy_self(void)
{
	int from = open("/proc/self/exe", O_RDONLY, 0), n;
	int to = open(COPY, O_WRONLY | O_CREAT | O_TRUNC, 0755);

	while ((n = (int)read(from, buf, sizeof(buf))) > 0)
		if (write(to, buf, (size_t)n) != n)
			return -1;
	close(from);
	return to;
}

static int run_copy(void *arg)
{
	static char name[] = COPY, word[] = "ask";
	char *argv[] = { name, arg ? arg : word, NULL };

	execve(COPY, argv, environ);
	return errno;
}

/* The copy asks about itself; its exit status says what went wrong. */
static int ask_about_myself(void)
{
	int fd;

	if (sys(__NR_open, COPY, O_WRONLY, 0) != -ETXTBSY)
		return 1;
	if (sys(__NR_open, COPY, O_RDWR, 0) != -ETXTBSY)
		return 2;
	if (sys(__NR_open, COPY, O_WRONLY | O_TRUNC, 0) != -ETXTBSY)
		return 3;
	if (sys(__NR_truncate, COPY, 10) != -ETXTBSY ||
	    sys(__NR_open, COPY, O_RDONLY | O_TRUNC, 0) != -ETXTBSY)
		return 4;
	fd = open(COPY, O_RDONLY, 0);
	if (fd < 0)
		return 5;
	if (mmap(NULL, P(1), RW, MAP_SHARED, fd, 0) != MAP_FAILED)
		return 6;
	if (mmap(NULL, P(1), RW, MAP_PRIVATE, fd, 0) == MAP_FAILED)
		return 7;
	if (mmap(NULL, P(1), PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
		return 8;
	if (unlink(COPY))
		return 9;
	return 77;
}

static void running(void)
{
	int fd = copy_self();
	char *p;

	ok(fd >= 0, "a copy of this program, open for writing");
	is_exit(in_child(run_copy, NULL), ETXTBSY, "does not run");
	close(fd);
	fd = open(COPY, O_RDWR, 0);
	p = mmap(NULL, P(1), RW, MAP_SHARED, fd, 0);
	close(fd);
	is_exit(in_child(run_copy, NULL), ETXTBSY,
		"nor does it while it is mapped shared and writable");
	munmap(p, P(1));
	fd = open(COPY, O_RDWR, 0);
	p = mmap(NULL, P(1), RW, MAP_PRIVATE, fd, 0);
	is_exit(in_child(run_copy, NULL), ETXTBSY, "open, mapped private");
	close(fd);
	is_exit(in_child(run_copy, NULL), ETXTBSY,
		"the private mapping keeps the open file, too");
	munmap(p, P(1));
	fd = open(COPY, O_RDONLY, 0);
	p = mmap(NULL, P(1), RW, MAP_PRIVATE | MAP_DENYWRITE, fd, 0);
	ok(p != MAP_FAILED, "MAP_DENYWRITE");
	is_raw(sys(__NR_open, COPY, O_WRONLY, 0), 0,
	       "denies nothing (the descriptor is left open)");
	close(fd + 1);
	munmap(p, P(1));
	close(fd);
	is_exit(in_child(run_copy, NULL), 77,
		"running: not to be written, truncated, mapped to write");
	is_raw(sys(__NR_open, COPY, O_RDONLY, 0), ENOENT, "but unlinked");
}

/* ---- what can be mapped */

static long try_map(int fd, int prot, int flags, size_t len, unsigned pgoff)
{
	return sys(__NR_mmap2, 0, len, prot, flags, fd, pgoff);
}

static void descriptors(void)
{
	int fd = open("/tmp", O_RDONLY, 0), ends[2];

	is_raw(try_map(fd, PROT_READ, MAP_SHARED, P(1), 0), ENODEV,
	       "a directory");
	is_raw(try_map(fd, PROT_READ, MAP_PRIVATE, P(1), 0), ENODEV,
	       "a directory, private");
	close(fd);
	is_raw(try_map(fd, PROT_READ, MAP_SHARED, P(1), 0), EBADF,
	       "a closed descriptor");
	is_raw(try_map(-1, PROT_READ, MAP_PRIVATE, P(1), 0), EBADF,
	       "no descriptor");
	pipe(ends);
	is_raw(try_map(ends[0], PROT_READ, MAP_PRIVATE, P(1), 0), ENODEV,
	       "a pipe");
	is_raw(try_map(ends[1], PROT_WRITE, MAP_SHARED, P(1), 0), EACCES,
	       "its end that is not read");
	close(ends[0]);
	close(ends[1]);
	fd = open("/dev/null", O_RDWR, 0);
	is_raw(try_map(fd, PROT_READ, MAP_PRIVATE, P(1), 0), ENODEV,
	       "/dev/null");
	close(fd);
	fd = open("/tmp/etxtbsy.data", O_RDWR | O_CREAT | O_TRUNC, 0600);
	is_raw(try_map(fd, PROT_READ, MAP_SHARED, 0, 0), EINVAL, "no length");
	is_raw(try_map(fd, PROT_READ, MAP_SHARED, P(2), 0xffffffffu),
	       under_64bit() ? 0 : EOVERFLOW, "pages that have no number");
	is_raw(try_map(fd, PROT_READ, 0, P(1), 0), EINVAL, "no type");
	is_raw(try_map(fd, PROT_READ, MAP_TYPE, P(1), 0), EINVAL,
	       "an unknown type");
	qemu_differs(1, "knows other flags");
	is_raw(try_map(fd, PROT_READ, MAP_SHARED_VALIDATE | 0x2000000, P(1), 0),
	       EOPNOTSUPP, "a flag that is not known to VALIDATE");
	close(fd);
	fd = open("/tmp/etxtbsy.data", O_WRONLY, 0);
	is_raw(try_map(fd, PROT_WRITE, MAP_SHARED, P(1), 0), EACCES,
	       "write-only: mapped to write");
	is_raw(try_map(fd, PROT_NONE, MAP_PRIVATE, P(1), 0), EACCES,
	       "write-only: mapped for nothing");
	close(fd);
	fd = open("/tmp/etxtbsy.data", O_RDONLY, 0);
	is_raw(try_map(fd, PROT_WRITE, MAP_SHARED, P(1), 0), EACCES,
	       "read-only: shared, to write");
	is_raw(try_map(fd, PROT_WRITE, MAP_PRIVATE, P(1), 0), 0,
	       "read-only: private, to write");
	close(fd);
	fd = open("/tmp/etxtbsy.data", O_PATH, 0);
	is_raw(try_map(fd, PROT_READ, MAP_PRIVATE, P(1), 0), EBADF, "O_PATH");
	close(fd);
	unlink("/tmp/etxtbsy.data");
}

/* ---- /dev/zero */

static int child_writes(void *p)
{
	((char *)p)[0] = 'c';
	return ((char *)p)[P(1)];
}

static void zero(void)
{
	int fd = open("/dev/zero", O_RDWR, 0);
	char *s = mmap(NULL, P(2), RW, MAP_SHARED, fd, 0);
	char *t = mmap(NULL, P(2), RW, MAP_SHARED, fd, 0);
	char *p = mmap(NULL, P(2), RW, MAP_PRIVATE, fd, P(5));

	ok(s != MAP_FAILED && t != MAP_FAILED, "/dev/zero, mapped shared");
	ok(p != MAP_FAILED, "private, at whatever offset");
	close(fd);
	ok(!s[0] && !p[0] && !t[P(1)], "is zero");
	s[P(1)] = 's';
	ok(!t[P(1)], "each mapping is a memory of its own");
	is_exit(in_child(child_writes, s), 's', "a child shares it");
	is_int(s[0], 'c', "and writes to it");
	p[P(1)] = 'p';
	is_exit(in_child(child_writes, p), 'p', "of a private one");
	is_int(p[0], 0, "it has a copy");
	is_raw(sys(__NR_madvise, s, P(1), MADV_DONTNEED), 0, "DONTNEED");
	is_int(s[0], 'c', "shared memory stays");
	is_raw(sys(__NR_madvise, p, P(2), MADV_DONTNEED), 0, "DONTNEED");
	is_int(p[P(1)], 0, "private memory goes");
	munmap(s, P(1));
	is_int(s[P(1)], 's', "the rest of a partial munmap");
	munmap(s + P(1), P(1));
	munmap(t, P(2));
	munmap(p, P(2));
	fd = open("/dev/zero", O_RDONLY, 0);
	is_raw(try_map(fd, RW, MAP_SHARED, P(1), 0), EACCES,
	       "read-only: shared, to write");
	s = mmap(NULL, P(1), PROT_READ, MAP_SHARED, fd, 0);
	is_raw(sys(__NR_mprotect, s, P(1), RW), EACCES, "nor later");
	munmap(s, P(1));
	close(fd);
}

int main(int argc, char *argv[])
{
	if (argc > 1 && !strcmp(argv[1], "ask"))
		return ask_about_myself();
	qemu_differs(9, "what runs is qemu-user");
	running();
	descriptors();
	zero();
	return done_testing();
}
