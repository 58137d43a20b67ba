/*
 * sys_misc.c - small system calls: numbers, limits, what machine is this and what is it called.
 */
#include "kernel/fs/vfs.h"
#include "kernel/printk.h"
#include "kernel/process.h"
#include "kernel/random.h"
#include "kernel/sys_time.h"
#include "kernel/syscall.h"
#include "mm/page.h"
#include "mm/uaccess.h"

#include <linux/membarrier.h>
#include <linux/prctl.h>
#include <linux/random.h>
#include <linux/reboot.h>
#include <linux/sysinfo.h>
#include <linux/time.h>
#include <linux/times.h>
#include <linux/utsname.h>

#define self	    (current->process)
#define NR_OPEN_MAX (1024 * 1024) /* the most that RLIMIT_NOFILE may be */

/* ---- numbers, process groups and sessions */

SYSCALL(getpid, (void), self->pid)
SYSCALL(gettid, (void), current->tid)
SYSCALL(getppid, (void), self->parent ? self->parent->pid : 0)
SYSCALL(getpgrp, (void), self->pgrp)

/* pid 0: the running one. => NULL: none */
static struct process *process_of(int pid)
{
	return pid ? process_find(pid) : self;
}

SYSCALL(getpgid, (int pid), process_of(pid) ? process_of(pid)->pgrp : -ESRCH)
SYSCALL(getsid, (int pid), process_of(pid) ? process_of(pid)->session : -ESRCH)

long sys_setpgid(int pid, int pgrp)
{
	struct process *p = process_of(pid);

	if (!pgrp)
		pgrp = pid ? pid : self->pid;
	if (pgrp < 0)
		return -EINVAL;
	if (!p || (p != self && p->parent != self))
		return -ESRCH;
	if (p != self && (p->session != self->session))
		return -EPERM;
	if (p != self && p->has_execed)
		return -EACCES;
	if (p->session == p->pid)
		return -EPERM;
	if (pgrp != p->pid && pgrp_session(pgrp) != self->session)
		return -EPERM;
	p->pgrp = pgrp;
	return 0;
}

long sys_setsid(void)
{
	struct process *p;

	list_for_each_entry (p, &all_processes, all)
		if (p->pgrp == self->pid)
			return -EPERM;
	self->session = self->pgrp = self->pid;
	self->has_tty = false;
	return self->pid;
}

/* ---- limits and usage */

static u64 widen(u32 limit)
{
	return limit == RLIM_INFINITY ? ~0ull : limit;
}

bool same_user(const struct process *p)
{
	bool same = true;

	for (u32 i = 0; i < 3; i++)
		same &= p->uids[i] == self->uid && p->gids[i] == self->gid;
	return p == self || same || privileged();
}

static bool may_limit(const struct process *p, u32 which, u32 max)
{
	if (which == RLIMIT_NOFILE && max > NR_OPEN_MAX)
		return false;
	return max <= p->limits[which].rlim_max || privileged();
}

long sys_prlimit64(int pid, u32 which, const struct rlimit64 *new_limit,
		   struct rlimit64 *old_limit)
{
	struct process *p = process_of(pid);
	struct rlimit64 new, old;
	struct rlimit limit;

	if (which >= RLIM_NLIMITS)
		return -EINVAL;
	if (new_limit && copy_from_user(&new, new_limit, sizeof(new)))
		return -EFAULT;
	if (!p)
		return -ESRCH;
	if (!same_user(p))
		return -EPERM;
	old.rlim_cur = widen(p->limits[which].rlim_cur);
	old.rlim_max = widen(p->limits[which].rlim_max);
	if (new_limit) {
		if (new.rlim_cur > new.rlim_max)
			return -EINVAL;
		limit.rlim_cur = (u32)min(new.rlim_cur, (u64)RLIM_INFINITY);
		limit.rlim_max = (u32)min(new.rlim_max, (u64)RLIM_INFINITY);
		if (!may_limit(p, which, limit.rlim_max))
			return -EPERM;
		process_set_limit(p, which, limit);
	}
	return old_limit ? put_user(old_limit, &old) : 0;
}

long sys_getrlimit(u32 which, struct rlimit *limit)
{
	if (which >= RLIM_NLIMITS)
		return -EINVAL;
	return put_user(limit, &self->limits[which]);
}

