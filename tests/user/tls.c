/*
 * tls.c - the thread pointer: set by a call, kept across switches, forks.
 */
#include "user/lib/probe.h"
#include "user/lib/tap.h"
#include "user/lib/thread.h"

static unsigned long block[8], other[8];

static void set_and_get(void)
{
	is_int(tls_set(block), 0, "the thread pointer can be set");
	is_ptr(tls_get(), block, "and read");
	tls_set(other);
	is_ptr(tls_get(), other, "and set again");
	tls_set(block);
}

static void survives_signals_and_calls(void)
{
	getpid();
	sched_yield();
	is_ptr(tls_get(), block, "calls leave it");
}

static void fork_inherits(void)
{
	int pid = fork(), status;

	if (pid == 0) {
		if (tls_get() != block)
			_exit(1);
		tls_set(other);
		_exit(tls_get() == other ? 0 : 2);
	}
	waitpid(pid, &status, 0);
	is_exit(status, 0, "a child begins with its parent's");
	is_ptr(tls_get(), block, "and does not change it");
}

static long look(void *arg)
{
	struct thread *t = arg;
	int i;

	for (i = 0; i < 100; i++) {
		if (tls_get() != t->tls)
			return 1;
		sys(__NR_sched_yield);
	}
	return 0;
}

static void one_per_thread(void)
{
	static struct thread t[3];
	int i;
	long bad = 0;

	for (i = 0; i < 3; i++)
		thread_start(&t[i], look, &t[i]);
	for (i = 0; i < 3; i++)
		bad += thread_join(&t[i]);
	is_int(bad, 0, "each thread has its own, across switches");
}

int main(void)
{
	set_and_get();
	survives_signals_and_calls();
	fork_inherits();
	one_per_thread();
	return done_testing();
}
