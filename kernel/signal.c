/*
 * signal.c - actions, queues and sending of signals; deliver.c does the rest.
 *
 *	kill() ---> process->pending ---.
 *	tgkill() -> thread->pending  ----+--> do_work(), before the return to user mode
 *	a fault --> thread->pending  ---'
 *
 * A signal that is ignored is not even queued. WORK_SIGNAL in thread->work says that
 * there may be something to deliver: it is set whenever that could become true, and cleared
 * by do_work() alone (deliver.c). A thread that sleeps interruptibly is woken.
 *
 * Left out: ptrace, and signals for I/O.
 */
#include "kernel/printk.h"
#include "kernel/process.h"
#include "mm/slab.h"

#define UNBLOCKABLE (SIGBIT(SIGKILL) | SIGBIT(SIGSTOP))
/* Those an instruction causes come first. */
#define SYNCHRONOUS                                                            \
	(SIGBIT(SIGSEGV) | SIGBIT(SIGBUS) | SIGBIT(SIGILL) | SIGBIT(SIGTRAP) | \
	 SIGBIT(SIGFPE) | SIGBIT(SIGSYS))

#define CORE_DUMPING                                                         \
	(SYNCHRONOUS | SIGBIT(SIGQUIT) | SIGBIT(SIGABRT) | SIGBIT(SIGXCPU) | \
	 SIGBIT(SIGXFSZ))

struct siginfo_entry {
	struct list_head list;
	siginfo_t info;
};

/* ---- actions */

struct sighand *sighand_get(struct sighand *sighand)
{
	sighand->users++;
	return sighand;
}

struct sighand *sighand_copy(const struct sighand *old)
{
	struct sighand *sighand = kzalloc(sizeof(*sighand));

	if (!sighand)
		return NULL;
	if (old)
		*sighand = *old;
	sighand->users = 1;
	return sighand;
}

void sighand_put(struct sighand *sighand)
{
	if (--sighand->users == 0)
		kfree(sighand);
}

int signal_unshare(void)
{
	struct process *p = current->process;
	struct sighand *own;

	if (p->sighand->users == 1)
		return 0;
	own = sighand_copy(p->sighand);
	if (!own)
		return -ENOMEM;
	sighand_put(p->sighand);
	p->sighand = own;
	return 0;
}

void signal_exec(void)
{
	struct sighand *sighand = current->process->sighand;

	for (u32 i = 0; i < NR_SIGNALS; i++) {
		struct ksigaction *action = &sighand->action[i];
		bool ignored = action->handler == HANDLER_IGN;

		memset(action, 0, sizeof(*action));
		action->handler = ignored ? HANDLER_IGN : HANDLER_DFL;
	}
	altstack_reset();
}

static bool is_ignored(const struct process *p, int sig)
{
	u32 handler = p->sighand->action[sig - 1].handler;

	return handler == HANDLER_IGN ||
	       (handler == HANDLER_DFL && (IGNORED_BY_DEFAULT & SIGBIT(sig)));
}

/* ---- queues */

void siginfo_init(siginfo_t *info, int sig, int code)
{
	memset(info, 0, sizeof(*info));
	info->si_signo = sig;
	info->si_code = code;
}

/* The tick sends signals of timers: it must not come between reading and writing. */
static void change_set(struct sigqueue *q, u64 remove, u64 add)
{
	scoped_irqs_off();

	q->set = (q->set & ~remove) | add;
}

static int enqueue(struct sigqueue *q, int sig, const siginfo_t *info)
{
	struct siginfo_entry *entry;

	if (sig < SIGRTMIN && (q->set & SIGBIT(sig)))
		return 0;
	entry = info ? kmalloc(sizeof(*entry)) : NULL;
	if (info && !entry && sig >= SIGRTMIN && info->si_code != SI_USER)
		return -EAGAIN;
	if (entry) {
		entry->info = *info;
		entry->info.si_signo = sig;
		list_add_tail(&entry->list, &q->infos);
	}
	change_set(q, 0, SIGBIT(sig));
	return 0;
}

