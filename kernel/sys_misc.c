/*
 * sys_misc.c - small system calls: who am I, what may I use, what machine is this.
 */
#include "kernel/syscall.h"
#include "kernel/fs/vfs.h"
#include "kernel/process.h"
#include "kernel/printk.h"
#include "kernel/random.h"
#include "mm/page.h"
#include "mm/uaccess.h"

#include <linux/prctl.h>
#include <linux/random.h>
#include <linux/reboot.h>
#include <linux/sysinfo.h>
#include <linux/time.h>
#include <linux/times.h>

#define self (current->process)

/* ---- numbers and ids */

long sys_getpid(void)
{
	return self->pid;
}

long sys_gettid(void)
{
	return current->tid;
}

long sys_getppid(void)
{
	return self->parent ? self->parent->pid : 0;
}

long sys_getuid32(void)
{
	return (long)self->uid;
}

long sys_geteuid32(void)
{
	return (long)self->euid;
}

long sys_getgid32(void)
{
	return (long)self->gid;
}

long sys_getegid32(void)
{
	return (long)self->egid;
}

static bool privileged(void)
{
	return self->euid == 0;
}

/* Whether one of the three ids of a kind may become `id`. */
static bool may_become(u32 id, u32 real, u32 effective, u32 saved)
{
	return id == ~0u || privileged() || id == real || id == effective ||
	       id == saved;
}

long sys_setresuid32(u32 uid, u32 euid, u32 suid)
{
	struct process *p = self;

	if (!may_become(uid, p->uid, p->euid, p->suid) ||
	    !may_become(euid, p->uid, p->euid, p->suid) ||
	    !may_become(suid, p->uid, p->euid, p->suid))
		return -EPERM;
	if (uid != ~0u)
		p->uid = uid;
	if (euid != ~0u)
		p->euid = euid;
	if (suid != ~0u)
		p->suid = suid;
	/* The limit on locked memory depends on it. */
	process_set_limit(p, RLIMIT_MEMLOCK, p->limits[RLIMIT_MEMLOCK]);
	return 0;
}

long sys_setresgid32(u32 gid, u32 egid, u32 sgid)
{
	struct process *p = self;

	if (!may_become(gid, p->gid, p->egid, p->sgid) ||
	    !may_become(egid, p->gid, p->egid, p->sgid) ||
	    !may_become(sgid, p->gid, p->egid, p->sgid))
		return -EPERM;
	if (gid != ~0u)
		p->gid = gid;
	if (egid != ~0u)
		p->egid = egid;
	if (sgid != ~0u)
		p->sgid = sgid;
	return 0;
}

long sys_setuid32(u32 uid)
{
	if (uid == ~0u)
		return -EINVAL;
	return privileged() ? sys_setresuid32(uid, uid, uid)
			    : sys_setresuid32(~0u, uid, ~0u);
}

long sys_setgid32(u32 gid)
{
	if (gid == ~0u)
		return -EINVAL;
	return privileged() ? sys_setresgid32(gid, gid, gid)
			    : sys_setresgid32(~0u, gid, ~0u);
}

/* The saved id follows the effective one where either is set to what the real one was not. */
long sys_setreuid32(u32 uid, u32 euid)
{
	bool both = uid != ~0u || (euid != ~0u && euid != self->uid);
	u32 new = euid != ~0u ? euid : self->euid;

	if (self->euid && uid != ~0u && uid != self->uid && uid != self->euid)
		return -EPERM;
	return sys_setresuid32(uid, euid, both ? new : ~0u);
}

long sys_setregid32(u32 gid, u32 egid)
{
	bool both = gid != ~0u || (egid != ~0u && egid != self->gid);
	u32 new = egid != ~0u ? egid : self->egid;

	if (self->euid && gid != ~0u && gid != self->gid && gid != self->egid)
		return -EPERM;
	return sys_setresgid32(gid, egid, both ? new : ~0u);
}

