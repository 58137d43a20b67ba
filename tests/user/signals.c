/*
 * signals.c - handlers and their flags, masks, waiting for signals, alternate
 * stacks, timers.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

static volatile int count, nested, deepest;
static volatile unsigned long where;
static siginfo_t got;
static sigmask mask_inside;

static void on_signal(int signo, siginfo_t *info, void *context)
{
	char here = 0;

	(void)info;
	(void)context;
	count += signo;
	where = (unsigned long)&here;
	sig_mask(SIG_BLOCK, 0, &mask_inside);
}

static void on_info(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)context;
	count++;
	got = *info;
}

static void nest(int signo, siginfo_t *info, void *context)
{
	(void)info;
	(void)context;
	count++;
	if (++nested > deepest)
		deepest = nested;
	if (count < 3)
		kill(getpid(), signo);
	nested--;
}

static void send_self(int signo)
{
	kill(getpid(), signo);
}

static void a_handler_runs(void)
{
	count = 0;
	is_err(sig_catch(SIGUSR1, on_signal, 0), 0, "rt_sigaction()");
	send_self(SIGUSR1);
	is_int(count, SIGUSR1, "the handler runs before kill() returns");
	ok(mask_inside == SIG(SIGUSR1), "with its own signal blocked");
	sig_mask(SIG_BLOCK, 0, &mask_inside);
	ok(mask_inside == 0, "which is undone when it returns");
	sig_catch_mask(SIGUSR1, on_signal, 0, SIG(SIGUSR2) | SIG(40));
	send_self(SIGUSR1);
	ok(mask_inside == (SIG(SIGUSR1) | SIG(SIGUSR2) | SIG(40)),
	   "sa_mask is blocked as well");
}

static void siginfo(void)
{
	int fd[2];

	sig_catch(SIGUSR1, on_info, SA_SIGINFO);
	send_self(SIGUSR1);
	is_int(got.si_signo, SIGUSR1, "si_signo");
	is_int(got.si_code, SI_USER, "si_code of kill()");
	is_int(got.si_pid, getpid(), "si_pid");
	tgkill(getpid(), gettid(), SIGUSR1);
	is_int(got.si_code, SI_TKILL, "si_code of tgkill()");
	sig_catch(SIGPIPE, on_info, SA_SIGINFO);
	pipe(fd);
	close(fd[0]);
	write(fd[1], "x", 1);
	close(fd[1]);
	is_int(got.si_code, SI_USER, "SIGPIPE is as if sent by oneself");
}

static void registers_survive(void)
{
	int i, bad = 0;

	sig_catch(SIGUSR1, on_signal, 0);
	for (i = 0; i < 50; i++) {
		int a = i * 3, b = i * 5, c = i * 7, d = i * 11;

		send_self(SIGUSR1);
		bad += a != i * 3 || b != i * 5 || c != i * 7 || d != i * 11;
	}
	is_int(bad, 0, "a handler spoils nobody's variables");
}

static void nodefer_and_reset(void)
{
	struct sig_action act;

	count = deepest = 0;
	sig_catch(SIGUSR1, nest, 0);
	send_self(SIGUSR1);
	is_int(deepest, 1, "a signal waits for its handler to return");
	is_int(count, 3, "and comes then");
	count = deepest = 0;
	sig_catch(SIGUSR1, nest, SA_NODEFER);
	send_self(SIGUSR1);
	is_int(deepest, 3, "SA_NODEFER: it does not wait");
	sig_catch(SIGUSR1, on_signal, SA_RESETHAND);
	send_self(SIGUSR1);
	sys(__NR_rt_sigaction, SIGUSR1, 0, &act, 8);
	ok(act.handler == SIG_FN_DFL, "SA_RESETHAND: only once");
}

static void blocked_and_pending(void)
{
	sigmask old;

	sig_catch(SIGUSR1, on_signal, 0);
	count = 0;
	sig_mask(SIG_BLOCK, SIG(SIGUSR1), &old);
	send_self(SIGUSR1);
	send_self(SIGUSR1);
	is_int(count, 0, "a blocked signal waits");
	ok(sig_pending() == SIG(SIGUSR1), "as pending");
	sig_mask(SIG_SETMASK, old, NULL);
	is_int(count, SIGUSR1, "unblocked it comes, once");
	ok(sig_pending() == 0, "nothing is pending then");
	sig_mask(SIG_BLOCK, SIG(SIGKILL) | SIG(SIGSTOP), NULL);
	sig_mask(SIG_SETMASK, 0, &old);
	ok(old == 0, "SIGKILL and SIGSTOP cannot be blocked");
}

static void ignoring(void)
{
	sig_mask(SIG_BLOCK, SIG(SIGUSR1), NULL);
	sig_catch(SIGUSR1, on_signal, 0);
	count = 0;
	send_self(SIGUSR1);
	sig_catch(SIGUSR1, SIG_FN_IGN, 0);
	qemu_differs(1, "qemu-user keeps it");
	ok(sig_pending() == 0, "ignoring drops what is pending");
	sig_catch(SIGUSR1, on_signal, 0);
	sig_mask(SIG_SETMASK, 0, NULL);
	qemu_differs(1, "qemu-user keeps it");
	is_int(count, 0, "so that it never comes");
}

static void errors(void)
{
	sigmask set = 0;

	is_err(sig_catch(SIGKILL, on_signal, 0), EINVAL, "catching SIGKILL");
	is_err(sig_catch(SIGSTOP, SIG_FN_IGN, 0), EINVAL, "ignoring SIGSTOP");
	is_err(sig_catch(65, on_signal, 0), EINVAL, "signal 65");
	is_err(sig_catch(0, on_signal, 0), EINVAL, "signal 0");
	is_raw(sys(__NR_rt_sigaction, SIGUSR1, 8, 0, 8), EFAULT,
	       "a bad action");
	is_raw(sys(__NR_rt_sigaction, SIGUSR1, 0, 0, 4), EINVAL,
	       "a wrong size");
	is_err(sig_mask(77, set, NULL), EINVAL, "no way to change a mask");
	is_raw(sys(__NR_rt_sigprocmask, SIG_BLOCK, 8, 0, 8), EFAULT,
	       "a bad mask");
	is_err(kill(getpid(), 65), EINVAL, "sending signal 65");
	is_err(kill(getpid(), 0), 0, "sending signal 0 only asks");
	is_err(kill(1 << 21, 0), ESRCH, "nobody is there");
	is_err(tgkill(getpid(), 1 << 21, SIGUSR1), ESRCH, "no such thread");
	is_err(tgkill(-1, 1, SIGUSR1), EINVAL, "tgkill() of a negative id");
}

static void suspending(void)
{
	int pid, status;

	sig_catch(SIGUSR1, on_signal, 0);
	sig_mask(SIG_BLOCK, SIG(SIGUSR1), NULL);
	count = 0;
	pid = fork();
	if (pid == 0)
		_exit(kill(getppid(), SIGUSR1));
	is_err(sig_suspend(0), EINTR, "sigsuspend() ends by a handler");
	is_int(count, SIGUSR1, "which has run");
	sig_mask(SIG_SETMASK, 0, &mask_inside);
	ok(mask_inside == SIG(SIGUSR1), "the mask is again as before");
	waitpid(pid, &status, 0);
}

static void waiting(void)
{
	struct timespec now = { 0, 0 }, soon = { 0, 1000000 };
	siginfo_t info;

	sig_mask(SIG_BLOCK, SIG(SIGUSR1) | SIG(SIGUSR2), NULL);
	count = 0;
	is_err(sig_timedwait(SIG(SIGUSR1), &info, &now), EAGAIN,
	       "sigtimedwait() with nothing there");
	is_err(sig_timedwait(SIG(SIGUSR1), &info, &soon), EAGAIN,
	       "nor a moment later");
	send_self(SIGUSR2);
	send_self(SIGUSR1);
	is_int(sig_timedwait(SIG(SIGUSR1), &info, NULL), SIGUSR1,
	       "it takes a pending signal");
	is_int(info.si_pid, getpid(), "with its siginfo");
	is_int(sig_timedwait(SIG(SIGUSR1) | SIG(SIGUSR2), NULL, NULL), SIGUSR2,
	       "whichever of the set there is");
	is_int(count, 0, "no handler runs");
	sig_mask(SIG_SETMASK, 0, NULL);
}

static void alternate_stack(void)
{
	char *p = map_anon(4 * PAGE_SIZE);
	stack_t ss = { .ss_sp = p, .ss_size = 4 * PAGE_SIZE }, old;

	is_err(sigaltstack(&ss, NULL), 0, "sigaltstack()");
	sig_catch(SIGUSR1, on_signal, SA_ONSTACK);
	send_self(SIGUSR1);
	ok(where - (unsigned long)p < 4 * PAGE_SIZE, "SA_ONSTACK runs on it");
	sig_catch(SIGUSR1, on_signal, 0);
	send_self(SIGUSR1);
	ok(where - (unsigned long)p >= 4 * PAGE_SIZE, "without it, not");
	sigaltstack(NULL, &old);
	is_ptr(old.ss_sp, p, "it can be asked for");
	ss.ss_size = 64;
	is_err(sigaltstack(&ss, NULL), ENOMEM, "a stack too small");
	ss.ss_flags = 77;
	is_err(sigaltstack(&ss, NULL), EINVAL, "an unknown flag");
	ss.ss_flags = SS_DISABLE;
	is_err(sigaltstack(&ss, &old), 0, "and taken away");
	munmap(p, 4 * PAGE_SIZE);
}

static void interrupted(unsigned long flags, int err, const char *name)
{
	int fd[2], pid, status;
	char c = 0;

	pipe(fd);
	sig_catch(SIGUSR1, on_signal, flags);
	count = 0;
	pid = fork();
	if (pid == 0) {
		struct timespec ts = { 0, 30000000 };

		nanosleep(&ts, NULL); /* the parent reads by then */
		kill(getppid(), SIGUSR1);
		nanosleep(&ts, NULL);
		write(fd[1], "x", 1);
		_exit(0);
	}
	is_err(read(fd[0], &c, 1), err, name);
	is_int(count, SIGUSR1, "after its handler has run");
	waitpid(pid, &status, 0);
	close(fd[0]);
	close(fd[1]);
}