/* Takes the first of the signal's; it stays pending while there are more. */
static void take(struct sigqueue *q, int sig, siginfo_t *info)
{
	struct siginfo_entry *e, *tmp;
	u32 found = 0;

	siginfo_init(info, sig, SI_KERNEL);
	list_for_each_entry_safe (e, tmp, &q->infos, list) {
		if (e->info.si_signo != sig || found++)
			continue;
		*info = e->info;
		list_del(&e->list);
		kfree(e);
	}
	if (found <= 1)
		change_set(q, SIGBIT(sig), 0);
}

void sigqueue_discard(struct sigqueue *q, u64 set)
{
	struct siginfo_entry *e, *tmp;

	change_set(q, set, 0);
	list_for_each_entry_safe (e, tmp, &q->infos, list)
		if (set & SIGBIT(e->info.si_signo)) {
			list_del(&e->list);
			kfree(e);
		}
}

static void discard_everywhere(struct process *p, u64 set)
{
	struct thread *t;

	sigqueue_discard(&p->pending, set);
	list_for_each_entry (t, &p->threads, peers)
		sigqueue_discard(&t->pending, set);
}

void signal_forget_ignored(struct process *p, int sig)
{
	if (is_ignored(p, sig))
		discard_everywhere(p, SIGBIT(sig));
}

static int lowest(u64 set)
{
	u32 low = (u32)set, high = (u32)(set >> 32);

	if (low)
		return __builtin_ctz(low) + 1;
	return high ? __builtin_ctz(high) + 33 : 0;
}

int signal_dequeue(u64 set, siginfo_t *info)
{
	struct process *p = current->process;
	struct sigqueue *mine = &current->pending, *q = &p->pending;
	u64 all = (mine->set | q->set) & set;
	int sig = lowest(all & SYNCHRONOUS ? all & SYNCHRONOUS : all);

	if (sig)
		take(mine->set & SIGBIT(sig) ? mine : q, sig, info);
	return sig;
}

/* ---- state */

static u64 deliverable(const struct thread *t)
{
	return (t->pending.set | t->process->pending.set) & ~t->blocked;
}

bool signal_pending(void)
{
	if (!current->process)
		return false;
	run_deferred();
	return current->must_exit || deliverable(current);
}

bool fatal_signal_pending(void)
{
	return signal_pending() &&
	       (current->must_exit || (deliverable(current) & SIGBIT(SIGKILL)));
}

void signal_set_blocked(u64 blocked)
{
	current->blocked = blocked & ~UNBLOCKABLE;
	if (signal_pending())
		current->work |= WORK_SIGNAL;
}

/* ---- sending */

void signal_notify(struct thread *t)
{
	t->work |= WORK_SIGNAL;
	thread_interrupt(t);
}

void signal_notify_all(struct process *p)
{
	struct thread *t;

	list_for_each_entry (t, &p->threads, peers)
		signal_notify(t);
}

/* Some thread that does not block the signal, the first one if it can be; or none. */
static struct thread *receiver(struct process *p, int sig)
{
	struct thread *t;

	list_for_each_entry (t, &p->threads, peers)
		if (!(t->blocked & SIGBIT(sig)))
			return t;
	return NULL;
}

static void process_continue(struct process *p)
{
	if (!p->stopped)
		return;
	p->stopped = false;
	waitq_wake_all(&p->stop_wait);
}

/* Ends all threads, wherever they are. */
static void kill_now(struct process *p, int sig)
{
	if (p->exiting)
		return;
	p->exiting = true;
	p->exit_status = sig;
	process_continue(p);
	process_kill_threads(p, NULL);
}

/* What sending these does at once, whatever becomes of the signal. */
static void before_send(struct process *p, int sig)
{
	if (SIGBIT(sig) & STOPPING)
		discard_everywhere(p, SIGBIT(SIGCONT));
	if (sig != SIGCONT)
		return;
	discard_everywhere(p, STOPPING);
	if (p->stopped) {
		process_continue(p);
		p->continued = true;
		signal_child_event(p);
	}
}

/* Whether the signal need not be kept: nobody would ever see it. Init is spared what it
 * has no handler for. */
