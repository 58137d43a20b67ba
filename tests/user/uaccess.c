/*
 * uaccess.c - the kernel reads and writes user memory on our behalf: an
 * untouched, copy-on-write or read-only page behaves as it would for the
 * program, and a bad pointer is EFAULT.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

static int fd[2]; /* a pipe */

static void drain(void)
{
	struct pollfd p = { fd[0], POLLIN, 0 };
	char buf[64];

	while (poll(&p, 1, 0) == 1)
		read(fd[0], buf, sizeof(buf));
}

static void bad_write_sources(void)
{
	char *p = hole(1);

	is_err(write(fd[1], p, 1), EFAULT, "write() from nowhere");
	is_raw(sys(__NR_write, fd[1], 0, 1), EFAULT, "from address 0");
	is_raw(sys(__NR_write, fd[1], 0xfffff000, 16), EFAULT,
	       "from the kernel");
	is_raw(sys(__NR_write, fd[1], 0xfffffff0, 0x20), EFAULT,
	       "across the end of all addresses");
	p = map_anon(P(1));
	mprotect(p, P(1), PROT_NONE);
	is_err(write(fd[1], p, 1), EFAULT, "from PROT_NONE");
	munmap(p, P(1));
	is_int(write(fd[1], p, 0), 0, "no bytes from nowhere is fine");
}

static void bad_read_targets(void)
{
	char *p = map_anon(P(1));

	write(fd[1], "abcdef", 6);
	mprotect(p, P(1), PROT_READ);
	is_err(read(fd[0], p, 1), EFAULT, "read() into read-only memory");
	is_raw(sys(__NR_read, fd[0], 0xfffff000, 1), EFAULT, "into the kernel");
	munmap(p, P(1));
	is_err(read(fd[0], p, 1), EFAULT, "into nowhere");
	drain();
}

static void the_kernel_itself(void)
{
	unsigned long a;
	int bad = 0;

	if (under_oracle()) {
		skip("no byte of the kernel is written",
		     "an oracle's kernel is not ours to try");
		return;
	}
	for (a = 0xc0000000; a; a += 0x1000000) {
		write(fd[1], "x", 1);
		bad += sys(__NR_read, fd[0], a, 1) != -EFAULT;
		drain();
	}
	is_int(bad, 0, "no byte of the kernel is written");
}

static void half_mapped(void)
{
	char *p = map_anon(P(2));
	int to[2], from[2];
	long n;

	munmap(p + P(1), P(1));
	p[PAGE_SIZE - 1] = 'e';
	pipe(to);
	n = sys(__NR_write, to[1], p + PAGE_SIZE - 4, 8);
	ok(n == 4 || n == -EFAULT,
	   "write() of what is half there: what there is, or EFAULT");
	pipe(from);
	write(from[1], "12345678", 8);
	is_raw(sys(__NR_read, from[0], p + PAGE_SIZE - 4, 8), EFAULT,
	       "read() from a pipe: all of it, or EFAULT");
	is_int(read(from[0], p, 8), 8, "and then no byte is lost");
	close(to[0]), close(to[1]), close(from[0]), close(from[1]);
	munmap(p, P(1));
}

static void untouched_pages(void)
{
	char *p = map_anon(P(4)), buf[4] = "abc";

	write(fd[1], p, 4);
	is_int(read(fd[0], buf, 4), 4, "write() from an untouched page");
	ok(!memcmp(buf, "\0\0\0", 4), "writes zeroes");
	write(fd[1], "wxyz", 4);
	is_int(read(fd[0], p + P(2) - 2, 4), 4, "read() into untouched pages");
	ok(!memcmp(p + P(2) - 2, "wxyz", 4), "across their border");
	is_int(p[P(2) - 3] | p[P(2) + 2], 0, "zeroes around");
	munmap(p, P(4));
}

static void cow_pages(void)
{
	char *p = map_anon(P(1)), order;
	int go[2], pid, status;

	pipe(go);
	memcpy(p, "parent", 7);
	pid = fork();
	if (pid == 0) {
		read(go[0], &order, 1);
		_exit(memcmp(p, "parent", 7) != 0);
	}
	write(fd[1], "kernel", 7);
	read(fd[0], p, 7); /* the kernel writes to a shared page */
	ok(!memcmp(p, "kernel", 7), "the kernel writes to our copy");
	write(go[1], "g", 1);
	waitpid(pid, &status, 0);
	is_exit(status, 0, "the child's page is not written through");
	close(go[0]);
	close(go[1]);
	munmap(p, P(1));
}

