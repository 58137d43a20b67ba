/*
 * file-locks.c - record locks and flock between processes: conflicts, waiting,
 * deadlocks, and what drops a lock.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "user/lib/thread.h"

#define SH 1
#define EX 2
#define NB 4
#define UN 8

static int fd;
static int to_child[2], to_parent[2];

static long lock(int cmd, int type, int start, int len)
{
	struct flock64 fl = { .l_type = (short)type,
			      .l_start = start,
			      .l_len = len };

	return sys(__NR_fcntl64, fd, cmd, &fl);
}

static long flock(int file, int op)
{
	return sys(__NR_flock, file, op);
}

/* What a process that has nothing locked gets for a lock. */
static int try(void *arg)
{
	const int *v = arg;

	return (int)-lock(F_SETLK64, v[0], v[1], v[2]);
}

static void is_try(int type, int start, int len, int err, const char *name)
{
	int v[] = { type, start, len };

	is_exit(in_child(try, v), err, name);
}

static void ranges(void)
{
	is_raw(lock(F_SETLK64, F_WRLCK, 10, 10), 0, "bytes 10 to 19");
	is_try(F_RDLCK, 19, 1, EAGAIN, "the last of them");
	is_try(F_RDLCK, 20, 1, 0, "the next");
	is_try(F_WRLCK, 0, 0, EAGAIN, "the whole file");
	lock(F_SETLK64, F_UNLCK, 14, 2);
	is_try(F_WRLCK, 14, 2, 0, "unlocked in the middle");
	is_try(F_WRLCK, 13, 1, EAGAIN, "before that");
	is_try(F_WRLCK, 16, 1, EAGAIN, "and behind");
	lock(F_SETLK64, F_RDLCK, 0, 0);
	is_try(F_RDLCK, 12, 1, 0, "two may read");
	is_try(F_WRLCK, 12, 1, EAGAIN, "none may write");
	close(dup(fd));
	is_try(F_WRLCK, 0, 0, 0, "any close of the file drops all");
	is_raw(lock(F_SETLK64, 9, 0, 1), EINVAL, "an unknown type");
	is_raw(lock(F_SETLK64, F_WRLCK, -1, 1), EINVAL, "before the file");
}

/* ---- two processes, in turns */

static void give(int *to)
{
	write(to[1], "g", 1);
}

static void take(int *from)
{
	char c;

	read(from[0], &c, 1);
}

/* Locks byte 1, then wants byte 0. */
static int other(void *arg)
{
	(void)arg;
	lock(F_SETLK64, F_WRLCK, 1, 1);
	give(to_parent);
	return (int)-lock(F_SETLKW64, F_WRLCK, 0, 1);
}

/* Until a thread sleeps. */
static void until_thread_sleeps(int pid, int tid)
{
	struct timespec moment = { 0, 1000000 };
	char path[48], text[200];
	const char *s;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	do {
		nanosleep(&moment, NULL);
		text[0] = 0;
		read_file(path, text, sizeof(text));
		s = strchr(text, ')');
	} while (s && s[2] != 'S');
}

static void until_sleeping(int pid)
{
	until_thread_sleeps(pid, pid);
}

static void deadlock(void)
{
	int pid, status;

	lock(F_SETLK64, F_WRLCK, 0, 1);
	pid = fork();
	if (!pid)
		_exit(other(NULL));
	take(to_parent);
	until_sleeping(pid);
	is_raw(lock(F_SETLK64, F_WRLCK, 1, 1), EAGAIN, "not without waiting");
	is_raw(lock(F_SETLKW64, F_WRLCK, 1, 1), EDEADLK, "each for the other");
	is_raw(lock(F_SETLKW64, F_WRLCK, 0, 1), 0, "what is ours is ours");
	lock(F_SETLK64, F_UNLCK, 0, 1);
	is_raw(lock(F_SETLKW64, F_WRLCK, 1, 1), 0,
	       "the lock given up, it is only a wait");
	waitpid(pid, &status, 0);
	is_exit(status, 0, "and the other had its lock");
	lock(F_SETLK64, F_UNLCK, 0, 0);
}

static int ring(int n)
{
	int pid = fork();

	if (pid)
		return pid;
	lock(F_SETLK64, F_WRLCK, n, 1);
	give(to_parent);
	take(to_child);
	_exit((int)-lock(F_SETLKW64, F_WRLCK, n + 1, 1));
}

/* 1 waits for 2, 2 for 3, 3 for us: who waits for 1 closes the ring. */
static void deadlock_of_four(void)
{
	int pid[3], i, status, good = 0;

	lock(F_SETLK64, F_WRLCK, 4, 1);
	for (i = 0; i < 3; i++) {
		pid[i] = ring(i + 1);
		take(to_parent);
	}
	for (i = 0; i < 3; i++)
		give(to_child);
	for (i = 0; i < 3; i++)
		until_sleeping(pid[i]);
	is_raw(lock(F_SETLKW64, F_RDLCK, 1, 1), EDEADLK, "a ring of four");
	lock(F_SETLK64, F_UNLCK, 0, 0);
	for (i = 0; i < 3; i++) {
		waitpid(pid[i], &status, 0);
		good += status == 0;
	}
	is_int(good, 3, "without it each has its turn");
}

