/*
 * oom.c - when there is no memory left.
 *
 * mm/ has reclaimed what it could, and the fault still has no page. Somebody
 * must go: the process with the most pages of its own, of equals the youngest, init excepted. If that is not the
 * running one, the running one lets it go first and then tries again; unless it stands in the
 * way, with a mutex that the victim waits for (a write whose source is not there yet): then it
 * goes, too.
 *
 * Linux weighs in more (children, swap), and can also act before an allocation inside the
 * kernel fails; here those get -ENOMEM.
 */
#include "kernel/fs/proc.h"
#include "kernel/process.h"
#include "mm/writeback.h"

#include <asm/errno.h>
#include <linux/oom.h>

u32 oom_kill_allocating_task;

static u32 weight(const struct process *p)
{
	const struct mm *mm = p->mm;

	return mm ? mm->rss[RSS_ANON] + mm->rss[RSS_SHMEM] + mm->nr_tables : 0;
}

/* ---- what /proc/PID/oom_score_adj does: each 1 counts as a thousandth of memory */

static bool is_spared(const struct process *p)
{
	return p == init_process || !p->mm ||
	       p->oom_score_adj == OOM_SCORE_ADJ_MIN;
}

static s32 badness(const struct process *p)
{
	return (s32)weight(p) + p->oom_score_adj * (s32)total_pages / 1000;
}

/* As Linux has it: from 0 to 2000, without an adjustment from 667 up. */
void show_oom_score(struct seq *seq, struct process *p)
{
	s32 score = badness(p) * 1000 / (s32)total_pages;

	seq_printf(seq, "%d\n", is_spared(p) ? 0 : (1000 + score) * 2 / 3);
}

void show_oom_score_adj(struct seq *seq, struct process *p)
{
	seq_printf(seq, "%d\n", p->oom_score_adj);
}

/* Only root makes it less than root last did. */
int store_oom_score_adj(struct thread *t, const void *buf, u32 n)
{
	struct process *p = t->process;
	u32 adj;
	int err =
		user_number(buf, n, OOM_SCORE_ADJ_MIN, OOM_SCORE_ADJ_MAX, &adj);

	if (err)
		return err;
	if (privileged())
		p->oom_score_adj_min = (short)adj;
	if ((short)adj < p->oom_score_adj_min)
		return -EACCES;
	p->oom_score_adj = (short)adj;
	return 0;
}

/* ---- who it is */

static struct process *choose_victim(void)
{
	struct process *p, *victim = NULL;

	if (oom_kill_allocating_task && !is_spared(current->process))
		return current->process;
	list_for_each_entry (p, &all_processes, all) {
		if (p->mm && p->exiting && p != init_process)
			return p; /* memory is on its way */
		if (is_spared(p))
			continue;
		if (!victim || badness(p) >= badness(victim))
			victim = p;
	}
	return victim;
}

/* Whether the thread waits for a mutex that the running one has, or for one of somebody who
 * does. */
static bool waits_for_us(const struct thread *t)
{
	while (t && t != current)
		t = t->state == THREAD_SLEEPING ? t->waits_for : NULL;
	return t;
}

/* Whether it cannot end before the running thread has let go of a mutex. */
static bool needs_us(const struct process *p)
{
	const struct thread *t;

	list_for_each_entry (t, &p->threads, peers)
		if (waits_for_us(t))
			return true;
	return false;
}

void out_of_memory(void)
{
	struct process *victim;

	/* What is written can be dropped. */
	if (writeback_some())
		return;
	victim = choose_victim() ?: current->process; /* all are spared */
	if (!victim->exiting) {
		printk("out of memory: killed process %d (%s), %u KiB of its "
		       "own\n",
		       victim->pid, process_comm(victim), weight(victim) * 4);
		if (victim == init_process)
			signal_fault(SIGKILL, SI_KERNEL, 0);
		else
			signal_send(victim, SIGKILL, NULL);
	}
	if (needs_us(victim))
		signal_send(current->process, SIGKILL, NULL);
	if (victim != current->process && !current->must_exit)
		yield();
}
