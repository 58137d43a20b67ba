/*
 * cache.c - the page cache of a file that has a home on a disk, as a program sees it.
 *
 *	cache PATH		a disk, or a file (which is made), of at least 1 MiB
 *
 * After DONTNEED the next look comes from the disk: what was not written back is seen to be
 * missing.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#include <linux/fadvise.h>
#include <linux/fs.h>

#define NR 256u /* pages */

static int fd;
static unsigned char vec[NR];
static const struct timespec a_while = { 0, 10000000 };

static void advise(unsigned first, unsigned n, unsigned advice)
{
	unsigned start = first * PAGE_SIZE, len = n * PAGE_SIZE;

#ifdef __NR_arm_fadvise64_64
	sys(__NR_arm_fadvise64_64, fd, advice, start, 0, len, 0);
#else
	sys(__NR_fadvise64_64, fd, start, 0, len, 0, advice);
#endif
}

static char *map(int prot, int flags)
{
	return mmap(NULL, NR * PAGE_SIZE, prot, flags, fd, 0);
}

static void unmap(char *p)
{
	munmap(p, NR * PAGE_SIZE);
}

/* Nothing of the file is in memory. => nothing maps it, all is clean */
static void forget(void)
{
	sys(__NR_fsync, fd);
	advise(0, NR, POSIX_FADV_DONTNEED);
}

/* => how many pages of [first, first + n) are in memory */
static unsigned cached(unsigned first, unsigned n)
{
	char *p = map(PROT_READ, MAP_SHARED);
	unsigned count = 0;

	sys(__NR_mincore, p + first * PAGE_SIZE, n * PAGE_SIZE, vec);
	for (unsigned i = 0; i < n; i++)
		count += vec[i] & 1;
	unmap(p);
	return count;
}

static long at(char *buf, unsigned n, unsigned pos, int write_it)
{
	sys(__NR_lseek, fd, pos, 0);
	return write_it ? write(fd, buf, n) : read(fd, buf, n);
}

static long msync_page(char *p)
{
	return sys(__NR_msync, p, PAGE_SIZE, MS_SYNC);
}

/* A word on the disk, which the cache is made to forget first. */
static unsigned on_disk(unsigned page)
{
	unsigned word = 0;

	advise(page, 1, POSIX_FADV_DONTNEED);
	at((char *)&word, sizeof(word), page * PAGE_SIZE, 0);
	return word;
}

/* ---- what is in memory */

static void hints(void)
{
	char byte, *p;

	forget();
	is_int(cached(0, NR), 0, "DONTNEED: nothing is in memory");
	advise(10, 50, POSIX_FADV_WILLNEED);
	for (int i = 0; i < 100 && cached(10, 50) < 50; i++)
		nanosleep(&a_while, NULL); /* Linux only starts to read */
	is_int(cached(10, 50), 50, "WILLNEED: all of it is");
	forget();
	p = map(PROT_READ, MAP_SHARED);
	madvise(p, NR * PAGE_SIZE, MADV_RANDOM);
	for (unsigned i = 3; i < NR; i += 16)
		byte = *(volatile char *)(p + i * PAGE_SIZE);
	(void)byte;
	is_int(cached(0, NR), NR / 16, "RANDOM: only what was touched");
	unmap(p);
	forget();
	p = map(PROT_READ, MAP_SHARED);
	for (unsigned i = 0; i < 64; i++)
		byte = *(volatile char *)(p + i * PAGE_SIZE);
	ok(cached(0, NR) >= 64, "in order: all that was touched");
	unmap(p);
	forget();
	p = map(PROT_READ, MAP_SHARED);
	madvise(p + 32 * PAGE_SIZE, 32 * PAGE_SIZE, MADV_WILLNEED);
	for (int i = 0; i < 100 && cached(32, 32) < 32; i++)
		nanosleep(&a_while, NULL);
	is_int(cached(32, 32), 32, "madvise: WILLNEED");
	is_int(sys(__NR_mlock, p, 8 * PAGE_SIZE), 0, "mlock");
	advise(0, NR, POSIX_FADV_DONTNEED);
	ok(cached(0, 8) == 8, "what is locked stays");
	unmap(p);
}

/* ---- dirty pages */

static void written_and_written_again(void)
{
	volatile unsigned *p = (volatile unsigned *)map(RW, MAP_SHARED);
	char *page = (char *)(unsigned long)p;

	*p = 1;
	is_raw(msync_page(page), 0, "msync");
	*p = 2;
	is_raw(msync_page(page), 0, "msync after another write");
	unmap(page);
	is_int(on_disk(0), 2, "the second one is on the disk");
}

