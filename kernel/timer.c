/*
 * timer.c - the clock, the tick, and timers.
 *
 * Armed timers are on one list, the next to expire first; few are ever armed at a time.
 * The machine has one alarm (timer_set()), set for what comes first: a timer, or the
 * tick, HZ times a second.
 *
 *	now ---+---- first timer ---- next_tick ---- second timer --->
 *	       +---- the alarm
 *
 * The clock is a multiplication of the machine's count by 32 bits, never a division.
 *
 * A timer is late by as much as interrupts are off, and never early.
 */
#include "kernel/arch.h"
#include "kernel/bootinfo.h"
#include "kernel/printk.h"
#include "kernel/process.h"

static u64 clock_base; /* the count at the kernel's first instruction */
static u32 clock_mult, clock_shift;

void clock_start(u32 mult, u32 shift)
{
	u64 now = read_count();

	clock_base = now - ((u32)now - bootinfo.start_cycles);
	clock_mult = mult;
	clock_shift = shift;
}

/* cycles * mult >> shift, the intermediate result 96 bits wide. */
u64 cycles_to_ns(u64 cycles)
{
	u64 low = (u64)(u32)cycles * clock_mult;
	u64 high = (u64)(u32)(cycles >> 32) * clock_mult;

	return (low >> clock_shift) + (high << (32 - clock_shift));
}

u64 clock_ns(void)
{
	return cycles_to_ns(read_count() - clock_base);
}

static u32 ticks;
static u64 next_tick; /* by clock_ns() */
static struct list_head timers = LIST_INIT(timers);

void timer_init_struct(struct timer *timer, void (*fn)(struct timer *timer))
{
	list_init(&timer->list);
	timer->fn = fn;
}

void timer_cancel(struct timer *timer)
{
	scoped_irqs_off();

	list_del_init(&timer->list);
}

static void set_alarm(u64 now)
{
	u64 next = next_tick;

	if (!list_empty(&timers))
		next = min(
			next,
			list_first(&timers, struct timer, list)->deadline_ns);
	timer_set(next > now ? (u32)(next - now) : 0);
}

void timer_arm(struct timer *timer, u64 deadline_ns)
{
	struct timer *later;
	scoped_irqs_off();

	list_del_init(&timer->list);
	timer->deadline_ns = deadline_ns;
	list_for_each_entry (later, &timers, list)
		if (later->deadline_ns > deadline_ns)
			break;
	list_add_tail(&timer->list, &later->list);
	if (deadline_ns < next_tick)
		set_alarm(clock_ns());
}

static void run_expired(u64 now)
{
	while (!list_empty(&timers)) {
		struct timer *timer = list_first(&timers, struct timer, list);

		if (timer->deadline_ns > now)
			return;
		list_del_init(&timer->list);
		timer->fn(timer);
	}
}

void timer_interrupt(void *arg)
{
	u64 now = clock_ns();

	(void)arg;
	run_expired(now);
	if (now >= next_tick) {
		/* After a long stop (a debugger): no burst of ticks. */
		next_tick += NSEC_PER_TICK;
		if (next_tick <= now)
			next_tick = now + NSEC_PER_TICK;
		ticks++;
		if (current->process)
			process_tick(regs_user(irq_regs));
	}
	set_alarm(now);
}

u32 ticks_now(void)
{
	return *(volatile u32 *)&ticks;
}
