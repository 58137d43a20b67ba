/*
 * vmstat.c - what the memory manager has counted since the machine started;
 * with a number of seconds: what it counts in each such time.
 */
#include "user/lib/text.h"

static const struct {
	const char *key, *words;
} rows[] = {
	{ "nr_free_pages", "pages free" },
	{ "nr_anon_pages", "pages anonymous" },
	{ "nr_file_pages", "pages of files" },
	{ "nr_shmem", "  of them in memory only (ramfs, tmpfs, shared)" },
	{ "nr_mapped", "pages of files, mapped" },
	{ "nr_dirty", "pages dirty" },
	{ "nr_page_table_pages", "pages of page tables" },
	{ "nr_slab_unreclaimable", "pages of small kernel objects" },
	{ "pgfault", "page faults" },
	{ "pgmajfault", "  of them with input (major)" },
	{ "pgfree", "pages given back" },
	{ "pswpin", "pages read from swap" },
	{ "pswpout", "pages written to swap" },
};

static void show_all(const char *text)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		printf("%10lu %s\n", field(text, rows[i].key), rows[i].words);
}

static int repeat(unsigned long seconds, unsigned long times)
{
	struct timespec ts = { (long)seconds, 0 };
	unsigned long faults, freed, last_faults = 0, last_freed = 0;
	char *text;

	printf("    free     anon     file    dirty  faults/s   freed/s\n");
	for (; times--; nanosleep(&ts, NULL)) {
		text = slurp("/proc/vmstat");
		if (!text)
			return complain("/proc/vmstat");
		faults = field(text, "pgfault");
		freed = field(text, "pgfree");
		printf("%8lu %8lu %8lu %8lu %9lu %9lu\n",
		       field(text, "nr_free_pages"),
		       field(text, "nr_anon_pages"),
		       field(text, "nr_file_pages"), field(text, "nr_dirty"),
		       (faults - last_faults) / seconds,
		       (freed - last_freed) / seconds);
		last_faults = faults;
		last_freed = freed;
		free(text);
	}
	return 0;
}

int main(int argc, char **argv)
{
	int bad = 0;
	unsigned long seconds = argc > 1 ? size_of(argv[1], &bad) : 0;
	unsigned long times = argc > 2 ? size_of(argv[2], &bad) : -1ul;
	char *text;

	if (bad || argc > 3 || (argc > 1 && !seconds))
		usage("[SECONDS [TIMES]]");
	if (seconds)
		return repeat(seconds, times);
	text = slurp("/proc/vmstat");
	if (!text)
		return complain("/proc/vmstat");
	show_all(text);
	return 0;
}
