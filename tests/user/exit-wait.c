/*
 * exit-wait.c - ends of processes, and those who wait for them: wait4(),
 * waitid(), orphans, SIGCHLD.
 */
#include "user/lib/signal.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

static int exit_with(int code)
{
	int pid = fork();

	if (pid == 0)
		_exit(code);
	return pid;
}

/* A child that waits for a byte, or for the end of the pipe. */
static int wait_for_go(int fd[2])
{
	char c;
	int pid;

	pipe(fd);
	pid = fork();
	if (pid == 0) {
		close(fd[1]);
		read(fd[0], &c, 1);
		_exit(4);
	}
	close(fd[0]);
	return pid;
}

static void exit_codes(void)
{
	int status, pid = exit_with(3);

	is_int(waitpid(pid, &status, 0), pid, "wait4() of one child");
	is_hex((unsigned long)status, 0x300, "the status of exit(3)");
	pid = exit_with(0x1ff);
	waitpid(-1, &status, 0);
	is_hex((unsigned long)status, 0xff00, "eight bits of a code are kept");
	is_err(waitpid(pid, &status, 0), ECHILD, "nobody is waited for twice");
	is_err(waitpid(-1, &status, 0), ECHILD, "no children at all");
	is_err(waitpid(1 << 20, &status, 0), ECHILD, "a stranger");
}

static void signals_as_status(void)
{
	int fd[2], status, pid = wait_for_go(fd);

	kill(pid, SIGTERM);
	waitpid(pid, &status, 0);
	is_hex((unsigned long)status & 0x7f, SIGTERM, "killed by SIGTERM");
	close(fd[1]);
	pid = wait_for_go(fd);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	is_hex((unsigned long)status, SIGKILL, "killed by SIGKILL");
	close(fd[1]);
}

static void no_hang(void)
{
	int fd[2], status = 77, pid = wait_for_go(fd);

	is_int(waitpid(pid, &status, WNOHANG), 0, "WNOHANG: still running");
	is_int(status, 77, "the status is left alone");
	close(fd[1]);
	is_int(waitpid(pid, &status, 0), pid, "it ends when let go");
	is_exit(status, 4, "with its status");
}

static void in_any_order(void)
{
	int a[2], b[2], status, first = wait_for_go(a), second = wait_for_go(b);

	close(b[1]);
	is_int(waitpid(-1, &status, 0), second, "-1 takes who ends first");
	close(a[1]);
	is_int(waitpid(first, &status, 0), first, "then the other");
}

static void by_waitid(void)
{
	siginfo_t info;
	int pid = exit_with(9), status;

	memset(&info, 0, sizeof(info));
	is_err(waitid(P_PID, pid, &info, WEXITED | WNOWAIT), 0, "waitid()");
	is_int(info.si_signo, SIGCHLD, "si_signo");
	is_int(info.si_code, CLD_EXITED, "si_code");
	is_int(info.si_pid, pid, "si_pid");
	is_int(info.si_status, 9, "si_status");
	is_int(waitpid(pid, &status, 0), pid, "WNOWAIT left it there");
	is_err(waitid(P_ALL, 0, &info, WEXITED), ECHILD, "nobody is left");
	is_err(waitid(P_ALL, 0, &info, 0), EINVAL, "waiting for nothing");
	is_err(waitid(77, 0, &info, WEXITED), EINVAL, "a kind of id unknown");
}

static void waitid_of_the_killed(void)
{
	siginfo_t info;
	int fd[2], pid = wait_for_go(fd);

	memset(&info, 0x55, sizeof(info));
	is_err(waitid(P_ALL, 0, &info, WEXITED | WNOHANG), 0, "WNOHANG");
	is_int(info.si_pid, 0, "si_pid is 0 when nobody has ended");
	kill(pid, SIGKILL);
	waitid(P_PID, pid, &info, WEXITED);
	is_int(info.si_code, CLD_KILLED, "CLD_KILLED");
	is_int(info.si_status, SIGKILL, "and the signal");
	close(fd[1]);
}

static void bad_pointers(void)
{
	int pid, bad = 0;

	exit_with(1);
	is_raw(sys(__NR_wait4, -1, &bad, 0x10, 0), EINVAL, "an unknown option");
	is_raw(sys(__NR_wait4, -1, 8, 0, 0), EFAULT, "a bad place for status");
	pid = exit_with(1);
	is_int(sys(__NR_wait4, pid, 0, 0, 0), pid, "no place at all is fine");
}

static void orphans(void)
{
	int fd[2], go[2], pid, ppid = -1, status;
	char c;

	pipe(fd);
	pipe(go);
	pid = fork();
	if (pid == 0) {
		if (fork() == 0) {
			close(go[1]);
			read(go[0], &c, 1); /* until its parent is gone */
			ppid = getppid();
			write(fd[1], &ppid, sizeof(ppid));
		}
		_exit(0);
	}
	waitpid(pid, &status, 0);
	close(go[1]);
	read(fd[0], &ppid, sizeof(ppid));
	ok(ppid > 0 && ppid != pid && ppid != getpid(),
	   "an orphan gets another parent");
	is_err(waitpid(-1, &status, 0), ECHILD, "which is not us");
	close(go[0]);
	close(fd[0]);
	close(fd[1]);
}

