/*
 * tty.c - the console as a terminal: lines, echo, and the keys that send signals.
 *
 * Behind /dev/console and /dev/tty. Bytes are handled in the receive interrupt, so that ^C
 * reaches a program that never reads:
 *
 *	ring	| l s -l \n | c a |	  ^read: next to hand out
 *		read     ready   end	  ^ready: before it, whole lines
 *					  ^end: the line being typed, can be edited
 *
 * In canonical mode a reader gets whole lines only; the end-of-file key ends a
 * line without a newline (it is stored as END, so that a line of nothing else reads as 0).
 * Without ICANON every byte is ready when it comes.
 *
 * One terminal, with one session. Left out: flow control, VTIME between bytes, output
 * post-processing beside the console's own newline, word erase, literal next.
 */
#include "kernel/arch.h"
#include "kernel/fs/device.h"
#include "kernel/fs/file.h"
#include "kernel/printk.h"
#include "kernel/process.h"
#include "mm/uaccess.h"

#include <asm/errno.h>
#include <asm/ioctls.h>
#include <asm/poll.h>
#include <asm/termios.h>

#define RING 4096u  /* a power of two */
#define END  0x100u /* the end-of-file key */

static u16 ring[RING];
static u32 read_at, ready, end; /* grow only; changed with interrupts off */
static int tty_session, tty_pgrp;
static u64 key_signals; /* typed, not yet sent */
static struct waitq readers = WAITQ_INIT(readers);
static struct winsize winsize = { .ws_row = 24, .ws_col = 80 };
static struct termios tio = {
	.c_iflag = ICRNL | IXON,
	.c_oflag = OPOST | ONLCR,
	.c_cflag = B115200 | CS8 | CREAD | HUPCL,
	.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE |
		   IEXTEN,
	.c_cc = { [VINTR] = 3,
		  [VQUIT] = 28,
		  [VERASE] = 127,
		  [VKILL] = 21,
		  [VEOF] = 4,
		  [VMIN] = 1,
		  [VSTART] = 17,
		  [VSTOP] = 19,
		  [VSUSP] = 26,
		  [VREPRINT] = 18,
		  [VWERASE] = 23,
		  [VLNEXT] = 22 },
};

/* ---- input, in the interrupt */

static void echo(u32 c)
{
	char text[2] = { '^', (char)(c ^ 0x40) };
	char plain = (char)c;

	if (!(tio.c_lflag & ECHO))
		return;
	if ((c < 32 || c == 127) && c != '\n' && c != '\t' && c != '\r' &&
	    tio.c_lflag & ECHOCTL)
		console_write(text, 2);
	else
		console_write(&plain, 1);
}

static void make_ready(void)
{
	ready = end;
	waitq_wake_all(&readers);
	waitq_wake_all(&poll_waiters);
}

static void store(u32 c)
{
	if (end - read_at < RING)
		ring[end++ % RING] = (u16)c;
}

/* Takes back the last character of the line being typed. */
static bool erase(void)
{
	u32 c;

	if (end == ready)
		return false;
	c = ring[--end % RING];
	if (tio.c_lflag & ECHO && tio.c_lflag & ECHOE) {
		console_write("\b \b", 3);
		if (c < 32 && tio.c_lflag & ECHOCTL)
			console_write("\b \b", 3);
	}
	return true;
}

static bool is_key(u32 c, u32 key)
{
	return tio.c_cc[key] && c == tio.c_cc[key];
}

static void send_signals(struct deferred *d)
{
	(void)d;
	for (int sig = 1; key_signals; sig++, key_signals >>= 1)
		if (key_signals & 1 && tty_pgrp)
			signal_send_pgrp(tty_pgrp, sig);
}

static struct deferred keys = { LIST_INIT(keys.list), send_signals };

/* The keys that send a signal to the foreground. => whether c is one */
static bool signal_key(u32 c)
{
	int sig = is_key(c, VINTR)   ? SIGINT
		  : is_key(c, VQUIT) ? SIGQUIT
		  : is_key(c, VSUSP) ? SIGTSTP
				     : 0;

	if (!sig || !(tio.c_lflag & ISIG))
		return false;
	echo(c);
	if (!(tio.c_lflag & NOFLSH))
		read_at = ready = end = 0;
	key_signals |= SIGBIT(sig);
	defer(&keys);
	return true;
}

