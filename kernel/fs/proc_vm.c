/*
 * proc_vm.c - the list of /proc's files about memory, with the small ones: the
 * switches in /proc/sys/vm, and /proc/audit.
 */
#include "kernel/audit.h"
#include "kernel/exec.h"
#include "kernel/fs/proc_mm.h"
#include "mm/mm.h"
#include "mm/vmalloc.h"
#include "mm/writeback.h"

#include <asm/errno.h>
#include <linux/mman.h>

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

/* It may be time, or too much, now. */
static void wake_flusher(void)
{
	waitq_wake_all(&flusher_wait);
}

/* ---- /proc/audit */

static int show_audit(struct seq *seq, struct process *p)
{
	u32 n = audit_now();

	(void)p;
	if (n == ~0u)
		return -ENOMEM;
	if (n)
		seq_printf(seq, "%u\n", n);
	else
		seq_printf(seq, "ok\n");
	return 0;
}

/* ---- the list */

const struct proc_entry proc_vm_files[] = {
	{ PROC_PID, "maps", 0444, .show = show_maps },
	{ PROC_PID, "smaps", 0444, .show = show_smaps },
	{ PROC_PID, "smaps_rollup", 0444, .show = show_smaps_rollup },
	{ PROC_PID, "pagemap", 0400, .ops = &pagemap_ops },
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
	/* Never to promise too much (2) is not among the policies here. */
	{ PROC_SYS_VM, "overcommit_memory", 0644, .number = &overcommit_memory,
	  .least = OVERCOMMIT_GUESS, .most = OVERCOMMIT_ALWAYS },
	{ PROC_SYS_VM, "max_map_count", 0644, .number = &max_map_count,
	  .most = 0x7fffffff },
	{ PROC_SYS_VM, "legacy_va_layout", 0644, .number = &legacy_va_layout,
	  .most = 0x7fffffff },
	{ PROC_SYS_VM, "drop_caches", 0644, .number = &drop_caches, .least = 1,
	  .most = 4, .stored = do_drop_caches },
	{ PROC_SYS_VM, "dirty_ratio", 0644, .number = &dirty_ratio,
	  .most = 100, .stored = wake_flusher },
	{ PROC_SYS_VM, "dirty_background_ratio", 0644,
	  .number = &dirty_background_ratio, .most = 100,
	  .stored = wake_flusher },
	{ PROC_SYS_VM, "dirty_expire_centisecs", 0644,
	  .number = &dirty_expire_centisecs, .most = 0x7fffffff,
	  .stored = wake_flusher },
	{ PROC_SYS_VM, "dirty_writeback_centisecs", 0644,
	  .number = &dirty_writeback_centisecs, .most = 0x7fffffff,
	  .stored = wake_flusher },
	{ PROC_SYS_VM, "mmap_min_addr", 0444, .number = &mmap_min_addr },
	{ .name = NULL },
};
