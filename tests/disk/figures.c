/*
 * figures.c - what disk files cost, counted; tests/bench/disk judges.
 *
 *	figures read FILE DISK SUM	256 MiB through a mapping, beside dd of the disk
 *	figures sync FILE		what msync of random dirty pages writes
 *
 * A line of output: name, value, and the most that it may be (tests/bench/disk adds
 * "TOO MUCH").
 *
 * read. Seconds count here, for waiting counts. The machine may be busy with other
 * things, so parts of a MiB are timed, the file's and the disk's by turns, and of each the
 * best of a few runs counts. The reader looks at every word; the file is larger than memory,
 * so that every run comes from the disk. SUM, from who made it, is over words and order of pages.
 *
 * sync. Sectors and requests are /proc/diskstats'. What an fsync of one page writes
 * beside that page is metadata, and is taken off; as pages are written to a file
 * that has all its blocks, that is always the same: the inode.
 */
#include "user/lib/file.h"
#include "user/lib/probe.h"
#include "user/lib/text.h"

#define WORDS (PAGE_SIZE / sizeof(unsigned))
#define RUNS  5
#define PART  256u /* pages of the file that are timed together */
#define PARTS 256u

#define NR_DIRTY 256u /* a megabyte, */
#define AREA	 512u /* of as many pages, */
/* where all are behind the same indirect block */
#define FIRST	2112u
#define REQUEST 32u /* pages that fit into one, wherever in memory they are */

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

static unsigned sum_page(const unsigned *p)
{
	unsigned a = 0;

	for (unsigned i = 0; i < WORDS; i += 8)
		a += p[i] + p[i + 1] + p[i + 2] + p[i + 3] + p[i + 4] +
		     p[i + 5] + p[i + 6] + p[i + 7];
	return a;
}

/* What dd bs=64k does. */
static void dd_part(int disk, int null)
{
	static char buf[64 * 1024] __attribute__((aligned(4096)));

	for (unsigned i = 0; i < PART * PAGE_SIZE; i += sizeof(buf))
		if (read(disk, buf, sizeof(buf)) != sizeof(buf) ||
		    write(null, buf, sizeof(buf)) != sizeof(buf))
			exit(complain("disk"));
}

/* The least that each part of the file has taken in any run, us */
static unsigned mapped[PARTS], raw[PARTS];

static void keep_least(unsigned *least, unsigned long long start)
{
	unsigned us = (unsigned)(ns() - start) / 1000;

	if (!*least || us < *least)
		*least = us;
}

/* All of the file and as much of the disk, a part of each by turns. => the sum */
static unsigned read_both(int fd, int disk, int null)
{
	unsigned a = 0, b = 0, *p;
	unsigned long long start;

	p = mmap(NULL, PARTS * PART * PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		exit(complain("mmap"));
	lseek(disk, 0, 0);
	for (unsigned part = 0; part < PARTS; part++) {
		start = ns();
		for (unsigned i = part * PART; i < (part + 1) * PART; i++)
			b += a += sum_page(p + i * WORDS);
		if (part == PARTS - 1)
			munmap(p, PARTS * PART * PAGE_SIZE);
		keep_least(&mapped[part], start);
		start = ns();
		dd_part(disk, null);
		keep_least(&raw[part], start);
	}
	return b;
}

static int do_read(const char *path, const char *disk_path, unsigned want)
{
	int fd = open(path, O_RDONLY, 0), disk = open(disk_path, O_RDONLY, 0);
	int null = open("/dev/null", O_WRONLY, 0);
	unsigned mapped_us = 0, raw_us = 0, bad = 0;

	for (int i = 0; i < RUNS; i++)
		bad += read_both(fd, disk, null) != want;
	for (unsigned i = 0; i < PARTS; i++) {
		mapped_us += mapped[i];
		raw_us += raw[i];
	}
	printf("# %u MiB: mapped %u us, dd %u us\n", PARTS, mapped_us, raw_us);
	figure("mapped_read_wrong_sums", bad, 0);
	figure("mapped_read_percent_of_dd", mapped_us / (raw_us / 100), 125);
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

/* => in how many runs of adjacent ones the pages lie, of up to a request's size each */
static unsigned count_runs(const unsigned short *pages, unsigned n)
{
	static char is_dirty[AREA];
	unsigned runs = 0, len = 0;

	memset(is_dirty, 0, sizeof(is_dirty));
	for (unsigned i = 0; i < n; i++)
		is_dirty[pages[i]] = 1;
	for (unsigned i = 0; i < AREA; i++) {
		len = is_dirty[i] ? len + 1 : 0;
		runs += len % REQUEST == 1;
	}
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
	figure("msync_adjacent_requests", all.requests - meta.requests,
	       count_runs(pages, NR_DIRTY));
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
