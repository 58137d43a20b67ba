/*
 * thread.c - threads on top of clone() and futex().
 *
 * A new thread's stack, as thread_clone() wants it:
 *
 *	stack + THREAD_STACK ->	+-----------------+
 *				| unused          |
 *				| struct thread * |  argument of run()
 *				| run             |
 *	stack_top ->		+-----------------+
 *				| grows down      |
 *	stack ->		+-----------------+
 *
 * Left out: guard pages, detached threads, attributes.
 */
#include <linux/futex.h>
#include "user/lib/thread.h"

#define THREAD_FLAGS                                                        \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | \
	 CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID |               \
	 CLONE_CHILD_CLEARTID)

long futex_wait(volatile int *word, int value, const struct timespec *timeout)
{
	return sys(__NR_futex, word, FUTEX_WAIT, value, timeout, 0, 0);
}

long futex_wake(volatile int *word, int n)
{
	return sys(__NR_futex, word, FUTEX_WAKE, n, 0, 0, 0);
}

static long run(struct thread *t)
{
	t->result = t->fn(t->arg);
	return 0;
}

int thread_start(struct thread *t, long (*fn)(void *), void *arg)
{
	static unsigned long main_tls[8];
	unsigned long *top;
	long r;

	if (!main_tls[0]) {
		main_tls[0] = 1;
		tls_set(main_tls);
	}
	t->stack = mmap(NULL, THREAD_STACK, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (t->stack == MAP_FAILED)
		return -errno;
	t->fn = fn;
	t->arg = arg;
	/* a multiple of 16; arch/start.S keeps the alignment */
	top = (unsigned long *)(void *)(t->stack + THREAD_STACK) - 8;
	top[0] = (unsigned long)run;
	top[1] = (unsigned long)t;
	r = thread_clone(THREAD_FLAGS, top, &t->tid,
			 tls_clone_arg(t->tls, t->scratch), &t->tid);
	if (r < 0)
		munmap(t->stack, THREAD_STACK);
	return r < 0 ? (int)r : 0;
}

long thread_join(struct thread *t)
{
	int tid;

	while ((tid = t->tid) != 0)
		futex_wait(&t->tid, tid, NULL);
	munmap(t->stack, THREAD_STACK);
	return t->result;
}
