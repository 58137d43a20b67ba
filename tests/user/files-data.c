/*
 * files-data.c - the bytes of files: read, write, holes, truncation, and
 * mappings of the same pages.
 */
#include "user/lib/string.h"
#include "user/lib/tap.h"

#include <asm/statfs.h>
#include <linux/falloc.h>
#include <linux/fs.h>

static long fd;
static char buf[3 * 4096];

static void positions(void)
{
	long long pos;

	is_int(sys(__NR_write, fd, "hello", 5), 5, "write");
	is_int(sys(__NR_lseek, fd, 0, SEEK_CUR), 5, "moves the position");
	is_int(sys(__NR_read, fd, buf, 10), 0, "nothing is behind the end");
	is_int(sys(__NR_lseek, fd, -4, SEEK_END), 1, "lseek from the end");
	is_int(sys(__NR_read, fd, buf, 10), 4, "a short read");
	ok(!memcmp(buf, "ello", 4), "what was written");
	is_raw(sys(__NR_lseek, fd, -1, SEEK_SET), EINVAL, "before the start");
	is_raw(sys(__NR_lseek, fd, 0, 9), EINVAL, "an unknown whence");
	is_raw(sys(__NR__llseek, fd, 1, 2, &pos, SEEK_SET), 0, "_llseek");
	ok(pos == 0x100000002ll, "beyond 4 GiB");
	is_int(sys(__NR_write, fd, "x", 1), 1, "a write there");
	is_raw(sys(__NR_ftruncate, fd, 5), 0, "ftruncate back");
	sys(__NR_lseek, fd, 0, SEEK_SET);
	is_raw(sys(__NR_read, fd, 16, 5), EFAULT, "a bad buffer to read into");
	is_raw(sys(__NR_write, fd, 16, 5), EFAULT, "and to write from");
}

static void holes(void)
{
	struct stat64 st;

	sys(__NR_lseek, fd, 100000, SEEK_SET);
	sys(__NR_write, fd, "end", 3);
	sys(__NR_fstat64, fd, &st);
	is_int((long)st.st_size, 100003, "the size spans the hole");
	ok(st.st_blocks <= 32, "the hole takes no room");
	sys(__NR_lseek, fd, 50000, SEEK_SET);
	memset(buf, 1, 4096);
	is_int(sys(__NR_read, fd, buf, 4096), 4096, "reading it");
	ok(!buf[0] && !buf[4095], "gives zeros");
	if (!can_punch((int)fd)) { /* ext2 does not tell holes, either */
		is_int(sys(__NR_lseek, fd, 0, SEEK_HOLE), 100003,
		       "all is data");
	} else {
		/* a disk with small blocks knows it better than by pages */
		is_int(sys(__NR_lseek, fd, 8192, SEEK_DATA) & ~4095, 98304,
		       "SEEK_DATA");
		is_int((sys(__NR_lseek, fd, 0, SEEK_HOLE) + 4095) & ~4095, 4096,
		       "SEEK_HOLE");
	}
	is_raw(sys(__NR_lseek, fd, 100003, SEEK_DATA), ENXIO, "at the end");
}

static void shared(void)
{
	char *p = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
		       (int)fd, 0);
	char *q = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE,
		       (int)fd, 0);

	is_raw(sys(__NR_ftruncate, fd, 3 * 4096), 0, "three pages");
	sys(__NR_lseek, fd, 4096, SEEK_SET);
	sys(__NR_write, fd, "write", 5);
	ok(!memcmp(p + 4096, "write", 5), "a shared mapping sees a write");
	ok(!memcmp(q + 4096, "write", 5), "and so does a private one");
	memcpy(p + 8192, "store", 5);
	sys(__NR_lseek, fd, 8192, SEEK_SET);
	sys(__NR_read, fd, buf, 5);
	ok(!memcmp(buf, "store", 5), "read sees a store");
	ok(!memcmp(q + 8192, "store", 5), "and so does the private one");
	q[8192] = 'S';
	ok(p[8192] == 's', "a private store stays private");
	p[8193] = 'T';
	ok(q[8193] == 't', "and the copy no longer follows");
	is_raw(sys(__NR_ftruncate, fd, 5000), 0, "truncated under them");
	ok(p[4096 + 4] == 'e' && !p[4096 + 4095], "the tail is zero");
	is_raw(sys(__NR_ftruncate, fd, 3 * 4096), 0, "and longer again");
	ok(!p[8192] && !p[8193], "what was cut off is zero");
	ok(!q[8192], "a private copy beyond the end went, too");
	munmap(p, 3 * 4096);
	munmap(q, 3 * 4096);
}

