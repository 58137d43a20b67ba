/*
 * file-times.c - when a file was read and written, as programs set it: utimensat() and the
 * older calls, utimes() and futimesat() in microseconds, i386's utime() in seconds.
 */
#include "user/lib/file.h"
#include "user/lib/tap.h"

#include <asm/unistd.h>
#include <linux/fcntl.h>

#define NAME scratch("file-times")
#define NOW  0x3fffffff /* UTIME_NOW */
#define OMIT 0x3ffffffe

static int fd;

static void is_times(long atime, long ans, long mtime, long mns,
		     const char *name)
{
	stat_t st;

	fstat(fd, &st);
	if (!ok((long)st.st_atime == atime && (long)st.st_atime_nsec == ans &&
			(long)st.st_mtime == mtime &&
			(long)st.st_mtime_nsec == mns,
		"%s", name))
		diag("%ld.%09ld %ld.%09ld", (long)st.st_atime,
		     (long)st.st_atime_nsec, (long)st.st_mtime,
		     (long)st.st_mtime_nsec);
}

/* Both times are those of a write just now. */
static void is_now(const char *name)
{
	stat_t st, then;
	int other = scratch_fd("file-times.2");

	write(other, "x", 1);
	fstat(other, &st);
	close(other);
	fstat(fd, &then);
	ok(st.st_mtime - then.st_mtime <= 1 && st.st_mtime - then.st_atime <= 1,
	   "%s", name);
}

static void nanoseconds(void)
{
	long t[] = { 100, 999999999, 200, 1 }, odd[] = { 5, NOW, 6, OMIT };

	is_raw(sys(__NR_utimensat, AT_FDCWD, NAME, t, 0), 0, "utimensat()");
	is_times(100, 999999999, 200, 1, "sets both, to the nanosecond");
	t[0] = 7;
	is_raw(sys(__NR_utimensat, fd, NULL, t, 0), 0, "of a descriptor");
	is_times(7, 999999999, 200, 1, "the same");
	is_raw(sys(__NR_utimensat, fd, NULL, NULL, 0), 0, "to nothing");
	is_now("is to now");
	sys(__NR_utimensat, fd, NULL, t, 0);
	odd[1] = OMIT;
	odd[3] = 5;
	is_raw(sys(__NR_utimensat, fd, NULL, odd, 0), 0, "one can be omitted");
	is_times(7, 999999999, 6, 5, "and stays");
	odd[3] = 1000000000;
	is_raw(sys(__NR_utimensat, fd, NULL, odd, 0), EINVAL,
	       "a second has no 10^9 ns more");
}

static void microseconds(void)
{
	long t[] = { 100, 999999, 200, 1 };

	is_raw(sys(__NR_utimes, NAME, t), 0, "utimes()");
	is_times(100, 999999000, 200, 1000, "sets both, to the microsecond");
	t[0] = 7;
	is_raw(sys(__NR_futimesat, AT_FDCWD, NAME, t), 0, "futimesat()");
	is_times(7, 999999000, 200, 1000, "does, too");
	t[0] = 8;
	qemu_differs(2, "needs a name");
	is_raw(sys(__NR_futimesat, fd, NULL, t), 0, "of a descriptor");
	is_times(8, 999999000, 200, 1000, "the same");
	is_raw(sys(__NR_utimes, NAME, NULL), 0, "to nothing");
	is_now("is to now");
	t[3] = 1000000;
	is_raw(sys(__NR_utimes, NAME, t), EINVAL, "10^6 us are a second");
	t[3] = NOW;
	is_raw(sys(__NR_utimes, NAME, t), EINVAL, "there is no `now'");
	t[3] = -1;
	is_raw(sys(__NR_utimes, NAME, t), EINVAL, "nor less than 0");
	is_raw(sys(__NR_utimes, NAME, 8), EFAULT, "times must be readable");
	is_raw(sys(__NR_utimes, NULL, NULL), EFAULT, "and so must the name");
	is_raw(sys(__NR_utimes, "/no/such", NULL), ENOENT, "of a file");
	qemu_differs(1, "needs a name");
	is_raw(sys(__NR_futimesat, -1, NULL, NULL), EBADF, "that is open");
}

#ifdef __NR_utime
static void seconds(void)
{
	long t[] = { 100, 200 };

	is_raw(sys(__NR_utime, NAME, t), 0, "utime()");
	is_times(100, 0, 200, 0, "sets both, to the second");
	is_raw(sys(__NR_utime, NAME, NULL), 0, "to nothing");
	is_now("is to now");
	is_raw(sys(__NR_utime, NAME, 8), EFAULT, "times must be readable");
	is_raw(sys(__NR_utime, "/no/such", t), ENOENT, "of a file");
}

static int sets_clock(void *arg)
{
	long t = 1000000000;

	(void)arg;
	sys(__NR_setresuid32, -1, 1, -1);
	return (int)-sys(__NR_stime, &t);
}

static void clock(void)
{
	is_raw(sys(__NR_stime, 8), EFAULT, "stime() must be able to read it");
	is_exit(in_child(sets_clock, NULL), EPERM, "the clock is root's");
}
#endif

int main(void)
{
	fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0666);
	nanoseconds();
	microseconds();
#ifdef __NR_utime
	seconds();
	clock();
#endif
	unlink(NAME);
	return done_testing();
}
