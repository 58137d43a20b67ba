/*
 * orphans.c - orphaned process groups: nobody in the session could make a member
 * go on, so the keys' signals don't stop it, and who is stopped when its
 * group becomes one is told (POSIX, _exit(): SIGHUP and SIGCONT).
 */
#include "tests/user/told.h"
#include "user/lib/file.h"
#include "user/lib/tap.h"

/* => whether signo stops a process, whose group may be a session's only one */
static int stops(int signo, int alone)
{
	int status, pid = fork();

	if (!pid) {
		if (alone)
			setsid();
		setpgid(0, 0);
		raise(signo);
		_exit(0);
	}
	waitpid(pid, &status, WUNTRACED);
	if (!WIFSTOPPED(status))
		return 0;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 1;
}

static void stopping(void)
{
	is_int(stops(SIGTSTP, 0), 1, "SIGTSTP stops a process");
	is_int(stops(SIGTSTP, 1), 0, "but not one of an orphaned group");
	is_int(stops(SIGTTIN, 1), 0, "nor does SIGTTIN");
	is_int(stops(SIGTTOU, 1), 0, "nor does SIGTTOU");
	is_int(stops(SIGSTOP, 1), 1, "SIGSTOP does");
}

/* A member that tells of signals, waits (stopped, or not), and ends. */
static int member(int pgrp, int stopped)
{
	int status, pid = fork();

	if (!pid) {
		setpgid(0, pgrp);
		sig_catch(SIGHUP, tell_signal, 0);
		sig_catch(SIGCONT, tell_signal, 0);
		while (stopped < 0 && getppid() == -stopped)
			sched_yield();
		if (stopped > 0)
			raise(SIGSTOP);
		write(said[1], "e", 1);
		_exit(0);
	}
	setpgid(pid, pgrp);
	if (stopped > 0)
		waitpid(pid, &status, WUNTRACED);
	return pid;
}

static void begin(void)
{
	while (waitpid(-1, NULL, 0) > 0)
		;
	pipe(said);
}

/* What the members of the case told. (The handler of what came last runs first.) */
static void hears(int first, int second, int third, const char *name)
{
	int a, b, c;

	close(said[1]);
	a = heard();
	b = heard();
	c = heard();
	ok(a == first && b == second && c == third, "%s", name);
	if (a != first || b != second || c != third)
		diag("heard %d %d %d", a, b, c);
	close(said[0]);
}

static void parent_exits(void)
{
	begin();
	if (!fork()) {
		member(0, 1);
		_exit(0);
	}
	hears(SIGCONT, SIGHUP, 'e', "the parent of a stopped one exits");
	begin();
	if (!fork()) {
		member(0, -getpid());
		_exit(0);
	}
	hears('e', 0, 0, "one that runs hears nothing of it");
	begin();
	if (!fork()) {
		if (!fork()) {
			setpgid(0, 0);
			member(getpid(), 1);
			_exit(0);
		}
		waitpid(-1, NULL, 0);
		_exit(0);
	}
	hears(SIGCONT, SIGHUP, 'e', "a member exits, the last tie");
}

static void a_tie_is_left(void)
{
	int pid, status;

	begin();
	pid = member(0, 1);
	if (!fork()) {
		setpgid(0, pid);
		_exit(0);
	}
	waitpid(-1, &status, 0);
	kill(pid, SIGCONT);
	hears(SIGCONT, 'e', 0, "another member exits, but a tie is left");
	begin();
	if (!fork()) {
		setpgid(0, 0);
		member(getpid(), 1);
		_exit(0);
	}
	waitpid(-1, &status, 0);
	hears(SIGCONT, SIGHUP, 'e', "with its parent in the same group");
}

#define SET_PDEATHSIG 1 /* <linux/prctl.h> */
#define SET_SUBREAPER 36
#define SET_NO_NEW    38
#define GET_NO_NEW    39

/* A child dies of its parent's end, and is then its grandparent's. */
static void parents_told(void)
{
	int status = 0, pid;

	is_raw(sys(__NR_prctl, SET_PDEATHSIG, 65), EINVAL, "no signal");
	qemu_differs(3, "qemu-user knows no reapers");
	is_raw(sys(__NR_prctl, SET_SUBREAPER, 1), 0, "a reaper of orphans");
	pid = fork();
	if (!pid) {
		if (!fork()) {
			sys(__NR_prctl, SET_PDEATHSIG, SIGUSR1);
			kill(getppid(), SIGKILL);
			sys(__NR_pause);
		}
		sys(__NR_pause);
	}
	waitpid(pid, &status, 0);
	ok(waitpid(-1, &status, 0) > 0, "has them for children");
	is_killed(status, SIGUSR1,
		  "one asked for a signal at its parent's end");
	sys(__NR_prctl, SET_SUBREAPER, 0);
	pid = fork();
	if (!pid)
		_exit(sys(__NR_prctl, SET_NO_NEW, 1, 0, 0, 0) * 2 +
		      sys(__NR_prctl, GET_NO_NEW, 0, 0, 0, 0));
	waitpid(pid, &status, 0);
	is_exit(status, 1, "no new privileges");
	is_int(sys(__NR_prctl, GET_NO_NEW, 0, 0, 0, 0), 0, "only there");
}

int main(void)
{
	stopping();
	parent_exits();
	a_tie_is_left();
	parents_told();
	return done_testing();
}