static int put_three(u32 a, u32 b, u32 c, u32 *pa, u32 *pb, u32 *pc)
{
	return put_user_u32(a, pa) || put_user_u32(b, pb) || put_user_u32(c, pc)
		       ? -EFAULT
		       : 0;
}

long sys_getresuid32(u32 *uid, u32 *euid, u32 *suid)
{
	return put_three(self->uid, self->euid, self->suid, uid, euid, suid);
}

long sys_getresgid32(u32 *gid, u32 *egid, u32 *sgid)
{
	return put_three(self->gid, self->egid, self->sgid, gid, egid, sgid);
}

/* Nobody is in supplementary groups. */
long sys_getgroups32(int size, u32 *list)
{
	(void)list;
	return size < 0 ? -EINVAL : 0;
}

/* ---- process groups and sessions */

/* The process that a pid of 0 or of a child (or oneself) names. */
static struct process *self_or_child(int pid)
{
	struct process *p = pid ? process_find(pid) : self;

	return p && !p->zombie && (p == self || p->parent == self) ? p : NULL;
}

long sys_getpgid(int pid)
{
	struct process *p = pid ? process_find(pid) : self;

	return p ? p->pgrp : -ESRCH;
}

long sys_getpgrp(void)
{
	return self->pgrp;
}

long sys_getsid(int pid)
{
	struct process *p = pid ? process_find(pid) : self;

	return p ? p->session : -ESRCH;
}

static bool group_in_session(int pgrp, int session)
{
	struct process *p;

	list_for_each_entry (p, &all_processes, all)
		if (p->pgrp == pgrp && p->session == session)
			return true;
	return false;
}

long sys_setpgid(int pid, int pgrp)
{
	struct process *p = self_or_child(pid);

	if (pgrp < 0)
		return -EINVAL;
	if (!p)
		return -ESRCH;
	if (p != self && (p->session != self->session))
		return -EPERM;
	if (p != self && p->has_execed)
		return -EACCES;
	if (p->session == p->pid)
		return -EPERM;
	if (!pgrp)
		pgrp = p->pid;
	if (pgrp != p->pid && !group_in_session(pgrp, self->session))
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
	return self->pid;
}

/* ---- limits and usage */

long sys_prlimit64(int pid, u32 which, const struct rlimit64 *new_limit,
		   struct rlimit64 *old_limit)
{
	struct process *p = pid ? process_find(pid) : self;
	struct rlimit64 new, old;
	struct rlimit limit;

	if (which >= RLIM_NLIMITS)
		return -EINVAL;
	if (new_limit && copy_from_user(&new, new_limit, sizeof(new)))
		return -EFAULT;
	if (!p)
		return -ESRCH;
	old.rlim_cur = p->limits[which].rlim_cur == RLIM_INFINITY
			       ? ~0ull
			       : p->limits[which].rlim_cur;
	old.rlim_max = p->limits[which].rlim_max == RLIM_INFINITY
			       ? ~0ull
			       : p->limits[which].rlim_max;
	if (new_limit) {
		if (new.rlim_cur > new.rlim_max)
			return -EINVAL;
		if (new.rlim_max > old.rlim_max && !privileged())
			return -EPERM;
		limit.rlim_cur =
			new.rlim_cur >> 32 ? RLIM_INFINITY : (u32) new.rlim_cur;
		limit.rlim_max =
			new.rlim_max >> 32 ? RLIM_INFINITY : (u32) new.rlim_max;
		process_set_limit(p, which, limit);
	}
	if (old_limit && copy_to_user(old_limit, &old, sizeof(old)))
		return -EFAULT;
	return 0;
}

long sys_getrlimit(u32 which, struct rlimit *limit)
{
	if (which >= RLIM_NLIMITS)
		return -EINVAL;
	return copy_to_user(limit, &self->limits[which], sizeof(*limit))
		       ? -EFAULT
		       : 0;
}

