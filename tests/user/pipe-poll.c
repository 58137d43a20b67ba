/*
 * pipe-poll.c - pipes, their ends, their size, and waiting with poll().
 */
#include "user/lib/probe.h"
#include "user/lib/signal.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

static short ask(int fd, short events)
{
	struct pollfd p = { fd, events, 0 };

	poll(&p, 1, 0);
	return p.revents;
}

static void bytes_in_order(void)
{
	char buf[8] = { 0 };
	int fd[2];

	is_err(pipe(fd), 0, "pipe()");
	is_int(write(fd[1], "abc", 3), 3, "three bytes in");
	is_int(write(fd[1], "de", 2), 2, "two more");
	is_int(read(fd[0], buf, 4), 4, "four out");
	ok(!memcmp(buf, "abcd", 4), "in order");
	is_int(read(fd[0], buf, 8), 1, "read() answers with what there is");
	is_err(write(fd[0], "x", 1), EBADF, "writing to the reading end");
	is_err(read(fd[1], buf, 1), EBADF, "reading from the writing end");
	close(fd[1]);
	is_int(read(fd[0], buf, 1), 0, "no writer: the end");
	close(fd[0]);
	is_err(read(fd[0], buf, 1), EBADF, "closed");
	is_err(close(fd[0]), EBADF, "closed twice");
}

static volatile int caught;

static void on_signal(int signo, siginfo_t *info, void *context)
{
	(void)info;
	(void)context;
	caught = signo;
}

static void no_reader(void)
{
	int fd[2];

	pipe(fd);
	close(fd[0]);
	sig_catch(SIGPIPE, on_signal, 0);
	is_err(write(fd[1], "x", 1), EPIPE, "no reader: EPIPE");
	is_int(caught, SIGPIPE, "and SIGPIPE");
	ok(ask(fd[1], POLLOUT) & POLLERR, "poll() says POLLERR");
	close(fd[1]);
}

static void readiness(void)
{
	int fd[2];

	pipe(fd);
	is_hex((unsigned)ask(fd[0], POLLIN), 0, "nothing to read");
	is_hex((unsigned)ask(fd[1], POLLOUT), POLLOUT, "room to write");
	write(fd[1], "x", 1);
	is_hex((unsigned)ask(fd[0], POLLIN), POLLIN, "something to read");
	close(fd[1]);
	is_hex((unsigned)ask(fd[0], POLLIN), POLLIN | POLLHUP,
	       "and nobody to write more");
	close(fd[0]);
	is_hex((unsigned)ask(fd[0], POLLIN), POLLNVAL, "a closed one");
	is_hex((unsigned)ask(-1, POLLIN), 0, "negative ones are passed over");
}

static void waits_for_events(void)
{
	struct pollfd p[2];
	int a[2], b[2], pid, status;

	pipe(a);
	pipe(b);
	p[0] = (struct pollfd){ a[0], POLLIN, 0 };
	p[1] = (struct pollfd){ b[0], POLLIN, 0 };
	is_int(poll(p, 2, 1), 0, "poll() times out");
	pid = fork();
	if (pid == 0) {
		write(b[1], "x", 1);
		_exit(0);
	}
	is_int(poll(p, 2, -1), 1, "poll() waits for one of two");
	is_hex((unsigned)p[1].revents, POLLIN, "which it names");
	is_hex((unsigned)p[0].revents, 0, "not the other");
	waitpid(pid, &status, 0);
	close(a[0]), close(a[1]), close(b[0]), close(b[1]);
}

static void full(void)
{
	static char buf[4096];
	int fd[2], n = 0;

	sys(__NR_pipe2, fd, O_NONBLOCK);
	while (write(fd[1], buf, sizeof(buf)) == (int)sizeof(buf))
		n++;
	is_int(errno, EAGAIN, "O_NONBLOCK: a full pipe is EAGAIN");
	is_int(n, 16, "after 64 KiB");
	is_hex((unsigned)ask(fd[1], POLLOUT), 0, "no room to write");
	while (read(fd[0], buf, sizeof(buf)) == (int)sizeof(buf))
		n--;
	is_int(n, 0, "as much comes out");
	is_int(errno, EAGAIN, "and then EAGAIN");
	close(fd[0]), close(fd[1]);
}

/* More than fits: both sides wait for each other again and again. */
static void through_a_pipe(void)
{
	static unsigned char buf[3000];
	int fd[2], i, n, pid, status;
	unsigned int sum = 0, want = 0;

	pipe(fd);
	pid = fork();
	if (pid == 0) {
		close(fd[0]);
		for (i = 0; i < 100; i++) {
			memset(buf, i, sizeof(buf));
			write(fd[1], buf, sizeof(buf));
		}
		_exit(0);
	}
	close(fd[1]);
	while ((n = read(fd[0], buf, sizeof(buf))) > 0)
		for (i = 0; i < n; i++)
			sum += buf[i];
	for (i = 0; i < 100; i++)
		want += (unsigned int)i * sizeof(buf);
	is_int((long)sum, (long)want, "300,000 bytes through a pipe");
	waitpid(pid, &status, 0);
	is_exit(status, 0, "all of them written");
	close(fd[0]);
}