/* i386's first getrlimit: a limit has a sign. */
long sys_old_getrlimit(u32 which, struct rlimit *to)
{
	struct rlimit limit;

	if (which >= RLIM_NLIMITS)
		return -EINVAL;
	limit = self->limits[which];
	limit.rlim_cur = min(limit.rlim_cur, 0x7ffffffful);
	limit.rlim_max = min(limit.rlim_max, 0x7ffffffful);
	return put_user(to, &limit);
}

long sys_setrlimit(u32 which, const struct rlimit *from)
{
	struct rlimit limit;

	if (copy_from_user(&limit, from, sizeof(limit)))
		return -EFAULT;
	if (which >= RLIM_NLIMITS || limit.rlim_cur > limit.rlim_max)
		return -EINVAL;
	if (!may_limit(self, which, limit.rlim_max))
		return -EPERM;
	process_set_limit(self, which, limit);
	return 0;
}

void process_rusage(const struct process *p, int who, struct rusage *r)
{
	u64 user = 0, system = 0;
	u32 rss = 0;

	memset(r, 0, sizeof(*r));
	if (who != RUSAGE_CHILDREN) {
		process_times(p, &user, &system);
		r->ru_minflt = (long)p->min_flt;
		r->ru_majflt = (long)p->maj_flt;
		rss = max(p->max_rss, p->mm ? mm_peak_rss(p->mm) : 0);
	}
	if (who != RUSAGE_SELF) {
		user += p->cutime_ns;
		system += p->cstime_ns;
		r->ru_minflt += (long)p->cmin_flt;
		r->ru_majflt += (long)p->cmaj_flt;
		rss = max(rss, p->cmax_rss);
	}
	r->ru_utime = ns_to_timeval(user);
	r->ru_stime = ns_to_timeval(system);
	r->ru_maxrss = (long)(rss * (PAGE_SIZE / KiB));
}

long sys_getrusage(int who, struct rusage *to)
{
	struct rusage r;

	if (who < RUSAGE_CHILDREN || who > RUSAGE_THREAD)
		return -EINVAL;
	process_rusage(self, who == RUSAGE_THREAD ? RUSAGE_SELF : who, &r);
	if (who == RUSAGE_THREAD) { /* of its faults nobody keeps count */
		r.ru_utime = ns_to_timeval(current->utime_ns);
		r.ru_stime = ns_to_timeval(current->stime_ns);
	}
	return put_user(to, &r);
}

long sys_times(struct tms *to)
{
	u64 user, system;
	struct tms t;

	process_times(self, &user, &system);
	t.tms_utime = ns_to_ticks(user);
	t.tms_stime = ns_to_ticks(system);
	t.tms_cutime = ns_to_ticks(self->cutime_ns);
	t.tms_cstime = ns_to_ticks(self->cstime_ns);
	return (to ? put_user(to, &t) : 0) ?: ns_to_ticks(clock_ns());
}

/* ---- the machine */

/* It says Linux, since it is Linux's interface that a program finds here. Linux keeps the
 * names in a namespace, which a container can have for itself; here there is one. */
static struct new_utsname names = {
	.sysname = "Linux",
	.nodename = "quire",
	.release = "6.1.0-quire",
	.version = "#1 Quire",
	.machine = UTS_MACHINE,
	.domainname = "(none)",
};

SYSCALL(newuname, (struct new_utsname * to), put_user(to, &names))

/* Both names are __NEW_UTS_LEN bytes and a 0. */
static long set_name(char *name, const char *from, int len)
{
	char new[__NEW_UTS_LEN + 1] = "";

	if (!privileged())
		return -EPERM;
	if (len < 0 || len > __NEW_UTS_LEN)
		return -EINVAL;
	if (copy_from_user(new, from, (u32)len))
		return -EFAULT;
	memcpy(name, new, sizeof(new));
	return 0;
}

SYSCALL(sethostname, (const char *name, int len),
	set_name(names.nodename, name, len))
SYSCALL(setdomainname, (const char *name, int len),
	set_name(names.domainname, name, len))

