/*
 * sys_signal.h - the system calls about signals, and the timers that send them.
 */
#ifndef KERNEL_SYS_SIGNAL_H
#define KERNEL_SYS_SIGNAL_H

#include "kernel/signal.h"

/* Until the next return to user mode another mask is in force (sigsuspend, ppoll, pselect). */
void signal_swap_mask(u64 mask);
/* Whether a user stack pointer is on the running thread's alternate stack. */
bool on_altstack(u32 sp);
/* A tick of CPU time; from the timer's interrupt. */
void itimers_tick(bool user);
void itimers_free(struct process *p);

long sys_rt_sigaction(int sig, const void *act, void *oldact, u32 size);
long sys_sigaction(int sig, const void *act, void *oldact);
long sys_signal(int sig, u32 handler);
long sys_rt_sigprocmask(int how, const u64 *set, u64 *oldset, u32 size);
long sys_sigprocmask(int how, const u32 *set, u32 *oldset);
long sys_rt_sigpending(u64 *set, u32 size);
long sys_sigpending(u32 *set);
long sys_rt_sigsuspend(const u64 *set, u32 size);
long sys_sigsuspend(u32 unused1, u32 unused2, u32 mask);
long sys_pause(void);
long sys_rt_sigtimedwait(const u64 *set, siginfo_t *info, const void *timeout,
			 u32 size);
long sys_rt_sigtimedwait_time64(const u64 *set, siginfo_t *info,
				const void *timeout, u32 size);
long sys_kill(int pid, int sig);
long sys_tgkill(int tgid, int tid, int sig);
long sys_tkill(int tid, int sig);
long sys_rt_sigqueueinfo(int pid, int sig, const siginfo_t *from);
long sys_rt_tgsigqueueinfo(int tgid, int tid, int sig, const siginfo_t *from);
long sys_sigaltstack(const stack_t *from, stack_t *old);
long sys_getitimer(int which, void *to);
long sys_setitimer(int which, const void *from, void *old);
long sys_alarm(u32 seconds);
long sys_sigreturn(void); /* these two: kernel/ARCH/sigframe.c */
long sys_rt_sigreturn(void);

#endif
