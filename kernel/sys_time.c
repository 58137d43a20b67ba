/*
 * sys_time.c - clocks and sleeping.
 *
 * One clock, clock_ns(), counts from the start. CLOCK_REALTIME is it plus an offset that
 * clock_settime() changes; the offset starts as the machine's clock chip says.
 * Times come in two layouts, with 32-bit seconds and with 64-bit ones (the *_time64 calls).
 */
#include "kernel/sys_time.h"
#include "kernel/printk.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/uaccess.h"

#include <linux/time.h>

static u64 realtime_offset;

/* ---- layouts */

u64 timespec_to_ns(s64 sec, s64 nsec)
{
	/* Beyond a century it is for ever, and the product still fits. */
	if (sec > 0xffffffffll)
		sec = 0xffffffffll;
	return (u64)(u32)sec * NSEC_PER_SEC + (u32)nsec;
}

int get_timespec(u64 *ns, const void *from, bool is64)
{
	s32 t[4]; /* seconds, one word or two; nanoseconds; padding */

	*ns = 0;
	if (current->restart_deadline)
		return 0; /* begun anew: it is known until when */
	if (copy_from_user(t, from, is64 ? 16 : 8))
		return -EFAULT;
	if (!is64) {
		t[2] = t[1];
		t[1] = t[0] < 0 ? -1 : 0;
	}
	if (t[1] < 0 || t[2] < 0 || t[2] >= (s32)NSEC_PER_SEC)
		return -EINVAL;
	*ns = timespec_to_ns((s64)u64_of((u32)t[0], (u32)t[1]), t[2]);
	return 0;
}

/* Seconds and the rest. Mostly they are asked for the clock's time, second after
 * second: the last division's answer mostly still holds. */
static u32 split_ns(u64 ns, u32 *rest)
{
	static u64 second_ns; /* where the second begins that was found last */
	static u32 second;

	if (ns - second_ns >= NSEC_PER_SEC) {
		second = (u32)div_u64(ns, NSEC_PER_SEC, rest);
		second_ns = ns - *rest;
	}
	*rest = (u32)(ns - second_ns);
	return second;
}

int put_timespec(u64 ns, void *to, bool is64)
{
	u32 rest, sec = split_ns(ns, &rest);
	u32 t32[] = { sec, rest }, t64[] = { sec, 0, rest, 0 };

	return is64 ? put_user(to, &t64) : put_user(to, &t32);
}

struct __kernel_old_timeval ns_to_timeval(u64 ns)
{
	u32 rest, sec = (u32)div_u64(ns, NSEC_PER_SEC, &rest);

	return (struct __kernel_old_timeval){ (long)sec, (long)rest / 1000 };
}

/* ---- reading and setting */

void realtime_init(void)
{
	u32 seconds = rtc_seconds();

	if (seconds)
		realtime_offset = (u64)seconds * NSEC_PER_SEC - clock_ns();
}

u64 realtime_ns(void)
{
	return clock_ns() + realtime_offset;
}

/* A process's or a thread's: ~its number << 3, CPU_CLOCK_THREAD, and what is counted. */
enum { CPU_CLOCK_USER = 1, CPU_CLOCK_NR = 3, CPU_CLOCK_THREAD = 4 };
#define CPU_CLOCK_SELF (-8)

static int read_cpu_clock(int clock, u64 *ns)
{
	int number = ~clock >> 3, kind = clock & 3;
	const struct process *p = current->process;
	const struct thread *t = current;
	u64 user, system;

	if (number) {
		t = thread_find(number);
		p = process_find(number);
	}
	if (kind == CPU_CLOCK_NR)
		return -EINVAL;
	if (clock & CPU_CLOCK_THREAD) {
		if (!t || t->process != current->process)
			return -EINVAL;
		user = t->utime_ns;
		system = t->stime_ns;
	} else {
		if (!p)
			return -EINVAL;
		process_times(p, &user, &system);
	}
	*ns = kind == CPU_CLOCK_USER ? user : user + system;
	return 0;
}

static int read_clock(int clock, u64 *ns)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_TAI:
		*ns = realtime_ns();
		return 0;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
		*ns = clock_ns();
		return 0;
	case CLOCK_PROCESS_CPUTIME_ID:
		return read_cpu_clock(CPU_CLOCK_SELF, ns);
	case CLOCK_THREAD_CPUTIME_ID:
		return read_cpu_clock(CPU_CLOCK_SELF | CPU_CLOCK_THREAD, ns);
	}
	return clock < 0 ? read_cpu_clock(clock, ns) : -EINVAL;
}