static int touch(void *p)
{
	return *(volatile char *)p;
}

static void beyond(void)
{
	char *p = mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
		       (int)fd, 0);

	sys(__NR_ftruncate, fd, 10);
	is_exit(in_child(touch, p + 4095), 0,
		"the rest of the last page is zero");
	is_killed(in_child(touch, p + 4096), SIGBUS, "beyond it is SIGBUS");
	sys(__NR_ftruncate, fd, 4097);
	is_exit(in_child(touch, p + 4096), 0, "until the file has grown");
	munmap(p, 2 * 4096);
}

static void punching(void)
{
	char *p, *q;

	if (!can_punch((int)fd)) {
		skip("punching", "this file system does not");
		return;
	}
	sys(__NR_ftruncate, fd, 0);
	sys(__NR_lseek, fd, 0, SEEK_SET);
	memset(buf, 'x', sizeof(buf));
	is_int(sys(__NR_write, fd, buf, sizeof(buf)), sizeof(buf), "filled");
	p = mmap(NULL, sizeof(buf), PROT_READ, MAP_SHARED, (int)fd, 0);
	q = mmap(NULL, sizeof(buf), PROT_READ | PROT_WRITE, MAP_PRIVATE,
		 (int)fd, 0);
	q[4096] = 'q';
	ok(p[4096] == 'x' && p[100] == 'x', "mapped");
	is_raw(sys(__NR_fallocate, fd,
		   FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 100, 0, 8192, 0),
	       0, "a hole of two pages, not aligned");
	ok(p[99] == 'x' && !p[100] && !p[4096] && !p[8291] && p[8292] == 'x',
	   "reads as zeros, exactly");
	ok(q[4096] == 'q', "a private copy in it stays");
	is_raw(sys(__NR_fallocate, fd, FALLOC_FL_PUNCH_HOLE, 0, 0, 1, 0),
	       EOPNOTSUPP, "not without KEEP_SIZE");
	munmap(p, sizeof(buf));
	munmap(q, sizeof(buf));
}

static void into_itself(void)
{
	char *p = mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
		       (int)fd, 0);

	memset(p, 'y', 4096);
	munmap(p, 8192);
	p = mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, (int)fd,
		 0);
	sys(__NR_lseek, fd, 0, SEEK_SET);
	is_int(sys(__NR_read, fd, p + 4000, 4000), 4000,
	       "read into a mapping of the same file, untouched");
	ok(p[4000] == 'y' && p[7999] == 'y', "has copied");
	munmap(p, 8192);
	p = mmap(NULL, 2 * 4096, PROT_READ, MAP_SHARED, (int)fd, 0);
	sys(__NR_lseek, fd, 4096, SEEK_SET);
	is_int(sys(__NR_write, fd, p, 4096), 4096, "write from one");
	sys(__NR_lseek, fd, 0, SEEK_SET);
	is_raw(sys(__NR_read, fd, p, 4096), EFAULT,
	       "read into a read-only one");
	munmap(p, 8192);
}

/* What there is no room for takes none. */
static void too_much(void)
{
	struct statfs64 before, after;
	const char *path = scratch("much");
	int much = open(path, O_CREAT | O_RDWR | O_LARGEFILE, 0600);

	if (under_oracle()) { /* may well have it */
		skip("too much to allocate", "of Linux's memory");
	} else {
		sys(__NR_fstatfs64, much, sizeof(before), &before);
		ok(sys(__NR_fallocate, much, 0, 0, 0, 0, 1) < 0, "4 GiB");
		sys(__NR_fstatfs64, much, sizeof(after), &after);
		ok(before.f_bfree == after.f_bfree, "all or nothing");
	}
	close(much);
	unlink(path);
}