static void zero_page(void)
{
	volatile char *p = map_anon(P(2));
	char before = *p;

	write(fd[1], "z", 1);
	read(fd[0], (void *)(uintptr_t)p, 1);
	is_int(*p, 'z', "the kernel writes where only zeroes were read");
	is_int(before | p[P(1)], 0, "the zero page is still zero");
	munmap((void *)(uintptr_t)p, P(2));
}

static void read_only_untouched(void)
{
	char *p =
		mmap(NULL, P(1), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	write(fd[1], "z", 1);
	is_err(read(fd[0], p, 1), EFAULT, "into an untouched read-only page");
	is_int(*p, 0, "which stays zero");
	mprotect(p, P(1), PROT_READ | PROT_WRITE);
	*p = 'p';
	mprotect(p, P(1), PROT_READ);
	write(fd[1], "z", 1);
	is_err(read(fd[0], p, 1), EFAULT, "into a written page made read-only");
	is_int(*p, 'p', "which keeps its byte");
	drain();
	munmap(p, P(1));
}

static void strings(void)
{
	char *p = map_anon(P(2));

	munmap(p + P(1), P(1));
	memset(p, 'x', P(1));
	memcpy(p, "/no", 3);
	is_raw(sys(__NR_open, p + P(1) - 3, 0, 0), EFAULT,
	       "a name that runs into a hole");
	p[P(1) - 1] = 0;
	is_raw(sys(__NR_open, p + P(1) - 3, 0, 0), ENOENT,
	       "one that ends just before it is a name");
	is_raw(sys(__NR_open, p + 1, 0, 0), ENAMETOOLONG, "one too long");
	munmap(p, P(1));
}

static void structures(void)
{
	char *p = map_anon(P(1));

	mprotect(p, P(1), PROT_READ);
	is_raw(sys(__NR_pipe, p), EFAULT, "pipe()");
	is_raw(sys(__NR_uname, p), EFAULT, "uname()");
	is_raw(sys(__NR_getrusage, 0, p), EFAULT, "getrusage()");
	is_raw(sys(__NR_clock_gettime, CLOCK_MONOTONIC, p), EFAULT,
	       "clock_gettime()");
	is_raw(sys(__NR_nanosleep, 8, 0), EFAULT, "nanosleep()");
	is_raw(sys(__NR_prlimit64, 0, RLIMIT_AS, 0, p), EFAULT, "prlimit64()");
	is_raw(sys(__NR_mincore, p, P(1), p), EFAULT, "mincore()");
	is_raw(sys(__NR_rt_sigprocmask, SIG_BLOCK, 0, p, 8), EFAULT,
	       "rt_sigprocmask()");
	is_raw(sys(__NR_getrandom, p, 8, 0), EFAULT, "getrandom()");
	is_raw(sys(__NR_times, p), EFAULT, "times()");
	is_raw(sys(__NR_poll, 8, 1, 0), EFAULT, "poll()");
	is_int(p[0], 0, "nothing of it was written");
	munmap(p, P(1));
}

static void vectors(void)
{
	char *p = map_anon(P(1));
	struct iovec iov[2] = { { p, 4 }, { p + 8, 4 } };

	is_int(sys(__NR_writev, fd[1], iov, 2), 8, "writev() of two parts");
	drain();
	is_raw(sys(__NR_writev, fd[1], 8, 2), EFAULT, "a bad vector");
	is_raw(sys(__NR_writev, fd[1], iov, -1), EINVAL, "less than no parts");
	is_raw(sys(__NR_writev, fd[1], iov, 1025), EINVAL, "too many parts");
	iov[0].iov_base = (void *)8;
	is_raw(sys(__NR_writev, fd[1], iov, 1), EFAULT, "a bad part");
	iov[0].iov_len = (size_t)-1;
	is_raw(sys(__NR_writev, fd[1], iov, 1), EINVAL, "a negative length");
	munmap(p, P(1));
}

int main(void)
{
	if (under_qemu()) {
		skip("uaccess", "qemu-user copies in its own way");
		return done_testing();
	}
	pipe(fd);
	bad_write_sources();
	bad_read_targets();
	the_kernel_itself();
	half_mapped();
	untouched_pages();
	cow_pages();
	zero_page();
	read_only_untouched();
	strings();
	structures();
	vectors();
	return done_testing();
}