static void timers(void)
{
	struct itimerval it = { { 0, 0 }, { 0, 2000 } }, left;

	sig_catch(SIGALRM, on_signal, 0);
	sig_mask(SIG_BLOCK, SIG(SIGALRM), NULL);
	count = 0;
	sys(__NR_setitimer, ITIMER_REAL, &it, 0);
	sig_suspend(0);
	is_int(count, SIGALRM, "setitimer() sends SIGALRM");
	it.it_interval.tv_usec = 2000;
	sys(__NR_setitimer, ITIMER_REAL, &it, 0);
	sig_suspend(0);
	sig_suspend(0);
	is_int(count, 3 * SIGALRM, "again and again with an interval");
	memset(&it, 0, sizeof(it));
	sys(__NR_setitimer, ITIMER_REAL, &it, 0);
	is_int(sys(__NR_setitimer, ITIMER_REAL, &it, &left), 0, "and stops");
	is_int(left.it_value.tv_usec, 0, "nothing is left of it");
	is_raw(sys(__NR_setitimer, 7, &it, 0), EINVAL, "timer 7");
#ifdef __NR_alarm
	is_int(sys(__NR_alarm, 100), 0, "alarm()");
	is_int(sys(__NR_alarm, 0), 100, "says what was left of the last");
#endif
	sig_mask(SIG_SETMASK, 0, NULL);
}

static int die_of(void *arg)
{
	send_self((int)(long)arg);
	return 0;
}

static void defaults(void)
{
	is_killed(in_child(die_of, (void *)SIGTERM), SIGTERM, "SIGTERM kills");
	is_killed(in_child(die_of, (void *)SIGUSR1), SIGUSR1, "so does USR1");
	is_exit(in_child(die_of, (void *)SIGCHLD), 0, "SIGCHLD does nothing");
	is_exit(in_child(die_of, (void *)SIGURG), 0, "nor does SIGURG");
	is_exit(in_child(die_of, (void *)SIGCONT), 0, "nor does SIGCONT");
}

int main(void)
{
	defaults();
	a_handler_runs();
	siginfo();
	registers_survive();
	nodefer_and_reset();
	blocked_and_pending();
	ignoring();
	errors();
	suspending();
	waiting();
	alternate_stack();
	interrupted(0, EINTR, "a handler interrupts read()");
	interrupted(SA_RESTART, 0, "SA_RESTART: it goes on");
	timers();
	return done_testing();
}
