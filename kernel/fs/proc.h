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
 * Tables are NULL-name-terminated arrays, made known by proc_add() at boot.
 */
#ifndef KERNEL_FS_PROC_H
#define KERNEL_FS_PROC_H

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
};

/* There is enough for a read: what can go on later stops here. */
static inline bool seq_full(const struct seq *seq)
{
	return seq->len >= 2 * PAGE_SIZE;
}
void seq_printf(struct seq *seq, const char *fmt, ...) printf_like(2, 3);
void seq_free(struct seq *seq);
void seq_write(struct seq *seq, const void *bytes, u32 n);

struct proc_entry {
	enum proc_dir dir;
	const char *name;
	u32 mode; /* S_IFDIR | ...: child is the directory; else a file's rights */
	/* Writes the content, from seq->next on. p: the directory's process, or NULL. => 0 or -errno */
	int (*show)(struct seq *seq, struct process *p);
	/* Takes what was written, ended by 0. => 0 or -errno */
	int (*store)(const char *text);
	/* Instead of both: operations of its own; proc_file_process() helps */
	const struct file_ops *ops;
	enum proc_dir child;
};

void proc_add(const struct proc_entry *table);
/* The thread whose directory the file is in; in a process's, its first one.
 * => NULL: gone, or none */
struct thread *proc_file_thread(const struct file *file);
/* The process whose directory the file is in. => NULL: gone, or none */
struct process *proc_file_process(const struct file *file);
/* mount.c: what can be mounted, for /proc/filesystems */
void show_filesystems(struct seq *seq);

extern const struct proc_entry proc_misc_files[]; /* proc_misc.c */
extern const struct proc_entry proc_vm_files[];	  /* proc_vm.c */
extern const struct file_ops fail_nth_ops;	  /* proc_fail.c */
/* The thread ends: no allocation of another one is to fail for it. */
void fail_nth_forget(const struct thread *t);

#endif
