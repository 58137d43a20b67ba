/*
 * proc_mm.h - the files of /proc about memory and of processes' numbers: what
 * proc_vm.c lists.
 */
#ifndef KERNEL_FS_PROC_MM_H
#define KERNEL_FS_PROC_MM_H

#include "kernel/fs/proc.h"

/* proc_mm.c */
int show_maps(struct seq *seq, struct process *p);
int show_smaps(struct seq *seq, struct process *p);
int show_smaps_rollup(struct seq *seq, struct process *p);

/* proc_status.c */
int show_status(struct seq *seq, struct process *p);
int show_stat(struct seq *seq, struct process *p);
int show_statm(struct seq *seq, struct process *p);
int show_limits(struct seq *seq, struct process *p);

/* proc_pages.c */
extern const struct file_ops pagemap_ops, kpagecount_ops, kpageflags_ops;
int show_pagetable(struct seq *seq, struct process *p);
int show_kernel_pagetable(struct seq *seq, struct process *p);

/* proc_meminfo.c */
int show_meminfo(struct seq *seq, struct process *p);
int show_vmstat(struct seq *seq, struct process *p);
int show_buddyinfo(struct seq *seq, struct process *p);
int show_zoneinfo(struct seq *seq, struct process *p);
int show_slabinfo(struct seq *seq, struct process *p);

#endif
