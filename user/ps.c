/*
 * ps.c - the processes: state, size of the address space (VSZ), how much of it is
 * resident (RSS), page faults so far.
 *
 * VSZ is what was promised, RSS what was touched: their difference is what
 * lazy allocation saves.
 */
#include "user/lib/procs.h"
#include "user/lib/text.h"

#define PROCS_MAX 256

static struct proc procs[PROCS_MAX];

int main(void)
{
	int i, n = proc_list(procs, PROCS_MAX);

	if (n < 0)
		return complain("/proc");
	printf("  PID  PPID S   VSZ/KiB  RSS/KiB   FAULTS  COMMAND\n");
	for (i = 0; i < n; i++) {
		const struct proc *p = &procs[i];

		printf("%5d %5d %c %9lu %8lu %8lu  %s\n", p->pid, p->ppid,
		       p->state, p->size, p->rss, p->faults, p->name);
	}
	return 0;
}
