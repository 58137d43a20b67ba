/*
 * edges.c - a disk's files where two things meet: a write and the mapping that it reads from,
 * the end of a file and a write that failed, unlinked files and MS_REMOUNT, /dev/vda and
 * the file system on it, a program that lets go of a mapping while another thread stores there.
 *
 *	edges DEVICE FOLDER
 */
#include "user/lib/file.h"
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "user/lib/thread.h"
#include "tests/disk/mounted.h"
#include "tests/disk/room.h"
#include "user_arch.h"

#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/mount.h>

#define NOWHERE ((void *)8)

static char buf[P(4)];

static long pwrite(int fd, const void *from, size_t n, uint64_t pos)
{
	return sys(__NR_pwrite64, fd, from, n, ARCH_PAIR(long) pos,
		   (long)(pos >> 32));
}

/* ---- the file whose bytes are written is the one that is mapped */

static void from_itself(int type)
{
	int fd = create("self"), good = 1;
	char *p;

	for (int i = 0; i < (int)sizeof(buf); i++)
		buf[i] = (char)(i * 7 >> 2);
	write(fd, buf, sizeof(buf));
	sys(__NR_fsync, fd);
	p = mmap(NULL, P(4), RW, type, fd, 0);
	is_int(pwrite(fd, p, P(4), 0), P(4), "a file written from itself");
	is_int(pwrite(fd, p + 1, 100, P(3) + 200), 100, "across pages");
	is_int(pwrite(fd, p, P(4), P(4)), P(4), "at its end");
	munmap(p, P(4));
	p = mmap(NULL, P(8), RW, type, fd, 0);
	is_int(sys(__NR_pread64, fd, p + P(2), P(2), ARCH_PAIR 0, 0), P(2),
	       "read into itself");
	for (int i = 0; i < (int)P(2); i++)
		good &= p[P(2) + i] == buf[i] && p[P(4) + i] == buf[i];
	ok(good, "every byte is there");
	munmap(p, P(8));
	close(fd);
}

/* ---- beyond the end */

static void failed_write(void)
{
	int fd = create("short");
	stat_t st;
	char *p;

	write(fd, "x", 1);
	is_raw(pwrite(fd, NOWHERE, 100, P(2)), EFAULT, "no bytes to write");
	fstat(fd, &st);
	is_int((long)st.st_size, 1, "so the file is as long as it was");
	p = mmap(NULL, P(4), RW, MAP_SHARED, fd, 0);
	works(p, READ, "its page");
	faults(p + P(2), READ, SIGBUS, BUS_ADRERR, "and no other");
	munmap(p, P(4));
	is_raw(pwrite(fd, "x", 1, 1ULL << 62), EFBIG, "write far behind");
	is_raw(sys(__NR_ftruncate64, fd, ARCH_PAIR - 1, 0x7fffffff), EFBIG,
	       "or truncate");
	is_raw(sys(__NR_fallocate, fd, 0, 0, 0, 100, 0), EOPNOTSUPP,
	       "ext2 has no fallocate");
	is_raw(sys(__NR_ioctl, fd, FIBMAP, buf), ENOTTY, "nor FIBMAP");
	close(fd);
}

/* ---- unlinked files, and those that a program runs */

static void read_only(void)
{
	int fd = create("gone");

	write(fd, buf, sizeof(buf));
	close(fd);
	fd = open("gone", O_RDONLY, 0);
	unlink("gone");
	chdir("/");
	is_raw(again(MS_REMOUNT | MS_RDONLY), EBUSY,
	       "not read-only while an unlinked file is open");
	close(fd);
	is_raw(again(MS_REMOUNT | MS_RDONLY), 0, "then it is");
	is_raw(again(MS_REMOUNT), 0, "and is not");
	chdir(folder);
}

static void statfs(void)
{
	struct room r = room(folder);

	is_int((long)r.frsize, (long)r.bsize, "blocks are counted in f_frsize");
}

/* ---- threads */

static char *volatile shared;
static volatile int stop;

static long storer(void *unused)
{
	(void)unused;
	for (int i = 0; !stop; i++) {
		*(volatile char *)(shared + P(i % 512)) = (char)i;
		if (i % 64 == 0)
			sched_yield();
	}
	return 0;
}

static void knob(const char *name, const char *value)
{
	int fd = open(name, O_WRONLY, 0);

	write(fd, value, strlen(value));
	close(fd);
}

/* Stores are throttled, while the area goes and another comes in its place. */
static void remapped(void)
{
	int fd = create("remapped"), i;
	struct thread t;

	knob("/proc/sys/vm/dirty_ratio", "1");
	ftruncate(fd, P(512));
	shared = mmap(NULL, P(512), RW, MAP_SHARED, fd, 0);
	thread_start(&t, storer, NULL);
	for (i = 0; i < 200; i++) {
		mmap(shared, P(512), RW, MAP_SHARED | MAP_FIXED, fd, 0);
		sched_yield();
	}
	stop = 1;
	is_int(thread_join(&t), 0, "areas come and go under a thread");
	munmap(shared, P(512));
	close(fd);
	knob("/proc/sys/vm/dirty_ratio", "20");
}

struct unaligned {
	uint32_t word;
} __attribute__((packed));

/* One store needs two dirty pages at once, where not even one is welcome. */
static void across_pages(void)
{
	int fd = create("across"), i;
	volatile struct unaligned *at;
	char *p;

	ftruncate(fd, P(2));
	p = mmap(NULL, P(2), RW, MAP_SHARED, fd, 0);
	at = (volatile void *)(p + P(1) - 2);
	knob("/proc/sys/vm/dirty_ratio", "0");
	for (i = 0; i < 20; i++) {
		at->word = 0x01010101u * (uint32_t)i;
		sys(__NR_msync, p, P(2), 4 /* MS_SYNC */);
	}
	knob("/proc/sys/vm/dirty_ratio", "20");
	sys(__NR_pread64, fd, buf, 4, ARCH_PAIR P(1) - 2, 0);
	ok(!memcmp(buf, "\x13\x13\x13\x13", 4), "stores to two dirty pages");
	munmap(p, P(2));
	close(fd);
}