static void whole_files(void)
{
	int one = open("/tmp/locks", O_RDWR, 0),
	    two = open("/tmp/locks", O_RDWR, 0), same = dup(two);

	is_raw(lock(F_SETLK64, F_WRLCK, 0, 0), 0, "the two kinds of locks");
	is_raw(flock(one, SH), 0, "know nothing of each other");
	is_raw(flock(two, SH | NB), 0, "two share");
	is_raw(flock(two, EX | NB), EAGAIN, "and cannot become one");
	is_raw(flock(one, EX | NB), 0, "who tried has lost its share");
	is_raw(flock(two, SH | NB), EAGAIN, "one has it alone");
	is_raw(flock(one, SH), 0, "and shares it again");
	is_raw(flock(same, SH), 0, "a duplicate");
	close(two);
	is_raw(flock(one, EX | NB), EAGAIN, "holds what the first one held");
	close(same);
	is_raw(flock(one, EX | NB), 0, "until its last close");
	is_raw(flock(one, SH | EX), EINVAL, "both");
	is_raw(flock(99, SH), EBADF, "no file");
	close(one);
}

/* F_GETLK, asked by another process. => the start and length of what is in the way, in one */
static int in_the_way(void *arg)
{
	struct flock64 fl = { .l_type = F_WRLCK };

	(void)arg;
	sys(__NR_fcntl64, fd, F_GETLK64, &fl);
	return fl.l_type == F_UNLCK ? 0 : (int)(fl.l_start * 16 + fl.l_len);
}

static void together(void)
{
	static const struct {
		int type, start, len, first, first_len;
		const char *name;
	} steps[] = {
		{ F_RDLCK, 2, 2, 2, 2, "locks are found in their order" },
		{ F_RDLCK, 4, 2, 2, 6, "what touches is one" },
		{ F_WRLCK, 3, 1, 2, 1, "unless it is of another type" },
		{ F_UNLCK, 2, 1, 3, 1, "which is the next" },
		{ F_RDLCK, 3, 1, 3, 5, "until it is of the same" },
		{ F_UNLCK, 0, 0, 0, 0, "all gone" },
	};
	unsigned int i;

	lock(F_SETLK64, F_RDLCK, 6, 2);
	for (i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		lock(F_SETLK64, steps[i].type, steps[i].start, steps[i].len);
		is_exit(in_child(in_the_way, NULL),
			steps[i].first * 16 + steps[i].first_len,
			steps[i].name);
	}
}

/* The locks of an open file: also its own process's are in the way. */
static void open_files(void)
{
	int second = open("/tmp/locks", O_RDWR, 0), first = fd;
	struct flock64 fl = { .l_type = F_WRLCK, .l_len = 10 };

	is_raw(lock(F_OFD_SETLK, F_WRLCK, 0, 10), 0, "an open file's lock");
	close(dup(fd));
	fd = second;
	is_raw(lock(F_OFD_SETLK, F_RDLCK, 5, 1), EAGAIN, "against another's");
	is_raw(lock(F_SETLK64, F_RDLCK, 5, 1), EAGAIN, "and a process's");
	sys(__NR_fcntl64, fd, F_OFD_GETLK, &fl);
	ok(fl.l_type == F_WRLCK && fl.l_pid == -1, "which is nobody's");
	is_raw(sys(__NR_fcntl64, fd, F_OFD_SETLK, &fl), EINVAL, "a process id");
	is_raw(flock(first, EX | NB), 0, "flock");
	is_raw(lock(F_OFD_SETLK, F_RDLCK, 5, 1), EAGAIN, "is another matter");
	fd = first;
	lock(F_OFD_SETLK, F_UNLCK, 0, 0);
	fd = second;
	is_raw(lock(F_OFD_SETLKW, F_WRLCK, 5, 1), 0, "once unlocked");
	fd = first;
	close(second);
	is_try(F_WRLCK, 5, 1, 0, "or closed");
}

static long wait_for_lock(void *arg)
{
	(void)arg;
	return lock(F_SETLKW64, F_WRLCK, 0, 1);
}

/* One thread waits for a lock, another closes the file. */
static void closed_meanwhile(void)
{
	int pid = fork(), first = fd;
	struct thread t;

	if (!pid) {
		lock(F_SETLK64, F_WRLCK, 0, 1);
		give(to_parent);
		take(to_child);
		_exit(0);
	}
	take(to_parent);
	fd = open("/tmp/locks", O_RDWR, 0);
	thread_start(&t, wait_for_lock, NULL);
	until_thread_sleeps(getpid(), t.tid);
	close(fd);
	fd = first;
	give(to_child);
	is_raw(thread_join(&t), EBADF, "closed by another thread");
	waitpid(pid, NULL, 0);
	is_try(F_WRLCK, 0, 1, 0, "and nothing stays locked");
}

int main(void)
{
	fd = open("/tmp/locks", O_CREAT | O_TRUNC | O_RDWR, 0644);
	pipe(to_child);
	pipe(to_parent);
	ranges();
	together();
	deadlock();
	deadlock_of_four();
	whole_files();
	open_files();
	closed_meanwhile();
	unlink("/tmp/locks");
	return done_testing();
}
