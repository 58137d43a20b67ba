/*
 * signal.h - signals. Sets of signals are plain 64-bit numbers here: signal
 * n is bit n - 1, and a set is written SIG(SIGUSR1) | SIG(SIGCHLD).
 */
#pragma once

#include <linux/signal.h>
#include "user/lib/sys.h"
#include "user_arch.h"

typedef uint64_t sigmask;
#define SIG(n) (1ULL << ((n)-1))

/* A handler; without SA_SIGINFO only the first argument means anything. */
typedef void (*sig_fn)(int signo, siginfo_t *info, void *context);
#define SIG_FN_DFL ((sig_fn)0)
#define SIG_FN_IGN ((sig_fn)1)

/* What rt_sigaction() takes. */
struct sig_action {
	sig_fn handler;
	unsigned long flags;
	void (*restorer)(void);
	unsigned long mask[2];
};

void sig_restore(void);
void sig_restore_rt(void);

/* Catches @signo by @fn, with SA_* @flags, while @mask is blocked. */
int sig_catch_mask(int signo, sig_fn fn, unsigned long flags, sigmask mask);
int sig_catch(int signo, sig_fn fn, unsigned long flags);
/* SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK; the set before goes to *@old. */
int sig_mask(int how, sigmask set, sigmask *old);
sigmask sig_pending(void);
/* Waits with @set as the mask until a handler has run. */
int sig_suspend(sigmask set);
/* Takes one signal of @set; @timeout may be NULL: for ever. */
int sig_timedwait(sigmask set, siginfo_t *info, const struct timespec *timeout);
int sigaltstack(const stack_t *ss, stack_t *old);
int kill(int pid, int signo);
int tgkill(int tgid, int tid, int signo);

/* arch/start.S: leave by long_jump() what set_jump() marked. The signal mask
 * is not touched. */
int set_jump(jump_buf *buf) __attribute__((returns_twice));
void long_jump(jump_buf *buf, int value) __attribute__((noreturn));