static void descriptors(void)
{
	struct iovec iov[2] = { { buf, 3 }, { buf + 100, 3 } };
	int pipes[2];

	sys(__NR_ftruncate, fd, 0);
	sys(__NR_lseek, fd, 0, SEEK_SET);
	memcpy(buf, "abc", 3);
	memcpy(buf + 100, "def", 3);
	is_int(sys(__NR_writev, fd, iov, 2), 6, "writev");
	iov[0].iov_len = 6;
	is_int(sys(__NR_preadv, fd, iov, 1, 1, 0), 5, "preadv");
	ok(!memcmp(buf, "bcdef", 5), "has it in order");
	is_int(sys(__NR_lseek, fd, 0, SEEK_CUR), 6, "and leaves the position");
	is_raw(sys(__NR_writev, fd, iov, 1025), EINVAL, "1025 pieces");
	is_int(sys(__NR_dup2, fd, fd), fd, "dup2 to itself");
	is_raw(sys(__NR_dup3, fd, fd, 0), EINVAL, "dup3 to itself");
	is_raw(sys(__NR_dup2, fd, -1), EBADF, "dup2 to nowhere");
	is_int(sys(__NR_fcntl64, fd, F_DUPFD, 50), 50, "F_DUPFD");
	is_int(sys(__NR_fcntl64, 50, F_GETFD, 0), 0, "without FD_CLOEXEC");
	is_raw(sys(__NR_fcntl64, 50, F_SETFL, O_APPEND), 0, "F_SETFL");
	is_int(sys(__NR_fcntl64, fd, F_GETFL, 0) & O_APPEND, O_APPEND,
	       "is the open file's, so both have it");
	sys(__NR_lseek, 50, 0, SEEK_SET);
	sys(__NR_write, 50, "ghi", 3);
	is_int(sys(__NR_lseek, fd, 0, SEEK_CUR), 9, "O_APPEND");
	is_raw(sys(__NR_fcntl64, fd, 9999, 0), EINVAL, "an unknown command");
	is_raw(sys(__NR_close, 50), 0, "close");
	is_raw(sys(__NR_close, 50), EBADF, "close again");
	sys(__NR_pipe, pipes);
	is_raw(sys(__NR_lseek, pipes[0], 0, 0), ESPIPE,
	       "a pipe has no position");
	is_int(sys(__NR_sendfile64, pipes[1], fd, 0, 100), 0,
	       "sendfile at the end");
	is_raw(sys(__NR_ftruncate, pipes[1], 0), EINVAL, "a pipe has no size");
	is_raw(sys(__NR_fsync, pipes[1]), EINVAL, "nor anything to sync");
	is_raw(sys(__NR_fsync, fd), 0, "a file has");
	is_raw(sys(__NR_read, pipes[1], buf, 1), EBADF, "the wrong end");
	sys(__NR_close, pipes[0]);
	sys(__NR_close, pipes[1]);
}

static void locks(void)
{
	struct flock64 fl = { .l_type = F_WRLCK, .l_start = 10, .l_len = 5 };
	long fd2 = sys(__NR_open, scratch("data"), O_RDWR, 0);

	is_raw(sys(__NR_fcntl64, fd, F_SETLK64, &fl), 0, "a record lock");
	fl.l_type = F_RDLCK;
	is_raw(sys(__NR_fcntl64, fd2, F_GETLK64, &fl), 0, "F_GETLK");
	is_int(fl.l_type, F_UNLCK, "the same process is never in the way");
	is_raw(sys(__NR_flock, fd, 2 /* LOCK_EX */), 0, "flock");
	is_raw(sys(__NR_flock, fd2, 2 | 4), EAGAIN, "another open file waits");
	is_raw(sys(__NR_flock, fd, 8), 0, "unlock");
	is_raw(sys(__NR_flock, fd2, 2 | 4), 0, "then it is free");
	sys(__NR_close, fd2);
}

int main(void)
{
	fd = sys(__NR_open, scratch("data"),
		 O_CREAT | O_TRUNC | O_RDWR | O_LARGEFILE, 0644);
	positions();
	holes();
	shared();
	beyond();
	punching();
	into_itself();
	too_much();
	descriptors();
	locks();
	is_raw(sys(__NR_unlink, scratch("data")), 0, "unlinked while open");
	is_int(sys(__NR_lseek, fd, 0, SEEK_END), 9, "and still there");
	sys(__NR_close, fd);
	return done_testing();
}
