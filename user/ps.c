/*
 * ps.c - the processes: state, size of the address space (VSZ), how much of it is
 * resident (RSS), page faults so far.
 *
 * VSZ is what was promised, RSS what was touched: their difference is what
 * lazy allocation saves.
 */
#include "user/lib/procs.h"
#include "user/lib/text.h"

int main(void)
{
	struct proc p;
	struct dir d;

	if (dir_open(&d, "/proc") < 0)
		return complain("/proc");
	printf("  PID  PPID S   VSZ/KiB  RSS/KiB   FAULTS  COMMAND\n");
	while (!proc_next(&d, &p))
		printf("%5d %5d %c %9lu %8lu %8lu  %s\n", p.pid, p.ppid,
		       p.state, p.size, p.rss, p.faults, p.name);
	dir_close(&d);
	return 0;
}
