/*
 * sched.c - threads, the run queue, sleeping and waking.
 *
 * One processor, no preemption inside the kernel. A thread that is runnable and not
 * running is on `runq`; one that sleeps is on its waitq's list; `current` is on neither.
 * All of it is changed with interrupts off, because handlers wake
 * threads. When nobody can run, schedule() itself waits for an interrupt, on the
 * stack of whoever called it: there is no idle thread.
 *
 *	runq -> A -> B          current: C          waitq -> D -> E
 *
 * Linux has priorities, groups and a queue for every processor; round-robin is
 * enough where the subject is memory.
 */
#include "kernel/sched.h"

#include "kernel/arch.h"
#include "mm/kmap.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

static struct thread boot_thread = { .name = "boot" };
struct thread *current = &boot_thread;

static struct list_head runq = LIST_INIT(runq);
/* A thread cannot free the stack it ends on: the next one to run does. */
static struct thread *dead;

static void reap(void)
{
	if (!dead)
		return;
	stack_free(dead->stack);
	kfree(dead);
	dead = NULL;
}

void schedule(void)
{
	struct thread *prev = current, *next;

	assert(!irqs_enabled());
	assert(kmap_local_depth() == 0);
	while (list_empty(&runq)) {
		cpu_wait();
		/* Lets the interrupt's handler run. */
		irq_enable();
		irq_disable();
	}
	next = list_first(&runq, struct thread, run);
	list_del_init(&next->run);
	if (next == prev)
		return;
	current = next;
	switch_to(prev, next);
	reap();
}

void yield(void)
{
	u32 irqs = irq_save();

	list_add_tail(&current->run, &runq);
	schedule();
	irq_restore(irqs);
}

void waitq_sleep(struct waitq *q)
{
	u32 irqs = irq_save();

	current->state = THREAD_SLEEPING;
	list_add_tail(&current->run, &q->waiters);
	schedule();
	irq_restore(irqs);
}

void waitq_wake_all(struct waitq *q)
{
	u32 irqs = irq_save();

	while (!list_empty(&q->waiters)) {
		struct thread *t = list_first(&q->waiters, struct thread, run);

		list_del(&t->run);
		t->state = THREAD_RUNNABLE;
		list_add_tail(&t->run, &runq);
	}
	irq_restore(irqs);
}

/* ---- kernel threads */

struct kthread_start_info {
	struct thread thread; /* first: freed as one object */
	void (*fn)(void *arg);
	void *arg;
};

/* Where every kernel thread begins and ends. */
static void kthread_main(void *arg)
{
	struct kthread_start_info *info = arg;

	reap();
	irq_enable();
	info->fn(info->arg);
	irq_disable();
	current->state = THREAD_DEAD;
	assert(!dead);
	dead = current;
	schedule();
	panic("a dead thread runs");
}

struct thread *kthread_start(const char *name, void (*fn)(void *arg), void *arg)
{
	struct kthread_start_info *info = kzalloc(sizeof(*info));
	u32 irqs;

	if (!info)
		return NULL;
	info->thread.stack = stack_alloc();
	if (!info->thread.stack) {
		kfree(info);
		return NULL;
	}
	info->thread.name = name;
	info->fn = fn;
	info->arg = arg;
	thread_setup_stack(&info->thread, kthread_main, info);
	irqs = irq_save();
	list_add_tail(&info->thread.run, &runq);
	irq_restore(irqs);
	return &info->thread;
}
