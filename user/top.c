/*
 * top.c - the processes that used the processor most, again every two seconds.
 *
 *	top [-n TIMES] [-d SECONDS]	q or Ctrl-C ends it
 *
 * A process's share is its processor time now less that of the last round.
 */
#include "user/lib/file.h"
#include "user/lib/procs.h"
#include "user/lib/signal.h"
#include "user/lib/text.h"

#define PROCS_MAX 1024
#define ROWS	  16
#define USE	  "[-n TIMES] [-d SECONDS]"

static struct proc now[PROCS_MAX], before[PROCS_MAX];
static int nr_now, nr_before;
static struct termios cooked;

static void list(void)
{
	struct dir d;

	memcpy(before, now, (size_t)nr_now * sizeof(*now));
	nr_before = nr_now;
	nr_now = 0;
	dir_open(&d, "/proc");
	while (nr_now < PROCS_MAX && !proc_next(&d, &now[nr_now]))
		nr_now++;
	dir_close(&d);
}

static unsigned long used(const struct proc *p)
{
	int i;

	for (i = 0; i < nr_before; i++)
		if (before[i].pid == p->pid)
			return p->ticks - before[i].ticks;
	return p->ticks;
}

static void sort(void)
{
	struct proc t;
	int i, j;

	for (i = 1; i < nr_now; i++) {
		t = now[i];
		for (j = i; j && used(&now[j - 1]) < used(&t); j--)
			now[j] = now[j - 1];
		now[j] = t;
	}
}

static void show(unsigned long seconds)
{
	char *mem = slurp("/proc/meminfo"), *load = slurp("/proc/loadavg");
	int i;

	printf("%d processes, load %s", nr_now, load ? load : "?\n");
	printf("memory: %lu KiB, %lu free, %lu cached, %lu for page tables\n\n",
	       field(mem, "MemTotal"), field(mem, "MemFree"),
	       field(mem, "Cached"), field(mem, "PageTables"));
	printf("  PID S  %%CPU  VSZ/KiB  RSS/KiB   FAULTS  COMMAND\n");
	for (i = 0; i < nr_now && i < ROWS; i++) {
		const struct proc *p = &now[i];

		printf("%5d %c %5lu %8lu %8lu %8lu  %s\n", p->pid, p->state,
		       nr_before ? used(p) / (seconds ? seconds : 1) : 0,
		       p->size, p->rss, p->faults, p->name);
	}
	free(mem);
	free(load);
}

/* Keys come one at a time and are not echoed; Ctrl-C and Ctrl-Z are read as keys too, so
 * that the terminal is set right at the end. */
static void set_keys(void)
{
	struct termios raw = cooked;

	raw.c_lflag &= ~(unsigned int)(ICANON | ECHO | ISIG);
	ioctl(0, TCSETS, &raw);
}

/* => whether the user wants to leave */
static int wait_key(unsigned long seconds)
{
	struct pollfd fd = { 0, POLLIN, 0 };
	char c = 0;

	if (poll(&fd, 1, (int)seconds * 1000) > 0 && fd.revents)
		if (read(0, &c, 1) <= 0 || c == 'q' || c == 3)
			return 1;
	if (c == 26) {
		ioctl(0, TCSETS, &cooked);
		kill(0, SIGTSTP);
		set_keys();
	}
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long times = -1ul, seconds = 2;
	int bad = 0, keys;

	(void)argc;
	for (argv++; argv[0] && argv[1]; argv += 2) {
		if (!strcmp(argv[0], "-n"))
			times = size_of(argv[1], &bad);
		else if (!strcmp(argv[0], "-d"))
			seconds = size_of(argv[1], &bad);
		else
			bad = 1;
	}
	if (bad || argv[0])
		usage(USE);
	keys = times > 1 && isatty(1) && !ioctl(0, TCGETS, &cooked);
	if (keys)
		set_keys();
	do {
		list();
		sort();
		if (keys)
			printf("\033[H\033[J");
		show(seconds);
	} while (--times && !wait_key(seconds));
	if (keys)
		ioctl(0, TCSETS, &cooked);
	return 0;
}
