/*
 * sys_time.h - clocks and sleeping.
 */
#pragma once

#include "mm/types.h"

#include <linux/time_types.h>

/* A time of the program's, in the layout of the call; is64: 64-bit seconds.
 * => 0, -EFAULT, -EINVAL (negative, or too many nanoseconds) */
int get_timespec(u64 *ns, const void *from, bool is64);
/* => 0 or -EFAULT */
int put_timespec(u64 ns, void *to, bool is64);
u64 timespec_to_ns(s64 sec, s64 nsec);
/* How far time lies behind another. => 0: it does not */
static inline u64 after(u64 time, u64 other)
{
	return time > other ? time - other : 0;
}
struct __kernel_old_timeval ns_to_timeval(u64 ns);
/* Since 1970, as far as anybody has set the clock. */
u64 realtime_ns(void);
/* At boot: the time of day, from the machine's clock. */
void realtime_init(void);
