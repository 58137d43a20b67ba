/*
 * file-calls.c - preadv2, pwritev2, copy_file_range, sendfile, fadvise, readahead,
 * sync_file_range, syncfs: what they do and what they refuse.
 */
#include "user/lib/signal.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "user_arch.h"

#include <linux/fadvise.h>
#include <linux/fs.h>

#define NAME  scratch("file-calls")
#define OTHER scratch("file-calls.2")

static int a, b, ends[2];
static char buf[100];

static void fill(int fd, const char *text)
{
	sys(__NR_ftruncate, fd, 0);
	lseek(fd, 0, SEEK_SET);
	write(fd, text, strlen(text));
	lseek(fd, 0, SEEK_SET);
}

static int has(int fd, const char *text)
{
	int n;

	memset(buf, 0, sizeof(buf));
	lseek(fd, 0, SEEK_SET);
	n = (int)read(fd, buf, sizeof(buf) - 1);
	return n == (int)strlen(text) && !strcmp(buf, text);
}

static void vectors(void)
{
	struct iovec iov[2] = { { buf, 2 }, { buf + 10, 3 } };

	fill(a, "abcdefgh");
	is_int(sys(__NR_preadv2, a, iov, 2, 1, 0, 0), 5, "preadv2");
	ok(!memcmp(buf, "bc", 2) && !memcmp(buf + 10, "def", 3), "at 1");
	is_int(lseek(a, 0, SEEK_CUR), 0, "leaves the position");
	is_int(sys(__NR_preadv2, a, iov, 1, -1, -1, 0), 2, "at -1");
	is_int(lseek(a, 0, SEEK_CUR), 2, "moves it");
	is_raw(sys(__NR_preadv2, a, iov, 2, -2, -1, 0), EINVAL, "at -2");
	is_raw(sys(__NR_preadv2, a, iov, 2, 0, 0, 0x1000), EOPNOTSUPP,
	       "an unknown flag");
	memcpy(buf, "XY", 2);
	is_int(sys(__NR_pwritev2, a, iov, 1, 3, 0, 0), 2, "pwritev2");
	ok(has(a, "abcXYfgh"), "at 3");
	memcpy(buf, "ZZ", 2);
	is_int(sys(__NR_pwritev2, a, iov, 1, 0, 0, RWF_APPEND), 2,
	       "RWF_APPEND");
	ok(has(a, "abcXYfghZZ"), "is at the end, wherever");
	memcpy(buf, "ss", 2);
	is_int(sys(__NR_pwritev2, a, iov, 1, 0, 0, RWF_SYNC | RWF_DSYNC), 2,
	       "RWF_SYNC");
	is_raw(sys(__NR_preadv2, ends[0], iov, 1, 0, 0, 0), ESPIPE,
	       "a pipe, at a position");
}

static void copies(void)
{
	unsigned long long from = 2, to = 1;
	int dir = open("/", O_RDONLY, 0);

	fill(a, "abcdefgh");
	fill(b, "012345678");
	is_int(sys(__NR_copy_file_range, a, &from, b, &to, 3, 0), 3,
	       "copy_file_range");
	ok(has(b, "0cde45678"), "from 2 to 1");
	ok(from == 5 && to == 4, "moves both positions");
	lseek(a, 6, SEEK_SET);
	lseek(b, 9, SEEK_SET);
	is_int(sys(__NR_copy_file_range, a, NULL, b, NULL, 100, 0), 2,
	       "up to the end, at the files' own");
	is_int(lseek(a, 0, SEEK_CUR), 8, "which move: source");
	is_int(lseek(b, 0, SEEK_CUR), 11, "and target");
	ok(has(b, "0cde45678gh"), "has grown");
	is_int(sys(__NR_copy_file_range, a, NULL, b, NULL, 100, 0), 0,
	       "at the end");
	from = 0, to = 4;
	is_int(sys(__NR_copy_file_range, a, &from, a, &to, 4, 0), 4,
	       "inside one file");
	ok(has(a, "abcdabcd"), "beside itself");
	from = 0, to = 3;
	is_raw(sys(__NR_copy_file_range, a, &from, a, &to, 4, 0), EINVAL,
	       "over itself");
	is_raw(sys(__NR_copy_file_range, a, NULL, b, NULL, 1, 1), EINVAL,
	       "a flag");
	is_raw(sys(__NR_copy_file_range, ends[0], NULL, b, NULL, 1, 0), EINVAL,
	       "from a pipe");
	is_raw(sys(__NR_copy_file_range, a, NULL, -1, NULL, 1, 0), EBADF,
	       "to nothing");
	is_raw(sys(__NR_copy_file_range, a, NULL, dir, NULL, 1, 0), EISDIR,
	       "to a directory");
	is_raw(sys(__NR_copy_file_range, a, NULL, ends[0], NULL, 1, 0), EINVAL,
	       "to a pipe's end that can't even be written");
	is_raw(sys(__NR_copy_file_range, a, 16, b, NULL, 1, 0), EFAULT,
	       "a bad pointer");
	sys(__NR_fcntl64, b, F_SETFL, O_APPEND);
	is_raw(sys(__NR_copy_file_range, a, NULL, b, NULL, 1, 0), EBADF,
	       "to a file that is only appended to");
	sys(__NR_fcntl64, b, F_SETFL, 0);
}

