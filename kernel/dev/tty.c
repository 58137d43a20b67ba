/*
 * tty.c - the console as a terminal: bytes come in, are echoed and edited, and are read.
 *
 * Behind /dev/console and /dev/tty; who may use it is in tty_jobs.c. Bytes are handled in the
 * receive interrupt, so that ^C reaches a program that never reads:
 *
 *	ring	| l s -l \n | c a |	  ^read: next to hand out
 *		read     ready   end	  ^ready: before it, whole lines
 *					  ^end: the line being typed, can be edited
 *
 * In canonical mode a reader gets whole lines only. line_end has a bit for each place of
 * the ring whose byte ends a line; a 0 there is the end-of-file key: the line ends without a
 * newline, and a line of nothing else reads as 0 bytes. Without ICANON every byte is ready
 * when it comes.
 *
 * Left out: flow control, VTIME between bytes, output post-processing beside the
 * console's own newline, word erase, literal next.
 */
#include "kernel/dev/tty.h"

#include "kernel/printk.h"
#include "mm/uaccess.h"

#include <asm/ioctls.h>
#include <asm/poll.h>
#include <asm/termios.h>

#define RING 4096u /* a power of two */

static u8 ring[RING], line_end[RING / 8];
static u32 read_at, ready, end; /* grow only; changed with interrupts off */
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

/* @ends: a line, which is then ready */
static void store(u32 c, bool ends)
{
	u8 *bits = &line_end[end % RING / 8], bit = (u8)(1u << end % 8);

	if (end - read_at < RING) {
		ring[end++ % RING] = (u8)c;
		*bits = (u8)(ends ? *bits | bit : *bits & ~bit);
	}
	if (ends)
		make_ready();
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
	tty_signal(sig);
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
		store(0, true);
	} else {
		/* The last place is kept for the end of the line. */
		if (c != '\n' && end - read_at >= RING - 1)
			return;
		echo(c);
		store(c, c == '\n' || is_key(c, VEOL));
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
	store(c, false);
	echo(c);
	make_ready();
}

/* ---- reading */

/* => 0: there is something; or -errno */
static int wait_input(const struct file *file)
{
	u64 deadline = ~0ull;
	int err = 0;
	scoped_irqs_off(); /* no byte may come between look and sleep */

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
	return err == -EINTR ? -ERESTARTSYS : err;
}

/* Takes what a read may have, up to a line. The end-of-file key behind a full buffer goes
 * with it, or the next read would seem to be at the end. => bytes */
static u32 take(char *buf, u32 n)
{
	bool ends = false;
	u32 done = 0;

	for (; !ends && read_at != ready; read_at++) {
		u32 c = ring[read_at % RING];

		ends = tio.c_lflag & ICANON &&
		       line_end[read_at % RING / 8] >> read_at % 8 & 1;
		if (ends && !c)
			continue;
		if (done == n)
			break;
		buf[done++] = (char)c;
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
	err = tty_check_foreground(SIGTTIN) ?: wait_input(file);
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
	int err = tio.c_lflag & TOSTOP ? tty_check_foreground(SIGTTOU) : 0;

	(void)file, (void)pos;
	if (err)
		return err;
	while (done < n) {
		u32 len = min(n - done, (u32)sizeof(part));
		u32 left = raw_copy_user(part, (const char *)buf + done, len);

		console_write(part, len - left);
		done += len - left;
		if (left)
			return done ? (long)done : -EFAULT;
	}
	return (long)done;
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
	int err = tty_check_foreground(SIGTTOU);

	if (err)
		return err;
	if (copy_from_user(&new, from, sizeof(new)))
		return -EFAULT;
	scoped_irqs_off();
	if (cmd == TCSETSF)
		read_at = ready = end;
	/* What was typed of a line is input from now on, and the reverse. */
	if ((new.c_lflag ^ tio.c_lflag) & ICANON)
		make_ready();
	tio = new;
	return 0;
}

static int set_size(const void *from)
{
	struct winsize new;

	if (copy_from_user(&new, from, sizeof(new)))
		return -EFAULT;
	if (memcmp(&new, &winsize, sizeof(new)))
		tty_signal(SIGWINCH);
	winsize = new;
	return 0;
}

static long tty_ioctl(struct file *file, u32 cmd, vaddr_t arg)
{
	void *to = (void *)arg;
	int err;

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
	case FIONREAD:
		return put_user_u32(ready - read_at, to);
	case TCFLSH:
	case TCSBRK:
	case TCXONC: /* the transmitter is never stopped: nothing to wait for */
		err = tty_check_foreground(SIGTTOU);
		if (!err && cmd == TCFLSH)
			read_at = ready = end;
		return err;
	default:
		return tty_jobs_ioctl(cmd, arg);
	}
}

static int tty_open(struct file *file)
{
	const struct process *p = current->process;
	bool any = file->inode->rdev != MKDEV(5u, 0u);

	/* Opening /dev/console makes it nobody's terminal, as on Linux: TIOCSCTTY does. */
	return any || (p && p->has_tty) ? 0 : -ENXIO;
}

const struct file_ops tty_ops = {
	.read = tty_read,
	.write = tty_write,
	.from_kernel = true,
	.poll = tty_poll,
	.ioctl = tty_ioctl,
	.open = tty_open,
	.stream = true,
};
