/*
 * oom.c - when there is no memory left.
 *
 * mm/ has reclaimed what it could, and the fault still has no page. Somebody
 * must go: the process with the most pages of its own, of equals the youngest, init excepted.
 * What /proc/PID/oom_score_adj says counts, too: thousandths of all memory, as if the process
 * had so much more, or less; at -1000 it is never taken.
 *
 * If that is not the running one, the running one lets it go first and then tries again;
 * unless it stands in the way, with a mutex that the victim waits for (a write whose source is
 * not there yet): then it goes, too.
 *
 * Linux can also act before an allocation inside the kernel fails; here those get -ENOMEM.
 */
#include "kernel/process.h"
#include "mm/writeback.h"

#include <linux/oom.h>

static u32 own_pages(const struct process *p)
{
	const struct mm *mm = p->mm;

	return mm ? mm->rss[RSS_ANON] + mm->rss[RSS_SHMEM] + mm->nr_tables : 0;
}

static long weight(const struct process *p)
{
	return (long)own_pages(p) + p->oom_adj * (long)(total_pages / 1000);
}

u32 oom_score(const struct process *p)
{
	long score = 1000 + weight(p) * 1000 / (long)total_pages;

	return score < 0 || p->oom_adj == OOM_SCORE_ADJ_MIN
		       ? 0
		       : (u32)score * 2 / 3;
}

static struct process *choose_victim(void)
{
	struct process *p, *victim = NULL;

	list_for_each_entry (p, &all_processes, all) {
		if (p == init_process || !p->mm)
			continue;
		if (p->exiting)
			return p; /* memory is on its way */
		if (p->oom_adj == OOM_SCORE_ADJ_MIN)
			continue;
		if (!victim || weight(p) >= weight(victim))
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
	victim = choose_victim() ?: current->process; /* nobody else is left */
	if (!victim->exiting) {
		printk("out of memory: killed process %d (%s), %u KiB of its "
		       "own\n",
		       victim->pid, victim->comm, own_pages(victim) * 4);
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