static void sends(void)
{
	long pos = 2;
	unsigned long long pos64 = 5;

	fill(a, "abcdefgh");
	is_int(sys(__NR_sendfile, ends[1], a, &pos, 3), 3, "sendfile, a pipe");
	is_int(pos, 5, "moves the position that is given");
	is_int(lseek(a, 0, SEEK_CUR), 0, "and not the file's");
	is_int(sys(__NR_sendfile64, ends[1], a, &pos64, 100), 3, "sendfile64");
	ok(pos64 == 8, "to the end");
	is_int(read(ends[0], buf, 10), 6, "the pipe has");
	ok(!memcmp(buf, "cdefgh", 6), "all of it");
	lseek(a, 6, SEEK_SET);
	is_int(sys(__NR_sendfile, ends[1], a, NULL, 100), 2, "from its own");
	is_int(lseek(a, 0, SEEK_CUR), 8, "which moves");
	pos = -1;
	is_raw(sys(__NR_sendfile, ends[1], a, &pos, 1), EINVAL, "before 0");
	is_raw(sys(__NR_sendfile, ends[1], a, 16, 1), EFAULT, "a bad pointer");
	is_raw(sys(__NR_sendfile, -1, a, NULL, 1), EBADF, "to nothing");
	is_raw(sys(__NR_sendfile, a, open("/proc/self/statm", O_RDONLY, 0),
		   NULL, 9),
	       EINVAL, "from what has no pages");
	pos = 0;
	is_int(sys(__NR_sendfile, open("/dev/null", O_WRONLY, 0), a, &pos, 5),
	       5, "/dev/null");
	pos = 0;
	is_raw(sys(__NR_sendfile, open("/dev/full", O_WRONLY, 0), a, &pos, 5),
	       EINVAL, "/dev/full takes only what a program writes");
	is_raw(sys(__NR_write, open("/dev/full", O_WRONLY, 0), buf, 0), ENOSPC,
	       "not even nothing");
	is_raw(sys(__NR_lseek, ends[0], 0, 9), EINVAL, "lseek to nowhere");
	is_raw(sys(__NR_lseek, ends[0], 0, SEEK_SET), ESPIPE, "of a pipe");
	is_raw(sys(__NR_pwrite64, ends[0], buf, 1, ARCH_PAIR 0, 0), ESPIPE,
	       "its other end, at a position");
	is_int(lseek(open("/dev/zero", O_RDONLY, 0), -100, SEEK_CUR), 0,
	       "/dev/zero is always at its start");
	is_raw(sys(__NR_lseek, open("/dev/null", O_RDONLY, 0), 0, 5), EINVAL,
	       "but knows what it is told");
	is_raw(sys(__NR_sendfile, ends[0], a, NULL, 1), EBADF,
	       "to what can't be written");
}

static volatile int exceeded;

static void on_limit(int signo, siginfo_t *info, void *context)
{
	(void)signo, (void)info, (void)context;
	exceeded++;
}

