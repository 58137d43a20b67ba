/*
 * threads-mm.c - threads share one address space: what one maps, protects or
 * unmaps holds for all at once, and one fault is served for all.
 */
#include "user/lib/probe.h"
#include "user/lib/tap.h"
#include "user/lib/thread.h"

#define N 4

static struct thread threads[N];
static volatile int stage;
static char *volatile shared;

static long return_arg(void *arg)
{
	return (long)arg + 1;
}

static void starts_and_ends(void)
{
	int i, sum = 0;

	for (i = 0; i < N; i++)
		thread_start(&threads[i], return_arg, (void *)i);
	for (i = 0; i < N; i++)
		sum += (int)thread_join(&threads[i]);
	is_int(sum, 1 + 2 + 3 + 4, "four threads return their results");
}

static long get_ids(void *arg)
{
	int *ids = arg;

	ids[0] = getpid();
	ids[1] = gettid();
	return 0;
}

static void one_process(void)
{
	int ids[2];

	thread_start(&threads[0], get_ids, ids);
	thread_join(&threads[0]);
	is_int(ids[0], getpid(), "a thread has the process's id");
	ok(ids[1] != getpid() && ids[1] > 0, "and one of its own");
}

static long count(void *arg)
{
	int i;

	for (i = 0; i < 10000; i++)
		__atomic_fetch_add((int *)arg, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static void shares_data(void)
{
	int i, n = 0;

	for (i = 0; i < N; i++)
		thread_start(&threads[i], count, &n);
	for (i = 0; i < N; i++)
		thread_join(&threads[i]);
	is_int(n, N * 10000, "four threads count in one variable");
}

static long map_a_page(void *arg)
{
	char *p = map_anon(P(1));

	(void)arg;
	*p = 't';
	return (long)p;
}

static void mappings_are_common(void)
{
	char *p;

	thread_start(&threads[0], map_a_page, NULL);
	p = (char *)thread_join(&threads[0]);
	is_int(*p, 't', "what a thread maps is there for all");
	munmap(p, P(1));
}

static void wait_stage(int n)
{
	int s;

	while ((s = stage) < n)
		futex_wait(&stage, s, NULL);
}

static void set_stage(int n)
{
	stage = n;
	futex_wake(&stage, N);
}

/* Uses the page, waits for the other to take it away, and looks again. */
static long probe_twice(void *arg)
{
	(void)arg;
	*shared = 'u'; /* now its translation is cached */
	set_stage(1);
	wait_stage(2);
	return probe(shared, WRITE) == SIGSEGV ? last_fault.code : 0;
}

static void protects_for_all(void)
{
	stage = 0;
	shared = map_anon(P(1));
	thread_start(&threads[0], probe_twice, NULL);
	wait_stage(1);
	mprotect(shared, P(1), PROT_READ);
	set_stage(2);
	is_int(thread_join(&threads[0]), SEGV_ACCERR,
	       "mprotect() holds for other threads at once");
	munmap(shared, P(1));
}

static void unmaps_for_all(void)
{
	stage = 0;
	shared = map_anon(P(1));
	thread_start(&threads[0], probe_twice, NULL);
	wait_stage(1);
	munmap(shared, P(1));
	set_stage(2);
	is_int(thread_join(&threads[0]), SEGV_MAPERR, "so does munmap()");
}

/* All touch the same fresh pages and count in them. */
static long touch_all(void *arg)
{
	int i;

	for (i = 0; i < 32; i++)
		__atomic_fetch_add((int *)(void *)((char *)arg + P(i)), 1,
				   __ATOMIC_SEQ_CST);
	return 0;
}

static void faults_are_common(void)
{
	char *p = map_anon(P(32));
	int i, bad = 0;

	for (i = 0; i < N; i++)
		thread_start(&threads[i], touch_all, p);
	for (i = 0; i < N; i++)
		thread_join(&threads[i]);
	for (i = 0; i < 32; i++)
		bad += *(int *)(void *)(p + P(i)) != N;
	is_int(bad, 0, "each page is made once, whoever comes first");
	munmap(p, P(32));
}

static long fork_and_write(void *arg)
{
	int status, pid = (int)sys(__NR_fork);

	if (pid == 0) {
		*(char *)arg = 'c';
		_exit(0);
	}
	sys(__NR_wait4, pid, &status, 0, 0);
	return status;
}

static void fork_in_a_thread(void)
{
	char *p = map_anon(P(1));

	*p = 'p';
	thread_start(&threads[0], fork_and_write, p);
	is_int(thread_join(&threads[0]), 0, "a thread forks");
	is_int(*p, 'p', "the child's writes are its own");
	munmap(p, P(1));
}

static long for_ever(void *arg)
{
	set_stage(1);
	wait_stage(99);
	return (long)arg;
}

static long leave_all(void *arg)
{
	_exit((int)(long)arg);
}

static int exit_group(void *arg)
{
	stage = 0;
	thread_start(&threads[0], for_ever, NULL);
	wait_stage(1);
	thread_start(&threads[1], leave_all, arg);
	wait_stage(99);
	return 1;
}

static long crash(void *arg)
{
	*(volatile int *)arg = 1;
	return 0;
}

static int crash_in_thread(void *arg)
{
	thread_start(&threads[0], crash, arg);
	wait_stage(99);
	return 1;
}

static void ends_together(void)
{
	stage = 0;
	is_exit(in_child(exit_group, (void *)6), 6,
		"exit_group() in one thread ends all");
	is_killed(in_child(crash_in_thread, NULL), SIGSEGV,
		  "a fault in one thread ends all");
}

int main(void)
{
	starts_and_ends();
	one_process();
	shares_data();
	mappings_are_common();
	protects_for_all();
	unmaps_for_all();
	faults_are_common();
	fork_in_a_thread();
	ends_together();
	return done_testing();
}