long sys_sysinfo(struct sysinfo *to)
{
	struct zone_stats zone;
	struct sysinfo info;
	struct process *p;

	memset(&info, 0, sizeof(info));
	info.uptime = (long)div_u64(clock_ns(), NSEC_PER_SEC, NULL);
	for (enum zone_type z = 0; z < NR_ZONES; z++) {
		zone_stats(z, &zone);
		info.totalram += zone.managed;
		info.freeram += zone.free;
		if (z == ZONE_HIGHMEM) {
			info.totalhigh = zone.managed;
			info.freehigh = zone.free;
		}
	}
	list_for_each_entry (p, &all_processes, all)
		info.procs++;
	info.mem_unit = PAGE_SIZE;
	return put_user(to, &info);
}

long sys_getrandom(void *to, u32 n, u32 flags)
{
	if (flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE) ||
	    (flags & GRND_RANDOM && flags & GRND_INSECURE))
		return -EINVAL;
	return random_to_user(to, min(n, 0x7fffffffu));
}

long sys_sched_yield(void)
{
	yield();
	return 0;
}

/* Other threads are not running: each has been through the scheduler since. */
long sys_membarrier(int cmd, u32 flags)
{
	if (flags ||
	    (cmd != MEMBARRIER_CMD_QUERY && cmd != MEMBARRIER_CMD_GLOBAL))
		return -EINVAL;
	return cmd == MEMBARRIER_CMD_QUERY ? MEMBARRIER_CMD_GLOBAL : 0;
}

long sys_set_tid_address(u32 addr)
{
	current->clear_child_tid = addr;
	return current->tid;
}

long sys_prctl(int option, u32 arg, u32 arg3, u32 arg4, u32 arg5)
{
	char name[16] = "";

	switch (option) {
	case PR_SET_NAME:
		if (strncpy_from_user(name, (const char *)(vaddr_t)arg,
				      sizeof(name) - 1) < 0)
			return -EFAULT;
		memcpy(current->comm, name, sizeof(name));
		return 0;
	case PR_GET_NAME:
		return put_user((void *)(vaddr_t)arg, &current->comm);
	case PR_CAPBSET_READ:
		return arg > CAP_LAST_CAP ? -EINVAL : 1;
	case PR_GET_KEEPCAPS:
	case PR_GET_SECUREBITS:
		return 0;
	case PR_SET_PDEATHSIG:
		if (arg > NR_SIGNALS)
			return -EINVAL;
		self->pdeath_signal = (int)arg;
		return 0;
	case PR_GET_PDEATHSIG:
		return put_user_u32((u32)self->pdeath_signal,
				    (void *)(vaddr_t)arg);
	case PR_SET_CHILD_SUBREAPER:
		self->subreaper = arg;
		return 0;
	case PR_GET_CHILD_SUBREAPER:
		return put_user_u32(self->subreaper, (void *)(vaddr_t)arg);
	case PR_SET_DUMPABLE:
		if (arg > 1)
			return -EINVAL;
		self->undumpable = !arg;
		return 0;
	case PR_GET_DUMPABLE:
		return !self->undumpable;
	case PR_SET_NO_NEW_PRIVS:
		if (arg != 1 || arg3 || arg4 || arg5)
			return -EINVAL;
		self->no_new_privs = true;
		return 0;
	case PR_GET_NO_NEW_PRIVS:
		return arg || arg3 || arg4 || arg5 ? -EINVAL
						   : self->no_new_privs;
	default:
		return -EINVAL;
	}
}

long sys_reboot(u32 magic, u32 magic2, u32 cmd)
{
	if (!privileged())
		return -EPERM;
	if (magic != LINUX_REBOOT_MAGIC1 ||
	    (magic2 != LINUX_REBOOT_MAGIC2 && magic2 != LINUX_REBOOT_MAGIC2A &&
	     magic2 != LINUX_REBOOT_MAGIC2B && magic2 != LINUX_REBOOT_MAGIC2C))
		return -EINVAL;
	switch (cmd) {
	case LINUX_REBOOT_CMD_CAD_ON:
	case LINUX_REBOOT_CMD_CAD_OFF:
		return 0;
	case LINUX_REBOOT_CMD_POWER_OFF:
	case LINUX_REBOOT_CMD_HALT:
	case LINUX_REBOOT_CMD_RESTART:
		vfs_shutdown();
		printk("exit 0\n");
		machine_poweroff(0);
	default:
		return -EINVAL;
	}
}
