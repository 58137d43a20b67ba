/*
 * process.h - processes and their threads.
 *
 *	struct process ---- threads ---> struct thread (kernel/sched.h), one or more
 *	   |  parent, children           each with registers, stack, signal mask
 *	   |---- mm                      the address space (shared after vfork, CLONE_VM)
 *	   |---- sighand                 what to do on a signal
 *	threads ---- files, fs           open files; working directory, umask
 *
 * A process is what Linux calls a thread group: getpid() names it, wait4() waits for it. The
 * parts that clone() may share are counted. A process that has exited stays as a zombie, a
 * struct process without threads, until its parent has waited for it.
 */
#ifndef KERNEL_PROCESS_H
#define KERNEL_PROCESS_H

#include "kernel/sched.h"
#include "kernel/signal.h"
#include "mm/mm.h"

#include <linux/resource.h>

struct files;
struct fs;
struct inode;

struct process {
	int pid, pgrp, session;
	struct process *parent;
	struct list_head children, sibling; /* sibling: on parent->children */
	struct list_head all;		    /* every process, by pid's order of birth */
	struct list_head threads;	    /* struct thread, by ->peers */
	u32 nr_threads;
	struct mm *mm;
	struct file *exe;		/* what execve loaded; NULL: kernel thread */
	char comm[16];

	struct sighand *sighand;
	struct sigqueue pending;	/* for any thread of the process */
	struct waitq child_wait;	/* wait4() sleeps here */
	int exit_signal;		/* to the parent, usually SIGCHLD */
	int exit_status;		/* as wait4() has it, once exiting */
	bool exiting, zombie, stopped, continued, dumpable;
	struct waitq *vfork_done;	/* whom exec and exit wake */

	struct rlimit limits[RLIM_NLIMITS];
	u32 uid, euid, suid, gid, egid, sgid;
	u64 utime_ns, stime_ns, cutime_ns, cstime_ns;	/* own (ended threads), waited-for children */
	u32 min_flt, maj_flt, cmin_flt, cmaj_flt;
	u64 start_ns;
	struct itimer *itimers;
};

#define current_process (current->process)

struct process *process_find(int pid);
extern struct list_head all_processes;

#endif
