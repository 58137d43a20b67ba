/*
 * fork.h - clone().
 */
#ifndef KERNEL_FORK_H
#define KERNEL_FORK_H

#include "kernel/sched.h"

/* Where a vfork()ing thread waits for its child; on that thread's stack. */
struct vfork_wait {
	struct waitq q;
	bool done;
};

/* As clone(2), arguments checked. stack 0: the parent's. User addresses.
 * => the new thread's number, or -EINVAL, -ENOMEM. May sleep (CLONE_VFORK) */
long do_clone(u32 flags, u32 stack, u32 parent_tid, u32 tls, u32 child_tid);
/* What a new thread does first, in its own address space. */
void clone_begin(void);
/* A vfork()ed process no longer uses its parent's address space. */
void vfork_done(struct process *p);

#endif
