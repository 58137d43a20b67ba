/*
 * timers.c - sleeps, time limits and alarms of less than a tick: never early, and not a
 * tick late. What a stop does to them; clocks of CPU time.
 */
#include <linux/futex.h>
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
	value[3] = 0;
	sys(__NR_setitimer, 0, value, 0);
	sys(__NR_getitimer, 0, value);
	is_int(value[1], 0, "without a time there is no interval");
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

/* ---- a sleeper that is stopped and goes on */

static int doze(void)
{
	struct timespec t = { 0, 200000 * US };

	return (int)sys(__NR_nanosleep, &t, &t);
}

static int doze_in_poll(void)
{
	return (int)sys(__NR_poll, 0, 0, 200);
}

static int doze_in_ppoll(void)
{
	struct timespec t = { 0, 200000 * US };

	return (int)sys(__NR_ppoll, 0, 0, &t, 0, 8);
}

static int doze_in_select(void)
{
	long t[2] = { 0, 200000 };

	return (int)sys(__NR__newselect, 0, 0, 0, 0, t);
}

static int doze_on_futex(void)
{
	struct timespec t = { 0, 200000 * US };
	int word = 0;

	return (int)sys(__NR_futex, &word, FUTEX_WAIT, 0, &t) + ETIMEDOUT;
}

/* => 0: the whole time */
static int sleeper(int (*fn)(void))
{
	long start = now(), took;
	int result = fn();

	took = now() - start;
	return result ? 1 : took < 199000 ? 2 : took > 600000 ? 3 : 0;
}

static void is_stopped(int (*fn)(void), const char *name)
{
	struct timespec t = { 0, 80000 * US };
	int status, pid = fork();

	if (!pid)
		_exit(sleeper(fn));
	nanosleep(&t, NULL);
	kill(pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	kill(pid, SIGCONT);
	waitpid(pid, &status, 0);
	is_exit(status, 0, name);
}

static void rest_of_time(void)
{
	struct timespec t = { 5, 0 };
	struct pollfd none = { -1, 0, 0 };
	long tv[2] = { 0, 500 };
	int fd[2];
	uint32_t set;

	sys(__NR__newselect, 0, 0, 0, 0, tv);
	ok(!tv[0] && !tv[1], "select() leaves what is left: nothing");
	pipe(fd);
	set = 1u << fd[1];
	tv[0] = 5;
	sys(__NR__newselect, fd[1] + 1, 0, &set, 0, tv);
	ok(tv[0] == 4, "or almost all");
	none.fd = fd[1];
	none.events = POLLOUT;
	sys(__NR_ppoll, &none, 1, &t, 0, 8);
	is_int(t.tv_sec, 4, "as ppoll() does");
	close(fd[0]);
	close(fd[1]);
}

/* ---- clocks */

#define CLOCK_OF(pid, bits) (int)(~(unsigned int)(pid) << 3 | (bits))

static void cpu_clocks(void)
{
	struct timespec own, t;
	int clock, pid = fork();

	if (!pid)
		sys(__NR_pause);
	clock = CLOCK_OF(pid, 2);
	is_err(clock_gettime(clock, &t), 0, "the CPU time of a child");
	ok(!t.tv_sec, "is what it has used");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	is_err(clock_gettime(clock, &t), EINVAL, "until it is gone");
	clock_gettime(CLOCK_OF(0, 2), &own);
	is_err(clock_gettime(CLOCK_OF(getpid(), 6), &t), 0, "of a thread");
	ok(t.tv_sec <= own.tv_sec, "is a part of the process's");
	is_err(clock_gettime(CLOCK_OF(getppid(), 6), &t), EINVAL,
	       "but of no other process's");
	is_err(clock_gettime(CLOCK_OF(0, 3), &t), EINVAL, "no such kind");
	t = (struct timespec){ 0, 1 };
	is_raw(sys(__NR_clock_nanosleep, 4 /* RAW */, 0, &t, 0), EOPNOTSUPP,
	       "a clock nobody can sleep by");
	is_raw(sys(__NR_clock_nanosleep, 99, 0, &t, 0), EINVAL, "no clock");
}

static int until_noon(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += 1000;
	return (int)sys(__NR_clock_nanosleep, 0, TIMER_ABSTIME, &t, 0);
}

/* The host's clock is left alone. */
static void set_clock(void)
{
	struct timespec t = { 0, 80000 * US };
	int status, pid;

	if (under_oracle()) {
		skip("a sleeper until a time of day", "it sets the clock");
		return;
	}
	pid = fork();
	if (!pid)
		_exit(until_noon() ? 1 : 0);
	nanosleep(&t, NULL);
	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += 1001;
	sys(__NR_clock_settime, CLOCK_REALTIME, &t);
	waitpid(pid, &status, 0);
	is_exit(status, 0, "a sleeper until a time of day: it is set to it");
}

/* ---- a wait goes on, and what it was told is no longer there */

static void *told; /* a page */
static struct thread other;

/* Takes the page away from the call that sleeps, and has it begun anew. */
static long take_away(void *arg)
{
	struct timespec t = { 0, 20000 * US };

	(void)arg;
	nanosleep(&t, NULL);
	munmap(told, PAGE_SIZE);
	sys(__NR_kill, getpid(), SIGSTOP);
	return 0;
}

static void share_page(void)
{
	told = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	thread_start(&other, take_away, NULL);
}

static int sleeps_on(void)
{
	long start = now();

	share_page();
	*(struct timespec *)told = (struct timespec){ 0, 60000 * US };
	return nanosleep(told, NULL) || now() - start < 60000;
}

static int polls_and_sleeps(void)
{
	struct timespec t = { 0, 100000 * US };
	long start;

	share_page();
	*(struct pollfd *)told = (struct pollfd){ -1, 0, 0 };
	if (sys(__NR_poll, told, 1, 60) != -EFAULT)
		return 2;
	start = now();
	return nanosleep(&t, NULL) || now() - start < 100000;
}

static void is_continued(int (*fn)(void), const char *name)
{
	int status, pid;

	flush();
	pid = fork();
	if (!pid)
		_exit(fn());
	waitpid(pid, &status, WUNTRACED);
	kill(pid, SIGCONT);
	waitpid(pid, &status, 0);
	is_exit(status, 0, name);
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
	is_stopped(doze, "nanosleep() goes on after a stop");
	is_stopped(doze_in_poll, "so does poll()");
	is_stopped(doze_in_ppoll, "ppoll()");
	is_stopped(doze_in_select, "select()");
	is_stopped(doze_on_futex, "a futex's time-out");
	is_continued(sleeps_on, "what to sleep is not read again");
	qemu_differs(1, "poll() is not begun anew");
	is_continued(polls_and_sleeps,
		     "a time-out ends with its call, even one that fails");
	rest_of_time();
	cpu_clocks();
	set_clock();
	return done_testing();
}
