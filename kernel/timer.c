/*
 * timer.c - the tick, and timers on it.
 *
 * Armed timers are on one list, the next to expire first; few are ever armed at a time.
 * A timer runs in the tick's interrupt, so its precision is the tick: 1/HZ
 * second late at most, never early.
 */
#include "kernel/arch.h"
#include "kernel/process.h"

static u32 ticks;
static struct list_head timers = LIST_INIT(timers);

void timer_init_struct(struct timer *timer, void (*fn)(struct timer *timer))
{
	list_init(&timer->list);
	timer->fn = fn;
}

bool timer_armed(const struct timer *timer)
{
	return !list_empty(&timer->list);
}

void timer_cancel(struct timer *timer)
{
	u32 irqs = irq_save();

	list_del_init(&timer->list);
	irq_restore(irqs);
}

void timer_arm(struct timer *timer, u64 deadline_ns)
{
	u32 irqs = irq_save();
	struct timer *later;

	list_del_init(&timer->list);
	timer->deadline_ns = deadline_ns;
	list_for_each_entry (later, &timers, list)
		if (later->deadline_ns > deadline_ns)
			break;
	list_add_tail(&timer->list, &later->list);
	irq_restore(irqs);
}

static void run_expired(void)
{
	u64 now = clock_ns();

	while (!list_empty(&timers)) {
		struct timer *timer = list_first(&timers, struct timer, list);

		if (timer->deadline_ns > now)
			return;
		list_del_init(&timer->list);
		timer->fn(timer);
	}
}

void timer_tick(struct regs *regs)
{
	ticks++;
	if (!list_empty(&timers))
		run_expired();
	if (current->process)
		process_tick(regs_user(regs));
}

u32 ticks_now(void)
{
	return *(volatile u32 *)&ticks;
}
