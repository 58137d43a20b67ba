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

/* A decimal number up to max. => 0 or -EINVAL, nothing stored */
static int parse_number(const char *text, u32 least, u32 most, u32 *to)
{
	u32 n = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || n > (~0u - 9) / 10)
			return -EINVAL;
		n = n * 10 + (u32)(*text - '0');
	}
	if (n < least || n > most)
		return -EINVAL;
	*to = n;
	return 0;
}

static int show_overcommit(struct seq *seq, struct process *p)
{
	(void)p;
	seq_printf(seq, "%u\n", overcommit_memory);
	return 0;
}

/* Never to promise too much (2) is not among the policies here. */
static int store_overcommit(const char *text)
{
	return parse_number(text, OVERCOMMIT_GUESS, OVERCOMMIT_ALWAYS,
			    &overcommit_memory);
}

static int show_max_map_count(struct seq *seq, struct process *p)
{
	(void)p;
	seq_printf(seq, "%u\n", max_map_count);
	return 0;
}

static int store_max_map_count(const char *text)
{
	return parse_number(text, 0, 0x7fffffff, &max_map_count);
}

static int show_legacy_layout(struct seq *seq, struct process *p)
{
	(void)p;
	seq_printf(seq, "%u\n", legacy_va_layout);
	return 0;
}

static int store_legacy_layout(const char *text)
{
	u32 n;
	int err = parse_number(text, 0, 0x7fffffff, &n);

	if (!err)
		legacy_va_layout = n;
	return err;
}

static u32 drop_caches;

static int show_drop_caches(struct seq *seq, struct process *p)
{
	(void)p;
	seq_printf(seq, "%u\n", drop_caches);
	return 0;
}

/* Clean pages of disk files, and free pages and stacks that are kept at hand; files in
 * memory have no other home. */
static int store_drop_caches(const char *text)
{
	int err = parse_number(text, 1, 4, &drop_caches);

	if (err)
		return err;
	if (drop_caches & 1)
		reclaim_all();
	drain_stacks();
	drain_hot_pages();
	return 0;
}

#define DIRTY_KNOB(name, most)                                     \
	static int show_##name(struct seq *seq, struct process *p) \
	{                                                          \
		(void)p;                                           \
		seq_printf(seq, "%u\n", name);                     \
		return 0;                                          \
	}                                                          \
                                                                   \
	static int store_##name(const char *text)                  \
	{                                                          \
		int err = parse_number(text, 0, most, &name);      \
                                                                   \
		/* It may be time, or too much, now. */            \
		waitq_wake_all(&flusher_wait);                     \
		return err;                                        \
	}

DIRTY_KNOB(dirty_ratio, 100)
DIRTY_KNOB(dirty_background_ratio, 100)
DIRTY_KNOB(dirty_expire_centisecs, 0x7fffffff)
DIRTY_KNOB(dirty_writeback_centisecs, 0x7fffffff)

static int show_mmap_min_addr(struct seq *seq, struct process *p)
{
	(void)p;
	seq_printf(seq, "%u\n", USER_START);
	return 0;
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
	{ PROC_SYS_VM, "overcommit_memory", 0644, .show = show_overcommit,
	  .store = store_overcommit },
	{ PROC_SYS_VM, "max_map_count", 0644, .show = show_max_map_count,
	  .store = store_max_map_count },
	{ PROC_SYS_VM, "legacy_va_layout", 0644, .show = show_legacy_layout,
	  .store = store_legacy_layout },
	{ PROC_SYS_VM, "drop_caches", 0644, .show = show_drop_caches,
	  .store = store_drop_caches },
	{ PROC_SYS_VM, "dirty_ratio", 0644, .show = show_dirty_ratio,
	  .store = store_dirty_ratio },
	{ PROC_SYS_VM, "dirty_background_ratio", 0644,
	  .show = show_dirty_background_ratio,
	  .store = store_dirty_background_ratio },
	{ PROC_SYS_VM, "dirty_expire_centisecs", 0644,
	  .show = show_dirty_expire_centisecs,
	  .store = store_dirty_expire_centisecs },
	{ PROC_SYS_VM, "dirty_writeback_centisecs", 0644,
	  .show = show_dirty_writeback_centisecs,
	  .store = store_dirty_writeback_centisecs },
	{ PROC_SYS_VM, "mmap_min_addr", 0444, .show = show_mmap_min_addr },
	{ .name = NULL },
};
