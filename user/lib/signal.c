/*
 * signal.c - signals: the calls, and which way a handler goes back.
 *
 * When a handler returns it returns into a "restorer" of ours, which makes
 * the system call that pops the frame: sigreturn for the small old frame,
 * rt_sigreturn for the frame with siginfo and context (SA_SIGINFO).
 */
#include "user/lib/signal.h"

#ifndef SA_RESTORER
#define SA_RESTORER 0x04000000
#endif

int sig_catch_mask(int signo, sig_fn fn, unsigned long flags, sigmask mask)
{
	struct sig_action act = { .handler = fn,
				  .flags = flags | SA_RESTORER,
				  .mask = { (unsigned long)mask,
					    (unsigned long)(mask >> 32) } };

	act.restorer = flags & SA_SIGINFO ? sig_restore_rt : sig_restore;
	return (int)sys_ret(
		sys(__NR_rt_sigaction, signo, &act, 0, sizeof(act.mask)));
}

int sig_catch(int signo, sig_fn fn, unsigned long flags)
{
	return sig_catch_mask(signo, fn, flags, 0);
}

int sig_mask(int how, sigmask set, sigmask *old)
{
	return (int)sys_ret(
		sys(__NR_rt_sigprocmask, how, &set, old, sizeof(set)));
}

sigmask sig_pending(void)
{
	sigmask set = 0;

	sys(__NR_rt_sigpending, &set, sizeof(set));
	return set;
}

int sig_suspend(sigmask set)
{
	return (int)sys_ret(sys(__NR_rt_sigsuspend, &set, sizeof(set)));
}

int sig_timedwait(sigmask set, siginfo_t *info, const struct timespec *timeout)
{
	return (int)sys_ret(
		sys(__NR_rt_sigtimedwait, &set, info, timeout, sizeof(set)));
}

int sigaltstack(const stack_t *ss, stack_t *old)
{
	return (int)sys_ret(sys(__NR_sigaltstack, ss, old));
}

int kill(int pid, int signo)
{
	return (int)sys_ret(sys(__NR_kill, pid, signo));
}

int tgkill(int tgid, int tid, int signo)
{
	return (int)sys_ret(sys(__NR_tgkill, tgid, tid, signo));
}