static void duplicates(void)
{
	int fd[2], copy, status, pid;
	char c;

	pipe(fd);
	copy = dup(fd[1]);
	ok(copy > fd[1], "dup() takes the lowest free number");
	close(fd[1]);
	write(copy, "d", 1);
	is_int(read(fd[0], &c, 1), 1, "the copy is the same pipe");
	is_int(dup2(copy, 20), 20, "dup2() takes the number it is told");
	is_err(dup2(99, 3), EBADF, "of something closed");
	is_err(dup2(copy, -1), EBADF, "to something impossible");
	close(copy);
	pid = fork();
	if (pid == 0)
		_exit(0);
	waitpid(pid, &status, 0);
	is_hex((unsigned)ask(fd[0], POLLIN), 0, "one writer is left");
	close(20);
	is_hex((unsigned)ask(fd[0], POLLIN), POLLHUP, "and then none");
	close(fd[0]);
}

/* A shell's <(...): its writer may have gone before the path is opened. */
static int opens_again(void *arg)
{
	char path[] = "/proc/self/fd/0", c;
	int end[2];
	long fd;

	(void)arg;
	pipe(end);
	sys(__NR_dup2, end[0], 0);
	write(end[1], "x", 1);
	close(end[1]);
	fd = sys(__NR_open, path, O_RDONLY);
	if (fd < 0)
		return 1;
	if (read((int)fd, &c, 1) != 1 || c != 'x')
		return 2;
	return read((int)fd, &c, 1) == 0 ? 0 : 3;
}

static void sizes(void)
{
	static char buf[70000];
	int fd[2];

	pipe(fd);
	is_int(sys(__NR_fcntl64, fd[0], F_GETPIPE_SZ), 65536, "16 pages");
	for (int i = 0; i < 5000; i++)
		buf[i] = (char)i;
	write(fd[1], buf + 5000, 4000);
	write(fd[1], buf, 5000);
	read(fd[0], buf + 10000, 4000);
	is_int(sys(__NR_fcntl64, fd[1], F_SETPIPE_SZ, 4096), -EBUSY,
	       "one would not hold what is in it");
	is_int(sys(__NR_fcntl64, fd[1], F_SETPIPE_SZ, 12000), 16384, "4 do");
	is_int(sys(__NR_fcntl64, fd[0], F_GETPIPE_SZ), 16384, "at both ends");
	is_int(sys(__NR_fcntl64, fd[1], F_SETPIPE_SZ, 1 << 17), 1 << 17,
	       "and more");
	is_int(read(fd[0], buf + 10000, 9000), 5000, "nothing is lost");
	ok(!memcmp(buf, buf + 10000, 5000), "or changed");
	sys(__NR_fcntl64, fd[1], F_SETPIPE_SZ, 0);
	sys(__NR_fcntl64, fd[1], F_SETFL, O_NONBLOCK);
	is_int(write(fd[1], buf, 70000), 4096, "one page is the least");
	close(fd[0]);
	close(fd[1]);
	fd[0] = open("/", O_RDONLY, 0);
	is_raw(sys(__NR_fcntl64, fd[0], F_SETPIPE_SZ, 4096), EBADF,
	       "of no pipe");
	close(fd[0]);
}

static void time_left(void)
{
	struct __kernel_old_timeval tv = { 5, 0 };
	struct timespec ts = { 5, 0 };
	unsigned set;
	int fd[2];

	pipe(fd);
	set = 1u << fd[1];
	is_int(sys(__NR__newselect, 32, NULL, &set, NULL, &tv), 1, "select");
	ok(tv.tv_sec == 4 || (tv.tv_sec == 5 && !tv.tv_usec),
	   "says what is left");
	is_int(sys(__NR_pselect6, 32, NULL, &set, NULL, &ts, NULL), 1,
	       "pselect");
	ok(ts.tv_sec == 4 || (ts.tv_sec == 5 && !ts.tv_nsec), "too");
	tv = (struct __kernel_old_timeval){ 0, 1000 };
	is_int(sys(__NR__newselect, 0, NULL, NULL, NULL, &tv), 0, "a sleep");
	ok(!tv.tv_sec && !tv.tv_usec, "is a sleep to the end");
	close(fd[0]);
	close(fd[1]);
}

int main(void)
{
	is_exit(in_child(opens_again, NULL), 0,
		"a pipe without writers is opened again, and does not wait");
	bytes_in_order();
	no_reader();
	readiness();
	waits_for_events();
	full();
	through_a_pipe();
	duplicates();
	sizes();
	time_left();
	return done_testing();
}
