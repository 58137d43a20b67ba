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

static int show_uptime(struct seq *seq, struct process *p)
{
	u32 ns, s = (u32)div_u64(clock_ns(), 1000000000, &ns);

	(void)p;
	seq_printf(seq, "%u.%02u 0.00\n", s, ns / 10000000);
	return 0;
}

/* Threads that can run, of all there are. */
static u32 count_running(u32 *total)
{
	const struct process *p;
	const struct thread *t;
	u32 running = 0;

	*total = 0;
	list_for_each_entry (p, &all_processes, all) {
		*total += p->nr_threads;
		list_for_each_entry (t, &p->threads, peers)
			running += t->state == THREAD_RUNNABLE;
	}
	return running;
}

static int show_loadavg(struct seq *seq, struct process *p)
{
	u32 total, running = count_running(&total);

	(void)p;
	p = list_entry(all_processes.prev, struct process, all);
	seq_printf(seq, "0.00 0.00 0.00 %u/%u %d\n", running, total, p->pid);
	return 0;
}

/* Of Linux's columns and lines those that this system counts; the rest is 0. */
static int show_system_stat(struct seq *seq, struct process *p)
{
	u32 user = cpu_ticks[CPU_USER], system = cpu_ticks[CPU_SYSTEM];
	u32 idle = cpu_ticks[CPU_IDLE], total;
	u64 boot = realtime_ns() - clock_ns();

	(void)p;
	seq_printf(seq, "cpu  %u 0 %u %u 0 0 0 0 0 0\n", user, system, idle);
	seq_printf(seq, "cpu0 %u 0 %u %u 0 0 0 0 0 0\n", user, system, idle);
	seq_printf(seq, "intr 0\nctxt 0\nbtime %u\nprocesses %u\n",
		   (u32)div_u64(boot, NSEC_PER_SEC, NULL), nr_forks);
	seq_printf(seq, "procs_running %u\nprocs_blocked 0\n",
		   count_running(&total));
	return 0;
}

static int show_fs_types(struct seq *seq, struct process *p)
{
	(void)p;
	show_filesystems(seq);
	return 0;
}

/* info: as mountinfo has it (man 5 proc): number, parent's, device, root, where, options, -,
 * type, source */
static int list_mounts(struct seq *seq, bool info)
{
	char *buf = kmalloc(PATH_MAX);
	struct super *super;

	if (!buf)
		return -ENOMEM;
	list_for_each_entry (super, &mounts, list) {
		const char *path = dentry_path(super->root, buf, PATH_MAX);
		const char *rights = super->flags & MS_RDONLY ? "ro" : "rw";
		u32 parent = super->mountpoint
				     ? super->mountpoint->inode->super->dev
				     : super->dev;

		if (!path)
			path = "?";
		if (info)
			seq_printf(seq, "%u %u %u:%u / %s %s - %s %s %s\n",
				   super->dev, parent, super->dev >> 8,
				   super->dev & 0xff, path, rights,
				   super->type->name, super->source, rights);
		else
			seq_printf(seq, "%s %s %s %s 0 0\n", super->source,
				   path, super->type->name, rights);
	}
	kfree(buf);
	return 0;
}

static int show_mounts(struct seq *seq, struct process *p)
{
	(void)p;
	return list_mounts(seq, false);
}

static int show_mountinfo(struct seq *seq, struct process *p)
{
	(void)p;
	return list_mounts(seq, true);
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

static int show_file_nr(struct seq *seq, struct process *p)
{
	(void)p;
	seq_printf(seq, "%u\t0\t65536\n", nr_files);
	return 0;
}

const struct proc_entry proc_misc_files[] = {
	{ PROC_ROOT, "version", 0444, .text = "Quire version 6.1.0\n" },
	/* One processor, whatever the machine has. */
	{ PROC_ROOT, "cpuinfo", 0444,
	  .text = "processor\t: 0\nmodel name\t: " UTS_MACHINE "\n\n" },
	{ PROC_ROOT, "uptime", 0444, .show = show_uptime },
	{ PROC_ROOT, "stat", 0444, .show = show_system_stat },
	{ PROC_ROOT, "loadavg", 0444, .show = show_loadavg },
	{ PROC_ROOT, "diskstats", 0444, .show = proc_show_diskstats },
	{ PROC_ROOT, "filesystems", 0444, .show = show_fs_types },
	{ PROC_ROOT, "mounts", 0444, .show = show_mounts },
	{ PROC_PID, "mounts", 0444, .show = show_mounts },
	{ PROC_PID, "mountinfo", 0444, .show = show_mountinfo },
	{ PROC_PID, "comm", 0644, .show = show_comm },
	{ PROC_PID, "cmdline", 0444, .show = show_cmdline },
	{ PROC_PID, "environ", 0400, .show = show_environ },
	{ PROC_PID, "fail-nth", 0644, .ops = &fail_nth_ops },
	{ PROC_SYS_KERNEL, "osrelease", 0444, .text = "6.1.0-quire\n" },
	{ PROC_SYS_KERNEL, "pid_max", 0444, .text = "32768\n" },
	{ PROC_SYS_FS, "file-nr", 0444, .show = show_file_nr },
	{ .name = NULL },
};
