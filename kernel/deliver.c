/*
 * deliver.c - what happens before the return to user mode: signals take effect.
 *
 * do_work() runs when thread->work is not 0, with the registers the program will go on
 * with: it takes the lowest pending signal that is not blocked, and ignores it, stops or ends the
 * process, or changes the registers so that the program goes on in its handler:
 *
 *	registers before -> frame on the user's stack (kernel/ARCH/sigframe.c)
 *	registers after  -> the handler, which returns through sigreturn()
 *
 * A system call that a signal interrupted has one of the -ERESTARTs for a result;
 * settle_syscall() makes that -EINTR, or goes back to before the call.
 */
#include "kernel/process.h"
#include "kernel/signal.h"

static void stop_process(int sig)
{
	struct process *p = current->process;

	p->stopped = true;
	p->stop_reported = p->continued = false;
	p->stop_signal = (u32)sig;
	signal_notify_all(p);
	signal_child_event(p);
}

static void stay_stopped(void)
{
	struct process *p = current->process;

	while (p->stopped && !current->must_exit)
		waitq_sleep(&p->stop_wait);
}

static void default_action(int sig)
{
	if (SIGBIT(sig) & IGNORED_BY_DEFAULT)
		return;
	if (!(SIGBIT(sig) & STOPPING))
		process_exit(sig);
	if (sig == SIGSTOP || !pgrp_is_orphaned(current->process->pgrp))
		stop_process(sig);
}

long restart_at(u64 deadline)
{
	current->restart_deadline = deadline;
	return -ERESTART_RESTARTBLOCK;
}

u64 wait_deadline(u64 deadline)
{
	u64 before = current->restart_deadline;

	current->restart_deadline = 0;
	return before ?: deadline;
}

/* A handler runs: a system call that it interrupted starts anew, or returns -EINTR. */
static void settle_syscall(struct regs *regs, bool handler, u32 flags)
{
	s32 result = (s32)regs_result(regs);

	if (handler)
		current->restart_deadline = 0;
	if (!current->in_syscall)
		return;
	current->in_syscall = false;
	if (result != -ERESTARTSYS && result != -ERESTARTNOHAND &&
	    result != -ERESTART_RESTARTBLOCK)
		return;
	if (handler && (result != -ERESTARTSYS || !(flags & SA_RESTART)))
		regs_result(regs) = (u32)-EINTR;
	else
		regs_restart_syscall(regs);
}

static void run_handler(struct regs *regs, int sig, const siginfo_t *info)
{
	struct ksigaction *action = &current->process->sighand->action[sig - 1];
	struct ksigaction now = *action;
	u64 old = current->restore_blocked ? current->saved_blocked
					   : current->blocked;

	settle_syscall(regs, true, now.flags);
	if (now.flags & SA_RESETHAND)
		action->handler = HANDLER_DFL;
	current->restore_blocked = false;
	if (sigframe_setup(regs, sig, &now, info, old)) {
		action->handler = HANDLER_DFL;
		if (sig == SIGSEGV)
			process_exit(SIGSEGV);
		signal_fault(SIGSEGV, SI_KERNEL, 0);
		return;
	}
	if (current->altstack_flags & SS_AUTODISARM)
		altstack_reset();
	signal_set_blocked(current->blocked | now.mask |
			   (now.flags & SA_NODEFER ? 0 : SIGBIT(sig)));
}

/* Delivers one signal. => whether a handler was set up */
static bool deliver(struct regs *regs)
{
	struct process *p = current->process;
	siginfo_t info;
	int sig = signal_dequeue(~current->blocked, &info);
	u32 handler;

	if (!sig)
		return false;
	handler = p->sighand->action[sig - 1].handler;
	if (handler == HANDLER_IGN)
		return false;
	if (handler == HANDLER_DFL) {
		default_action(sig);
		return false;
	}
	run_handler(regs, sig, &info);
	return true;
}

static void deliver_signals(struct regs *regs)
{
	bool handled = false;

	while (!handled && (signal_pending() || current->process->stopped)) {
		if (current->must_exit)
			exit_thread(current->process->exit_status);
		stay_stopped();
		handled = deliver(regs);
	}
	if (handled)
		return;
	settle_syscall(regs, false, 0);
	if (current->restore_blocked) {
		current->restore_blocked = false;
		signal_set_blocked(current->saved_blocked);
	}
}

void do_syscall_work(struct regs *regs)
{
	if ((s32)regs_result(regs) != -ERESTART_RESTARTBLOCK)
		current->restart_deadline = 0;
	current->work &= ~(u32)WORK_RESTARTED;
	current->in_syscall = true;
	do_work(regs);
	current->in_syscall = false;
	if (current->restart_deadline)
		current->work |= WORK_RESTARTED;
}

void do_work(struct regs *regs)
{
	while (current->work & ~(u32)WORK_RESTARTED) {
		u32 work = current->work;

		current->work &= WORK_RESTARTED;
		if (work & WORK_RESCHED) {
			process_check_cpu();
			yield();
		}
		if (work & WORK_SIGNAL) {
			irq_enable();
			deliver_signals(regs);
			irq_disable();
		}
	}
}
