/*
 * proc_misc.c - the files of /proc that are not about memory.
 */
#include "kernel/fs/proc.h"
#include "kernel/printk.h"
#include "kernel/process.h"
#include "kernel/sys_time.h"
#include "mm/kmap.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#include <asm/errno.h>
#include <linux/mount.h>

#include "cpu_arch.h"

static int show_version(struct seq *seq, struct process *p)
{
	(void)p;
	seq_printf(seq, "Quire version 6.1.0\n");
	return 0;
}

/* One, whatever the machine has. */
static int show_cpuinfo(struct seq *seq, struct process *p)
{
	(void)p;
	seq_printf(seq, "processor\t: 0\nmodel name\t: %s\n\n", UTS_MACHINE);
	return 0;
}

static int show_uptime(struct seq *seq, struct process *p)
{
	u32 ns, s = (u32)div_u64(clock_ns(), 1000000000, &ns);

	(void)p;
	seq_printf(seq, "%u.%02u 0.00\n", s, ns / 10000000);
	return 0;
}

static int show_loadavg(struct seq *seq, struct process *p)
{
	u32 running = 0, total = 0;
	struct process *each;
	struct thread *t;
	int last = 0;

	(void)p;
	list_for_each_entry (each, &all_processes, all) {
		last = each->pid;
		list_for_each_entry (t, &each->threads, peers) {
			total++;
			running += t->state == THREAD_RUNNABLE;
		}
	}
	seq_printf(seq, "0.00 0.00 0.00 %u/%u %d\n", running, total, last);
	return 0;
}

/* Of Linux's columns and lines those that this system counts; the rest is 0. */
static int show_system_stat(struct seq *seq, struct process *p)
{
	u32 user = cpu_ticks[CPU_USER], system = cpu_ticks[CPU_SYSTEM];
	u32 idle = cpu_ticks[CPU_IDLE], running = 0;
	u64 now = clock_ns(), boot = realtime_ns() - now;
	struct process *each;
	struct thread *t;

	(void)p;
	list_for_each_entry (each, &all_processes, all)
		list_for_each_entry (t, &each->threads, peers)
			running += t->state == THREAD_RUNNABLE;
	seq_printf(seq, "cpu  %u 0 %u %u 0 0 0 0 0 0\n", user, system, idle);
	seq_printf(seq, "cpu0 %u 0 %u %u 0 0 0 0 0 0\n", user, system, idle);
	seq_printf(seq, "intr 0\nctxt 0\nbtime %u\nprocesses %u\n",
		   (u32)div_u64(boot, NSEC_PER_SEC, NULL), nr_forks);
	seq_printf(seq, "procs_running %u\nprocs_blocked 0\n", running);
	return 0;
}

static int show_fs_types(struct seq *seq, struct process *p)
{
	(void)p;
	show_filesystems(seq);
	return 0;
}

static int show_mounts(struct seq *seq, struct process *p)
{
	char *buf = kmalloc(PATH_MAX);
	struct super *super;

	(void)p;
	if (!buf)
		return -ENOMEM;
	list_for_each_entry (super, &mounts, list) {
		const char *path = dentry_path(super->root, buf, PATH_MAX);

		seq_printf(seq, "%s %s %s %s 0 0\n", super->source,
			   path ? path : "?", super->type->name,
			   super->flags & MS_RDONLY ? "ro" : "rw");
	}
	kfree(buf);
	return 0;
}

/* man 5 proc: number, parent's, device, root, where, options, -, type, source */
static int show_mountinfo(struct seq *seq, struct process *p)
{
	char *buf = kmalloc(PATH_MAX);
	struct super *super;

	(void)p;
	if (!buf)
		return -ENOMEM;
	list_for_each_entry (super, &mounts, list) {
		const char *path = dentry_path(super->root, buf, PATH_MAX);
		const char *rights = super->flags & MS_RDONLY ? "ro" : "rw";
		u32 parent = super->mountpoint
				     ? super->mountpoint->inode->super->dev
				     : super->dev;

		seq_printf(seq, "%u %u %u:%u / %s %s - %s %s %s\n", super->dev,
			   parent, super->dev >> 8, super->dev & 0xff,
			   path ? path : "?", rights, super->type->name,
			   super->source, rights);
	}
	kfree(buf);
	return 0;
}

static int show_comm(struct seq *seq, struct process *p)
{
	seq_printf(seq, "%s\n", p->comm);
	return 0;
}

/* What of [start, end) of another process's memory is in memory now. */
static void show_memory(struct seq *seq, struct mm *mm, vaddr_t start,
			vaddr_t end)
{
	for (vaddr_t va = start, next; va < end; va = next) {
		const pte_t *pte = pte_lookup(mm, va);
		const char *kaddr;

		next = min((va & PAGE_MASK) + PAGE_SIZE, end);
		if (!pte || !pte_present(*pte))
			return;
		kaddr = kmap_local(pfn_to_page(pte_pfn(*pte)));
		seq_write(seq, kaddr + (va & ~PAGE_MASK), (u32)(next - va));
		kunmap_local(kaddr);
	}
}

static int show_cmdline(struct seq *seq, struct process *p)
{
	if (p->mm)
		show_memory(seq, p->mm, p->mm->arg_start, p->mm->arg_end);
	return 0;
}

static int show_environ(struct seq *seq, struct process *p)
{
	if (p->mm)
		show_memory(seq, p->mm, p->mm->env_start, p->mm->env_end);
	return 0;
}

static int show_osrelease(struct seq *seq, struct process *p)
{
	(void)p;
	seq_printf(seq, "6.1.0-quire\n");
	return 0;
}

static int show_pid_max(struct seq *seq, struct process *p)
{
	(void)p;
	seq_printf(seq, "32768\n");
	return 0;
}

static int show_file_nr(struct seq *seq, struct process *p)
{
	(void)p;
	seq_printf(seq, "%u\t0\t65536\n", nr_files);
	return 0;
}

const struct proc_entry proc_misc_files[] = {
	{ PROC_ROOT, "version", 0444, .show = show_version },
	{ PROC_ROOT, "cpuinfo", 0444, .show = show_cpuinfo },
	{ PROC_ROOT, "uptime", 0444, .show = show_uptime },
	{ PROC_ROOT, "stat", 0444, .show = show_system_stat },
	{ PROC_ROOT, "loadavg", 0444, .show = show_loadavg },
	{ PROC_ROOT, "filesystems", 0444, .show = show_fs_types },
	{ PROC_ROOT, "mounts", 0444, .show = show_mounts },
	{ PROC_PID, "mounts", 0444, .show = show_mounts },
	{ PROC_PID, "mountinfo", 0444, .show = show_mountinfo },
	{ PROC_PID, "comm", 0644, .show = show_comm },
	{ PROC_PID, "cmdline", 0444, .show = show_cmdline },
	{ PROC_PID, "environ", 0400, .show = show_environ },
	{ PROC_PID, "fail-nth", 0644, .ops = &fail_nth_ops },
	{ PROC_SYS_KERNEL, "osrelease", 0444, .show = show_osrelease },
	{ PROC_SYS_KERNEL, "pid_max", 0444, .show = show_pid_max },
	{ PROC_SYS_FS, "file-nr", 0444, .show = show_file_nr },
	{ .name = NULL },
};
