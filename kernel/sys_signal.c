/*
 * sys_signal.c - the system calls about signals.
 *
 * Masks of 64 signals go in and out as rt_ calls have them; the first calls of i386 and
 * ARM know 32 signals only.
 */
#include "kernel/syscall.h"
#include "kernel/process.h"
#include "kernel/sys_time.h"
#include "mm/uaccess.h"

#define SIGSET_SIZE 8u

/* What the first sigaction() takes. */
struct old_sigaction {
	u32 handler, mask, flags, restorer;
};

/* ---- actions */

static int set_action(int sig, const struct ksigaction *new,
		      struct ksigaction *old)
{
	struct process *p = current->process;
	struct ksigaction *action;

	if (sig < 1 || sig > NR_SIGNALS ||
	    (new && (sig == SIGKILL || sig == SIGSTOP)))
		return -EINVAL;
	action = &p->sighand->action[sig - 1];
	*old = *action;
	if (!new)
		return 0;
	*action = *new;
	action->mask &= ~(SIGBIT(SIGKILL) | SIGBIT(SIGSTOP));
	signal_forget_ignored(p, sig);
	return 0;
}

long sys_rt_sigaction(int sig, const void *act, void *oldact, u32 size)
{
	struct ksigaction new, old;
	int err;

	if (size != SIGSET_SIZE)
		return -EINVAL;
	if (act && copy_from_user(&new, act, sizeof(new)))
		return -EFAULT;
	err = set_action(sig, act ? &new : NULL, &old);
	return err || !oldact ? err : put_user(oldact, &old);
}

long sys_sigaction(int sig, const void *act, void *oldact)
{
	struct ksigaction new, old;
	struct old_sigaction a;
	int err;

	if (act) {
		if (copy_from_user(&a, act, sizeof(a)))
			return -EFAULT;
		new = (struct ksigaction){ a.handler, a.flags, a.restorer,
					   a.mask };
	}
	err = set_action(sig, act ? &new : NULL, &old);
	if (err || !oldact)
		return err;
	a = (struct old_sigaction){ old.handler, (u32)old.mask, old.flags,
				    old.restorer };
	return put_user(oldact, &a);
}

long sys_signal(int sig, u32 handler)
{
	struct ksigaction new = { handler, SA_RESETHAND | SA_NODEFER, 0, 0 },
			  old;
	int err = set_action(sig, &new, &old);

	return err ?: (long)old.handler;
}

/* ---- masks */

int get_sigset(u64 *set, const void *from, u32 size)
{
	if (size != SIGSET_SIZE)
		return -EINVAL;
	return copy_from_user(set, from, sizeof(*set)) ? -EFAULT : 0;
}

static int change_mask(int how, u64 set)
{
	if (how == SIG_BLOCK)
		set |= current->blocked;
	else if (how == SIG_UNBLOCK)
		set = current->blocked & ~set;
	else if (how != SIG_SETMASK)
		return -EINVAL;
	signal_set_blocked(set);
	return 0;
}

/* size: of the program's sets; what 32 bits cannot name stays as it is. */
static long sigprocmask(int how, const void *set, void *oldset, u32 size)
{
	u64 old = current->blocked, new = how == SIG_SETMASK ? old : 0;
	int err = 0;

	if (set) {
		if (copy_from_user(&new, set, size))
			return -EFAULT;
		err = change_mask(how, new);
	}
	if (!err && oldset && copy_to_user(oldset, &old, size))
		return -EFAULT;
	return err;
}

SYSCALL(rt_sigprocmask, (int how, const u64 *set, u64 *oldset, u32 size),
	size == SIGSET_SIZE ? sigprocmask(how, set, oldset, size) : -EINVAL)
SYSCALL(sigprocmask, (int how, const u32 *set, u32 *oldset),
	sigprocmask(how, set, oldset, sizeof(*set)))

static u64 pending_set(void)
{
	return (current->pending.set | current->process->pending.set) &
	       current->blocked;
}

long sys_rt_sigpending(u64 *set, u32 size)
{
	u64 pending = pending_set();

	if (size > SIGSET_SIZE)
		return -EINVAL;
	return copy_to_user(set, &pending, size) ? -EFAULT : 0;
}

