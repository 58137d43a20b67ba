/*
 * figures.c - what disk files cost, counted; tests/bench/disk judges.
 *
 *	figures read FILE DISK SUM	a large file through a mapping, beside dd of the disk
 *	figures sync FILE		what msync of random dirty pages writes
 *
 * A line of output: name, value, and the most that it may be (tests/bench/disk adds
 * "TOO MUCH").
 *
 * read. Seconds count here, for waiting counts: the best of a few runs, by turns.
 * The reader looks at every word; the file is larger than memory, so that every
 * run comes from the disk. SUM, from who made the file, is over words and order of pages.
 *
 * sync. Sectors and requests are /proc/diskstats'. What an fsync of one page writes
 * beside that page is metadata, and is taken off; as pages are written to a file
 * that has all its blocks, that is always the same: the inode.
 */
#include "user/lib/file.h"
#include "user/lib/probe.h"
#include "user/lib/text.h"

#define WORDS	 (PAGE_SIZE / sizeof(unsigned))
#define RUNS	 3
#define RW	 (PROT_READ | PROT_WRITE)
#define NR_DIRTY 256u /* a megabyte */
#define AREA	 512u /* pages they are among */
#define FIRST \
	2112u /* there: behind the same indirect block of 4 KiB, all of them */

static void figure(const char *name, unsigned value, unsigned most)
{
	printf("%-28s %10u %10u\n", name, value, most);
}

/* ---- read */

static unsigned long long ns(void)
{
	struct __kernel_timespec t;

	sys(__NR_clock_gettime64, 1, &t);
	return (unsigned long long)t.tv_sec * 1000000000 +
	       (unsigned long long)t.tv_nsec;
}

