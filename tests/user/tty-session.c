/*
 * tty-session.c - who has a terminal: made a session's, inherited, given up,
 * and lost when the session's leader exits.
 *
 * tty-jobs.c is about what those who have it may do.
 */
#include "tests/user/terminal.h"
#include "tests/user/told.h"
#include "user/lib/tap.h"

static int go[2]; /* to children */

/* 0, or the errno of having no terminal */
static int has_none(void)
{
	int pgrp;

	return (int)-sys(__NR_ioctl, tty, TIOCGPGRP, &pgrp);
}

/* => 0, or which of these is not so */
static int child_leaves(void *arg)
{
	int number;

	(void)arg;
	if (has_none() != 0) /* a child of one who has it has it, too */
		return 1;
	if (sys(__NR_ioctl, tty, TIOCSCTTY, 0) != -EPERM) /* must lead */
		return 2;
	if (sys(__NR_ioctl, tty, TIOCNOTTY))
		return 3;
	if (has_none() != ENOTTY)
		return 4;
	if (sys(__NR_ioctl, tty, TIOCGSID, &number) != -ENOTTY)
		return 5;
	if (sys(__NR_ioctl, tty, TIOCNOTTY) != -ENOTTY)
		return 6;
	if (sys(__NR_open, "/dev/tty", O_RDWR) != -ENXIO)
		return 7;
	if (sys(__NR_ioctl, tty, TIOCSCTTY, 0) != -EPERM)
		return 8;
	return 0;
}

/* Made before the leader has the terminal. */
static int early_child(void)
{
	int pid = fork();
	char c;

	if (!pid) {
		read(go[0], &c, 1);
		_exit(has_none());
	}
	return pid;
}

static void given_up(void)
{
	int early, status, number = 0;

	is_int(has_none(), ENOTTY, "opened with O_NOCTTY, it is nobody's");
	early = early_child();
	take_terminal();
	is_int(has_none(), 0, "TIOCSCTTY gives it to the leader");
	is_raw(take_terminal(), 0, "twice");
	write(go[1], "", 1);
	waitpid(early, &status, 0);
	is_exit(status, ENOTTY, "not to children who were there");
	status = in_child(child_leaves, NULL);
	is_exit(status, 0, "a child gives it up, for itself alone");
	is_raw(sys(__NR_ioctl, tty, TIOCGSID, &number), 0,
	       "the leader still has it");
	is_int(number, getpid(), "for its session");
	sig_catch(SIGHUP, tell_signal, 0);
	sig_catch(SIGCONT, tell_signal, 0);
	ioctl(tty, TIOCNOTTY, NULL);
	is_int(heard() + heard(), SIGHUP + SIGCONT,
	       "and gives it up: SIGHUP and SIGCONT");
	is_int(has_none(), ENOTTY, "then it has none");
}

/* Waits for ever, in the foreground or not, and tells of signals. */
static void member(int foreground)
{
	int ready[2], pid;
	char c, report[2];

	pipe(ready);
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		sig_catch(SIGHUP, tell_signal, 0);
		sig_catch(SIGCONT, tell_signal, 0);
		write(ready[1], "", 1);
		close(go[1]);
		while (read(go[0], &c, 1) < 0)
			;
		/* In one piece: the other tells at the same time. */
		report[0] = foreground ? 'f' : 'b';
		report[1] = (char)has_none();
		write(said[1], report, 2);
		_exit(0);
	}
	read(ready[0], &c, 1);
	if (foreground)
		set_foreground(tty, pid);
}

static int exiting_leader(void *arg)
{
	(void)arg;
	setsid();
	take_terminal();
	member(0);
	member(1);
	return 0;
}

static int other_leader(void *arg)
{
	(void)arg;
	setsid();
	return (int)-sys(__NR_ioctl, tty, TIOCSCTTY, 0);
}

/* The other members run on, but they have no terminal. */
static void the_leader_exits(void)
{
	int b = 0, f = 0, i, c;

	in_child(exiting_leader, NULL);
	is_int(heard(), SIGHUP, "the leader exits: SIGHUP to the foreground");
	close(go[1]);
	close(said[1]);
	for (i = 0; i < 2; i++) {
		c = heard();
		*(c == 'f' ? &f : &b) = heard();
	}
	is_int(f, ENOTTY, "and nothing else; it has no terminal");
	is_int(b, ENOTTY, "nor has the background");
	is_int(heard(), 0, "which got no signal");
	is_int(in_child(other_leader, NULL), 0, "another may have it");
}

static int session(void *arg)
{
	(void)arg;
	pipe(said);
	pipe(go);
	setsid();
	open_terminal();
	given_up();
	the_leader_exits();
	return done_testing();
}

int main(void)
{
	return terminal_tests(session);
}