/* A long write waits for the disk long before its end. */
static void killed_writer(void)
{
	int fd = create("killed"), status = 0, child;

	knob("/proc/sys/vm/dirty_ratio", "1");
	child = fork();
	if (!child) {
		pwrite(fd,
		       mmap(NULL, P(1024), PROT_READ,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
		       P(1024), 0);
		_exit(0);
	}
	while (!lseek(fd, 0, SEEK_END))
		sched_yield();
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	knob("/proc/sys/vm/dirty_ratio", "20");
	ok(status == SIGKILL && lseek(fd, 0, SEEK_END) < (long)P(1024),
	   "SIGKILL ends a long write");
	close(fd);
}

/* And a long read */
static void killed_reader(void)
{
	int fd = open(device, O_RDONLY, 0), status = 0, child;
	char *buffer =
		mmap(NULL, P(2048), RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	volatile char *p = buffer;

	p[0] = p[P(2048) - 1] = 'x'; /* the disk begins with zeros */
	child = fork();
	if (!child) {
		read(fd, buffer, P(2048));
		_exit(0);
	}
	while (p[0])
		sched_yield();
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	ok(status == SIGKILL && p[P(2048) - 1] == 'x',
	   "SIGKILL ends a long read");
	munmap(buffer, P(2048));
	close(fd);
}

#define RECORD	5000
#define RECORDS 60

static void append(int fd, char what)
{
	char record[RECORD];
	struct iovec iov = { record, RECORD };
	int i;

	memset(record, what, RECORD);
	for (i = 0; i < RECORDS; i++)
		sys(__NR_pwritev2, fd, &iov, 1, 0, 0, RWF_APPEND);
	_exit(0);
}

/* One waits for the disk in the middle of its write, and the other for it. */
static void appended_by_two(void)
{
	int fd = create("appended"), who, i, whole = 0, status;

	for (who = 0; who < 2; who++)
		if (!fork())
			append(fd, (char)('a' + who));
	while (!waitpid(-1, &status, WNOHANG))
		sys(__NR_fsync, fd);
	waitpid(-1, &status, 0);
	is_int(lseek(fd, 0, SEEK_END), 2 * RECORDS * RECORD,
	       "two append with RWF_APPEND: all is there");
	for (i = 0; i < 2 * RECORDS; i++) {
		sys(__NR_pread64, fd, buf, RECORD, ARCH_PAIR i * RECORD, 0);
		whole += buf[0] == buf[RECORD - 1];
	}
	is_int(whole, 2 * RECORDS, "each record is whole");
	close(fd);
}

/* ---- the disk itself */

#define LABEL	  (1024 + 120) /* s_volume_name */
#define MNT_COUNT (1024 + 52)  /* s_mnt_count */

static void past_the_file_system(void)
{
	int fd = open(device, O_RDWR, 0);
	uint16_t before = 0, after = 0;
	char label[4];

	sys(__NR_pread64, fd, &before, 2, ARCH_PAIR MNT_COUNT, 0);
	is_int(pwrite(fd, "edge", 4, LABEL), 4, "written to the disk's file");
	is_raw(again(0), 0, "and mounted");
	chdir(folder);
	close(create("seen"));
	is_raw(sys(__NR_fsync, fd), 0, "what was written there first");
	chdir("/");
	is_err(umount(folder), 0, "unmounted");
	sys(__NR_pread64, fd, label, 4, ARCH_PAIR LABEL, 0);
	ok(!memcmp(label, "edge", 4), "it is still there");
	sys(__NR_pread64, fd, &after, 2, ARCH_PAIR MNT_COUNT, 0);
	is_int(after, before + 1, "and what the file system has written");
	close(fd);
}

static void mounts(void)
{
	int fd = create("mapped");
	char *p = mmap(NULL, PAGE_SIZE, RW, MAP_SHARED, fd, 0);

	close(fd);
	chdir("/");
	is_raw(sys(__NR_mount, device, "/tmp", "ext2", 0, 0), EBUSY,
	       "one disk, one mount");
	is_err(umount(folder), EBUSY, "a mapping keeps it");
	munmap(p, PAGE_SIZE);
	is_raw(sys(__NR_mount, "/dev/null", "/tmp", "ext2", 0, 0), ENOTBLK,
	       "not a disk");
	is_raw(sys(__NR_mount, device, "/tmp", "ext2", ~0u & ~MS_REMOUNT, 0),
	       EINVAL, "every flag");
	chdir(folder);
	is_raw(sys(__NR_umount2, folder, 2), 0, "MNT_DETACH, from inside");
	is_raw(again(0), EBUSY, "it is still in use");
	chdir("/");
	is_raw(again(0), 0, "now it is not");
	is_err(umount(folder), 0, "nothing keeps it");
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 1;
	device = argv[1];
	folder = argv[2];
	mkdir(folder, 0755);
	past_the_file_system();
	is_raw(again(0), 0, "mounted");
	chdir(folder);
	ok(readlink("link", buf, sizeof(buf)) == 4 && !memcmp(buf, "text", 4),
	   "a link with attributes");
	from_itself(MAP_SHARED);
	from_itself(MAP_PRIVATE);
	failed_write();
	read_only();
	statfs();
	remapped();
	across_pages();
	killed_writer();
	killed_reader();
	appended_by_two();
	mounts();
	return done_testing();
}
