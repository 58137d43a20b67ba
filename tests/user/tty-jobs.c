/*
 * tty-jobs.c - who may use a terminal: reading, writing and settings of the
 * foreground and the background, and whom the terminal can be given to.
 * tty-session.c is about who has it.
 */
#include "tests/user/terminal.h"
#include "user/lib/probe.h"
#include "user/lib/signal.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

/* A process in a group of its own; it stops itself when it is ready. */
static int background(int (*fn)(void))
{
	int status, pid = fork();

	if (!pid) {
		setpgid(0, 0);
		kill(getpid(), SIGSTOP);
		_exit(fn());
	}
	waitpid(pid, &status, WUNTRACED);
	return pid;
}

/* Lets it go on. => how it ended, or the signal that stopped or killed it, negative */
static int outcome(int pid)
{
	int status;

	kill(pid, SIGCONT);
	waitpid(pid, &status, WUNTRACED);
	if (WIFSIGNALED(status))
		return -WTERMSIG(status);
	if (!WIFSTOPPED(status))
		return WEXITSTATUS(status);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return -(status >> 8 & 0xff);
}

static int reads(void)
{
	char c;

	return (int)-sys(__NR_read, tty, &c, 1);
}

static int reads_deaf(void)
{
	sig_catch(SIGTTIN, SIG_FN_IGN, 0);
	return reads();
}

static int reads_blocking(void)
{
	sig_mask(SIG_BLOCK, SIG(SIGTTIN), NULL);
	return reads();
}

static int writes(void)
{
	long n = sys(__NR_write, tty, "# written\r\n", 11);

	return n == 11 ? 0 : (int)-n;
}

static int writes_deaf(void)
{
	sig_catch(SIGTTOU, SIG_FN_IGN, 0);
	return writes();
}

static int sets(void)
{
	struct termios t;

	ioctl(tty, TCGETS, &t);
	return (int)-sys(__NR_ioctl, tty, TCSETS, &t);
}

static int takes(void)
{
	int pgrp = getpid();

	return (int)-sys(__NR_ioctl, tty, TIOCSPGRP, &pgrp);
}

static int takes_deaf(void)
{
	sig_catch(SIGTTOU, SIG_FN_IGN, 0);
	return takes();
}

/* Its parent goes first: then nobody could let it go on. */
static int orphan_reads(void)
{
	int ends[2], err = -1;

	pipe(ends);
	if (!fork()) {
		int parent = getpid();

		setpgid(0, 0);
		if (!fork()) {
			while (getppid() == parent)
				sys(__NR_sched_yield);
			err = reads();
			write(ends[1], &err, sizeof(err));
		}
		_exit(0);
	}
	waitpid(-1, NULL, 0);
	read(ends[0], &err, sizeof(err));
	return err;
}

static void of_the_background(void)
{
	struct termios t;

	is_int(outcome(background(reads)), -SIGTTIN, "a read stops it");
	is_int(outcome(background(reads_deaf)), EIO, "SIGTTIN ignored: EIO");
	is_int(outcome(background(reads_blocking)), EIO, "or blocked");
	is_int(outcome(background(orphan_reads)), EIO, "or of an orphan");
	is_int(outcome(background(writes)), 0, "it may write");
	is_int(outcome(background(sets)), -SIGTTOU, "settings stop it");
	is_int(outcome(background(takes)), -SIGTTOU, "so does the terminal");
	ioctl(tty, TCGETS, &t);
	t.c_lflag |= TOSTOP;
	ioctl(tty, TCSETS, &t);
	is_int(outcome(background(writes)), -SIGTTOU,
	       "TOSTOP: so does a write");
	is_int(outcome(background(writes_deaf)), 0, "but with SIGTTOU ignored");
	t.c_lflag &= ~(unsigned)TOSTOP;
	ioctl(tty, TCSETS, &t);
}

static int nothing(void)
{
	return 0;
}

static void given_away(void)
{
	int me = getpid(), no = -1, none = 29999, alien = getppid(), pid,
	    now = 0;

	is_raw(sys(__NR_ioctl, tty, TIOCSPGRP, &no), EINVAL, "to no number");
	is_raw(sys(__NR_ioctl, tty, TIOCSPGRP, &none), ESRCH, "to nobody");
	is_raw(sys(__NR_ioctl, tty, TIOCSPGRP, 16), EFAULT, "from nowhere");
	alien = (int)sys(__NR_getpgid, alien);
	is_raw(sys(__NR_ioctl, tty, TIOCSPGRP, &alien), EPERM,
	       "to another session's group");
	pid = background(nothing);
	is_raw(sys(__NR_ioctl, tty, TIOCSPGRP, &pid), 0, "to a child's group");
	ioctl(tty, TIOCGPGRP, &now);
	is_int(now, pid, "which then has it");
	sig_mask(SIG_BLOCK, SIG(SIGTTOU), NULL);
	is_raw(sys(__NR_ioctl, tty, TIOCSPGRP, &me), 0, "and back");
	is_int(outcome(pid), 0, "the child ends");
	pid = background(takes_deaf);
	is_int(outcome(pid), 0, "SIGTTOU ignored: the background may take it");
	is_raw(sys(__NR_ioctl, tty, TIOCSPGRP, &me), 0, "and back");
	sig_mask(SIG_UNBLOCK, SIG(SIGTTOU), NULL);
	is_raw(sys(__NR_ioctl, tty, TIOCGSID, &now), 0, "TIOCGSID");
	is_int(now, me, "is the session's number");
}

static volatile int signals;

static void on_signal(int signo, siginfo_t *info, void *context)
{
	(void)signo, (void)info, (void)context;
	signals++;
}

static void size(void)
{
	struct winsize old, w;

	ioctl(tty, TIOCGWINSZ, &old);
	w = old;
	sig_catch(SIGWINCH, on_signal, 0);
	ioctl(tty, TIOCSWINSZ, &w);
	is_int(signals, 0, "the same size is no news");
	w.ws_row = 55;
	ioctl(tty, TIOCSWINSZ, &w);
	is_int(signals, 1, "another one is a SIGWINCH");
	ioctl(tty, TIOCSWINSZ, &old);
}

static int leader(void *arg)
{
	int pgrp;

	(void)arg;
	setsid();
	open_terminal();
	is_raw(take_terminal(), 0, "a session's leader has the terminal");
	of_the_background();
	given_away();
	size();
	signals = 0;
	sig_catch(SIGHUP, on_signal, 0);
	is_raw(sys(__NR_ioctl, tty, TIOCNOTTY, 0), 0, "and gives it up");
	is_int(signals, 1, "which the foreground hears: SIGHUP");
	is_raw(sys(__NR_ioctl, tty, TIOCGPGRP, &pgrp), ENOTTY,
	       "then it has none");
	return done_testing();
}

int main(void)
{
	return terminal_tests(leader);
}
