/*
 * signal.h - signals: what is pending, what is to be done about it.
 */
#ifndef KERNEL_SIGNAL_H
#define KERNEL_SIGNAL_H

#include "mm/list.h"
#include "mm/types.h"

#include <asm/siginfo.h>
#include <asm/signal.h>

struct process;
struct thread;
struct regs;

#define NR_SIGNALS 64
#define SIGBIT(sig) (1ull << ((sig) - 1))

/* What rt_sigaction() takes, in the kernel's order of fields on both machines. */
struct ksigaction {
	u32 handler; /* user address, SIG_DFL or SIG_IGN */
	u32 flags;
	u32 restorer;
	u64 mask;
} __attribute__((packed));

struct sighand {
	u32 users;
	struct ksigaction action[NR_SIGNALS]; /* [sig - 1] */
};

/* Signals that wait to be delivered. */
struct sigqueue {
	u64 set;
	struct list_head infos; /* struct siginfo_entry: at most one each below SIGRTMIN */
};

#endif
