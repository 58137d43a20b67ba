/*
 * timers.c - sleeps, time limits and alarms of less than a tick: never early, and not a
 * tick late.
 */
#include <linux/time_types.h>
#include "user/lib/signal.h"
#include "user/lib/tap.h"
#include "user/lib/thread.h"

#define TRIES 20
#define US    1000l

static long now(void)
{
	struct __kernel_old_timespec t;

	sys(__NR_clock_gettime, 1 /* CLOCK_MONOTONIC */, &t);
	return t.tv_sec % 1000 * 1000000 + t.tv_nsec / 1000;
}

static volatile int alarms;

static void on_alarm(int signo, siginfo_t *info, void *context)
{
	(void)signo, (void)info, (void)context;
	alarms++;
}

static void by_nanosleep(void)
{
	struct timespec t = { 0, 500 * US };

	sys(__NR_nanosleep, &t, 0);
}

static void by_clock_nanosleep(void)
{
	struct timespec t = { 0, 500 * US };

	sys(__NR_clock_nanosleep, 1, 0, &t, 0);
}

static void by_ppoll(void)
{
	struct timespec t = { 0, 500 * US };

	sys(__NR_ppoll, 0, 0, &t, 0, 8);
}

static void by_select(void)
{
	long t[2] = { 0, 500 };

	sys(__NR__newselect, 0, 0, 0, 0, t);
}

static void by_sigtimedwait(void)
{
	struct timespec t = { 0, 500 * US };

	sig_timedwait(SIG(SIGUSR1), NULL, &t);
}

static void by_itimer(void)
{
	long value[4] = { 0, 0, 0, 500 };
	sigmask old;

	sig_mask(SIG_BLOCK, SIG(SIGALRM), &old);
	sys(__NR_setitimer, 0, value, 0);
	sig_suspend(old);
	sig_mask(SIG_SETMASK, old, NULL);
}

/* The shortest of several says what the kernel can do: others run, too. */
static void measure(void (*fn)(void), const char *name)
{
	long shortest = 1000000, start, took;
	int i;

	for (i = 0; i < TRIES; i++) {
		start = now();
		fn();
		took = now() - start;
		if (took < shortest)
			shortest = took;
	}
	if (!ok(shortest >= 500 && shortest < 4000, "%s of 500 us", name))
		diag("took %ld us", shortest);
}

static void many_alarms(void)
{
	long value[4] = { 0, 1000, 0, 1000 }, none[4] = { 0, 0, 0, 0 };
	long start = now(), took;

	alarms = 0;
	sys(__NR_setitimer, 0, value, 0);
	while (alarms < 20 && now() - start < 5000000)
		;
	took = now() - start;
	sys(__NR_setitimer, 0, none, 0);
	ok(alarms >= 20 && took >= 19 * 1000, "an alarm each millisecond");
}

static long nothing(void *arg)
{
	return (long)arg;
}

/* Alarms as often as they come, and CPU time at the next tick: one of them meets each
 * moment of a thread's or a process's beginning and end. */
static void storm_in_child(int i)
{
	long often[4] = { 0, 100, 0, 100 }, soon[4] = { 0, 0, 0, 1 };
	struct thread t;

	sys(__NR_setitimer, 2 /* ITIMER_PROF */, soon, 0);
	sys(__NR_setitimer, 0, often, 0);
	if (i % 4 == 0) {
		thread_start(&t, nothing, NULL);
		thread_join(&t);
	}
	_exit(7);
}

static void storm(void)
{
	int i, good = 0, status = 0;

	sig_catch(SIGPROF, on_alarm, 0);
	for (i = 0; i < 1000; i++) {
		int child = fork();

		if (!child)
			storm_in_child(i);
		waitpid(child, &status, 0);
		good += status == 7 << 8;
	}
	is_int(good, 1000, "1,000 processes end while their timers run");
}

int main(void)
{
	sig_catch(SIGALRM, on_alarm, 0);
	measure(by_nanosleep, "nanosleep");
	measure(by_clock_nanosleep, "clock_nanosleep");
	measure(by_ppoll, "ppoll");
	measure(by_select, "select");
	measure(by_sigtimedwait, "sigtimedwait");
	measure(by_itimer, "setitimer");
	many_alarms();
	storm();
	return done_testing();
}
