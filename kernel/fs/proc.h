/*
 * proc.h - /proc: how to add a file to it.
 *
 * One line in a table and a function:
 *
 *	{ PROC_PID, "statm", 0444, .show = show_statm },
 *
 *	int show_statm(struct seq *seq, struct process *p)
 *	{
 *		seq_printf(seq, "%u\n", p->mm->total_vm);
 *		return 0;
 *	}
 *
 * Tables are arrays that a line without name ends; proc.c lists them.
 */
#pragma once

#include "kernel/fs/file.h"

struct process;
struct thread;

/* Directories a table's lines can be in. */
enum proc_dir {
	PROC_ROOT,
	PROC_PID, /* each process's; each thread's, too */
	PROC_SYS,
	PROC_SYS_VM,
	PROC_SYS_KERNEL,
	PROC_SYS_FS,
	PROC_TASK, /* made by proc.c itself */
	PROC_FD,
};

/* Text that grows. A line that found no memory makes the whole read fail. */
struct seq {
	char *buf;
	u32 len, size;
	u64 from; /* of the whole text: where buf begins */
	u32 next; /* where show() goes on after buf; 0: from the start, or no more */
	bool failed;
	/* Of a file in task/TID, that thread; NULL: of a process's. */
	const struct thread *thread;
};

/* There is enough for a read: what can go on later stops here. */
static inline bool seq_full(const struct seq *seq)
{
	return seq->len >= 2 * PAGE_SIZE;
}
void seq_printf(struct seq *seq, const char *fmt, ...) printf_like(2, 3);
void seq_free(struct seq *seq);
void seq_write(struct seq *seq, const void *bytes, u32 n);

/* A line of meminfo or smaps: so many pages, in kB. */
static inline void show_kb(struct seq *seq, const char *name, u32 pages)
{
	seq_printf(seq, "%-16s%8u kB\n", name, pages * (PAGE_SIZE / KiB));
}

/* The same of several; format: of a name and kB. */
struct kb_line {
	const char *name;
	u32 pages;
};
void show_kbs(struct seq *seq, const char *format, const struct kb_line *lines,
	      u32 n);

/* The second argument of a show() that is about no process. */
#define NO_PROCESS __attribute__((unused)) struct process *p

struct proc_entry {
	enum proc_dir dir;
	const char *name;
	u32 mode; /* S_IFDIR | ...: child is the directory; S_IFLNK | ...; else a file's rights */
	enum proc_dir child;
	/* Writes the content, from seq->next on. p: the directory's process, or NULL */
	void (*show)(struct seq *seq, struct process *p);
	/* ... or it is always the same, or a number; least < most: it can be written. */
	const char *text;
	u32 *number;
	s32 least, most;
	void (*stored)(void); /* NULL, or what is done when it was */
	/* What is written goes here. t: as proc_file_thread(). => 0 or -errno */
	int (*store)(struct thread *t, const void *buf, u32 n);
	/* Instead of all these: operations of its own; proc_file_mm() helps */
	const struct file_ops *ops;
};

/* A decimal number from least to most, of n bytes from the program. => 0; -EINVAL or
 * -EFAULT, nothing stored */
int user_number(const void *buf, u32 n, s32 least, s32 most, u32 *to);
/* The thread whose directory the file is in; in a process's, the first one.
 * => NULL: gone, or none */
struct thread *proc_file_thread(const struct file *file);
/* The address space of the process whose directory the file is in. => a reference, or NULL */
struct mm *proc_file_mm(const struct file *file);
/* scoped_mm *mm = proc_file_mm(file): mm, if it is not NULL, is put when its block is left. */
static inline void scoped_mm_put(struct mm **mm)
{
	if (*mm)
		mm_put(*mm);
}
#define scoped_mm __attribute__((cleanup(scoped_mm_put))) struct mm

extern const struct proc_entry proc_files[]; /* proc_misc.c */
/* kernel/dev/blk_file.c */
void proc_show_diskstats(struct seq *seq, struct process *p);
extern const struct file_ops fail_nth_ops; /* proc_fail.c */
/* The thread ends: no allocation of another one is to fail for it. */
void fail_nth_forget(const struct thread *t);

/* ---- what the list has from other files */

typedef void proc_show(struct seq *seq, struct process *p);

proc_show show_filesystems; /* mount.c */

typedef int proc_store(struct thread *t, const void *buf, u32 n);

proc_show show_oom_score, show_oom_score_adj; /* kernel/oom.c */
proc_store store_oom_score_adj;

/* proc_mm.c */
proc_show show_maps, show_smaps, show_smaps_rollup;
proc_store store_clear_refs;

proc_show show_groups; /* kernel/sys_ids.c */

/* proc_status.c */
proc_show show_status, show_stat, show_statm, show_limits;

/* proc_pages.c */
extern const struct file_ops pagemap_ops, memory_ops, kpagecount_ops,
	kpageflags_ops;
proc_show show_pagetable, show_kernel_pagetable;

/* proc_meminfo.c */
proc_show show_meminfo, show_vmstat, show_buddyinfo, show_zoneinfo,
	show_slabinfo;
