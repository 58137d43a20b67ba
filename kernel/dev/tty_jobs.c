/*
 * tty_jobs.c - job control: whose terminal it is, and which of its jobs may use it.
 *
 *	tty_session	the session whose terminal it is, by the number of its leader; 0: none
 *	tty_pgrp	the group in the foreground: reads, and gets the keys' signals
 *
 * A shell leads a session and takes the terminal (TIOCSCTTY); processes made from then on
 * have it, too (process->has_tty). It makes each job a process group and puts one
 * of them in the foreground (TIOCSPGRP). Who reads from another group is stopped by SIGTTIN; who
 * changes settings (with TOSTOP: who writes) by SIGTTOU. When the leader exits nobody
 * has the terminal any more, and the foreground is told by SIGHUP.
 *
 * has_tty => session == tty_session.
 *
 * There is one terminal. Left out: hanging up, that is, that files opened before are of
 * no use afterwards; Linux does it to serial lines, but not to /dev/console.
 */
#include "kernel/dev/tty.h"

#include "mm/uaccess.h"

#include <asm/ioctls.h>

static int tty_session, tty_pgrp;
static u64 signals; /* for the foreground, not yet sent */

static void send_signals(struct deferred *d)
{
	(void)d;
	for (int sig = 1; signals; sig++, signals >>= 1)
		if (signals & 1 && tty_pgrp)
			signal_send_pgrp(tty_pgrp, sig);
}

void tty_signal(int sig)
{
	static struct deferred later = { LIST_INIT(later.list), send_signals };
	scoped_irqs_off();

	signals |= SIGBIT(sig);
	defer(&later);
}

int tty_check_foreground(int sig)
{
	const struct process *p = current->process;

	if (!p->has_tty || p->pgrp == tty_pgrp || !tty_pgrp)
		return 0;
	if (current->blocked & SIGBIT(sig) ||
	    p->sighand->action[sig - 1].handler == HANDLER_IGN)
		return sig == SIGTTIN ? -EIO : 0;
	if (pgrp_is_orphaned(p->pgrp))
		return -EIO;
	signal_send_pgrp(p->pgrp, sig);
	return -ERESTARTSYS;
}

static int set_pgrp(const void *from)
{
	int err = tty_check_foreground(SIGTTOU);
	u32 pgrp;

	if (err == -EIO || !current->process->has_tty)
		return -ENOTTY;
	err = err ?: get_user_u32(&pgrp, from);
	if (err)
		return err;
	if ((s32)pgrp < 0)
		return -EINVAL;
	err = pgrp_session((int)pgrp);
	if (err < 0)
		return err;
	if (err != tty_session)
		return -EPERM;
	tty_pgrp = (int)pgrp;
	return 0;
}

static void end_session(void)
{
	struct process *p;

	list_for_each_entry (p, &all_processes, all)
		p->has_tty = false;
	tty_session = tty_pgrp = 0;
}

/* @steal: from a session that is there, too, as root may. */
static int take_session(bool steal)
{
	struct process *p = current->process;

	if (p->session != p->pid)
		return -EPERM;
	if (p->has_tty)
		return 0;
	if (tty_session && (!steal || p->euid))
		return -EPERM;
	end_session();
	p->has_tty = true;
	tty_session = p->session;
	tty_pgrp = p->pgrp;
	return 0;
}

void tty_leave(struct process *p, bool exits)
{
	int pgrp = tty_pgrp;

	if (p->has_tty && p->pid == tty_session) {
		end_session();
		signal_send_pgrp(pgrp, SIGHUP);
		if (!exits) /* then pgrp_lost_tie() does, where needed */
			signal_send_pgrp(pgrp, SIGCONT);
	}
	p->has_tty = false;
}

long tty_jobs_ioctl(u32 cmd, vaddr_t arg)
{
	if (cmd == TIOCSCTTY)
		return take_session(arg == 1);
	if (cmd == TIOCSPGRP)
		return set_pgrp((const void *)arg);
	if (!current->process->has_tty)
		return -ENOTTY;
	if (cmd == TIOCGPGRP)
		return put_user((void *)arg, &tty_pgrp);
	if (cmd == TIOCGSID)
		return put_user((void *)arg, &tty_session);
	if (cmd != TIOCNOTTY)
		return -ENOTTY;
	tty_leave(current->process, false);
	return 0;
}

u32 tty_of(const struct process *p, int *foreground)
{
	*foreground = p->has_tty ? tty_pgrp : -1;
	return p->has_tty ? MKDEV(5u, 1u) : 0;
}
