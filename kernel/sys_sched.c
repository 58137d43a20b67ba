/*
 * sys_sched.c - system calls about who runs, for how long, and as what.
 *
 * One processor, number 0, and one policy, SCHED_OTHER: everybody in turn. A process's nice
 * value is how long a turn is (process_tick()): 40 ms at -20, 20 ms at 0, 10 ms above it.
 * Left out: the real-time policies (EINVAL), nice values of single threads.
 */
#include "kernel/syscall.h"
#include "kernel/process.h"
#include "mm/uaccess.h"

#include <linux/personality.h>
#include <linux/sched.h>

#define NICE_MIN (-20)
#define NICE_MAX 19

#define self (current->process)

/* ---- nice values */

static bool selected(const struct process *p, int which, int who)
{
	switch (which) {
	case PRIO_PROCESS:
		return p->pid == (who ? who : self->pid);
	case PRIO_PGRP:
		return p->pgrp == (who ? who : self->pgrp);
	default:
		return p->uid == (who ? (u32)who : self->uid);
	}
}

/* => 1 to 40, so that it is no error: 20 - nice, the highest of those selected */
long sys_getpriority(int which, int who)
{
	struct process *p;
	long best = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	list_for_each_entry (p, &all_processes, all)
		if (selected(p, which, who))
			best = max(best, 20L - p->nice);
	return best;
}

static long set_nice(struct process *p, int nice)
{
	nice = nice < NICE_MIN ? NICE_MIN : min(nice, NICE_MAX);
	if (self->euid && p->uid != self->euid && p->euid != self->euid)
		return -EPERM;
	if (self->euid && nice < p->nice &&
	    20 - nice > (long)p->limits[RLIMIT_NICE].rlim_cur)
		return -EACCES;
	p->nice = (signed char)nice;
	return 0;
}

long sys_setpriority(int which, int who, int nice)
{
	struct process *p;
	long result = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	list_for_each_entry (p, &all_processes, all) {
		long err = selected(p, which, who) ? set_nice(p, nice) : -ESRCH;

		if (err != -ESRCH && (err || result == -ESRCH))
			result = err;
	}
	return result;
}

long sys_nice(int by)
{
	by = by < -40 ? -40 : min(by, 40);
	return set_nice(self, self->nice + by) ? -EPERM : 0;
}

/* ---- policies */

static struct thread *thread_of(int tid)
{
	return tid ? thread_find(tid) : current;
}

static bool may_set(int tid)
{
	const struct process *p = thread_of(tid)->process;

	return !self->euid || self->euid == p->uid || self->euid == p->euid;
}

SYSCALL(sched_getscheduler, (int tid),
	tid < 0		 ? -EINVAL
	: thread_of(tid) ? SCHED_NORMAL
			 : -ESRCH)

/* struct sched_param is one int, and here always 0. */
SYSCALL(sched_getparam, (int tid, u32 *param),
	tid < 0 || !param ? -EINVAL
	: thread_of(tid)  ? put_user_u32(0, param)
			  : -ESRCH)

long sys_sched_setscheduler(int tid, int policy, const u32 *param)
{
	u32 priority;

	if (tid < 0 || policy < 0 || !param)
		return -EINVAL;
	if (get_user_u32(&priority, param))
		return -EFAULT;
	if (!thread_of(tid))
		return -ESRCH;
	if (policy != SCHED_NORMAL || priority)
		return -EINVAL;
	return may_set(tid) ? 0 : -EPERM;
}

SYSCALL(sched_setparam, (int tid, const u32 *param),
	sys_sched_setscheduler(tid, SCHED_NORMAL, param))
SYSCALL(sched_get_priority_max, (int policy),
	policy == SCHED_NORMAL ? 0 : -EINVAL)

/* ---- whose Linux it is */

/* Of the flags those that mean something here: the layout of address spaces, and that it is not
 * random, which it never is. */
#define PERSONALITIES (PER_LINUX32 | ADDR_NO_RANDOMIZE | ADDR_COMPAT_LAYOUT)

/* => the one before; ~0 only asks */
long sys_personality(u32 persona)
{
	u32 old = self->personality;

	if (persona != ~0u && persona & ~(u32)PERSONALITIES)
		return -EINVAL;
	if (persona != ~0u)
		self->personality = persona;
	return (long)old;
}

/* ---- processors */

long sys_sched_getaffinity(int tid, u32 size, u32 *mask)
{
	if (size < sizeof(*mask) || size % sizeof(*mask))
		return -EINVAL;
	if (!thread_of(tid))
		return -ESRCH;
	return put_user_u32(1, mask) ? -EFAULT : (long)sizeof(*mask);
}

/* A set without our one processor is none that a thread can run on. */
long sys_sched_setaffinity(int tid, u32 size, const u32 *mask)
{
	u32 set = 0;

	if (copy_from_user(&set, mask, min(size, (u32)sizeof(set))))
		return -EFAULT;
	if (!thread_of(tid))
		return -ESRCH;
	if (!may_set(tid))
		return -EPERM;
	return set & 1 ? 0 : -EINVAL;
}

SYSCALL(getcpu, (u32 * cpu, u32 *node),
	(cpu && put_user_u32(0, cpu)) || (node && put_user_u32(0, node))
		? -EFAULT
		: 0)
