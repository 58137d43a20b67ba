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
#pragma once

#include "kernel/sched.h"
#include "mm/mm.h"

#include <linux/capability.h>
#include <linux/resource.h>

struct itimer;

struct process {
	int pid;
	struct process *parent;
	struct list_head children, sibling; /* sibling: on parent->children */
	struct list_head all;		    /* on all_processes, oldest first */
	struct list_head threads;	    /* struct thread, by ->peers */
	u32 nr_threads;
	struct thread *leader; /* whose tid is pid; NULL once it has exited */
	char comm[16];	       /* its name, then: process_comm() */
	struct mm *mm;	       /* NULL: zombie */
	struct file *exe;      /* what execve loaded */

	struct sighand *sighand;
	struct sigqueue pending;  /* for any thread of the process */
	struct waitq child_wait;  /* wait4() sleeps here */
	struct waitq thread_wait; /* execve: for the other threads */
	int exit_signal;	  /* to the parent, usually SIGCHLD */
	int exit_status;	  /* as wait4() has it, once exiting */
	bool exiting;		  /* every thread is to end */
	bool zombie;
	bool stopped, stop_reported, continued;
	struct waitq stop_wait; /* its threads, while it is stopped */
	bool has_execed;
	bool subreaper;	   /* its orphaned descendants become its children */
	int pdeath_signal; /* its parent's end sends it this */
	u32 stop_signal;
	struct vfork_wait *vfork; /* whom exec and exit wake, or NULL */

	u64 utime_ns, stime_ns;	  /* of threads that have ended */
	u64 cutime_ns, cstime_ns; /* of children that were waited for */
	u32 min_flt, maj_flt, cmin_flt, cmaj_flt;
	u32 max_rss, cmax_rss; /* pages: of address spaces that are gone */
	u64 start_ns;
	struct itimer *itimers; /* three, or NULL */

	/* from here on, what a child begins with, too (process_create()) */
	int pgrp, session;
	bool has_tty;	   /* the session's terminal (kernel/dev/tty_jobs.c) */
	bool no_new_privs; /* set-id bits do not count */
	bool undumpable; /* PR_SET_DUMPABLE 0, or its ids changed; nothing dumps here */
	short oom_score_adj, oom_score_adj_min; /* oom.c; how low it may go */
	signed char nice; /* -20 to 19: how long its turns are */
	u32 personality;  /* PER_LINUX and flags */
	union { /* who it is: the real, effective and saved ids, by name or in a row */
		struct {
			u32 uid, euid, suid, gid, egid, sgid;
		};
		struct {
			u32 uids[3], gids[3];
		};
	};
	struct groups *groups;	    /* a reference; NULL: none */
	struct mm_limits mm_limits; /* limits, as mm/ wants them */
	struct rlimit limits[RLIM_NLIMITS];
};

static inline const char *process_comm(const struct process *p)
{
	return p->leader ? p->leader->comm : p->comm;
}

/* May the running process look into another, or change it? */
bool same_user(const struct process *p);

extern struct list_head all_processes;
extern struct process *init_process; /* pid 1 */

struct process *process_find(int pid); /* NULL: none */
struct thread *thread_find(int tid);   /* NULL: none */

/* A process group's session. => -ESRCH: there is no such group */
int pgrp_session(int pgrp);
/* Nobody in the group's session could make it go on: it must not be stopped. */
bool pgrp_is_orphaned(int pgrp);
/* p or its parent has exited. If now p's group is orphaned and has stopped members, they
 * would stay so for ever: they get SIGHUP and go on. */
void pgrp_lost_tie(const struct process *p, const struct process *parent);

void process_init(void);
/* A process without threads, child of parent (NULL: pid 1). => NULL: out of memory */
struct process *process_create(struct process *parent);
/* Undoes process_create(), and the end of every process. */
void process_free(struct process *p);
void process_set_limit(struct process *p, u32 which, struct rlimit limit);
/* Adds a thread to a process and gives it a number: its own, or the process's for the first. */
void process_add_thread(struct process *p, struct thread *t);
void process_remove_thread(struct thread *t);

