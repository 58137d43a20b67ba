/*
 * bigmap.c - a disk or file much larger than memory, through a mapping and through calls.
 *
 *	bigmap PATH MIB
 *
 * Every page gets a number of its own by writes through a shared mapping; is read
 * back through another one and by read(), when most of it has long left memory; is changed
 * by write(), in part; and checked again. The time of each walk is shown.
 */
#include "user/lib/probe.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

static const char *path;
static unsigned pages;
static int fd;

static unsigned long ms(void)
{
	struct __kernel_timespec t;

	sys(__NR_clock_gettime64, 1, &t);
	return (unsigned long)t.tv_sec * 1000 +
	       (unsigned long)t.tv_nsec / 1000000;
}

static unsigned *map(int prot)
{
	return mmap(NULL, (size_t)pages * PAGE_SIZE, prot, MAP_SHARED, fd, 0);
}

/* The first and the last word of each page. */
#define WORDS (PAGE_SIZE / sizeof(unsigned))

static void write_mapped(void)
{
	unsigned *p = map(PROT_READ | PROT_WRITE);
	unsigned long start = ms();

	if (!ok(p != MAP_FAILED, "it can be mapped"))
		return;
	for (unsigned i = 0; i < pages; i++) {
		p[i * WORDS] = i * 7;
		p[i * WORDS + WORDS - 1] = ~i;
	}
	diag("written through a mapping in %lu ms", ms() - start);
	is_raw(sys(__NR_msync, p, (size_t)pages * PAGE_SIZE, MS_SYNC), 0,
	       "msync");
	diag("and synced after %lu ms", ms() - start);
	munmap(p, (size_t)pages * PAGE_SIZE);
}

static void read_mapped(unsigned add)
{
	unsigned *p = map(PROT_READ), bad = 0;
	unsigned long start = ms();

	for (unsigned i = 0; i < pages; i++)
		bad += p[i * WORDS] != i * 7 + (i % 5 ? 0 : add) ||
		       p[i * WORDS + WORDS - 1] != ~i;
	diag("read through a mapping in %lu ms", ms() - start);
	is_int(bad, 0, "every page is right through a mapping");
	munmap(p, (size_t)pages * PAGE_SIZE);
}

static void read_called(unsigned add)
{
	static unsigned buf[16 * WORDS];
	unsigned long start = ms();
	unsigned bad = 0;

	sys(__NR_lseek, fd, 0, 0);
	for (unsigned i = 0; i < pages; i += 16) {
		bad += read(fd, buf, sizeof(buf)) != sizeof(buf);
		for (unsigned k = 0; k < 16; k++)
			bad += buf[k * WORDS] !=
				       (i + k) * 7 + ((i + k) % 5 ? 0 : add) ||
			       buf[k * WORDS + WORDS - 1] != ~(i + k);
	}
	diag("read by read() in %lu ms", ms() - start);
	is_int(bad, 0, "every page is right by read()");
}

static void write_called(void)
{
	unsigned long start = ms();
	unsigned bad = 0;

	for (unsigned i = 0; i < pages; i += 5) {
		unsigned value = i * 7 + 1;

		sys(__NR_lseek, fd, i * PAGE_SIZE, 0);
		bad += write(fd, &value, sizeof(value)) != sizeof(value);
	}
	diag("every fifth page changed by write() in %lu ms", ms() - start);
	is_int(bad, 0, "write");
	is_raw(sys(__NR_fsync, fd), 0, "fsync");
	diag("and synced after %lu ms", ms() - start);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	path = argv[1];
	pages = (unsigned)atoi(argv[2]) * 256;
	fd = open(path, O_RDWR | O_CREAT, 0644);
	if (!ok(fd >= 0, "open"))
		return done_testing();
	if (strncmp(path, "/dev/", 5))
		is_raw(sys(__NR_ftruncate, fd, pages * PAGE_SIZE), 0,
		       "ftruncate");
	write_mapped();
	read_mapped(0);
	read_called(0);
	write_called();
	read_mapped(1);
	return done_testing();
}