static long clock_gettime(int clock, void *to, bool is64)
{
	u64 ns;
	int err = read_clock(clock, &ns);

	return err ?: put_timespec(ns, to, is64);
}

BOTH_TIMES(clock_gettime, clock_gettime64, (int clock, void *to), clock_gettime,
	   clock, to)

static long clock_getres(int clock, void *to, bool is64)
{
	u64 ns;
	int err = read_clock(clock, &ns);
	bool coarse = clock == CLOCK_REALTIME_COARSE ||
		      clock == CLOCK_MONOTONIC_COARSE;

	if (err || !to)
		return err;
	return put_timespec(coarse ? NSEC_PER_TICK : 1, to, is64);
}

BOTH_TIMES(clock_getres, clock_getres_time64, (int clock, void *to),
	   clock_getres, clock, to)

static struct waitq sleepers = WAITQ_INIT(sleepers);

static long set_realtime(u64 ns)
{
	if (!privileged())
		return -EPERM;
	if (ns < clock_ns()) /* it was set before the machine began */
		return -EINVAL;
	realtime_offset = ns - clock_ns();
	waitq_wake_all(&sleepers);
	return 0;
}

static long clock_settime(int clock, const void *from, bool is64)
{
	u64 ns;

	if (clock != CLOCK_REALTIME)
		return -EINVAL;
	return get_timespec(&ns, from, is64) ?: set_realtime(ns);
}

BOTH_TIMES(clock_settime, clock_settime64, (int clock, const void *from),
	   clock_settime, clock, from)

long sys_gettimeofday(struct __kernel_old_timeval *to, void *zone)
{
	struct __kernel_old_timeval tv = ns_to_timeval(realtime_ns());
	static const u32 utc[2];

	if (to && copy_to_user(to, &tv, sizeof(tv)))
		return -EFAULT;
	if (zone && copy_to_user(zone, utc, sizeof(utc)))
		return -EFAULT;
	return 0;
}

long sys_time(u32 *to)
{
	u32 sec = (u32)div_u64(realtime_ns(), NSEC_PER_SEC, NULL);

	if (to && put_user_u32(sec, to))
		return -EFAULT;
	return (long)sec;
}

long sys_stime(const u32 *from)
{
	u32 sec;

	return get_user_u32(&sec, from)
		       ?: set_realtime((u64)sec * NSEC_PER_SEC);
}

/* ---- sleeping */

/* ABSTIME, to CLOCK_REALTIME: the deadline changes when somebody sets that clock. */
static long sleep_until(u64 time, bool realtime)
{
	int err;

	do {
		u64 offset = realtime ? realtime_offset : 0;

		err = waitq_sleep_until(&sleepers, after(time, offset));
	} while (!err);
	return err == -ETIMEDOUT ? 0 : -ERESTARTNOHAND;
}

static long sleep_for(u64 ns, void *rest, bool is64)
{
	u64 deadline = wait_deadline(clock_ns() + ns);
	long err = sleep_until(deadline, false);

	if (!err)
		return 0;
	if (rest && put_timespec(after(deadline, clock_ns()), rest, is64))
		return -EFAULT;
	return restart_at(deadline);
}

static long nanosleep(int clock, int flags, const void *from, void *rest,
		      bool is64)
{
	bool realtime = clock == CLOCK_REALTIME || clock == CLOCK_TAI;
	u64 ns;
	int err = read_clock(clock, &ns);

	if (!err && !realtime && clock != CLOCK_MONOTONIC &&
	    clock != CLOCK_BOOTTIME)
		err = -EOPNOTSUPP;
	err = err ?: get_timespec(&ns, from, is64);
	if (err)
		return err;
	return flags & TIMER_ABSTIME ? sleep_until(ns, realtime)
				     : sleep_for(ns, rest, is64);
}

SYSCALL(nanosleep, (const void *from, void *rest),
	nanosleep(CLOCK_MONOTONIC, 0, from, rest, false))

BOTH_TIMES(clock_nanosleep, clock_nanosleep_time64,
	   (int clock, int flags, const void *from, void *rest), nanosleep,
	   clock, flags, from, rest)