/* No file of the process may be longer than 5 bytes. */
static void limits(void)
{
	unsigned long long from = 0, to = 3;
	long pos = 0;

	fill(a, "abcdefgh");
	fill(b, "012");
	sig_catch(SIGXFSZ, on_limit, 0);
	setrlimit(RLIMIT_FSIZE, 5, ~0ull);
	is_int(sys(__NR_copy_file_range, a, &from, b, &to, 8, 0), 2,
	       "copy_file_range up to RLIMIT_FSIZE");
	is_int(exceeded, 0, "no SIGXFSZ: that was something");
	is_raw(sys(__NR_copy_file_range, a, &from, b, &to, 8, 0), EFBIG,
	       "beyond it");
	is_int(exceeded, 1, "SIGXFSZ");
	fill(b, "012");
	lseek(b, 3, SEEK_SET);
	is_int(sys(__NR_sendfile, b, a, &pos, 8), 2, "sendfile up to it");
	is_int(exceeded, 2, "SIGXFSZ: it tries to go on");
	is_raw(sys(__NR_sendfile, b, a, &pos, 8), EFBIG, "beyond it");
	is_int(exceeded, 3, "SIGXFSZ");
	setrlimit(RLIMIT_FSIZE, ~0ull, ~0ull);
	ok(has(b, "012ab"), "nothing beyond it is there");
	sig_catch(SIGXFSZ, SIG_FN_DFL, 0);
}

static void hints(void)
{
	is_raw(sys(ARCH_FADVISE(a, 0, 4096, POSIX_FADV_WILLNEED)), 0,
	       "fadvise");
	is_raw(sys(ARCH_FADVISE(a, 0, 0, POSIX_FADV_SEQUENTIAL)), 0,
	       "to the end");
	is_raw(sys(ARCH_FADVISE(a, 0, 4096, POSIX_FADV_DONTNEED)), 0,
	       "DONTNEED");
	is_raw(sys(ARCH_FADVISE(a, 0, 4096, 99)), EINVAL, "unknown advice");
	is_raw(sys(ARCH_FADVISE(a, 0, -1, POSIX_FADV_NORMAL)), EINVAL,
	       "a negative length");
	is_raw(sys(ARCH_FADVISE(ends[0], 0, 1, POSIX_FADV_NORMAL)), ESPIPE,
	       "a pipe");
	is_raw(sys(ARCH_FADVISE(-1, 0, 1, POSIX_FADV_NORMAL)), EBADF,
	       "no file");
	ok(has(a, "abcdefgh"), "nothing is lost by it");
	is_raw(sys(__NR_readahead, a, ARCH_PAIR 0, 0, 4096), 0, "readahead");
	is_raw(sys(__NR_readahead, ends[0], ARCH_PAIR 0, 0, 1), EINVAL,
	       "of a pipe");
	is_raw(sys(__NR_readahead, ends[1], ARCH_PAIR 0, 0, 1), EBADF,
	       "of its other end");
	is_raw(sys(ARCH_SYNC_FILE_RANGE(a, 0, 4096, 7)), 0, "sync_file_range");
	is_raw(sys(ARCH_SYNC_FILE_RANGE(a, 0, 4096, 8)), EINVAL,
	       "an unknown flag");
	is_raw(sys(ARCH_SYNC_FILE_RANGE(a, -1, 1, 2)), EINVAL,
	       "before the start");
	is_raw(sys(ARCH_SYNC_FILE_RANGE(ends[0], 0, 1, 2)), ESPIPE,
	       "of a pipe");
	is_raw(sys(__NR_syncfs, a), 0, "syncfs");
	is_raw(sys(__NR_syncfs, -1), EBADF, "of nothing");
}

