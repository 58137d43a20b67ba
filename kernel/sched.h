/*
 * sched.h - threads of the kernel: one runs, and gives up the processor only where it waits.
 */
#ifndef KERNEL_SCHED_H
#define KERNEL_SCHED_H

#include "mm/env.h"

struct thread {
	vaddr_t ksp; /* the saved stack pointer; first, for switch_to() */
	void *stack; /* stack_alloc()'s */
	enum { THREAD_RUNNABLE, THREAD_SLEEPING, THREAD_DEAD } state;
	struct list_head run; /* on the run queue or a waitq's */
	const char *name;
};
extern struct thread *current;

/* Starts a kernel thread. It ends by returning from fn. => NULL: out of memory */
struct thread *kthread_start(const char *name, void (*fn)(void *arg), void *arg);

/* Lets others run first. */
void yield(void);

/* Runs another thread, or waits for an interrupt that makes one runnable.
 * => interrupts off; the caller has queued current where it will be found */
void schedule(void);

#endif