static void canonical_input(u32 c)
{
	if (is_key(c, VERASE) || c == '\b') {
		erase();
	} else if (is_key(c, VKILL)) {
		while (erase())
			;
	} else if (is_key(c, VEOF)) {
		store(END);
		make_ready();
	} else {
		/* The last place is kept for the end of the line. */
		if (c != '\n' && end - read_at >= RING - 1)
			return;
		store(c);
		echo(c);
		if (c == '\n' || is_key(c, VEOL))
			make_ready();
	}
}

void console_rx(char byte)
{
	u32 c = (u8)byte;

	if (c == '\r' && tio.c_iflag & IGNCR)
		return;
	if (c == '\r' && tio.c_iflag & ICRNL)
		c = '\n';
	else if (c == '\n' && tio.c_iflag & INLCR)
		c = '\r';
	if (signal_key(c))
		return;
	if (tio.c_lflag & ICANON) {
		canonical_input(c);
		return;
	}
	store(c);
	echo(c);
	make_ready();
}

/* ---- job control */

static bool has_tty(const struct process *p)
{
	return tty_session && p->session == tty_session;
}

/* Who is in the background gets sig first. => 0: go on; -EIO, -ERESTARTSYS */
static int check_foreground(int sig)
{
	const struct process *p = current->process;

	if (!has_tty(p) || p->pgrp == tty_pgrp || !tty_pgrp)
		return 0;
	if (current->blocked & SIGBIT(sig) ||
	    p->sighand->action[sig - 1].handler == HANDLER_IGN)
		return sig == SIGTTIN ? -EIO : 0;
	if (pgrp_is_orphaned(p->pgrp))
		return -EIO;
	signal_send_pgrp(p->pgrp, sig);
	return -ERESTARTSYS;
}

/* ---- reading */

/* => 0: there is something; or -errno */
static int wait_input(const struct file *file)
{
	u64 deadline = ~0ull;
	u32 irqs = irq_save(); /* no byte may come between look and sleep */
	int err = 0;

	if (!(tio.c_lflag & ICANON) && !tio.c_cc[VMIN])
		deadline = clock_ns() + tio.c_cc[VTIME] * 100000000ull;
	while (read_at == ready && !err) {
		if (file->flags & O_NONBLOCK)
			err = -EAGAIN;
		if (!err && deadline != ~0ull && clock_ns() >= deadline)
			err = -ETIMEDOUT;
		if (!err)
			err = waitq_sleep_until(&readers, deadline);
	}
	irq_restore(irqs);
	return err == -EINTR ? -ERESTARTSYS : err;
}

/* Takes what a read may have, up to a line. => bytes */
static u32 take(char *buf, u32 n)
{
	u32 done = 0;

	while (done < n && read_at != ready) {
		u32 c = ring[read_at++ % RING];

		if (c == END)
			break;
		buf[done++] = (char)c;
		if (tio.c_lflag & ICANON && c == '\n')
			break;
	}
	return done;
}

static long tty_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	char part[256];
	u32 irqs, done;
	int err;

	(void)pos;
	if (!n)
		return 0;
	err = check_foreground(SIGTTIN) ?: wait_input(file);
	if (err)
		return err == -ETIMEDOUT ? 0 : err;
	/* A longer line comes in several reads. */
	irqs = irq_save();
	done = take(part, min(n, (u32)sizeof(part)));
	irq_restore(irqs);
	return copy_to_user(buf, part, done) ? -EFAULT : (long)done;
}

static long tty_write(struct file *file, const void *buf, u32 n, u64 *pos)
{
	char part[256];
	u32 done = 0;
	int err = tio.c_lflag & TOSTOP ? check_foreground(SIGTTOU) : 0;

	(void)file, (void)pos;
	if (err)
		return err;
	while (done < n) {
		u32 len = min(n - done, (u32)sizeof(part));
		u32 left = copy_from_user(part, (const char *)buf + done, len);

		console_write(part, len - left);
		done += len - left;
		if (left)
			return done ? (long)done : -EFAULT;
	}
	return (long)done;
}

