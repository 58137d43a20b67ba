/*
 * time.h - ticks; the clock itself is the machine's (kernel/arch.h, clock_ns).
 */
#ifndef KERNEL_TIME_H
#define KERNEL_TIME_H

#include "mm/types.h"

/* Timer interrupts since the start, HZ a second; wraps. */
u32 ticks_now(void);

#endif
