/*
 * proc_misc.c - the list of /proc's files, with the small ones: the switches in /proc/sys/vm,
 * /proc/audit, and what is not about memory.
 */
#include "kernel/bootinfo.h"
#include "kernel/exec.h"
#include "kernel/fs/proc.h"
#include "kernel/printk.h"
#include "kernel/sys_time.h"
#include "mm/kmap.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"
#include "mm/writeback.h"

#include <asm/errno.h>
#include <linux/mman.h>
#include <linux/mount.h>

#include "cpu_arch.h"

/* As it was before it was split into words. */
static void show_boot_cmdline(struct seq *seq, NO_PROCESS)
{
	u32 n = CMDLINE_MAX;

	while (n && !bootinfo.cmdline[n - 1])
		n--;
	for (u32 i = 0; i < n; i++)
		seq_printf(seq, "%c", bootinfo.cmdline[i] ?: ' ');
	seq_printf(seq, "\n");
}

static void show_uptime(struct seq *seq, NO_PROCESS)
{
	u32 ns, s = (u32)div_u64(clock_ns(), 1000000000, &ns);

	seq_printf(seq, "%u.%02u 0.00\n", s, ns / 10000000);
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

static void show_loadavg(struct seq *seq, NO_PROCESS)
{
	u32 total, running = count_running(&total);

	p = list_entry(all_processes.prev, struct process, all);
	seq_printf(seq, "0.00 0.00 0.00 %u/%u %d\n", running, total, p->pid);
}

/* Of Linux's columns and lines those that this system counts; the rest is 0. */
static void show_system_stat(struct seq *seq, NO_PROCESS)
{
	u32 user = cpu_ticks[CPU_USER], system = cpu_ticks[CPU_SYSTEM];
	u32 idle = cpu_ticks[CPU_IDLE], total;
	u64 boot = realtime_ns() - clock_ns();

	seq_printf(seq, "cpu  %u 0 %u %u 0 0 0 0 0 0\n", user, system, idle);
	seq_printf(seq, "cpu0 %u 0 %u %u 0 0 0 0 0 0\n", user, system, idle);
	seq_printf(seq, "intr 0\nctxt 0\nbtime %u\nprocesses %u\n",
		   (u32)div_u64(boot, NSEC_PER_SEC, NULL), nr_forks);
	seq_printf(seq, "procs_running %u\nprocs_blocked 0\n",
		   count_running(&total));
}

/* info: as mountinfo has it (man 5 proc): number, parent's, device, root, where, options, -,
 * type, source */
static void list_mounts(struct seq *seq, bool info)
{
	scoped_mem char *buf = kmalloc(PATH_MAX);
	struct super *super;

	if (!buf) {
		seq->failed = true;
		return;
	}
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
}

static void show_mounts(struct seq *seq, NO_PROCESS)
{
	list_mounts(seq, false);
}

static void show_mountinfo(struct seq *seq, NO_PROCESS)
{
	list_mounts(seq, true);
}

static void show_comm(struct seq *seq, struct process *p)
{
	seq_printf(seq, "%s\n",
		   seq->thread ? seq->thread->comm : process_comm(p));
}

static int store_comm(struct thread *t, const void *buf, u32 n)
{
	char name[sizeof(t->comm)] = "";

	if (t->process != current->process)
		return -EINVAL;
	if (copy_from_user(name, buf, min(n, (u32)sizeof(name) - 1)))
		return -EFAULT;
	memcpy(t->comm, name, sizeof(name));
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

/* A part of a process's memory, as struct mm's layout names it. */
#define SHOW_MEMORY(name, from)                                             \
	static void show_##name(struct seq *seq, struct process *p)         \
	{                                                                   \
		if (p->mm)                                                  \
			show_memory(seq, p->mm, p->mm->layout.from##_start, \
				    p->mm->layout.from##_end);              \
	}

SHOW_MEMORY(cmdline, arg)
SHOW_MEMORY(environ, env)
SHOW_MEMORY(auxv, auxv)

static void show_file_nr(struct seq *seq, NO_PROCESS)
{
	seq_printf(seq, "%u\t0\t65536\n", nr_files);
}

/* ---- /proc/sys/vm */

static u32 drop_caches, mmap_min_addr = USER_START;

/* Clean pages of disk files, and free pages and stacks that are kept at hand; files in
 * memory have no other home. */
static void do_drop_caches(void)
{
	if (drop_caches & 1)
		reclaim_all();
	drain_stacks();
	drain_hot_pages();
}

static void wake_flusher(void)
{
	waitq_wake_all(&flusher_wait);
}

/* ---- /proc/audit */

static void show_audit(struct seq *seq, NO_PROCESS)
{
	u32 n = audit_now();

	seq->failed = n == ~0u;
	if (n)
		seq_printf(seq, "%u\n", n);
	else
		seq_printf(seq, "ok\n");
}

/* ---- the list */

/* A variable, as a file of its name. */
#define VM_NUMBER(name, from, to, then)                               \
	{                                                             \
		PROC_SYS_VM, #name, (from) < (to) ? 0644 : 0444,      \
			.number = &(name), .least = from, .most = to, \
			.stored = then                                \
	}

const struct proc_entry proc_files[] = {
	{ PROC_ROOT, "version", 0444, .text = "Quire version 6.1.0\n" },
	/* One processor, whatever the machine has. */
	{ PROC_ROOT, "cpuinfo", 0444,
	  .text = "processor\t: 0\nmodel name\t: " UTS_MACHINE "\n\n" },
	{ PROC_ROOT, "cmdline", 0444, .show = show_boot_cmdline },
	{ PROC_ROOT, "uptime", 0444, .show = show_uptime },
	{ PROC_ROOT, "stat", 0444, .show = show_system_stat },
	{ PROC_ROOT, "loadavg", 0444, .show = show_loadavg },
	{ PROC_ROOT, "diskstats", 0444, .show = proc_show_diskstats },
	{ PROC_ROOT, "filesystems", 0444, .show = show_filesystems },
	{ PROC_ROOT, "mounts", 0444, .show = show_mounts },
	{ PROC_PID, "mounts", 0444, .show = show_mounts },
	{ PROC_PID, "mountinfo", 0444, .show = show_mountinfo },
	{ PROC_PID, "comm", 0644, .show = show_comm, .store = store_comm },
	{ PROC_PID, "cmdline", 0444, .show = show_cmdline },
	{ PROC_PID, "environ", 0400, .show = show_environ },
	{ PROC_PID, "auxv", 0400, .show = show_auxv },
	{ PROC_PID, "oom_score", 0444, .show = show_oom_score },
	{ PROC_PID, "oom_score_adj", 0644, .show = show_oom_score_adj,
	  .store = store_oom_score_adj },
	{ PROC_PID, "clear_refs", 0200, .store = store_clear_refs },
	{ PROC_PID, "fail-nth", 0644, .ops = &fail_nth_ops },
	{ PROC_ROOT, "swaps", 0444,
	  .text = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n" },
	{ PROC_SYS_KERNEL, "ostype", 0444, .text = "Linux\n" },
	{ PROC_SYS_KERNEL, "ngroups_max", 0444, .text = "65536\n" },
	{ PROC_SYS_KERNEL, "randomize_va_space", 0444, .text = "0\n" },
	{ PROC_SYS_KERNEL, "osrelease", 0444, .text = "6.1.0-quire\n" },
	{ PROC_SYS_KERNEL, "pid_max", 0444, .text = "32768\n" },
	{ PROC_SYS_KERNEL, "cap_last_cap", 0444, .text = "40\n" },
	{ PROC_SYS_KERNEL, "tainted", 0444, .text = "0\n" },
	{ PROC_SYS_FS, "nr_open", 0444, .text = "1048576\n" },
	{ PROC_SYS_FS, "file-nr", 0444, .show = show_file_nr },
	{ PROC_SYS_FS, "file-max", 0444, .text = "65536\n" },
	{ PROC_SYS_FS, "pipe-max-size", 0444, .text = "1048576\n" },
	{ PROC_PID, "maps", 0444, .show = show_maps },
	{ PROC_PID, "smaps", 0444, .show = show_smaps },
	{ PROC_PID, "smaps_rollup", 0444, .show = show_smaps_rollup },
	{ PROC_PID, "pagemap", 0400, .ops = &pagemap_ops },
	{ PROC_PID, "mem", 0600, .ops = &memory_ops },
	{ PROC_ROOT, "kpagecount", 0400, .ops = &kpagecount_ops },
	{ PROC_ROOT, "kpageflags", 0400, .ops = &kpageflags_ops },
	{ PROC_PID, "pagetable", 0400, .show = show_pagetable },
	{ PROC_PID, "status", 0444, .show = show_status },
	{ PROC_PID, "stat", 0444, .show = show_stat },
	{ PROC_PID, "statm", 0444, .show = show_statm },
	{ PROC_PID, "limits", 0444, .show = show_limits },
	{ PROC_ROOT, "meminfo", 0444, .show = show_meminfo },
	{ PROC_ROOT, "vmstat", 0444, .show = show_vmstat },
	{ PROC_ROOT, "buddyinfo", 0444, .show = show_buddyinfo },
	{ PROC_ROOT, "zoneinfo", 0444, .show = show_zoneinfo },
	{ PROC_ROOT, "slabinfo", 0400, .show = show_slabinfo },
	{ PROC_ROOT, "pagetable", 0400, .show = show_kernel_pagetable },
	{ PROC_ROOT, "audit", 0400, .show = show_audit },
	VM_NUMBER(overcommit_memory, 0, OVERCOMMIT_NEVER, NULL),
	VM_NUMBER(overcommit_ratio, 0, 100000, NULL),
	VM_NUMBER(max_map_count, 0, 0x7fffffff, NULL),
	VM_NUMBER(legacy_va_layout, 0, 0x7fffffff, NULL),
	VM_NUMBER(drop_caches, 1, 4, do_drop_caches),
	VM_NUMBER(dirty_ratio, 0, 100, wake_flusher),
	VM_NUMBER(dirty_background_ratio, 0, 100, wake_flusher),
	VM_NUMBER(dirty_expire_centisecs, 0, 0x7fffffff, wake_flusher),
	VM_NUMBER(dirty_writeback_centisecs, 0, 0x7fffffff, wake_flusher),
	VM_NUMBER(oom_kill_allocating_task, 0, 0x7fffffff, NULL),
	{ PROC_SYS_VM, "panic_on_oom", 0444, .text = "0\n" },
	VM_NUMBER(mmap_min_addr, 0, 0, NULL),
	{ .name = NULL },
};
