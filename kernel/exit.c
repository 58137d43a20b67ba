/*
 * exit.c - the end of threads and processes, and waiting for it.
 *
 * exit_thread() gives back what a thread has; the last thread of a process gives back what the
 * process has and leaves a zombie, which wait4() and waitid() reap. A child
 * whose parent ends first becomes init's, or that of the nearest ancestor that asked for it
 * (PR_SET_CHILD_SUBREAPER). When init ends, the machine is done.
 */
#include "kernel/dev/tty.h"
#include "kernel/exec.h"
#include "kernel/syscall.h"
#include "mm/uaccess.h"

#include <linux/wait.h>

/* ---- the end of init, and with it of everything */

static struct waitq init_gone = WAITQ_INIT(init_gone);
static int init_status;

int init_wait(void)
{
	int sig;

	waitq_sleep(&init_gone);
	sig = WAIT_TERMSIG(init_status);
	return sig ? 128 + sig : WAIT_EXITSTATUS(init_status);
}

/* Ends all other processes. They become children of init when their parents end, so init must
 * still be able to be a parent. => the running thread is init's last */
static void end_all_others(void)
{
	struct process *p;

	list_for_each_entry (p, &all_processes, all)
		if (p != init_process)
			signal_send(p, SIGKILL, NULL);
	while (all_processes.prev != &init_process->all) { /* the oldest */
		p = list_entry(all_processes.prev, struct process, all);
		if (p->zombie && p->parent == init_process)
			process_free(p);
		else
			yield();
	}
}

static void reparent_children(struct process *p)
{
	struct process *child, *tmp, *heir = p->parent;

	while (heir != init_process && !heir->subreaper)
		heir = heir->parent;
	list_for_each_entry_safe (child, tmp, &p->children, sibling) {
		list_del(&child->sibling);
		child->parent = heir;
		child->exit_signal = SIGCHLD;
		list_add_tail(&child->sibling, &heir->children);
		if (child->pdeath_signal)
			signal_send(child, child->pdeath_signal, NULL);
		if (child->zombie)
			signal_child_event(child);
		pgrp_lost_tie(child, p);
	}
}

/* The last thread is gone: all but the exit status goes with it. */
static void end_process(struct process *p)
{
	struct mm *mm;

	if (p == init_process)
		end_all_others();
	tty_leave(p, true);
	mm = process_swap_mm(p, NULL);
	p->max_rss = max(p->max_rss, mm_peak_rss(mm));
	mm_put(mm);
	vfork_done(p);
	itimers_free(p);
	sigqueue_discard(&p->pending, ~0ull);
	sighand_put(p->sighand);
	p->sighand = NULL;
	if (p->exe)
		exec_file_put(p->exe);
	p->exe = NULL;
	irq_disable(); /* the tick looks at current->process, which may go now */
	/* Init's own structures go like everybody's: its thread is freed by the one that runs
	 * next, the boot thread, which waits in init_wait(). */
	if (p == init_process) {
		init_status = p->exit_status;
		process_free(p);
		init_process = NULL;
		waitq_wake_all(&init_gone);
		return;
	}
	reparent_children(p);
	p->zombie = true;
	pgrp_lost_tie(p, p->parent);
	if (signal_child_event(p))
		process_free(p);
}

void clear_child_tid(const struct mm *mm)
{
	void *addr = (void *)(vaddr_t)current->clear_child_tid;
	bool shared = mm->users > 1 || current->process->nr_threads > 1;

	current->clear_child_tid = 0;
	if (addr && shared && !put_user_u32(0, addr))
		futex_wake_addr(addr);
}

noreturn void exit_thread(int status)
{
	struct process *p = current->process;

	robust_list_exit();
	clear_child_tid(p->mm);
	files_put(current->files);
	fs_put(current->fs);
	sigqueue_discard(&current->pending, ~0ull);
	if (!p->exiting && p->nr_threads == 1) {
		p->exiting = true;
		p->exit_status = status;
	}
	process_remove_thread(current);
	if (p->pending.set) /* perhaps this thread was to take it */
		signal_notify_all(p);
	waitq_wake_all(&p->thread_wait);
	if (!p->nr_threads)
		end_process(p);
	irq_disable();
	current->process = NULL;
	thread_exit();
}

void process_kill_threads(struct process *p, const struct thread *but)
{
	struct thread *t;

	list_for_each_entry (t, &p->threads, peers) {
		if (t == but)
			continue;
		t->must_exit = true;
		signal_notify(t);
	}
}

noreturn void process_exit(int status)
{
	struct process *p = current->process;

	if (!p->exiting) {
		p->exiting = true;
		p->exit_status = status;
		process_kill_threads(p, current);
	}
	exit_thread(p->exit_status);
}