long sys_setrlimit(u32 which, const struct rlimit *from)
{
	struct rlimit limit;

	if (copy_from_user(&limit, from, sizeof(limit)))
		return -EFAULT;
	if (which >= RLIM_NLIMITS || limit.rlim_cur > limit.rlim_max)
		return -EINVAL;
	if (limit.rlim_max > self->limits[which].rlim_max && !privileged())
		return -EPERM;
	process_set_limit(self, which, limit);
	return 0;
}

static u64 running_time(const struct process *p, bool user)
{
	u64 ns = user ? p->utime_ns : p->stime_ns;
	struct thread *t;

	list_for_each_entry (t, &p->threads, peers)
		ns += user ? t->utime_ns : t->stime_ns;
	return ns;
}

static void set_timeval(struct __kernel_old_timeval *tv, u64 ns)
{
	u32 rest;

	tv->tv_sec = (long)div_u64(ns, NSEC_PER_SEC, &rest);
	tv->tv_usec = (long)(rest / 1000);
}

void process_rusage(const struct process *p, struct rusage *r)
{
	memset(r, 0, sizeof(*r));
	set_timeval(&r->ru_utime, running_time(p, true));
	set_timeval(&r->ru_stime, running_time(p, false));
	r->ru_minflt = (long)p->min_flt;
	r->ru_majflt = (long)p->maj_flt;
	if (p->mm)
		r->ru_maxrss = (long)(mm_peak_rss(p->mm) * (PAGE_SIZE / KiB));
}

long sys_getrusage(int who, struct rusage *to)
{
	struct rusage r;

	if (who == RUSAGE_SELF || who == RUSAGE_THREAD) {
		process_rusage(self, &r);
	} else if (who == RUSAGE_CHILDREN) {
		memset(&r, 0, sizeof(r));
		set_timeval(&r.ru_utime, self->cutime_ns);
		set_timeval(&r.ru_stime, self->cstime_ns);
		r.ru_minflt = (long)self->cmin_flt;
		r.ru_majflt = (long)self->cmaj_flt;
	} else {
		return -EINVAL;
	}
	return copy_to_user(to, &r, sizeof(r)) ? -EFAULT : 0;
}

static long to_clock_ticks(u64 ns)
{
	return (long)div_u64(ns, NSEC_PER_TICK, NULL);
}

long sys_times(struct tms *to)
{
	struct tms t = {
		.tms_utime = to_clock_ticks(running_time(self, true)),
		.tms_stime = to_clock_ticks(running_time(self, false)),
		.tms_cutime = to_clock_ticks(self->cutime_ns),
		.tms_cstime = to_clock_ticks(self->cstime_ns),
	};

	if (to && copy_to_user(to, &t, sizeof(t)))
		return -EFAULT;
	return to_clock_ticks(clock_ns());
}

/* ---- the machine */

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
	return copy_to_user(to, &info, sizeof(info)) ? -EFAULT : 0;
}

long sys_getrandom(void *to, u32 n, u32 flags)
{
	u8 buf[64];
	u32 done = 0;

	if (flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE))
		return -EINVAL;
	n = min(n, 0x7fffffffu);
	while (done < n) {
		u32 part = min(n - done, (u32)sizeof(buf));

		random_bytes(buf, part);
		if (copy_to_user((u8 *)to + done, buf, part))
			return done ? (long)done : -EFAULT;
		done += part;
		if (signal_pending())
			break;
	}
	return (long)done;
}

long sys_sched_yield(void)
{
	yield();
	return 0;
}

long sys_set_tid_address(u32 addr)
{
	current->clear_child_tid = addr;
	return current->tid;
}

long sys_prctl(int option, u32 arg)
{
	char name[16] = "";

	switch (option) {
	case PR_SET_NAME:
		if (strncpy_from_user(name, (const char *)(vaddr_t)arg,
				      sizeof(name) - 1) < 0)
			return -EFAULT;
		memcpy(self->comm, name, sizeof(name));
		return 0;
	case PR_GET_NAME:
		return copy_to_user((void *)(vaddr_t)arg, self->comm,
				    sizeof(name))
			       ? -EFAULT
			       : 0;
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
