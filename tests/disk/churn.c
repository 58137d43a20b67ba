/*
 * churn.c - processes that write and check a disk or file larger than memory, by turns through
 * a mapping and by calls, while others sync it, drop it from memory and fork.
 *
 *	churn PATH MIB ROUNDS
 *
 * Page i belongs to process i % NR; what it must hold is kept in an array.
 */
#include "user/lib/probe.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#include <linux/fadvise.h>

#define NR    4u
#define WORDS (PAGE_SIZE / sizeof(unsigned))

static int fd;
static unsigned pages, *want; /* want[i]: the value in page i */
static unsigned *map, state;

static unsigned rnd(unsigned n)
{
	state = state * 1103515245u + 12345u;
	return (state >> 8) % n;
}

static unsigned word_of(unsigned page)
{
	return page * WORDS + page * 31 % WORDS;
}

static void set(unsigned page, unsigned value)
{
	if (rnd(2)) {
		map[word_of(page)] = value;
	} else {
		sys(__NR_lseek, fd, word_of(page) * sizeof(value), 0);
		write(fd, &value, sizeof(value));
	}
	want[page] = value;
}

static unsigned get(unsigned page)
{
	unsigned value = ~0u;

	if (rnd(2))
		return map[word_of(page)];
	sys(__NR_lseek, fd, word_of(page) * sizeof(value), 0);
	read(fd, &value, sizeof(value));
	return value;
}

static void disturb(unsigned first)
{
	unsigned start = first * PAGE_SIZE, len = 64 * PAGE_SIZE;

	switch (rnd(6)) {
	case 0:
		sys(__NR_fsync, fd);
		break;
	case 1:
		sys(__NR_msync, (char *)map + start, len, MS_SYNC);
		break;
	case 2:
		madvise((char *)map + start, len, MADV_DONTNEED);
		break;
	case 3:
		madvise((char *)map + start, len, MADV_WILLNEED);
		break;
	case 4:
#ifdef __NR_arm_fadvise64_64
		sys(__NR_arm_fadvise64_64, fd, POSIX_FADV_DONTNEED, start, 0,
		    len, 0);
#else
		sys(__NR_fadvise64_64, fd, start, 0, len, 0,
		    POSIX_FADV_DONTNEED);
#endif
		break;
	default:
		if (!fork())
			_exit(map[first * WORDS] == ~0u);
		while (waitpid(-1, NULL, 0) > 0)
			;
	}
}

static int work(const char *path, unsigned me, unsigned rounds)
{
	unsigned bad = 0;

	/* A position of its own. */
	fd = open(path, O_RDWR, 0);
	state = me + 1;
	for (unsigned i = 0; i < rounds; i++) {
		unsigned page = rnd(pages / NR) * NR + me, run = rnd(16);

		for (; run && page < pages; run--, page += NR) {
			bad += want[page] && get(page) != want[page];
			if (rnd(2))
				set(page, rnd(1000000) + 1);
		}
		if (i % 16 == 0)
			disturb(rnd(pages - 64));
	}
	return bad != 0;
}

int main(int argc, char **argv)
{
	unsigned bad = 0;
	int status;

	if (argc < 4)
		return 2;
	pages = (unsigned)atoi(argv[2]) * 256;
	fd = open(argv[1], O_RDWR | O_CREAT, 0644);
	if (!ok(fd >= 0, "open"))
		return done_testing();
	if (strncmp(argv[1], "/dev/", 5))
		sys(__NR_ftruncate, fd, pages * PAGE_SIZE);
	map = mmap(NULL, pages * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
		   fd, 0);
	want = mmap(NULL, pages * sizeof(*want), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (unsigned i = 0; i < NR; i++)
		if (!fork())
			_exit(work(argv[1], i, (unsigned)atoi(argv[3])));
	for (unsigned i = 0; i < NR; i++) {
		waitpid(-1, &status, 0);
		is_exit(status, 0, "a process saw what it wrote");
	}
	sys(__NR_fsync, fd);
	for (unsigned i = 0; i < pages; i++)
		bad += want[i] && get(i) != want[i];
	is_int(bad, 0, "and all of it is there in the end");
	return done_testing();
}