long sys_exit(int code)
{
	exit_thread((code & 0xff) << 8);
}

long sys_exit_group(int code)
{
	process_exit((code & 0xff) << 8);
}

/* ---- waiting */

struct wait {
	int pid; /* > 0: that one; 0: my group's; -1: any; < -1: group -pid's */
	int options;
	const struct rusage *usage; /* NULL: nobody wants to know */
	/* the result */
	int status;
	siginfo_t info;
	struct rusage rusage;
};

static bool matches(const struct wait *w, const struct process *child)
{
	bool clones = w->options & __WCLONE;
	int pgrp = w->pid ? -w->pid : current->process->pgrp;

	if (w->pid > 0 ? child->pid != w->pid
		       : w->pid != -1 && child->pgrp != pgrp)
		return false;
	if (child->zombie && !(w->options & WEXITED))
		return false; /* and there will be nothing else */
	return w->options & __WALL || clones == (child->exit_signal != SIGCHLD);
}

/* What the children used counts as the parent's, once it has waited for them. */
static void add_child_usage(struct process *parent, const struct process *child)
{
	parent->cutime_ns += child->utime_ns + child->cutime_ns;
	parent->cstime_ns += child->stime_ns + child->cstime_ns;
	parent->cmin_flt += child->min_flt + child->cmin_flt;
	parent->cmaj_flt += child->maj_flt + child->cmaj_flt;
	parent->cmax_rss = max(parent->cmax_rss, child->max_rss);
	parent->cmax_rss = max(parent->cmax_rss, child->cmax_rss);
}

/* Whether the child has something to report that is asked for; takes it, if so. */
static bool take_event(struct wait *w, struct process *child)
{
	bool stops = w->options & WSTOPPED;

	if (child->zombie)
		w->status = child->exit_status;
	else if (child->stopped && !child->stop_reported && stops)
		w->status = (int)(child->stop_signal << 8 | 0x7f);
	else if (child->continued && w->options & WCONTINUED)
		w->status = 0xffff;
	else
		return false;
	child_info(child, &w->info);
	if (w->usage)
		process_rusage(child, RUSAGE_BOTH, &w->rusage);
	if (w->options & WNOWAIT)
		return true;
	if (child->zombie) {
		add_child_usage(current->process, child);
		process_free(child);
	} else if (child->stopped) {
		child->stop_reported = true;
	} else {
		child->continued = false;
	}
	return true;
}

/* => 1: an event was taken; 0: WNOHANG and none; -ECHILD; -EINTR as -ERESTARTSYS */
static int do_wait(struct wait *w)
{
	struct process *self = current->process, *child;
	bool interrupted = false;

	for (;;) {
		bool any = false;

		list_for_each_entry (child, &self->children, sibling) {
			if (!matches(w, child))
				continue;
			any = true;
			if (take_event(w, child))
				return 1;
		}
		if (!any)
			return -ECHILD;
		if (w->options & WNOHANG)
			return 0;
		/* A child's end comes with a signal, but comes first. */
		if (interrupted)
			return -ERESTARTSYS;
		interrupted = waitq_sleep_intr(&self->child_wait);
	}
}

long sys_wait4(int pid, int *status, int options, struct rusage *usage)
{
	struct wait w = { .pid = pid, .usage = usage };
	int result;

	if (options & ~(WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD |
			__WALL | (int)__WCLONE))
		return -EINVAL;
	if (pid == (int)0x80000000)
		return -ESRCH;
	w.options = options | WEXITED;
	result = do_wait(&w);
	if (result <= 0)
		return result;
	if ((status && put_user(status, &w.status)) ||
	    (usage && put_user(usage, &w.rusage)))
		return -EFAULT;
	return w.info.si_pid;
}

SYSCALL(waitpid, (int pid, int *status, int options),
	sys_wait4(pid, status, options, NULL))

long sys_waitid(int which, int id, siginfo_t *info, int options,
		struct rusage *usage)
{
	struct wait w = { .options = options, .usage = usage };
	int result;

	if ((options & ~(WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED |
			 __WNOTHREAD | __WALL | (int)__WCLONE)) ||
	    !(options & (WEXITED | WSTOPPED | WCONTINUED)))
		return -EINVAL;
	if ((which != P_ALL && which != P_PID && which != P_PGID) ||
	    (which == P_PID && id <= 0) || (which == P_PGID && id < 0))
		return -EINVAL;
	w.pid = which == P_ALL ? -1 : which == P_PID ? id : -id;
	result = do_wait(&w);
	/* The info is zeros where nothing was found. */
	if ((result > 0 && usage && put_user(usage, &w.rusage)) ||
	    (info && put_user(info, &w.info)))
		return -EFAULT;
	return min(result, 0);
}