static unsigned us_since(unsigned long long start)
{
	return (unsigned)(ns() - start) / 1000;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned sum_page(const unsigned *p)
{
	unsigned a = 0;

	for (unsigned i = 0; i < WORDS; i += 8)
		a += p[i] + p[i + 1] + p[i + 2] + p[i + 3] + p[i + 4] +
		     p[i + 5] + p[i + 6] + p[i + 7];
	return a;
}

static unsigned read_mapped(const char *path, unsigned *pages)
{
	int fd = open(path, O_RDONLY | O_LARGEFILE, 0);
	unsigned long len = (unsigned long)lseek(fd, 0, 2);
	unsigned a = 0, b = 0;
	const unsigned *p = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		exit(complain(path));
	*pages = len / PAGE_SIZE;
	for (unsigned i = 0; i < *pages; i++) {
		a += sum_page(p + i * WORDS);
		b += a;
	}
	munmap((void *)(uintptr_t)p, len);
	close(fd);
	return b;
}

static void dd(const char *disk, unsigned pages)
{
	static char to[] = "of=/dev/null", size[] = "bs=64k";
	char from[64], count[32];
	char *argv[] = { size, from, to, size, count, NULL };
	int status = 1, pid, null;

	snprintf(from, sizeof(from), "if=%s", disk);
	snprintf(count, sizeof(count), "count=%u", pages / 16);
	pid = fork();
	if (!pid) {
		null = open("/dev/null", O_WRONLY, 0);
		dup2(null, 2); /* what it says of its own */
		execve("/bin/dd", argv, environ);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	if (status)
		exit(wrong("dd: status %d", status));
}

static int do_read(const char *path, const char *disk, unsigned want)
{
	unsigned mapped = ~0u, raw = ~0u, pages, bad = 0;

	for (int i = 0; i < RUNS; i++) {
		unsigned long long start = ns();

		bad += read_mapped(path, &pages) != want;
		mapped = least(mapped, us_since(start));
		start = ns();
		dd(disk, pages);
		raw = least(raw, us_since(start));
	}
	printf("# %u MiB: mapped %u us, dd %u us\n", pages / 256, mapped, raw);
	figure("mapped_read_wrong_sums", bad, 0);
	figure("mapped_read_percent_of_dd", mapped / (raw / 100), 125);
	return 0;
}

/* ---- sync */

struct stats {
	unsigned requests, sectors; /* written */
};

/* The numbers behind the disk's name: four of reads, then those of writes. */
static struct stats stats(void)
{
	static char text[1024];
	struct stats s;
	char *at;

	if (read_file("/proc/diskstats", text, sizeof(text)) < 0)
		exit(complain("/proc/diskstats"));
	at = strstr(text, "vda");
	if (!at)
		exit(wrong("no vda in /proc/diskstats"));
	at += 3;
	for (int i = 0; i < 4; i++)
		strtoul(at, &at, 10);
	s.requests = (unsigned)strtoul(at, &at, 10);
	strtoul(at, &at, 10);
	s.sectors = (unsigned)strtoul(at, &at, 10);
	return s;
}

static char *area;

/* Writes to these pages of the area. => what msync writes then */
static struct stats dirty(const unsigned short *pages, unsigned n)
{
	struct stats before, after;

	for (unsigned i = 0; i < n; i++)
		area[pages[i] * PAGE_SIZE + i % PAGE_SIZE]++;
	before = stats();
	if (sys(__NR_msync, area, AREA * PAGE_SIZE, MS_SYNC))
		exit(wrong("msync"));
	after = stats();
	after.requests -= before.requests;
	after.sectors -= before.sectors;
	return after;
}

/* => in how many runs of adjacent ones the pages lie */
static unsigned count_runs(const unsigned short *pages, unsigned n)
{
	static char is_dirty[AREA + 1];
	unsigned runs = 0;

	memset(is_dirty, 0, sizeof(is_dirty));
	for (unsigned i = 0; i < n; i++)
		is_dirty[pages[i]] = 1;
	for (unsigned i = 0; i < AREA; i++)
		runs += is_dirty[i] && !is_dirty[i + 1];
	return runs;
}

static void shuffle(unsigned short *v, unsigned n)
{
	for (unsigned i = n; i > 1; i--) {
		unsigned k = random() % i;
		unsigned short x = v[i - 1];

		v[i - 1] = v[k];
		v[k] = x;
	}
}

static void make_file(const char *path)
{
	static char bytes[PAGE_SIZE];
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);

	for (unsigned i = 0; i < FIRST + AREA; i++)
		if (write(fd, bytes, sizeof(bytes)) != sizeof(bytes))
			exit(complain(path));
	sys(__NR_fsync, fd);
	area = mmap(NULL, AREA * PAGE_SIZE, RW, MAP_SHARED, fd,
		    FIRST * PAGE_SIZE);
	if (area == MAP_FAILED)
		exit(complain(path));
}

static int do_sync(const char *path)
{
	unsigned short pages[AREA];
	struct stats meta, all;
	unsigned runs;

	make_file(path);
	for (unsigned short i = 0; i < AREA; i++)
		pages[i] = i;
	/* a request with the page; the rest is none of the data's */
	meta = dirty(pages, 1);
	meta.requests -= 1;
	meta.sectors -= 8;
	figure("msync_metadata_sectors", meta.sectors, 8);

	shuffle(pages, AREA);
	runs = count_runs(pages, NR_DIRTY);
	all = dirty(pages, NR_DIRTY);
	printf("# a megabyte of random pages, in %u runs\n", runs);
	figure("msync_random_sectors", all.sectors - meta.sectors,
	       NR_DIRTY * 8);
	figure("msync_random_requests", all.requests - meta.requests, runs);

	for (unsigned short i = 0; i < NR_DIRTY; i++)
		pages[i] = i;
	shuffle(pages, NR_DIRTY);
	all = dirty(pages, NR_DIRTY);
	printf("# a megabyte of adjacent pages, in random order\n");
	figure("msync_adjacent_sectors", all.sectors - meta.sectors,
	       NR_DIRTY * 8);
	figure("msync_adjacent_requests", all.requests - meta.requests, 1);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "read"))
		return do_read(argv[2], argv[3],
			       (unsigned)strtoul(argv[4], NULL, 10));
	if (argc == 3 && !strcmp(argv[1], "sync"))
		return do_sync(argv[2]);
	usage("read FILE DISK SUM | sync FILE");
}