static void two_areas(void)
{
	char *a = map(RW, MAP_SHARED), *b = map(RW, MAP_SHARED);
	volatile unsigned *x = (volatile unsigned *)(void *)a;
	volatile unsigned *y = (volatile unsigned *)(void *)b;

	*x = 3;
	y[1] = 4;
	msync_page(a);
	y[1] = 5; /* the right to write went there, too */
	msync_page(a);
	unmap(a);
	unmap(b);
	is_int(on_disk(0), 3, "through one area");
	a = map(PROT_READ, MAP_SHARED);
	is_int(((unsigned *)(void *)a)[1], 5, "through another one, later");
	unmap(a);
}

static void other_process(void)
{
	char *p = map(RW, MAP_SHARED);
	volatile unsigned *word = (volatile unsigned *)(void *)p;
	int status = 0;
	long pid;

	*word = 10;
	pid = fork();
	if (!pid) {
		for (unsigned i = 0; i < 200; i++) {
			*word = 100 + i;
			if (i % 10 == 0)
				sys(__NR_sched_yield);
		}
		_exit(0);
	}
	for (int i = 0; i < 20; i++)
		msync_page(p);
	waitpid((int)pid, &status, 0);
	msync_page(p);
	unmap(p);
	is_int(on_disk(0), 299, "what a child writes while we sync");
}

static void rights_that_come_back(void)
{
	char *p = map(RW, MAP_SHARED);
	volatile unsigned *word = (volatile unsigned *)(void *)p;

	*word = 20;
	msync_page(p);
	mprotect(p, PAGE_SIZE, PROT_READ);
	mprotect(p, PAGE_SIZE, RW);
	*word = 21;
	msync_page(p);
	unmap(p);
	is_int(on_disk(0), 21, "a write after mprotect there and back");
	p = map(RW, MAP_SHARED);
	word = (volatile unsigned *)(void *)p;
	*word = 22;
	mprotect(p, PAGE_SIZE, PROT_READ);
	msync_page(p);
	mprotect(p, PAGE_SIZE, RW);
	*word = 23;
	msync_page(p);
	unmap(p);
	is_int(on_disk(0), 23, "and after msync while it was read-only");
}

static void private_stays_private(void)
{
	char *p = map(RW, MAP_PRIVATE), *s = map(RW, MAP_SHARED);

	p[0] = 'p';
	s[1] = 's';
	is_raw(msync_page(p), 0, "msync of a private mapping");
	msync_page(s);
	is_int(p[0], 'p', "its own byte");
	unmap(p);
	unmap(s);
	is_int((on_disk(0) & 0xff00) >> 8, 's', "the disk has the shared one");
	ok((on_disk(0) & 0xff) != 'p', "and not the private one");
}

static void from_itself(void)
{
	char *p = map(RW, MAP_SHARED);
	char c = 0;

	memset(p, 'a', PAGE_SIZE);
	memset(p + PAGE_SIZE, 'b', PAGE_SIZE);
	sys(__NR_msync, p, 2 * PAGE_SIZE, MS_SYNC);
	unmap(p);
	forget();
	p = map(PROT_READ, MAP_SHARED);
	/* Neither page is in memory. */
	is_int(at(p, PAGE_SIZE, PAGE_SIZE / 2, 1), PAGE_SIZE,
	       "write() from a mapping of the file onto itself");
	at(&c, 1, PAGE_SIZE + PAGE_SIZE / 2 - 1, 0);
	is_int(c, 'a', "its last byte");
	at(&c, 1, PAGE_SIZE + PAGE_SIZE / 2, 0);
	is_int(c, 'b', "the byte behind it");
	unmap(p);
}

static void calls(void)
{
	char word[4] = "abc";
	struct iovec iov = { word, 4 };

	is_int(at(word, 4, 5 * PAGE_SIZE, 1), 4, "write");
#ifdef __NR_arm_sync_file_range
	is_raw(sys(__NR_arm_sync_file_range, fd, 7, 0, 0, 0, 0), 0,
	       "sync_file_range");
#else
	is_raw(sys(__NR_sync_file_range, fd, 0, 0, 0, 0, 7), 0,
	       "sync_file_range");
#endif
	is_raw(sys(__NR_fdatasync, fd), 0, "fdatasync");
	is_int(on_disk(5) & 0xff, 'a', "is on the disk");
	word[0] = 'x';
	is_int(sys(__NR_pwritev2, fd, &iov, 1, 6 * PAGE_SIZE, 0, RWF_DSYNC), 4,
	       "pwritev2 with RWF_DSYNC");
	is_int(on_disk(6) & 0xff, 'x', "is on the disk");
	is_raw(sys(__NR_syncfs, fd), 0, "syncfs");
	sys(__NR_sync);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	fd = open(argv[1], O_RDWR | O_CREAT, 0644);
	if (!ok(fd >= 0, "open"))
		return done_testing();
	if (strncmp(argv[1], "/dev/", 5))
		sys(__NR_ftruncate, fd, NR * PAGE_SIZE);
	hints();
	written_and_written_again();
	two_areas();
	other_process();
	rights_that_come_back();
	private_stays_private();
	from_itself();
	calls();
	return done_testing();
}
