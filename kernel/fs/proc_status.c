/*
 * proc_status.c - /proc/PID/status, stat, statm and limits: a process in numbers, as Linux has them
 * (man 5 proc). status is for people, the other two for programs.
 *
 * Of Linux's lines those are left out that speak of what we have not: seccomp,
 * several processors, name spaces.
 */
#include "kernel/dev/tty.h"
#include "kernel/fs/proc.h"
#include "kernel/printk.h"
#include "kernel/process.h"

#define USER_HZ 100u

/* ---- what all of them need */

/* Whose state it is: the directory's thread, or a process's first one; NULL: it has ended. */
static const struct thread *thread_of(const struct seq *seq,
				      const struct process *p)
{
	return seq->thread ?: p->leader;
}

/* In words, which begin with the letter that `stat` has. */
static const char *state_of(const struct thread *t)
{
	if (!t)
		return "Z (zombie)";
	if (t->process->stopped)
		return "T (stopped)";
	if (t->state == THREAD_RUNNABLE)
		return "R (running)";
	return t->interruptible ? "S (sleeping)" : "D (disk sleep)";
}

/* Which signals the process ignores, and which it has handlers for. */
static void signal_sets(const struct process *p, u64 *ignored, u64 *caught)
{
	*ignored = *caught = 0;
	for (int sig = 1; p->sighand && sig <= NR_SIGNALS; sig++) {
		u32 handler = p->sighand->action[sig - 1].handler;

		if (handler == 1) /* SIG_IGN */
			*ignored |= SIGBIT(sig);
		else if (handler)
			*caught |= SIGBIT(sig);
	}
}

/* The text of the program, without that of libraries; pages. */
static u32 text_pages(const struct mm *mm)
{
	return (u32)((ALIGN_UP(mm->layout.end_code, PAGE_SIZE) -
		      (mm->layout.start_code & PAGE_MASK)) >>
		     PAGE_SHIFT);
}

/* ---- status */

static void show_vm(struct seq *seq, const char *name, u32 pages)
{
	seq_printf(seq, "%s:\t%8u kB\n", name, pages * (PAGE_SIZE / KiB));
}

static void show_memory(struct seq *seq, struct mm *mm)
{
	u32 text = text_pages(mm);

	show_vm(seq, "VmPeak", mm->peak_vm);
	show_vm(seq, "VmSize", mm->total_vm);
	show_vm(seq, "VmLck", mm->locked_vm);
	show_vm(seq, "VmPin", 0);
	show_vm(seq, "VmHWM", mm_peak_rss(mm));
	show_vm(seq, "VmRSS", mm_rss(mm));
	show_vm(seq, "RssAnon", mm->rss[RSS_ANON]);
	show_vm(seq, "RssFile", mm->rss[RSS_FILE]);
	show_vm(seq, "RssShmem", mm->rss[RSS_SHMEM]);
	show_vm(seq, "VmData", mm->data_vm);
	show_vm(seq, "VmStk", mm->stack_vm);
	show_vm(seq, "VmExe", text);
	show_vm(seq, "VmLib", mm->exec_vm > text ? mm->exec_vm - text : 0);
	show_vm(seq, "VmPTE", mm->nr_tables);
	show_vm(seq, "VmSwap", 0);
}

static void show_signals(struct seq *seq, const struct process *p,
			 const struct thread *t)
{
	const struct list_head *info;
	u64 ignored, caught;
	u32 queued = 0;

	for (info = p->pending.infos.next; info != &p->pending.infos;
	     info = info->next)
		queued++;
	signal_sets(p, &ignored, &caught);
	seq_printf(seq, "SigQ:\t%u/%lu\n", queued,
		   p->limits[RLIMIT_SIGPENDING].rlim_cur);
	seq_printf(seq, "SigPnd:\t%016llx\nShdPnd:\t%016llx\n",
		   t ? t->pending.set : 0, p->pending.set);
	seq_printf(seq, "SigBlk:\t%016llx\nSigIgn:\t%016llx\n",
		   t ? t->blocked : 0, ignored);
	seq_printf(seq, "SigCgt:\t%016llx\n", caught);
}

void show_status(struct seq *seq, struct process *p)
{
	const struct thread *t = thread_of(seq, p);

	seq_printf(seq, "Name:\t%s\n", t ? t->comm : p->comm);
	if (t && t->fs)
		seq_printf(seq, "Umask:\t%04o\n", t->fs->umask);
	seq_printf(seq, "State:\t%s\n", state_of(t));
	seq_printf(seq,
		   "Tgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\nTracerPid:\t0\n",
		   p->pid, t ? t->tid : p->pid, p->parent ? p->parent->pid : 0);
	seq_printf(seq, "Uid:\t%u\t%u\t%u\t%u\n", p->uid, p->euid, p->suid,
		   p->euid);
	seq_printf(seq, "Gid:\t%u\t%u\t%u\t%u\n", p->gid, p->egid, p->sgid,
		   p->egid);
	seq_printf(seq, "FDSize:\t%u\n", t && t->files ? t->files->size : 0);
	show_groups(seq, p);
	if (p->mm)
		show_memory(seq, p->mm);
	seq_printf(seq, "Threads:\t%u\n", p->nr_threads);
	show_signals(seq, p, t);
	seq_printf(seq, "CapInh:\t%016x\nCapPrm:\t%016llx\n", 0,
		   process_caps(p, false));
	seq_printf(seq, "CapEff:\t%016llx\nCapBnd:\t%016llx\nCapAmb:\t%016x\n",
		   process_caps(p, true), ALL_CAPS, 0);
	seq_printf(seq, "NoNewPrivs:\t%d\n", p->no_new_privs);
}

