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
#include "kernel/mutex.h"
#include "kernel/process.h"
#include "mm/kmap.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

static struct thread boot_thread = {
	.comm = "boot",
	.run = LIST_INIT(boot_thread.run),
};
struct thread *current = &boot_thread;

static struct list_head runq = LIST_INIT(runq);
/* A thread cannot free the stack it ends on: the next one to run does. */
static struct thread *dead;

void sched_thread_begins(void)
{
	if (!dead)
		return;
	thread_free(dead);
	dead = NULL;
}

/* ---- what interrupts leave to do */

static struct list_head queued = LIST_INIT(queued);

void defer(struct deferred *d)
{
	list_del_init(&d->list);
	list_add_tail(&d->list, &queued);
	current->work |= WORK_RESCHED;
}

void deferred_cancel(struct deferred *d)
{
	scoped_irqs_off();

	list_del_init(&d->list);
}

void run_deferred(void)
{
	scoped_irqs_off();

	while (!list_empty(&queued)) {
		struct deferred *d = list_first(&queued, struct deferred, list);

		list_del_init(&d->list);
		d->fn(d);
	}
}

/* ---- running */

static struct thread *next_runnable(void)
{
	struct thread *next;

	run_deferred();
	while (list_empty(&runq)) {
		cpu_wait();
		/* Lets the interrupt's handler run. */
		irq_enable();
		irq_disable();
		run_deferred();
	}
	next = list_first(&runq, struct thread, run);
	list_del_init(&next->run);
	return next;
}

/* Runs another thread, or waits for an interrupt that makes one runnable.
 * => interrupts off; the caller has queued current where it will be found */
static void schedule(void)
{
	struct thread *prev = current, *next;

	assert(!irqs_enabled());
	assert(kmap_local_depth() == 0);
	next = next_runnable();
	if (next == prev)
		return;
	current = next;
	if (next->process)
		process_switch(prev, next);
	switch_to(prev, next);
	sched_thread_begins();
}

void yield(void)
{
	scoped_irqs_off();

	list_add_tail(&current->run, &runq);
	schedule();
}

/* ---- sleeping and waking */

void thread_wake(struct thread *t)
{
	scoped_irqs_off();

	list_del_init(&t->run);
	t->state = THREAD_RUNNABLE;
	list_add_tail(&t->run, &runq);
}

void thread_interrupt(struct thread *t)
{
	scoped_irqs_off();

	if (t->state == THREAD_SLEEPING &&
	    (t->interruptible || (t->killable && t->must_exit)))
		thread_wake(t);
}

static void sleep_on(struct waitq *q, bool interruptible)
{
	current->state = THREAD_SLEEPING;
	current->interruptible = interruptible;
	list_add_tail(&current->run, &q->waiters);
	schedule();
}

void waitq_sleep(struct waitq *q)
{
	scoped_irqs_off();

	sleep_on(q, false);
}

void waitq_sleep_killable(struct waitq *q)
{
	scoped_irqs_off();

	if (!current->must_exit) {
		current->killable = true;
		sleep_on(q, false);
		current->killable = false;
	}
}

struct sleep_timer {
	struct timer timer; /* first */
	struct thread *thread;
	bool expired;
};

static void sleep_expired(struct timer *timer)
{
	struct sleep_timer *t = (struct sleep_timer *)timer;

	t->expired = true;
	thread_interrupt(t->thread);
}

int waitq_sleep_until(struct waitq *q, u64 deadline_ns)
{
	struct sleep_timer t = { .thread = current };
	u32 irqs = irq_save();
	int result = 0;

	timer_init_struct(&t.timer, sleep_expired);
	if (deadline_ns != ~0ull)
		timer_arm(&t.timer, deadline_ns);
	if (signal_pending())
		result = -EINTR;
	else
		sleep_on(q, true);
	timer_cancel(&t.timer);
	irq_restore(irqs);
	if (t.expired)
		return -ETIMEDOUT;
	return signal_pending() ? -EINTR : result;
}

void waitq_wake_all(struct waitq *q)
{
	scoped_irqs_off();

	while (!list_empty(&q->waiters))
		thread_wake(list_first(&q->waiters, struct thread, run));
}

void mutex_wait(struct mutex *m)
{
	do {
		current->waits_for = m->owner;
		waitq_sleep(&m->waiters);
		current->waits_for = NULL;
	} while (m->owner);
}

void mutex_unlock(struct mutex *m)
{
	assert(m->owner == current);
	m->owner = NULL;
	waitq_wake_all(&m->waiters);
}

/* ---- the beginning and the end of a thread */

static struct kmem_cache thread_cache;

void sched_init(void)
{
	kmem_cache_init(&thread_cache, "thread", sizeof(struct thread), 16);
}

struct thread *thread_alloc(void)
{
	struct thread *t = kmem_cache_alloc(&thread_cache);

	if (!t)
		return NULL;
	/* arch is set by whoever makes it a program's thread. */
	memset(t, 0, offsetof(struct thread, arch));
	t->stack = stack_alloc();
	if (!t->stack) {
		kmem_cache_free(&thread_cache, t);
		return NULL;
	}
	list_init(&t->run);
	list_init(&t->peers);
	list_init(&t->tid_hash);
	list_init(&t->pending.infos);
	return t;
}

void thread_free(struct thread *t)
{
	stack_free(t->stack);
	kmem_cache_free(&thread_cache, t);
}

noreturn void thread_exit(void)
{
	irq_disable();
	process_forget_regs(current);
	current->state = THREAD_DEAD;
	sched_thread_begins();
	dead = current;
	schedule();
	panic("a dead thread runs");
}

/* ---- kernel threads */

static void kthread_begin(void *arg)
{
	sched_thread_begins();
	irq_enable();
	current->main(arg);
	thread_exit();
}

struct thread *kthread_start(const char *name, void (*fn)(void *arg), void *arg)
{
	struct thread *t = thread_alloc();

	if (!t)
		return NULL;
	snprintf(t->comm, sizeof(t->comm), "%s", name);
	t->main = fn;
	thread_setup_stack(t, kthread_begin, arg);
	thread_wake(t);
	return t;
}
