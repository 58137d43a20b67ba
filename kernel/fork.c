/*
 * fork.c - clone() and what is made of it: fork, vfork, threads.
 *
 * Everything that can fail is done before the child can be seen; the ladder at the end of
 * clone_process() undoes it in reverse order. The child's first act is to return from
 * the same system call with 0: its kernel stack is set up for just that.
 */
#include "kernel/fs/vfs.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/uaccess.h"

#include <linux/sched.h>

/* Flags that only make sense with others, or that Quire has nothing for. */
static int check_flags(u32 flags)
{
	u32 unsupported = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC |
			  CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
			  CLONE_NEWCGROUP | CLONE_PIDFD;

	if (((flags & CLONE_THREAD) && !(flags & CLONE_SIGHAND)) ||
	    ((flags & CLONE_SIGHAND) && !(flags & CLONE_VM)) ||
	    ((flags & CLONE_PARENT) && current->process == init_process))
		return -EINVAL;
	return flags & unsupported ? -EINVAL : 0;
}

/* A process that shares with the running one, or has a copy of, what flags say. */
static struct process *clone_process(u32 flags)
{
	struct process *old = current->process, *p;

	p = process_create(flags & CLONE_PARENT ? old->parent : old);
	if (!p)
		return NULL;
	p->exit_signal = flags & CLONE_PARENT ? old->exit_signal
					      : (int)(flags & CSIGNAL);
	p->sighand = flags & CLONE_SIGHAND ? sighand_get(old->sighand)
					   : sighand_copy(old->sighand);
	if (!p->sighand)
		goto out_process;
	p->mm = flags & CLONE_VM ? mm_get(old->mm) : mm_fork(old->mm);
	if (!p->mm)
		goto out_sighand;
	p->exe = old->exe;
	if (p->exe) {
		file_get(p->exe);
		file_deny_write(p->exe);
	}
	return p;

out_sighand:
	sighand_put(p->sighand);
out_process:
	process_free(p);
	return NULL;
}

/* A thread with the running one's files, directory and signal mask. */
static struct thread *clone_thread(u32 flags)
{
	struct thread *t = thread_alloc();

	if (!t)
		return NULL;
	t->files = flags & CLONE_FILES ? files_get(current->files)
				       : files_copy(current->files);
	if (!t->files)
		goto out_thread;
	t->fs = flags & CLONE_FS ? fs_get(current->fs) : fs_copy(current->fs);
	if (!t->fs)
		goto out_files;
	memcpy(t->comm, current->comm, sizeof(t->comm));
	t->blocked = current->blocked;
	if (!(flags & CLONE_VM) || (flags & CLONE_VFORK)) {
		t->altstack_sp = current->altstack_sp;
		t->altstack_size = current->altstack_size;
		t->altstack_flags = current->altstack_flags;
	}
	return t;

out_files:
	files_put(t->files);
out_thread:
	thread_free(t);
	return NULL;
}

/* Sleeps until the child has let go of the address space. Only death ends it sooner. */
static void wait_for_vfork(struct process *child, struct vfork_wait *wait)
{
	while (!wait->done) {
		if (fatal_signal_pending()) {
			child->vfork = NULL;
			return;
		}
		waitq_sleep_killable(&wait->q);
	}
}

void vfork_done(struct process *p)
{
	if (!p->vfork)
		return;
	p->vfork->done = true;
	waitq_wake_all(&p->vfork->q);
	p->vfork = NULL;
}

/* The order of ARM and i386: CONFIG_CLONE_BACKWARDS. stack 0: the parent's.
 * => the new thread's number, or -EINVAL, -EAGAIN, -ENOMEM. May sleep (CLONE_VFORK) */
long sys_clone(u32 flags, u32 stack, u32 parent_tid, u32 tls, u32 child_tid)
{
	struct process *p = current->process;
	struct vfork_wait vfork = { .q = WAITQ_INIT(vfork.q) };
	struct thread *t;
	int err = check_flags(flags), tid;

	if (err)
		return err;
	if (!process_may_fork())
		return -EAGAIN;
	t = clone_thread(flags);
	if (!t)
		return -ENOMEM;
	err = thread_setup_clone(t, stack, flags & CLONE_SETTLS ? &tls : NULL);
	if (err)
		goto out_thread;
	if (!(flags & CLONE_THREAD)) {
		err = -ENOMEM;
		p = clone_process(flags);
		if (!p)
			goto out_thread;
	}
	process_add_thread(p, t);
	tid = t->tid;
	if (flags & CLONE_CHILD_SETTID)
		t->set_child_tid = child_tid;
	if (flags & CLONE_CHILD_CLEARTID)
		t->clear_child_tid = child_tid;
	if (flags & CLONE_PARENT_SETTID)
		put_user_u32((u32)tid, (void *)(vaddr_t)parent_tid);
	if (flags & CLONE_VFORK)
		p->vfork = &vfork;
	thread_wake(t);
	if (flags & CLONE_VFORK)
		wait_for_vfork(p, &vfork);
	return tid;

out_thread:
	fs_put(t->fs);
	files_put(t->files);
	thread_free(t);
	return err;
}

void clone_begin(void)
{
	if (current->set_child_tid)
		put_user_u32((u32)current->tid,
			     (void *)(vaddr_t)current->set_child_tid);
	current->set_child_tid = 0;
}

SYSCALL(fork, (void), sys_clone(SIGCHLD, 0, 0, 0, 0))
SYSCALL(vfork, (void), sys_clone(CLONE_VFORK | CLONE_VM | SIGCHLD, 0, 0, 0, 0))
