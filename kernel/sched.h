/*
 * sched.h - threads: one runs, and gives up the processor only where it waits.
 *
 * A thread of a process is preempted while it is in user mode; inside the kernel nobody is.
 */
#pragma once

#include "kernel/arch.h"
#include "kernel/signal.h"
#include "mm/env.h"
#include "mm/layout.h"

struct process;
struct files;
struct fs;

/* thread->work: what must be done before it returns to user mode */
enum {
	WORK_RESCHED = 1 << 0, /* its time slice is over */
	WORK_SIGNAL = 1 << 1,  /* a signal may be deliverable */
	/* the call that is begun anew has not ended yet; its deadline goes then */
	WORK_RESTARTED = 1 << 2,
};

struct thread {
	vaddr_t ksp; /* the saved stack pointer; first, for switch_to() */
	u32 work;    /* WORK_*; second, for the return to user mode */
	void *stack; /* stack_alloc()'s */
	enum { THREAD_RUNNABLE, THREAD_SLEEPING, THREAD_DEAD } state;
	bool interruptible; /* a signal may end the sleep */
	bool killable;	    /* only its end may end the sleep */
	bool must_exit;	    /* the process ends, or another program begins */
	const struct thread *waits_for; /* asleep: has the mutex we want */
	bool in_syscall; /* do_syscall_work(): the result in regs may ask for a restart */
	struct list_head run;	 /* on the run queue or a waitq's */
	int slice;		 /* ticks of its turn that are over */
	void (*main)(void *arg); /* a kernel thread's */
	char comm[16]; /* its name; the process has that of its leader */

	/* threads of processes only: process is NULL in a kernel thread */
	struct process *process;
	struct list_head peers; /* on process->threads */
	struct list_head tid_hash;
	int tid;
	struct files *files;
	struct fs *fs;
	u64 blocked, saved_blocked; /* signals: bit n-1 is signal n */
	u64 awaited; /* blocked but for sigtimedwait(): sent to us they are kept */
	bool restore_blocked;	 /* sigsuspend: saved_blocked comes back */
	u64 restart_deadline;	 /* restart_at()'s; 0: none */
	struct sigqueue pending; /* for this thread alone */
	u32 altstack_sp, altstack_size, altstack_flags;
	u32 set_child_tid, clear_child_tid, robust_list; /* user addresses */
	u64 utime_ns, stime_ns;
	struct thread_arch arch; /* FPU, TLS (kernel/ARCH/cpu_arch.h) */
};
extern struct thread *current;

/* The registers with which a thread entered the kernel from user mode. */
static inline struct regs *thread_regs(const struct thread *t)
{
	return (struct regs *)(void *)((char *)t->stack + STACK_SIZE) - 1;
}

/* Starts a kernel thread. It ends by returning from fn. => NULL: out of memory */
struct thread *kthread_start(const char *name, void (*fn)(void *arg),
			     void *arg);

/* A thread with a stack, not yet on the run queue. => NULL: out of memory */
struct thread *thread_alloc(void);
void thread_free(struct thread *t);
void sched_init(void);
/* Puts it on the run queue. => from interrupts, too */
void thread_wake(struct thread *t);
/* Ends the running thread; the next one to run frees it. */
noreturn void thread_exit(void);

/* What a thread does first, whenever it begins to run: frees the one that has ended and could
 * not free the stack it stood on. => interrupts off */
void sched_thread_begins(void);

/* Lets others run first. */
void yield(void);

/* What an interrupt leaves for a moment when no list is half changed: where a thread
 * waits, asks for signals, or returns to user mode. */
struct deferred {
	struct list_head list;		/* list_init(): not waiting to be run */
	void (*fn)(struct deferred *d); /* interrupts off; must not sleep */
};

/* Has fn run once, however often it is asked before. => from interrupts */
void defer(struct deferred *d);
void deferred_cancel(struct deferred *d);
void run_deferred(void);

/* Like waitq_sleep(), but a signal ends it, too, or a deadline by clock_ns(); ~0: none.
 * => 0: woken; -EINTR, -ETIMEDOUT */
int waitq_sleep_until(struct waitq *q, u64 deadline_ns);
static inline int waitq_sleep_intr(struct waitq *q)
{
	return waitq_sleep_until(q, ~0ull);
}
/* Only the thread's end ends it. */
void waitq_sleep_killable(struct waitq *q);
/* Ends a thread's interruptible sleep; if it must exit, a killable one, too. */
void thread_interrupt(struct thread *t);

/* ---- timer.c: something to be done at a moment of clock_ns() */

struct timer {
	struct list_head list; /* armed: sorted by deadline */
	u64 deadline_ns;
	void (*fn)(struct timer *timer); /* in the timer's interrupt */
};

void timer_init_struct(struct timer *timer, void (*fn)(struct timer *timer));
/* Arms or re-arms. fn runs at the deadline, or soon after. */
void timer_arm(struct timer *timer, u64 deadline_ns);
void timer_cancel(struct timer *timer); /* not armed: nothing happens */

/* Ticks since the start, HZ a second; wraps. */
u32 ticks_now(void);
