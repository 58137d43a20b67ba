/*
 * signal.h - signals: what is pending, and what is to be done about it.
 */
#pragma once

#include "mm/list.h"
#include "mm/types.h"

#include <asm/errno.h>
#include <linux/signal.h>

struct process;
struct thread;
struct regs;

#define NR_SIGNALS  64
#define SIGBIT(sig) (1ull << ((sig)-1))

/* Whose default action is to stop the process, and to do nothing. */
#define STOPPING \
	(SIGBIT(SIGSTOP) | SIGBIT(SIGTSTP) | SIGBIT(SIGTTIN) | SIGBIT(SIGTTOU))
#define IGNORED_BY_DEFAULT \
	(SIGBIT(SIGCHLD) | SIGBIT(SIGCONT) | SIGBIT(SIGURG) | SIGBIT(SIGWINCH))

#define HANDLER_DFL 0u
#define HANDLER_IGN 1u

/* Results that never reach a program: the call starts anew, or becomes -EINTR. */
#define ERESTARTSYS	      512 /* anew, unless a handler without SA_RESTART runs */
#define ERESTARTNOHAND	      514 /* anew, unless a handler runs */
#define ERESTART_RESTARTBLOCK 516 /* the same; restart_at() */

/* What rt_sigaction() takes, in the kernel's order of fields on both machines. */
struct ksigaction {
	u32 handler; /* user address, or SIG_DFL (0), SIG_IGN (1) */
	u32 flags;
	u32 restorer;
	u64 mask;
} __attribute__((packed, aligned(4)));

struct sighand {
	u32 users;
	struct ksigaction action[NR_SIGNALS]; /* [sig - 1] */
};

/* Signals that wait to be delivered. One below SIGRTMIN waits at most once; what comes with
 * it is in infos, or lost when there was no memory. */
struct sigqueue {
	u64 set;
	struct list_head infos; /* struct siginfo_entry, oldest first */
};

/* ---- what to do on a signal */
struct sighand *sighand_get(struct sighand *sighand); /* one more user */
/* old NULL: every action is the default. => NULL: out of memory */
struct sighand *sighand_copy(const struct sighand *old);
void sighand_put(struct sighand *sighand);
/* execve: the process gets actions of its own. => 0 or -ENOMEM */
int signal_unshare(void);
/* execve has succeeded: handlers become SIG_DFL, the alternate stack is gone. */
void signal_exec(void);

/* ---- sending. info: what the handler is told; NULL: from the kernel.
 * => 0, or -EAGAIN when a real-time signal cannot be queued */
int signal_send(struct process *p, int sig, const siginfo_t *info);
int signal_send_thread(struct thread *t, int sig, const siginfo_t *info);
void signal_send_pgrp(int pgrp, int sig);
/* To the running thread, as if it had sent it: SIGPIPE and the like. */
void signal_self(int sig);
/* A signal that the running thread's own instruction caused; if it is blocked or
 * ignored, it kills. addr: si_addr */
void signal_fault(int sig, int code, vaddr_t addr);
/* The action of a signal has changed: what is pending and now ignored is forgotten. */
void signal_forget_ignored(struct process *p, int sig);
/* What is told of a child that has stopped, gone on or ended. */
void child_info(const struct process *child, siginfo_t *info);
/* A child has stopped, gone on or ended. => true: nobody will wait for it */
bool signal_child_event(struct process *child);

/* All but the signal and why is 0. */
void siginfo_init(siginfo_t *info, int sig, int code);

/* ---- state */
/* Makes a thread look for work before it returns to user mode, and wakes it. */
void signal_notify(struct thread *t);
void signal_notify_all(struct process *p);
void sigqueue_discard(struct sigqueue *q, u64 set);
bool signal_pending(void); /* a deliverable one, for current */
/* A call that waits until the deadline has been interrupted; if it is by a stop alone, it begins
 * anew and goes on waiting until then. => -ERESTART_RESTARTBLOCK */
long restart_at(u64 deadline);
/* When a wait ends: at the deadline, or, begun anew, when it was to end before. */
u64 wait_deadline(u64 deadline);
/* Changes the running thread's mask; SIGKILL and SIGSTOP stay possible. */
void signal_set_blocked(u64 blocked);
/* A set of the program's. => 0, -EINVAL (size), -EFAULT */
int get_sigset(u64 *set, const void *from, u32 size);
/* The same until the next return to user mode (sigsuspend, ppoll, pselect). */
void signal_swap_mask(u64 mask);
/* Whether a user stack pointer is on the running thread's alternate stack. */
bool on_altstack(u32 sp);
/* Below which address a handler's frame goes: sp, or the alternate stack's end. */
u32 handler_stack(u32 sp, const struct ksigaction *action);
/* As sigaltstack() shows it when the program's stack pointer is sp. */
stack_t altstack_get(u32 sp);
void altstack_reset(void);
long sys_sigaltstack(const stack_t *from, stack_t *old);
/* A tick of CPU time; from the timer's interrupt (itimer.c). */
void itimers_tick(bool user);
void itimers_free(struct process *p);
/* Takes the next signal of `set` that is pending for current. => its number, or 0 */
int signal_dequeue(u64 set, siginfo_t *info);

/* ---- the machine's part (kernel/ARCH/sigframe.c) */
/* Makes the handler what user mode goes on with; blocked: what sigreturn() restores.
 * => 0, or -EFAULT: no room on the stack */
int sigframe_setup(struct regs *regs, int sig, const struct ksigaction *action,
		   const siginfo_t *info, u64 blocked);