SYSCALL(sigpending, (u32 * set), put_user_u32((u32)pending_set(), set))

/* ---- waiting */

static struct waitq nobody_wakes = WAITQ_INIT(nobody_wakes);

static long wait_for_signal(void)
{
	while (!waitq_sleep_intr(&nobody_wakes))
		;
	return -ERESTARTNOHAND;
}

void signal_swap_mask(u64 mask)
{
	current->saved_blocked = current->blocked;
	current->restore_blocked = true;
	current->work |= WORK_SIGNAL;
	signal_set_blocked(mask);
}

long sys_rt_sigsuspend(const u64 *set, u32 size)
{
	u64 mask;
	int err = get_sigset(&mask, set, size);

	if (err)
		return err;
	signal_swap_mask(mask);
	return wait_for_signal();
}

/* The mask is the third argument; the first two are of history. */
long sys_sigsuspend(u32 unused1, u32 unused2, u32 mask)
{
	(void)unused1, (void)unused2;
	signal_swap_mask(mask);
	return wait_for_signal();
}

SYSCALL(pause, (void), wait_for_signal())

static long sigtimedwait(const u64 *uset, siginfo_t *uinfo, const void *timeout,
			 u32 size, bool is64)
{
	u64 set, ns, deadline = ~0ull, blocked = current->blocked;
	siginfo_t info;
	int sig, err = get_sigset(&set, uset, size);

	if (!err && timeout)
		err = get_timespec(&ns, timeout, is64);
	if (err)
		return err;
	if (timeout)
		deadline = clock_ns() + ns;
	set &= ~(SIGBIT(SIGKILL) | SIGBIT(SIGSTOP));
	sig = signal_dequeue(set, &info);
	if (!sig && !(timeout && !ns)) {
		/* Unblocked while asleep, so that they wake us. */
		current->blocked = blocked & ~set;
		current->awaited = blocked & set;
		do {
			err = waitq_sleep_until(&nobody_wakes, deadline);
		} while (!err);
		current->awaited = 0;
		signal_set_blocked(blocked);
		sig = signal_dequeue(set, &info);
	}
	if (!sig)
		return err == -EINTR ? -EINTR : -EAGAIN;
	if (uinfo && copy_to_user(uinfo, &info, sizeof(info)))
		return -EFAULT;
	return sig;
}

BOTH_TIMES(rt_sigtimedwait, rt_sigtimedwait_time64,
	   (const u64 *set, siginfo_t *info, const void *timeout, u32 size),
	   sigtimedwait, set, info, timeout, size)

/* ---- sending */

static void user_info(siginfo_t *info, int sig, int code)
{
	siginfo_init(info, sig, code);
	info->si_pid = current->process->pid;
	info->si_uid = current->process->uid;
}

void signal_self(int sig)
{
	siginfo_t info;

	user_info(&info, sig, SI_USER);
	signal_send_thread(current, sig, &info);
}

static bool may_signal(const struct process *to, int sig)
{
	const struct process *from = current->process;

	return !from->euid || from->euid == to->uid || from->euid == to->suid ||
	       from->uid == to->uid || from->uid == to->suid ||
	       (sig == SIGCONT && from->session == to->session);
}

static int kill_one(struct process *p, int sig)
{
	siginfo_t info;

	if (sig < 0 || sig > NR_SIGNALS)
		return -EINVAL;
	if (!may_signal(p, sig))
		return -EPERM;
	user_info(&info, sig, SI_USER);
	return signal_send(p, sig, &info);
}

/* pid 0: my group; -1: all but init and me; else the group -pid */
static long kill_many(int pid, int sig)
{
	struct process *self = current->process, *p;
	int group = pid ? -pid : self->pgrp, err = -ESRCH, result;

	list_for_each_entry (p, &all_processes, all) {
		if (pid == -1 ? p == init_process || p == self
			      : p->pgrp != group)
			continue;
		result = kill_one(p, sig);
		err = err ? result : 0;
	}
	return pid == -1 && err == -EPERM ? 0 : err;
}

long sys_kill(int pid, int sig)
{
	struct process *p;

	if (pid == (int)0x80000000)
		return -ESRCH;
	if (pid <= 0)
		return kill_many(pid, sig);
	p = process_find(pid);
	return p ? kill_one(p, sig) : -ESRCH;
}

