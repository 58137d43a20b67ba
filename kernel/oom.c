/*
 * oom.c - when there is no memory left.
 *
 * mm/ has reclaimed what it could, and the fault still has no page. Somebody
 * must go: the process with the most pages of its own, of equals the youngest, init excepted. If that is not the
 * running one, the running one lets it go first and then tries again.
 *
 * Linux weighs in more (oom_score_adj, children, swap), and can also act before
 * an allocation inside the kernel fails; here those get -ENOMEM.
 */
#include "kernel/process.h"
#include "mm/writeback.h"

static u32 weight(const struct process *p)
{
	const struct mm *mm = p->mm;

	return mm ? mm->rss[RSS_ANON] + mm->rss[RSS_SHMEM] + mm->nr_tables : 0;
}

static struct process *choose_victim(void)
{
	struct process *p, *victim = NULL;

	list_for_each_entry (p, &all_processes, all) {
		if (p == init_process || !p->mm)
			continue;
		if (p->exiting)
			return p; /* memory is on its way */
		if (!victim || weight(p) >= weight(victim))
			victim = p;
	}
	return victim;
}

void out_of_memory(void)
{
	struct process *victim;

	/* What is written can be dropped. */
	if (writeback_some())
		return;
	victim = choose_victim() ?: current->process; /* only init is left */
	if (!victim->exiting) {
		printk("out of memory: killed process %d (%s), %u KiB of its "
		       "own\n",
		       victim->pid, victim->comm, weight(victim) * 4);
		if (victim == init_process)
			signal_fault(SIGKILL, SI_KERNEL, 0);
		else
			signal_send(victim, SIGKILL, NULL);
	}
	if (victim != current->process && !current->must_exit)
		yield();
}
