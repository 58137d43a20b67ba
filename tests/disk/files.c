/*
 * files.c - what a file system on a disk has to do beyond one in memory: all kinds of
 * blocks of a file, long directories, room that comes back, everything still there
 * after unmounting. The tests of a file (tests/user/file-*.c) run there besides.
 *
 *	files DEVICE FOLDER	the tests; what it leaves, tests/disk.t compares
 *	files grow FILE		to 20,000 bytes
 *	files sums FOLDER	"PATH SIZE CHECKSUM" (Adler 32) of all below
 */
#include "user/lib/file.h"
#include "user/lib/probe.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "user/lib/text.h"
#include "tests/disk/mounted.h"
#include "tests/disk/room.h"
#include "tests/disk/sum.h"

#include <linux/fs.h>
#include <linux/mount.h>

static char buf[P(4)];

static long at(int fd, uint64_t pos)
{
	uint64_t now;

	return sys(__NR__llseek, fd, (long)(pos >> 32), (long)pos, &now, 0);
}

/* ---- bytes */

/* Around each border between kinds of blocks, for 1, 2 and 4 KiB of them */
static const uint64_t borders[] = {
	12 << 10,   268 << 10, (268 << 10) + (64ULL << 20), 24 << 10,
	1048 << 10, 48 << 10,  (48 << 10) + (4ULL << 20),   2000ULL << 20,
};

static void sparse(void)
{
	int fd = create("sparse"), i, good = 1;
	stat_t st;

	for (i = 0; i < (int)ARRAY_SIZE(borders); i++) {
		at(fd, borders[i] - 3);
		good &= write(fd, "border", 6) == 6;
	}
	ok(good, "written around every kind of block");
	fstat(fd, &st);
	ok(st.st_blocks < 600, "holes take no room: %d sectors",
	   (int)st.st_blocks);
	for (i = 0; i < (int)ARRAY_SIZE(borders); i++) {
		at(fd, borders[i] - 5);
		good &= read(fd, buf, 10) == (i == 7 ? 8 : 10) &&
			!memcmp(buf, "\0\0border", 8);
	}
	ok(good, "read, with the zeros before them");
	at(fd, 30 << 20);
	memset(buf, 1, sizeof(buf));
	ok(read(fd, buf, 100) == 100 && !buf[0] && !buf[99], "a hole is zero");
	is_raw(sys(__NR_ftruncate64, fd, ARCH_PAIR 100, 1), 0, "4 GiB and 100");
	fstat(fd, &st);
	is_int((long)(st.st_size >> 32), 1, "the size has more than 32 bits");
	is_raw(sys(__NR_ftruncate, fd, 20000), 0, "cut");
	fstat(fd, &st);
	ok(st.st_blocks < 60, "all else is free again");
	close(fd);
}

static void mapped(void)
{
	int fd = create("mapped");
	char *p;

	ftruncate(fd, P(64) + 10);
	p = mmap(NULL, P(65), RW, MAP_SHARED, fd, 0);
	p[0] = 'a';
	p[P(20)] = 'b';
	p[P(64) + 9] = 'c';
	p[P(64) + 10] = 'd';
	is_raw(sys(__NR_msync, p, P(65), MS_SYNC), 0, "holes filled by stores");
	munmap(p, P(65));
	ftruncate(fd, P(65));
	at(fd, P(64) + 8);
	ok(read(fd, buf, 4) == 4 && buf[1] == 'c' && !buf[2],
	   "a store beyond the end is no part of the file");
	close(fd);
}

/* One after the other, and two files in turns: blocks in a row */
static void long_files(void)
{
	int a = create("row"), b = create("turns-1"), c = create("turns-2"), i;

	for (i = 0; i < (int)sizeof(buf); i++)
		buf[i] = (char)(i * 31 >> 3);
	for (i = 0; i < 64; i++)
		write(a, buf, sizeof(buf));
	for (i = 0; i < 32; i++) {
		write(b, buf, sizeof(buf));
		write(c, buf, sizeof(buf));
	}
	is_raw(sys(__NR_fsync, a), 0, "a megabyte");
	close(a);
	close(b);
	close(c);
}