static long tty_write_kernel(struct file *file, const void *buf, u32 n)
{
	(void)file;
	console_write(buf, n);
	return (long)n;
}

static u32 tty_poll(struct file *file)
{
	(void)file;
	return POLLOUT | POLLWRNORM |
	       (read_at != ready ? POLLIN | POLLRDNORM : 0);
}

/* ---- settings */

static int set_termios(u32 cmd, const void *from)
{
	struct termios new;
	u32 irqs;
	int err = check_foreground(SIGTTOU);

	if (err)
		return err;
	if (copy_from_user(&new, from, sizeof(new)))
		return -EFAULT;
	irqs = irq_save();
	if (cmd == TCSETSF)
		read_at = ready = end;
	/* What was typed of a line is input from now on, and the reverse. */
	if ((new.c_lflag ^ tio.c_lflag) & ICANON)
		make_ready();
	tio = new;
	irq_restore(irqs);
	return 0;
}

static int set_size(const void *from)
{
	struct winsize new;

	if (copy_from_user(&new, from, sizeof(new)))
		return -EFAULT;
	if (memcmp(&new, &winsize, sizeof(new)) && tty_pgrp)
		signal_send_pgrp(tty_pgrp, SIGWINCH);
	winsize = new;
	return 0;
}

static int set_pgrp(const void *from)
{
	int err = check_foreground(SIGTTOU);
	u32 pgrp;

	if (err == -EIO || !has_tty(current->process))
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

/* @steal: from a session that is there, too, as root may. */
static int take_session(bool steal)
{
	const struct process *p = current->process;

	if (has_tty(p))
		return 0;
	if (p->session != p->pid || (steal && p->euid) ||
	    (!steal && tty_session && process_find(tty_session)))
		return -EPERM;
	tty_session = p->session;
	tty_pgrp = p->pgrp;
	return 0;
}

static int leave_session(void)
{
	if (!has_tty(current->process))
		return -ENOTTY;
	if (tty_pgrp && current->process->pid == tty_session) {
		signal_send_pgrp(tty_pgrp, SIGHUP);
		signal_send_pgrp(tty_pgrp, SIGCONT);
	}
	tty_session = tty_pgrp = 0;
	return 0;
}

/* The transmitter is never stopped: there is nothing to wait for. */
static int flush_or_drain(u32 cmd)
{
	int err = check_foreground(SIGTTOU);

	if (!err && cmd == TCFLSH)
		read_at = ready = end;
	return err;
}

static long tty_ioctl(struct file *file, u32 cmd, vaddr_t arg)
{
	void *to = (void *)arg;

	(void)file;
	switch (cmd) {
	case TCGETS:
		return put_user(to, &tio);
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return set_termios(cmd, to);
	case TIOCGWINSZ:
		return put_user(to, &winsize);
	case TIOCSWINSZ:
		return set_size(to);
	case TIOCGPGRP:
		return has_tty(current->process) ? put_user(to, &tty_pgrp)
						 : -ENOTTY;
	case TIOCSPGRP:
		return set_pgrp(to);
	case TIOCGSID:
		return put_user(to, &tty_session);
	case TIOCSCTTY:
		return take_session(arg == 1);
	case TIOCNOTTY:
		return leave_session();
	case FIONREAD:
		return put_user_u32(ready - read_at, to);
	case TCFLSH:
	case TCSBRK:
	case TCXONC:
		return flush_or_drain(cmd);
	default:
		return -ENOTTY;
	}
}

u32 tty_of(const struct process *p, int *foreground)
{
	*foreground = has_tty(p) ? tty_pgrp : -1;
	return has_tty(p) ? MKDEV(5u, 1u) : 0;
}

static int tty_open(struct file *file)
{
	const struct process *p = current->process;
	bool any = file->inode->rdev != MKDEV(5u, 0u);

	/* Opening /dev/console makes it nobody's terminal, as on Linux: TIOCSCTTY does. */
	return any || (p && has_tty(p)) ? 0 : -ENXIO;
}

const struct file_ops tty_ops = {
	.read = tty_read,
	.write = tty_write,
	.write_kernel = tty_write_kernel,
	.poll = tty_poll,
	.ioctl = tty_ioctl,
	.open = tty_open,
	.stream = true,
};
