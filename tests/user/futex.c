/*
 * futex.c - waiting for a word to change: private and shared, time-outs,
 * requeueing, and what becomes of the locks of a thread that ends.
 */
#include <linux/futex.h>
#include "user/lib/probe.h"
#include "user/lib/tap.h"
#include "user/lib/thread.h"

static volatile int word, ready, woken;
static int op_flags; /* FUTEX_PRIVATE_FLAG, or 0 */

static long futex(volatile int *p, int op, int value, const void *timeout)
{
	return sys(__NR_futex, p, op, value, timeout, 0, 0);
}

static void refusals(void)
{
	struct timespec bad = { 0, 2000000000 }, soon = { 0, 1000000 };
	char *p = hole(1);

	word = 5;
	is_raw(futex(&word, FUTEX_WAIT, 4, NULL), EAGAIN, "another value");
	is_raw(futex(&word, FUTEX_WAIT, 5, &soon), ETIMEDOUT, "a time-out");
	is_raw(futex(&word, FUTEX_WAIT, 5, &bad), EINVAL, "no time at all");
	is_raw(futex((int *)(void *)p, FUTEX_WAIT, 0, NULL), EFAULT,
	       "a word that is not there");
	is_raw(futex((volatile int *)((volatile char *)&word + 1), FUTEX_WAIT,
		     0, NULL),
	       EINVAL, "a word that is not aligned");
	is_raw(futex(&word, 77, 0, NULL), ENOSYS, "an unknown operation");
	is_int(futex(&word, FUTEX_WAKE, 1, NULL), 0, "nobody to wake");
}

static long waiter(void *arg)
{
	long r;

	(void)arg;
	__atomic_fetch_add(&ready, 1, __ATOMIC_SEQ_CST);
	r = futex(&word, FUTEX_WAIT | op_flags, 1, NULL);
	__atomic_fetch_add(&woken, 1, __ATOMIC_SEQ_CST);
	return r;
}

/* Wakes until @n have been woken in all. => how many at the most at once */
static int wake_until(int n, int at_once)
{
	int got, total = 0, most = 0;

	while (total < n) {
		got = (int)futex(&word, FUTEX_WAKE | op_flags, at_once, NULL);
		if (got > most)
			most = got;
		total += got;
		sched_yield();
	}
	return most;
}

static void wakes(int flags, const char *kind)
{
	struct thread t[3];
	int i, most;
	long bad = 0;

	op_flags = flags;
	word = 1;
	ready = woken = 0;
	for (i = 0; i < 3; i++)
		thread_start(&t[i], waiter, NULL);
	most = wake_until(3, 1);
	ok(most == 1, "%s: one wake, one thread", kind);
	for (i = 0; i < 3; i++)
		bad += thread_join(&t[i]);
	ok(woken == 3 && !bad, "%s: each wakes once", kind);
}

static void across_processes(void)
{
	volatile int *p = map_shared(PAGE_SIZE);
	int pid = fork(), status;

	if (pid == 0) {
		while (p[0] == 0)
			futex(p, FUTEX_WAIT, 0, NULL);
		p[1] = 1;
		futex(p + 1, FUTEX_WAKE, 1, NULL);
		_exit(0);
	}
	p[0] = 1;
	futex(p, FUTEX_WAKE, 1, NULL);
	while (p[1] == 0)
		futex(p + 1, FUTEX_WAIT, 0, NULL);
	waitpid(pid, &status, 0);
	is_exit(status, 0, "two processes meet at a shared word");
	munmap((void *)(uintptr_t)p, PAGE_SIZE);
}

static void requeues(void)
{
	static volatile int second;
	struct thread t[2];
	long moved = 0, r;
	int i;

	op_flags = 0;
	word = 1;
	ready = woken = 0;
	for (i = 0; i < 2; i++)
		thread_start(&t[i], waiter, NULL);
	while (moved < 2) { /* wake none, move up to two */
		r = sys(__NR_futex, &word, FUTEX_CMP_REQUEUE, 0, 2, &second, 1);
		moved += r > 0 ? r : 0;
		sched_yield();
	}
	is_int(moved, 2, "two are moved to another word");
	is_int(futex(&word, FUTEX_WAKE, 9, NULL), 0, "nobody is left here");
	is_int(futex(&second, FUTEX_WAKE, 9, NULL), 2, "they are there");
	for (i = 0; i < 2; i++)
		thread_join(&t[i]);
	is_raw(sys(__NR_futex, &word, FUTEX_CMP_REQUEUE, 0, 2, &second, 7),
	       EAGAIN, "unless the word has changed");
}

struct lock {
	struct robust_list list;
	volatile int owner;
};
static struct lock lock;
static struct robust_list_head head;

static long die_with_lock(void *arg)
{
	(void)arg;
	head.list.next = &lock.list;
	lock.list.next = &head.list;
	head.futex_offset = (long)__builtin_offsetof(struct lock, owner);
	sys(__NR_set_robust_list, &head, sizeof(head));
	lock.owner = (int)sys(__NR_gettid);
	return 0;
}

static void robust_list(void)
{
	struct thread t;

	is_raw(sys(__NR_set_robust_list, &head, 5), EINVAL, "a wrong size");
	thread_start(&t, die_with_lock, NULL);
	thread_join(&t);
	ok((lock.owner & FUTEX_OWNER_DIED) != 0,
	   "the lock of a thread that ended says so");
}

/* The same in shared memory, by a process that becomes another. */
static void robust_exec(char *self)
{
	struct lock *shared = map_shared(PAGE_SIZE);
	char *argv[] = { self, self, NULL };
	int status, pid = fork();

	if (!pid) {
		head.list.next = &shared->list;
		shared->list.next = &head.list;
		head.futex_offset =
			(long)__builtin_offsetof(struct lock, owner);
		sys(__NR_set_robust_list, &head, sizeof(head));
		shared->owner = (int)sys(__NR_gettid);
		_exit(execve(self, argv, argv + 2));
	}
	waitpid(pid, &status, 0);
	ok((shared->owner & FUTEX_OWNER_DIED) != 0, "so does exec");
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return 0;
	refusals();
	wakes(0, "shared");
	wakes(FUTEX_PRIVATE_FLAG, "private");
	across_processes();
	requeues();
	qemu_differs(3, "qemu-user does not know robust lists");
	robust_list();
	robust_exec(argv[0]);
	return done_testing();
}
