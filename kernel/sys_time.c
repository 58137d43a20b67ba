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
	struct __kernel_timespec t64;
	struct __kernel_old_timespec t32;

	if (is64) {
		if (copy_from_user(&t64, from, sizeof(t64)))
			return -EFAULT;
		/* The upper half of tv_nsec is padding to 32-bit programs. */
		t64.tv_nsec = (s32)t64.tv_nsec;
	} else {
		if (copy_from_user(&t32, from, sizeof(t32)))
			return -EFAULT;
		t64.tv_sec = t32.tv_sec;
		t64.tv_nsec = t32.tv_nsec;
	}
	if (t64.tv_sec < 0 || t64.tv_nsec < 0 || t64.tv_nsec >= NSEC_PER_SEC)
		return -EINVAL;
	*ns = timespec_to_ns(t64.tv_sec, t64.tv_nsec);
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
	struct __kernel_timespec t64;
	struct __kernel_old_timespec t32;
	u32 rest, sec = split_ns(ns, &rest);

	if (is64) {
		t64.tv_sec = sec;
		t64.tv_nsec = rest;
		return put_user(to, &t64);
	}
	t32.tv_sec = (long)sec;
	t32.tv_nsec = (long)rest;
	return put_user(to, &t32);
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

static int read_clock(int clock, u64 *ns)
{
	u64 user, system;

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
		process_times(current->process, &user, &system);
		*ns = user + system;
		return 0;
	case CLOCK_THREAD_CPUTIME_ID:
		*ns = current->utime_ns + current->stime_ns;
		return 0;
	}
	return -EINVAL;
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

static long clock_settime(int clock, const void *from, bool is64)
{
	u64 ns;
	int err;

	if (clock != CLOCK_REALTIME)
		return -EINVAL;
	err = get_timespec(&ns, from, is64);
	if (err)
		return err;
	if (current->process->euid)
		return -EPERM;
	realtime_offset = ns - clock_ns();
	return 0;
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

/* ---- sleeping */

static struct waitq nobody_wakes = WAITQ_INIT(nobody_wakes);

static long sleep_until(u64 deadline, void *rest, bool is64)
{
	u64 now;
	int err;

	do {
		err = waitq_sleep_until(&nobody_wakes, deadline);
	} while (!err);
	if (err == -ETIMEDOUT)
		return 0;
	now = clock_ns();
	if (rest &&
	    put_timespec(deadline > now ? deadline - now : 0, rest, is64))
		return -EFAULT;
	/* Not begun again with the whole time: the program has the rest. */
	return -EINTR;
}

static long nanosleep(int clock, int flags, const void *from, void *rest,
		      bool is64)
{
	u64 ns, now = clock_ns();
	int err;

	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC &&
	    clock != CLOCK_BOOTTIME && clock != CLOCK_TAI)
		return clock == CLOCK_PROCESS_CPUTIME_ID ? -EOPNOTSUPP
							 : -EINVAL;
	err = get_timespec(&ns, from, is64);
	if (err)
		return err;
	if (!(flags & TIMER_ABSTIME))
		return sleep_until(now + ns, rest, is64);
	if (clock == CLOCK_REALTIME || clock == CLOCK_TAI)
		ns = ns > realtime_offset ? ns - realtime_offset : 0;
	return ns <= now ? 0 : sleep_until(ns, NULL, is64);
}

SYSCALL(nanosleep, (const void *from, void *rest),
	nanosleep(CLOCK_MONOTONIC, 0, from, rest, false))

BOTH_TIMES(clock_nanosleep, clock_nanosleep_time64,
	   (int clock, int flags, const void *from, void *rest), nanosleep,
	   clock, flags, from, rest)
