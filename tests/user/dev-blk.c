/*
 * dev-blk.c - a disk as a file, /dev/vda. Which tests are run is the argument's to say, since
 * the disk must be made for them (tests/disk-blk.t); without one all is skipped:
 *
 *	data	each sector of 2 MiB + 512 begins with its number
 *	readonly	the same, read-only
 *	errors	reads of page 10 fail, writes of page 20
 *	flush	the first flush fails
 */
#include "user/lib/file.h"
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#include <linux/fs.h>

#define SECTORS 4097u
#define SIZE	(SECTORS * 512)

static int fd;
static char buf[P(4)];

static long pread(void *p, size_t n, long pos)
{
	lseek(fd, pos, SEEK_SET);
	return sys(__NR_read, fd, p, n);
}

static long pwrite(const void *p, size_t n, long pos)
{
	lseek(fd, pos, SEEK_SET);
	return sys(__NR_write, fd, p, n);
}

static long fsync_raw(void)
{
	return sys(__NR_fsync, fd);
}

static unsigned int wrong_sectors(const char *p)
{
	unsigned int wrong = 0, n;

	for (unsigned int i = 0; i < SECTORS; i++) {
		memcpy(&n, p + i * 512, 4);
		wrong += n != i;
	}
	return wrong;
}

static void sizes(void)
{
	unsigned long long bytes = 0;
	unsigned long sectors = 0;
	int sector = 0;

	is_int(lseek(fd, 0, SEEK_END), SIZE, "lseek to the end: the size");
	is_raw(sys(__NR_ioctl, fd, BLKGETSIZE, &sectors), 0, "BLKGETSIZE");
	is_int((long)sectors, SECTORS, "in sectors");
	is_raw(sys(__NR_ioctl, fd, BLKGETSIZE64, &bytes), 0, "BLKGETSIZE64");
	is_int((long)bytes, SIZE, "in bytes");
	is_raw(sys(__NR_ioctl, fd, BLKSSZGET, &sector), 0, "BLKSSZGET");
	is_int(sector, 512, "a sector");
	is_raw(sys(__NR_ioctl, fd, 0x1234, 0), ENOTTY, "another ioctl");
}

static void reading(void)
{
	unsigned int n = 0;
	char *p = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);

	is_int(wrong_sectors(p), 0, "mmap: all sectors as the host wrote them");
	is_int(pread(buf, 600, 5 * 512 - 100), 600, "read across sectors");
	memcpy(&n, buf + 100, 4);
	is_int(n, 5, "what the host wrote");
	is_int(pread(buf, 4096, SIZE - 10), 10, "read up to the end");
	is_int(pread(buf, 1, SIZE), 0, "read at the end");
	is_int(pread(buf, 1, SIZE + P(1)), 0, "read beyond it");
	is_int(p[SIZE], 0, "mmap: zeros behind the end, in its page");
	munmap(p, SIZE);
}

static void writing(void)
{
	char *p = mmap(NULL, SIZE, RW, MAP_SHARED, fd, 0);

	is_int(pwrite("written", 7, P(3) + 1000), 7, "write");
	ok(!memcmp(p + P(3) + 1000, "written", 7), "the mapping sees it");
	memcpy(p + P(9) + 5, "mapped", 6);
	is_int(pread(buf, 6, P(9) + 5), 6, "read");
	ok(!memcmp(buf, "mapped", 6), "it sees what the mapping wrote");
	is_int(pwrite("last", 4, SIZE - 4), 4, "the last bytes");
	is_int(pwrite("cut short", 9, SIZE - 4), 4, "a write over the end");
	is_raw(pwrite("x", 1, SIZE), ENOSPC, "a write at the end");
	is_raw(sys(__NR_msync, p, SIZE, MS_SYNC), 0, "msync");
	is_raw(fsync_raw(), 0, "fsync");
	memcpy(p + P(100), "not synced", 10); /* power-off writes it */
	munmap(p, SIZE);
	is_raw(sys(__NR_ioctl, fd, BLKFLSBUF, 0), 0, "BLKFLSBUF");
	is_int(pread(buf, 4, P(3) + 1000), 4, "read from the disk again");
	ok(!memcmp(buf, "writ", 4), "it is there");
	is_int(pwrite("never synced", 12, P(200)), 12, "and no fsync");
}

static void data(void)
{
	sizes();
	reading();
	writing();
}

static void readonly(void)
{
	int ro = 0, writable = fd;

	fd = open("/dev/vda", O_RDONLY, 0);
	reading();
	close(fd);
	fd = writable;
	is_raw(pwrite("x", 1, 0), EPERM, "write");
	is_raw((long)sys(__NR_mmap2, 0, P(1), RW, MAP_SHARED, fd, 0), EINVAL,
	       "mmap that could write");
	is_raw(sys(__NR_ioctl, fd, BLKROGET, &ro), 0, "BLKROGET");
	is_int(ro, 1, "it is read-only");
	is_raw(fsync_raw(), 0, "fsync");
}

static void errors(void)
{
	char *p = mmap(NULL, P(64), RW, MAP_SHARED, fd, 0);
	int other = open("/dev/vda", O_RDWR, 0);

	is_raw(pread(buf, P(1), P(10)), EIO, "read");
	is_int(pread(buf, P(1), P(11)), P(1), "the page behind it");
	is_int(pread(buf, P(4), P(8)), P(2), "up to the bad page");
	is_raw(pread(buf, P(1), P(10)), EIO, "once more");
	faults(p + P(10), READ, SIGBUS, BUS_ADRERR, "mmap");
	is_int(pwrite("x", 1, P(20)), 1, "write to the cache");
	is_raw(fsync_raw(), EIO, "fsync");
	is_raw(fsync_raw(), 0, "fsync: told once");
	is_raw(sys(__NR_fsync, other), EIO, "fsync of another open file");
	is_raw(sys(__NR_fsync, other), 0, "told once, too");
	p[P(20) + 1] = 'y';
	is_raw(sys(__NR_msync, p, P(64), MS_SYNC), EIO, "msync");
	p[P(30)] = 'z';
	is_raw(sys(__NR_msync, p, P(64), MS_SYNC), 0, "msync of a good page");
	close(other);
}

static void flushing(void)
{
	is_int(pwrite("x", 1, P(20)), 1, "write");
	is_raw(fsync_raw(), EIO, "fsync: the flush fails");
	is_int(pwrite("y", 1, P(21)), 1, "write");
	is_raw(fsync_raw(), 0, "fsync: it works");
}

int main(int argc, char **argv)
{
	int found = 0;
	static const struct {
		const char *name;
		void (*run)(void);
	} tests[] = { { "data", data },
		      { "readonly", readonly },
		      { "errors", errors },
		      { "flush", flushing } };

	if (argc < 2)
		skip("/dev/vda", "needs disks made for it: tests/disk-blk.t");
	else
		ok((fd = open("/dev/vda", O_RDWR, 0)) >= 0, "open");
	for (int i = 0; i < 4 && argc > 1; i++)
		if (!strcmp(argv[1], tests[i].name)) {
			tests[i].run();
			found = 1;
		}
	if (argc > 1 && !found)
		ok(0, "there is no part '%s'", argv[1]);
	return done_testing();
}