/* The scheduler goes over to a thread of a process. */
void process_switch(struct thread *prev, struct thread *next);
/* The thread's registers are of no more use. */
void process_forget_regs(const struct thread *t);
/* RLIMIT_CPU: what is over it gets SIGXCPU each second, or SIGKILL. */
void process_check_cpu(void);
/* May the running process have one more thread? RLIMIT_NPROC counts its user's. */
bool process_may_fork(void);
/* A tick hit the running process: accounts it, ends the time slice. */
void process_tick(bool user);
/* Ticks of the processor since boot, by what it did. */
enum { CPU_USER, CPU_SYSTEM, CPU_IDLE, NR_CPU_STATES };
extern u32 cpu_ticks[NR_CPU_STATES];
extern u32 nr_forks; /* threads that were ever made */

/* The running thread takes over the process's number. => it is the only one */
void process_set_leader(struct thread *t);
/* CPU time of its threads, of those that have ended, too. */
void process_times(const struct process *p, u64 *user, u64 *system);
/* Faults of all processes, those that are gone too. */
struct faults {
	u32 minor, major;
};
struct faults process_all_faults(void);
struct rusage;
/* who: RUSAGE_SELF, RUSAGE_CHILDREN, RUSAGE_BOTH */
void process_rusage(const struct process *p, int who, struct rusage *usage);

/* Runs another address space; returns the one before, its reference with it. */
struct mm *process_swap_mm(struct process *p, struct mm *mm);

/* ---- fork.c */

/* Where a vfork()ing thread waits for its child; on that thread's stack. */
struct vfork_wait {
	struct waitq q;
	bool done;
};
/* What a new thread does first, in its own address space. */
void clone_begin(void);
/* A vfork()ed process no longer uses its parent's address space. */
void vfork_done(struct process *p);

/* ---- exit.c */

/* A status as wait4() has it: (exit code << 8), or the signal with WAIT_CORE. */
#define WAIT_TERMSIG(status)	((status)&0x7f)
#define WAIT_EXITSTATUS(status) (((status) >> 8) & 0xff)
#define WAIT_CORE		0x80

/* The whole process ends, with this status. */
noreturn void process_exit(int status);
/* The running thread; the last one ends the process. */
noreturn void exit_thread(int status);
/* Sleeps until init has ended, and all other processes with it.
 * => its exit status; 128 + N: signal N ended it */
int init_wait(void);
/* Makes every thread of the process but one (or NULL) end, as soon as it can. */
void process_kill_threads(struct process *p, const struct thread *but);
/* Clears the word that set_tid_address() or clone() named, if others share mm, and wakes
 * who waits there: glibc and musl join threads by it. => mm is in force */
void clear_child_tid(const struct mm *mm);

/* ---- sys_ids.c */

/* Whether the running process is root. */
static inline bool privileged(void)
{
	return !current->process->euid;
}
/* Linux's capabilities that a process has, or, not in force, may have again. */
#define ALL_CAPS ((2ull << CAP_LAST_CAP) - 1)
u64 process_caps(const struct process *p, bool in_force);
/* The supplementary groups. groups: or NULL */
struct groups;
void groups_get(struct groups *groups);
void groups_put(struct groups *groups);
/* Whether the running process is in that group, or root. */
bool in_group(u32 gid);

/* ---- futex.c */

/* Wakes one sleeper on the word; the thread's clear_child_tid, at its end. */
void futex_wake_addr(void *addr);
/* The running thread ends, or execs: words it still owns by its robust list are marked and woken. */
void robust_list_exit(void);
void futex_init(void);

/* oom.c: a fault could not get its page. Ends the process that uses most memory, which
 * may be the running one; the fault is then taken again, or the process dies. */
void out_of_memory(void);
/* /proc/sys/vm: it is the running one, whoever has most */
extern u32 oom_kill_allocating_task;

/* ---- audit.c: the kernel checks itself */

/* Checks all address spaces, and the allocators. => the number of differences, each
 * printed; ~0 when there was no memory to do it */
u32 audit_now(void);

/* The allocators alone. => panics at the first difference */
void audit_allocators(void);
/* Notes what is in use before there are files and processes ... */
void audit_begin(void);
/* ... and, when the last process has gone, takes down the file systems and compares.
 * => the number of differences */
u32 audit_end(void);