/* What was cut away does not come back when the file grows, synced or not between. */
static void cut_and_grown(int n)
{
	char name[] = "tail-0";
	int fd;

	name[5] = (char)('0' + n);
	fd = create(name);
	memset(buf, 'x', sizeof(buf));
	write(fd, buf, 10000);
	if (n & 1)
		sys(__NR_fsync, fd);
	ftruncate(fd, 50);
	if (n & 2)
		sys(__NR_fsync, fd);
	if (n & 4) {
		ftruncate(fd, 20000);
	} else {
		at(fd, 30000);
		write(fd, "end", 3);
	}
	sys(__NR_fsync, fd);
	close(fd);
}

static void copy_tail(void)
{
	int fd = create("tail-8");

	write(fd, buf, 10000);
	close(fd);
}

/* The same, of a file that is only on the disk */
static void cut_and_grown_later(void)
{
	int fd = open("tail-8", O_RDWR, 0);

	ftruncate(fd, 50);
	ftruncate(fd, 20000);
	close(fd);
}

static void tails(void)
{
	char name[] = "tail-0";
	int fd, i, good = 1;

	for (; name[5] < '9'; name[5]++) {
		fd = open(name, O_RDONLY, 0);
		good &= read(fd, buf, 12000) == 12000 && buf[49] == 'x';
		for (i = 50; i < 12000; i++)
			good &= !buf[i];
		if (!good)
			diag("%s", name);
		close(fd);
	}
	ok(good, "what was cut away does not come back");
}

/* ---- names */

static void directories(void)
{
	char name[260], other[260];
	int i, good = 1, n = 0;
	struct dir d;
	stat_t st;

	mkdir("many", 0755);
	for (i = 0; i < 400; i++) {
		snprintf(name, sizeof(name), "many/name-%d-%s", i,
			 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" +
				 i % 50);
		good &= close(create(name)) == 0;
		if (i % 2)
			continue;
		snprintf(other, sizeof(other), "many/other-%d", i);
		good &= rename(name, other) == 0;
	}
	ok(good, "400 files, half of them renamed");
	for (i = 0; i < 400; i += 4) {
		snprintf(other, sizeof(other), "many/other-%d", i);
		good &= unlink(other) == 0;
	}
	ok(good, "a hundred are gone");
	dir_open(&d, "many");
	while (dir_next(&d))
		n++;
	dir_close(&d);
	is_int(n, 302, "the rest is listed");
	is_err(rmdir("many"), ENOTEMPTY, "not empty");
	memset(name, 'n', 256);
	name[255] = 0;
	is_err(mkdir(name, 0700), 0, "a name of 255");
	name[255] = 'n';
	name[256] = 0;
	is_err(mkdir(name, 0700), ENAMETOOLONG, "of 256");
	mkdir("many/below", 0755);
	stat("many", &st);
	is_int((long)st.st_nlink, 3, "its .. counts");
	is_err(rename("many/below", "below"), 0, "moved up");
	stat("many", &st);
	is_int((long)st.st_nlink, 2, "and no more");
	stat("below/..", &st);
	is_int((long)st.st_nlink, 6, "but here");
	is_err(rename("many", "many/loop"), EINVAL, "not into itself");
}

static void links(void)
{
	char text[1001], back[1001];
	int i, n[] = { 1, 59, 60, 61, 1000 };
	stat_t st;

	for (i = 0; i < (int)ARRAY_SIZE(n); i++) {
		char name[] = "link-0";

		memset(text, 'a' + i, 1000);
		text[n[i]] = 0;
		name[5] = (char)('0' + i);
		symlink(text, name);
		ok(readlink(name, back, sizeof(back)) == n[i] &&
			   !strcmp(text, back),
		   "a link of %d bytes", n[i]);
	}
	close(create("one"));
	link("one", "two");
	stat("two", &st);
	is_int((long)st.st_nlink, 2, "two names");
	is_raw(sys(__NR_mknod, "fifo", 010640, 0), 0, "a FIFO");
	is_raw(sys(__NR_mknod, "null", 020666, 1 << 8 | 3), 0, "a device");
	is_int(close(open("null", O_RDWR, 0)), 0, "which works");
}

static void attributes(void)
{
	struct timespec t[2] = { { 1000000000, 0 }, { 1234567890, 0 } };

	close(create("attributes"));
	is_raw(sys(__NR_chown32, "attributes", 70000, 80000), 0, "large ids");
	is_raw(sys(__NR_chmod, "attributes", 06751), 0, "all bits");
	is_raw(sys(__NR_utimensat, AT_FDCWD, "attributes", t, 0), 0, "times");
}

