/*
 * errors.c - a disk that is full, and one that fails: QEMU's blkdebug does (tests/disk-errors.t).
 *
 *	errors full DEVICE FOLDER	an empty one of about a megabyte
 *	errors read DEVICE FOLDER	with a file "bad" of 64 KiB whose second page,
 *					and a directory "dir" whose block, cannot be read
 *	errors write DEVICE FOLDER	a file "bad" whose second page cannot be written
 */
#include "user/lib/file.h"
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "user/lib/text.h"
#include "tests/disk/room.h"

static char buf[P(2)];

static struct room synced_room(void)
{
	sys(__NR_sync);
	return room(".");
}

/* ---- full */

/* Writes as long as there is room for anything. => the errno at its end */
static int fill(const char *name)
{
	int fd = open(name, O_RDWR | O_CREAT, 0600), err;
	size_t n = sizeof(buf);

	while (write(fd, buf, n) > 0 || (n /= 2) >= 1024)
		;
	err = errno;
	close(fd);
	return err;
}

static void when_full(void)
{
	int fd = open("sparse", O_RDWR, 0);
	char *p = mmap(NULL, P(8), RW, MAP_SHARED, fd, 0);
	int old = open("old", O_RDWR, 0), i;
	char name[] = "new0", long_text[300];

	memset(long_text, 's', sizeof(long_text));
	long_text[299] = 0;
	faults(p + P(1), WRITE, SIGBUS, BUS_ADRERR, "a store into a hole");
	works(p + P(1), READ, "which still reads as zero");
	is_err(write(fd, buf, P(1)), ENOSPC, "write into it");
	/* less than a page of a file's may be left */
	for (i = 0; i < 4 && mkdir(name, 0755) == 0; i++)
		name[3]++;
	is_err(mkdir(name, 0755), ENOSPC, "mkdir");
	is_err(symlink(long_text, "slow"), ENOSPC, "a long symbolic link");
	is_err(rename("from/dir", "to/dir"), ENOSPC, "a directory's move");
	is_err(rmdir("to/dir"), ENOENT, "which is not at the new place");
	while (name[3]-- > '0')
		rmdir(name);
	is_err(rename("old", "renamed"), 0, "rename, within a block");
	is_int(write(old, buf, sizeof(buf)), sizeof(buf),
	       "what is there is overwritten");
	is_raw(sys(__NR_fsync, old), 0, "and synced");
	is_int(lseek(fd, 0, 2), P(8), "a failed write leaves the size");
	munmap(p, P(8));
	close(old);
	close(fd);
}

static void inodes(void)
{
	char name[30];
	int i;

	for (i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "file-%d", i);
		if (close(open(name, O_RDWR | O_CREAT, 0600)) < 0)
			break;
	}
	ok(i < 1000, "inodes end after %d", i);
	is_err(open(name, O_RDWR | O_CREAT, 0600), ENOSPC, "ENOSPC");
	is_err(mkdir(name, 0700), ENOSPC, "mkdir");
	is_err(link("old", name), 0, "a link needs none");
	unlink(name);
	while (i--) {
		snprintf(name, sizeof(name), "file-%d", i);
		unlink(name);
	}
}

static void full(void)
{
	struct room before, after;
	int fd = open("old", O_RDWR | O_CREAT, 0600), i;

	write(fd, buf, sizeof(buf));
	close(fd);
	fd = open("sparse", O_RDWR | O_CREAT, 0600);
	ftruncate(fd, P(8));
	close(fd);
	mkdir("from", 0755);
	mkdir("from/dir", 0755);
	mkdir("to", 0755);
	inodes();
	before = synced_room();
	for (i = 0; i < 3; i++) {
		is_int(fill("fill"), ENOSPC, "the disk is full");
		if (!i) {
			fill("rest"); /* what a block for pointers had left over */
			when_full();
			rename("renamed", "old");
			unlink("rest");
			/* a store may have got some of its page's blocks */
			sys(__NR_truncate, "sparse", 0);
			sys(__NR_truncate, "sparse", P(8));
		}
		is_err(unlink("fill"), 0, "removed");
		after = synced_room();
		is_int((long)after.bfree, (long)before.bfree,
		       "all is free again");
	}
	is_int((long)after.ffree, (long)before.ffree, "inodes, too");
	is_err(rename("from/dir", "to/dir"), 0, "a directory moves again");
}

/* ---- blocks that cannot be read */

static void unreadable(void)
{
	int fd = open("bad", O_RDONLY, 0);
	char *p = mmap(NULL, P(16), PROT_READ, MAP_SHARED, fd, 0);
	struct dir d;

	is_int(read(fd, buf, P(1)), P(1), "read before it");
	is_err(read(fd, buf, P(1)), EIO, "read");
	is_err(read(fd, buf, P(1)), EIO, "again: EIO stays");
	works(p, READ, "mapped, before it");
	faults(p + P(1), READ, SIGBUS, BUS_ADRERR, "a fault");
	works(p + P(2), READ, "behind it");
	is_raw(sys(__NR_pread64, fd, p + P(1), 1, ARCH_PAIR 0, 0), EFAULT,
	       "a system call");
	lseek(fd, P(2), 0);
	is_int(read(fd, buf, P(1)), P(1), "read behind it");
	is_err(open("dir/file", O_RDONLY, 0), EIO, "a name in a bad directory");
	dir_open(&d, "dir");
	is_raw(sys(__NR_getdents64, d.fd, buf, 1000), EIO, "its list");
	is_int(close(open("good", O_RDONLY, 0)), 0, "another name");
	dir_close(&d);
	munmap(p, P(16));
	close(fd);
}

/* ---- and written */

static void unwritable(void)
{
	int fd = open("bad", O_RDWR, 0), other = open("bad", O_RDONLY, 0), late;
	char *p = mmap(NULL, P(16), RW, MAP_SHARED, fd, 0);

	memset(p, 'x', P(16));
	is_raw(sys(__NR_fsync, fd), EIO, "fsync");
	late = open("bad", O_RDONLY, 0);
	is_raw(sys(__NR_fsync, fd), 0, "which has said so once");
	is_raw(sys(__NR_fsync, other), EIO, "another open file is told, too");
	is_raw(sys(__NR_fsync, other), 0, "once");
	is_raw(sys(__NR_fsync, late), 0, "one of later is not");
	p[P(1)] = 'y';
	is_raw(sys(__NR_msync, p, P(16), MS_SYNC), EIO, "msync");
	is_raw(sys(__NR_msync, p, P(16), MS_SYNC), 0, "once");
	p[P(3)] = 'z';
	is_raw(sys(__NR_fdatasync, fd), 0, "other pages can be written");
	is_raw(sys(__NR_fsync, late), EIO, "msync's error is told to others");
	munmap(p, P(16));
	close(late);
	close(other);
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		usage("full|read|write DEVICE FOLDER");
	mkdir(argv[3], 0755);
	is_err(mount(argv[2], argv[3], "ext2", 0), 0, "mounted");
	chdir(argv[3]);
	if (*argv[1] == 'f')
		full();
	else if (*argv[1] == 'r')
		unreadable();
	else
		unwritable();
	chdir("/");
	is_err(umount(argv[3]), 0, "unmounted");
	return done_testing();
}