static long send_to_thread(int tgid, int tid, int sig, const siginfo_t *info)
{
	struct thread *t = thread_find(tid);

	if (!t || (tgid && t->process->pid != tgid))
		return -ESRCH;
	if (!may_signal(t->process, sig))
		return -EPERM;
	return sig ? signal_send_thread(t, sig, info) : 0;
}

static long kill_thread(int tgid, int tid, int sig)
{
	siginfo_t info;

	if (tgid < 0 || tid <= 0 || sig < 0 || sig > NR_SIGNALS)
		return -EINVAL;
	user_info(&info, sig, SI_TKILL);
	return send_to_thread(tgid, tid, sig, &info);
}

SYSCALL(tgkill, (int tgid, int tid, int sig),
	tgid ? kill_thread(tgid, tid, sig) : -EINVAL)
SYSCALL(tkill, (int tid, int sig), kill_thread(0, tid, sig))

/* A program may not pretend to be the kernel or kill() to others. */
static int get_info(siginfo_t *info, const siginfo_t *from, int sig, int pid)
{
	if (sig < 0 || sig > NR_SIGNALS)
		return -EINVAL;
	if (copy_from_user(info, from, sizeof(*info)))
		return -EFAULT;
	if ((info->si_code >= 0 || info->si_code == SI_TKILL) &&
	    pid != current->process->pid)
		return -EPERM;
	return 0;
}

long sys_rt_sigqueueinfo(int pid, int sig, const siginfo_t *from)
{
	struct process *p = process_find(pid);
	siginfo_t info;
	int err = get_info(&info, from, sig, pid);

	if (err)
		return err;
	if (!p)
		return -ESRCH;
	return may_signal(p, sig) ? signal_send(p, sig, &info) : -EPERM;
}

long sys_rt_tgsigqueueinfo(int tgid, int tid, int sig, const siginfo_t *from)
{
	siginfo_t info;
	int err;

	if (tgid <= 0 || tid <= 0)
		return -EINVAL;
	err = get_info(&info, from, sig, tgid);
	return err ?: send_to_thread(tgid, tid, sig, &info);
}

/* ---- the alternate stack */

bool on_altstack(u32 sp)
{
	return current->altstack_size &&
	       sp - current->altstack_sp <= current->altstack_size &&
	       sp != current->altstack_sp;
}

u32 handler_stack(u32 sp, const struct ksigaction *action)
{
	u32 size = current->altstack_size;

	if (action->flags & SA_ONSTACK && size && !on_altstack(sp))
		sp = current->altstack_sp + size;
	return sp;
}

stack_t altstack_get(u32 sp)
{
	u32 state = !current->altstack_size ? SS_DISABLE
		    : on_altstack(sp)	    ? SS_ONSTACK
					    : 0;

	return (stack_t){
		.ss_sp = (void *)(vaddr_t)current->altstack_sp,
		.ss_size = current->altstack_size,
		.ss_flags = (int)(state |
				  (current->altstack_flags & SS_AUTODISARM)),
	};
}

void altstack_reset(void)
{
	current->altstack_sp = current->altstack_size = 0;
	current->altstack_flags = SS_DISABLE;
}

long sys_sigaltstack(const stack_t *from, stack_t *old)
{
	u32 sp = (u32)regs_sp(thread_regs(current));
	stack_t new, was = altstack_get(sp);
	u32 flags;

	if (from) {
		if (copy_from_user(&new, from, sizeof(new)))
			return -EFAULT;
		flags = (u32) new.ss_flags & ~SS_FLAG_BITS;
		if (on_altstack(sp))
			return -EPERM;
		if (flags && flags != SS_DISABLE && flags != SS_ONSTACK)
			return -EINVAL;
		if (flags == SS_DISABLE)
			new.ss_sp = NULL, new.ss_size = 0;
		else if (new.ss_size < MINSIGSTKSZ)
			return -ENOMEM;
		current->altstack_sp = (u32)(vaddr_t) new.ss_sp;
		current->altstack_size = new.ss_size;
		current->altstack_flags = (u32) new.ss_flags;
	}
	return old ? put_user(old, &was) : 0;
}