/* ---- room */

static void removed_while_open(void)
{
	struct room before, during;
	char *p;
	int fd, i;

	sys(__NR_sync);
	before = room(folder);
	fd = create("open");
	for (i = 0; i < 16; i++)
		write(fd, buf, sizeof(buf));
	p = mmap(NULL, P(64), RW, MAP_SHARED, fd, 0);
	unlink("open");
	is_err(open("open", O_RDONLY, 0), ENOENT, "the name is gone");
	is_raw(sys(__NR_fsync, fd), 0, "the file is not");
	p[P(63)] = 'x';
	at(fd, P(63));
	ok(read(fd, buf, 1) == 1 && *buf == 'x', "and can be used");
	during = room(folder);
	ok(before.bfree - during.bfree >= 0x40000 / during.bsize,
	   "its blocks are taken");
	close(fd);
	is_int(p[P(63)], 'x', "closed, but mapped");
	munmap(p, P(64));
	sys(__NR_sync);
	during = room(folder);
	is_int((long)(before.bfree - during.bfree), 0, "now they are free");
	is_int((long)(before.ffree - during.ffree), 0, "and the inode");
}

/* ---- unmounted, mounted */

static void read_only(void)
{
	int fd;

	is_raw(again(MS_REMOUNT | MS_RDONLY), EBUSY,
	       "not read-only while a file is open for writing");
	chdir("/");
	fd = open(path_join(buf, sizeof(buf), folder, "one"), O_RDONLY, 0);
	is_err(umount(folder), EBUSY, "not unmounted while a file is open");
	close(fd);
}

static void kept(void)
{
	stat_t st;
	int fd;

	is_err(umount(folder), 0, "unmounted");
	again(0);
	chdir(folder);
	cut_and_grown_later();
	chdir("/");
	is_err(umount(folder), 0, "unmounted");
	is_raw(again(MS_RDONLY), 0, "mounted read-only");
	chdir(folder);
	is_err(open("new", O_RDWR | O_CREAT, 0600), EROFS, "nothing is made");
	is_err(unlink("one"), EROFS, "or removed");
	is_err(open("one", O_RDWR, 0), EROFS, "or opened to be written");
	stat("attributes", &st);
	ok(st.st_uid == 70000 && st.st_gid == 80000, "the owner is kept");
	is_int((long)st.st_mode, 0106751, "the mode");
	is_int((long)st.st_mtime, 1234567890, "the time");
	stat("null", &st);
	is_int((long)st.st_rdev, 1 << 8 | 3, "the device's number");
	fd = open("row", O_RDONLY, 0);
	is_int(sys(__NR_lseek, fd, 0, SEEK_HOLE), 1 << 20,
	       "SEEK_HOLE: data that is not in memory is data");
	is_int(sys(__NR_lseek, fd, 100, SEEK_DATA), 100, "SEEK_DATA");
	close(fd);
	tails();
	fd = open("mapped", O_RDONLY, 0);
	at(fd, P(20));
	ok(read(fd, buf, 1) == 1 && *buf == 'b', "what was stored");
	close(fd);
	chdir("/");
	is_raw(again(MS_REMOUNT), 0, "remounted for writing");
	chdir(folder);
	is_int(close(create("last")), 0, "now a file is made");
	chdir("/");
	is_err(umount(folder), 0, "unmounted again");
	is_raw(again(0), 0, "mounted");
}

int main(int argc, char **argv)
{
	int open_file, i;

	if (argc != 3)
		usage("DEVICE FOLDER | sums FOLDER | grow FILE");
	device = argv[1];
	folder = argv[2];
	if (!strcmp(device, "sums"))
		return print_sums(folder, "");
	if (!strcmp(device, "grow"))
		return sys(__NR_truncate, folder, 20000) != 0;
	mkdir(folder, 0755);
	is_raw(again(0), 0, "mounted");
	chdir(folder);
	is_int(close(open("lost+found", O_RDONLY, 0)), 0, "lost+found");
	sparse();
	mapped();
	long_files();
	for (i = 0; i < 8; i++)
		cut_and_grown(i);
	copy_tail();
	directories();
	links();
	attributes();
	removed_while_open();
	open_file = create("last");
	read_only();
	close(open_file);
	kept();
	print_sums(folder, "");
	is_err(umount(folder), 0, "the end");
	return done_testing();
}