static volatile int caught;
static siginfo_t caught_info;

static void on_child(int signo, siginfo_t *info, void *context)
{
	(void)context;
	caught = signo;
	caught_info = *info;
}

static void sigchld(void)
{
	sigmask old;
	int status, pid;

	sig_catch(SIGCHLD, on_child, SA_SIGINFO);
	sig_mask(SIG_BLOCK, SIG(SIGCHLD), &old);
	pid = exit_with(6);
	while (!caught)
		sig_suspend(0);
	is_int(caught_info.si_pid, pid, "SIGCHLD says who ended");
	is_int(caught_info.si_code, CLD_EXITED, "how");
	is_int(caught_info.si_status, 6, "and with what");
	waitpid(pid, &status, 0);
	sig_catch(SIGCHLD, SIG_FN_DFL, 0);
	sig_mask(SIG_SETMASK, old, NULL);
}

static void no_zombies(void)
{
	int status;

	sig_catch(SIGCHLD, SIG_FN_IGN, 0);
	exit_with(1);
	is_err(waitpid(-1, &status, 0), ECHILD,
	       "SIGCHLD ignored: wait4() waits for all, then ECHILD");
	sig_catch(SIGCHLD, on_child, SA_NOCLDWAIT | SA_SIGINFO);
	exit_with(1);
	qemu_differs(1, "qemu-user drops the flag");
	is_err(waitpid(-1, &status, 0), ECHILD, "SA_NOCLDWAIT: likewise");
	waitpid(-1, &status, 0);
	sig_catch(SIGCHLD, SIG_FN_DFL, 0);
}

static void many(void)
{
	int i, status, sum = 0;

	for (i = 0; i < 30; i++)
		exit_with(i);
	for (i = 0; i < 30; i++)
		if (waitpid(-1, &status, 0) > 0)
			sum += WEXITSTATUS(status);
	is_int(sum, 29 * 30 / 2, "thirty children, each waited for once");
}

static void usage(void)
{
	struct rusage ru;
	int status, pid = fork();
	char *p;

	if (pid == 0) {
		p = mmap(NULL, 500 * PAGE_SIZE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		for (status = 0; status < 500; status++)
			p[status * 4096] = 1;
		_exit(0);
	}
	sys(__NR_wait4, pid, &status, 0, &ru);
	ok(ru.ru_minflt >= 500, "wait4() reports the child's faults");
	memset(&ru, 0, sizeof(ru));
	getrusage(RUSAGE_CHILDREN, &ru);
	ok(ru.ru_minflt >= 500, "getrusage() sums those of all children");
	ok(ru.ru_maxrss >= 1500, "and has the most memory that one needed");
}

static void not_waited_for(void)
{
	siginfo_t info;
	int status, pid = exit_with(9);

	waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
	is_err(waitid(P_PID, pid, &info, WSTOPPED), ECHILD,
	       "who has ended will never stop");
	is_err(kill(pid, 0), 0, "a zombie can be sent signals");
	is_err(sys_ret(sys(__NR_setpgid, pid, pid)), 0, "and change its group");
	is_err(kill(-pid, 0), 0, "which is there");
	is_err(sys_ret(sys(__NR_setpgid, -1, 0)), EINVAL, "a group below 0");
	waitpid(pid, &status, 0);
	memset(&info, 0x55, sizeof(info));
	waitid(P_PID, pid, &info, WEXITED);
	qemu_differs(3, "qemu-user has other ideas of these");
	is_int(info.si_signo, 0, "ECHILD clears the siginfo, too");
}

/* Neither is a signal: no such one is sent, and nothing is overwritten. */
static void exit_signals(void)
{
	int status, pid = (int)sys(__NR_clone, 255);

	if (!pid)
		_exit(3);
	is_int(waitpid(pid, &status, __WALL), pid,
	       "a child that ends with signal 255");
	pid = fork();
	if (!pid) {
		pid = (int)sys(__NR_clone, CLONE_PARENT | SIGUSR1);
		_exit(pid ? 0 : 5);
	}
	status = 0;
	waitpid(pid, &status, 0);
	waitpid(-1, &status, 0);
	is_exit(status, 5, "CLONE_PARENT: it ends with its sibling's signal");
}

int main(void)
{
	exit_codes();
	signals_as_status();
	no_hang();
	in_any_order();
	by_waitid();
	waitid_of_the_killed();
	bad_pointers();
	orphans();
	sigchld();
	no_zombies();
	many();
	usage();
	not_waited_for();
	exit_signals();
	return done_testing();
}