static void sizes(void)
{
	struct stat64 st;
	unsigned char space[88];

	fill(a, "abcdef");
	is_raw(sys(__NR_ftruncate64, a, ARCH_PAIR 3, 0), 0, "ftruncate64");
	ok(has(a, "abc"), "cuts");
	is_raw(sys(__NR_truncate64, NAME, ARCH_PAIR 1, 1), 0, "truncate64");
	qemu_differs(1, "opens all of them so");
	is_raw(sys(__NR_open, NAME, O_RDONLY), EOVERFLOW,
	       "only O_LARGEFILE opens that");
	sys(__NR_fstatat64, AT_FDCWD, NAME, &st, 0);
	ok(st.st_size == 0x100000001ll, "beyond 4 GiB; fstatat64 says so");
	is_raw(sys(__NR_truncate64, NAME, ARCH_PAIR 0, -1), EINVAL,
	       "a negative size");
	is_raw(sys(__NR_truncate64, NAME, ARCH_PAIR 2, 0), 0, "and back");
	is_raw(sys(__NR_fdatasync, a), 0, "fdatasync");
	is_raw(sys(__NR_fdatasync, 999), EBADF, "of nothing");
	is_raw(sys(__NR_sync), 0, "sync");
	is_raw(sys(__NR_fstatfs64, a, 84, space), 0, "fstatfs64");
	qemu_differs(1, "takes any size");
	is_raw(sys(__NR_fstatfs64, a, 80, space), EINVAL, "a struct too small");
	is_raw(sys(__NR_fstatfs64, 999, 84, space), EBADF, "of nothing");
}

static void close_ranges(void)
{
	int far = (int)sys(__NR_dup2, a, 12);

	is_raw(sys(__NR_close_range, far, far, 4), 0, "close_range, on exec");
	is_int(sys(__NR_fcntl64, far, F_GETFD), FD_CLOEXEC, "marks it");
	is_raw(sys(__NR_close_range, far, far, 8), EINVAL, "a flag");
	is_raw(sys(__NR_close_range, far, far - 1, 0), EINVAL, "backwards");
	is_raw(sys(__NR_close_range, far, far + 1, 2), 0,
	       "in a table of its own");
	is_raw(sys(__NR_fcntl64, far, F_GETFD), EBADF, "closed");
}

/* What O_PATH opened has a name and no more. */
static void paths_only(void)
{
	int fd = open(NAME, O_PATH | O_RDWR | O_TRUNC, 0);
	struct flock64 fl = { .l_type = F_RDLCK };

	is_raw(sys(__NR_flock, fd, 1), EBADF, "O_PATH: flock");
	is_raw(sys(__NR_fcntl64, fd, F_SETLK64, &fl), EBADF, "locks");
	is_int(sys(__NR_fcntl64, fd, F_GETFL), O_PATH, "F_GETFL");
	qemu_differs(1, "looks for the attribute itself");
	is_raw(sys(__NR_fgetxattr, fd, "user.x", NULL, 0), EBADF, "fgetxattr");
	is_raw(sys(__NR_utimensat, fd, NULL, NULL, 0), EBADF, "times");
	close(fd);
}

static void rights_and_names(void)
{
	struct stat64 st;
	long old = sys(__NR_umask, 027), fd;

	is_int(sys(__NR_umask, 07027), 027, "umask says the one before");
	is_int(sys(__NR_umask, 027), 027, "of nine bits");
	sys(__NR_unlinkat, AT_FDCWD, OTHER, 0);
	fd = sys(__NR_openat, AT_FDCWD, OTHER, O_CREAT | O_RDWR, 0666);
	sys(__NR_fstat64, fd, &st);
	is_hex(st.st_mode & 0777, 0640, "a file is made without those rights");
	sys(__NR_close, fd);
	is_raw(sys(__NR_unlinkat, AT_FDCWD, OTHER, AT_REMOVEDIR), ENOTDIR,
	       "unlinkat: no folder");
	is_raw(sys(__NR_unlinkat, AT_FDCWD, OTHER, 0x1000), EINVAL, "a flag");
	is_raw(sys(__NR_unlinkat, AT_FDCWD, OTHER, 0), 0, "a file");
	is_raw(sys(__NR_unlinkat, AT_FDCWD, OTHER, 0), ENOENT, "once only");
	sys(__NR_umask, old);
}

int main(void)
{
	a = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	b = open(OTHER, O_RDWR | O_CREAT | O_TRUNC, 0600);
	pipe(ends);
	qemu_differs(13, "does not know preadv2");
	vectors();
	copies();
	sends();
	limits();
	hints();
	sizes();
	close_ranges();
	paths_only();
	rights_and_names();
	unlink(NAME);
	unlink(OTHER);
	return done_testing();
}