/* ---- stat and statm */

static u64 ticks(u64 ns)
{
	return div_u64(ns, NSEC_PER_SEC / USER_HZ, NULL);
}

/* Fields 10 to 22: faults, times, threads. */
static void show_usage(struct seq *seq, const struct process *p)
{
	u64 utime, stime;

	process_times(p, &utime, &stime);
	if (seq->thread) {
		utime = seq->thread->utime_ns;
		stime = seq->thread->stime_ns;
	}
	seq_printf(seq, " %u %u %u %u %llu %llu %llu %llu %d %d %u 0 %llu",
		   p->min_flt, p->cmin_flt, p->maj_flt, p->cmaj_flt,
		   ticks(utime), ticks(stime), ticks(p->cutime_ns),
		   ticks(p->cstime_ns), 20 + p->nice, p->nice, p->nr_threads,
		   ticks(p->start_ns));
}

void show_stat(struct seq *seq, struct process *p)
{
	static const struct mm none;
	const struct mm *mm = p->mm ? p->mm : &none;
	const struct thread *t = thread_of(seq, p);
	u32 pending = (u32)(p->pending.set | (t ? t->pending.set : 0));
	u64 ignored, caught;
	int foreground;
	u32 tty = tty_of(p, &foreground);

	signal_sets(p, &ignored, &caught);
	seq_printf(seq, "%d (%s) %c %d %d %d %u %d 0", t ? t->tid : p->pid,
		   t ? t->comm : p->comm, *state_of(t),
		   p->parent ? p->parent->pid : 0, p->pgrp, p->session, tty,
		   foreground);
	show_usage(seq, p);
	/* 23 to 30: memory; the registers of a thread are not shown */
	seq_printf(seq, " %lu %u %lu %lu %lu %lu 0 0",
		   (vaddr_t)mm->total_vm << PAGE_SHIFT, mm_rss(mm),
		   p->limits[RLIMIT_RSS].rlim_cur, mm->layout.start_code,
		   mm->layout.end_code, mm->layout.start_stack);
	/* 31 to 44: signals, to where it waits, scheduling */
	seq_printf(seq, " %u %u %u %u 0 0 0 %d 0 0 0 0 0 0", pending,
		   t ? (u32)t->blocked : 0, (u32)ignored, (u32)caught,
		   p->exit_signal);
	seq_printf(seq, " %lu %lu %lu %lu %lu %lu %lu %d\n",
		   mm->layout.start_data, mm->layout.end_data,
		   mm->layout.start_brk, mm->layout.arg_start,
		   mm->layout.arg_end, mm->layout.env_start, mm->layout.env_end,
		   p->exit_status);
}

void show_statm(struct seq *seq, struct process *p)
{
	static const struct mm none;
	const struct mm *mm = p->mm ? p->mm : &none;

	seq_printf(seq, "%u %u %u %u 0 %u 0\n", mm->total_vm, mm_rss(mm),
		   mm->rss[RSS_FILE] + mm->rss[RSS_SHMEM], text_pages(mm),
		   mm->data_vm + mm->stack_vm);
}

/* ---- limits */

static void show_limit(struct seq *seq, unsigned long limit)
{
	if (limit == RLIM_INFINITY)
		seq_printf(seq, "%-20s ", "unlimited");
	else
		seq_printf(seq, "%-20lu ", limit);
}

void show_limits(struct seq *seq, struct process *p)
{
	static const struct {
		const char *name, *unit;
	} limits[RLIM_NLIMITS] = {
		[RLIMIT_CPU] = { "Max cpu time", "seconds" },
		[RLIMIT_FSIZE] = { "Max file size", "bytes" },
		[RLIMIT_DATA] = { "Max data size", "bytes" },
		[RLIMIT_STACK] = { "Max stack size", "bytes" },
		[RLIMIT_CORE] = { "Max core file size", "bytes" },
		[RLIMIT_RSS] = { "Max resident set", "bytes" },
		[RLIMIT_NPROC] = { "Max processes", "processes" },
		[RLIMIT_NOFILE] = { "Max open files", "files" },
		[RLIMIT_MEMLOCK] = { "Max locked memory", "bytes" },
		[RLIMIT_AS] = { "Max address space", "bytes" },
		[RLIMIT_LOCKS] = { "Max file locks", "locks" },
		[RLIMIT_SIGPENDING] = { "Max pending signals", "signals" },
		[RLIMIT_MSGQUEUE] = { "Max msgqueue size", "bytes" },
		[RLIMIT_NICE] = { "Max nice priority", "" },
		[RLIMIT_RTPRIO] = { "Max realtime priority", "" },
		[RLIMIT_RTTIME] = { "Max realtime timeout", "us" },
	};

	seq_printf(seq, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit",
		   "Hard Limit", "Units");
	for (u32 i = 0; i < RLIM_NLIMITS; i++) {
		seq_printf(seq, "%-25s ", limits[i].name);
		show_limit(seq, p->limits[i].rlim_cur);
		show_limit(seq, p->limits[i].rlim_max);
		seq_printf(seq, "%-10s\n", limits[i].unit);
	}
}
