/*
 * timer.h - something to be done at a moment of clock_ns().
 */
#ifndef KERNEL_TIMER_H
#define KERNEL_TIMER_H

#include "mm/list.h"
#include "mm/types.h"

struct timer {
	struct list_head list; /* armed: sorted by deadline */
	u64 deadline_ns;
	void (*fn)(struct timer *timer); /* in the timer's interrupt */
};

void timer_init_struct(struct timer *timer, void (*fn)(struct timer *timer));
/* Arms or re-arms. fn runs at the deadline, or soon after. */
void timer_arm(struct timer *timer, u64 deadline_ns);
void timer_cancel(struct timer *timer); /* not armed: nothing happens */
bool timer_armed(const struct timer *timer);

/* Ticks since the start, HZ a second; wraps. */
u32 ticks_now(void);

#endif