static bool drops(const struct process *p, int sig, bool blocked)
{
	if (p == init_process && sig != SIGCHLD &&
	    p->sighand->action[sig - 1].handler == HANDLER_DFL &&
	    current->process != p)
		return true;
	return !blocked && is_ignored(p, sig);
}

/* Need t not be asked: the process will end of it, without a core? */
static bool is_fatal(const struct process *p, const struct thread *t, int sig)
{
	if (sig == SIGKILL)
		return true;
	return t && !p->stopped && !(t->awaited & SIGBIT(sig)) &&
	       p->sighand->action[sig - 1].handler == HANDLER_DFL &&
	       !(SIGBIT(sig) & (IGNORED_BY_DEFAULT | STOPPING | CORE_DUMPING));
}

/* t: who is to take it from q, or NULL: it is blocked. */
static int send(struct process *p, struct sigqueue *q, struct thread *t,
		int sig, const siginfo_t *info)
{
	int err;

	before_send(p, sig);
	if (drops(p, sig, !t || t->awaited & SIGBIT(sig)))
		return 0;
	if (is_fatal(p, t, sig)) {
		kill_now(p, sig);
		return 0;
	}
	err = enqueue(q, sig, info);
	if (!err && t)
		signal_notify(t);
	return err;
}

int signal_send(struct process *p, int sig, const siginfo_t *info)
{
	if (!sig || p->zombie || p->exiting || !p->sighand)
		return 0;
	return send(p, &p->pending, receiver(p, sig), sig, info);
}

int signal_send_thread(struct thread *t, int sig, const siginfo_t *info)
{
	if (!sig || t->process->exiting)
		return 0;
	return send(t->process, &t->pending,
		    t->blocked & SIGBIT(sig) ? NULL : t, sig, info);
}

void signal_send_pgrp(int pgrp, int sig)
{
	struct process *p;

	list_for_each_entry (p, &all_processes, all)
		if (p->pgrp == pgrp)
			signal_send(p, sig, NULL);
}

void signal_fault(int sig, int code, vaddr_t addr)
{
	struct ksigaction *action = &current->process->sighand->action[sig - 1];
	siginfo_t info;

	if (current->blocked & SIGBIT(sig) || action->handler == HANDLER_IGN) {
		action->handler = HANDLER_DFL;
		current->blocked &= ~SIGBIT(sig);
	}
	siginfo_init(&info, sig, code);
	info.si_addr = (void *)addr;
	enqueue(&current->pending, sig, &info);
	current->work |= WORK_SIGNAL;
}

/* ---- children */

void child_info(const struct process *child, siginfo_t *info)
{
	int status = child->exit_status, sig = WAIT_TERMSIG(status);
	int died = status & WAIT_CORE ? CLD_DUMPED : CLD_KILLED;

	siginfo_init(info, SIGCHLD, CLD_CONTINUED);
	info->si_pid = child->pid;
	info->si_uid = child->uid;
	info->si_status = SIGCONT;
	if (child->zombie) {
		info->si_code = sig ? died : CLD_EXITED;
		info->si_status = sig ? sig : WAIT_EXITSTATUS(status);
	} else if (child->stopped) {
		info->si_code = CLD_STOPPED;
		info->si_status = (int)child->stop_signal;
	}
}

bool signal_child_event(struct process *child)
{
	struct process *parent = child->parent;
	int sig = child->zombie ? child->exit_signal : SIGCHLD;
	const struct ksigaction *action;
	siginfo_t info;

	if (!parent || !parent->sighand)
		return false;
	action = &parent->sighand->action[SIGCHLD - 1];
	if (child->zombie ? sig - 1u < NR_SIGNALS
			  : !(action->flags & SA_NOCLDSTOP)) {
		child_info(child, &info);
		info.si_utime = ns_to_ticks(child->utime_ns);
		info.si_stime = ns_to_ticks(child->stime_ns);
		signal_send(parent, sig, &info);
	}
	waitq_wake_all(&parent->child_wait);
	return child->zombie && sig == SIGCHLD &&
	       (action->handler == HANDLER_IGN || action->flags & SA_NOCLDWAIT);
}
