/*
 * tap.c - assertions, counted and printed.
 */
#include "user/lib/tap.h"
#include "user/lib/string.h"

#include <linux/falloc.h>

static int count, failed;
static int not_asked; /* how many assertions more qemu-user is spared */
static const char *not_asked_why;

static int report(int cond, const char *name)
{
	if (not_asked) {
		not_asked--;
		skip(name, not_asked_why);
		return 1;
	}
	count++;
	if (!cond)
		failed++;
	printf("%sok %d - %s\n", cond ? "" : "not ", count, name);
	return cond;
}

int ok(int cond, const char *fmt, ...)
{
	char name[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(name, sizeof(name), fmt, ap);
	va_end(ap);
	return report(cond, name);
}

int is_int(long got, long want, const char *name)
{
	if (!report(got == want, name))
		printf("# got %ld, expected %ld\n", got, want);
	return got == want;
}

int is_hex(unsigned long got, unsigned long want, const char *name)
{
	if (!report(got == want, name))
		printf("# got 0x%lx, expected 0x%lx\n", got, want);
	return got == want;
}

int is_raw(long result, int err, const char *name)
{
	int got = RAW_FAILED(result) ? (int)-result : 0;

	if (report(got == err, name))
		return 1;
	if (got)
		printf("# got %s", errno_name(got));
	else
		printf("# got the result 0x%lx", (unsigned long)result);
	printf(", expected %s\n", errno_name(err));
	return 0;
}

int is_err_(long result, int err, const char *name)
{
	return is_raw(result == -1 ? -errno : result, err, name);
}

static void print_status(int status)
{
	if (WIFSIGNALED(status))
		printf("# killed by %s", signal_name(WTERMSIG(status)));
	else if (WIFEXITED(status))
		printf("# exited with %d", WEXITSTATUS(status));
	else
		printf("# status 0x%x", (unsigned int)status);
}

int is_exit(int status, int code, const char *name)
{
	int good = WIFEXITED(status) && WEXITSTATUS(status) == code;

	if (!report(good, name)) {
		print_status(status);
		printf(", expected exit with %d\n", code);
	}
	return good;
}

int is_killed(int status, int signo, const char *name)
{
	int good = WIFSIGNALED(status) && WTERMSIG(status) == signo;

	if (!report(good, name)) {
		print_status(status);
		printf(", expected %s\n", signal_name(signo));
	}
	return good;
}

void skip(const char *name, const char *why)
{
	count++;
	printf("ok %d - %s # SKIP %s\n", count, name, why);
}

void qemu_differs(int n, const char *how)
{
	if (!under_qemu())
		return;
	not_asked = n;
	not_asked_why = how;
}

void diag(const char *fmt, ...)
{
	va_list ap;

	printf("# ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

int done_testing(void)
{
	if (not_asked) {
		diag("%d more were to be skipped than there are", not_asked);
		failed++;
	}
	printf("1..%d\n", count);
	return failed || !count;
}

int under_oracle(void)
{
	return getenv("QUIRE_ORACLE") != NULL;
}

int under_qemu(void)
{
	const char *oracle = getenv("QUIRE_ORACLE");

	return oracle && !strcmp(oracle, "qemu");
}

int under_64bit(void)
{
	return under_oracle() && strcmp(getenv("QUIRE_ORACLE"), "linux32");
}

const char *scratch(const char *name)
{
	static char path[2][100];
	static int which;
	const char *dir = getenv("TMPDIR");

	which = !which;
	snprintf(path[which], sizeof(path[0]), "%s/%s", dir ? dir : "/dev/shm",
		 name);
	return path[which];
}

int scratch_fd(const char *name)
{
	int fd;

	if (!getenv("TMPDIR"))
		return (int)sys(__NR_memfd_create, name, 0);
	fd = open(scratch(name), O_RDWR | O_CREAT | O_EXCL, 0600);
	unlink(scratch(name));
	return fd;
}

int can_punch(int fd)
{
	return sys(__NR_fallocate, fd,
		   FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 1L << 30, 0, 1,
		   0) != -EOPNOTSUPP;
}

int in_child(int (*fn)(void *), void *arg)
{
	int pid, status = -1;

	flush();
	pid = fork();
	if (pid == 0)
		_exit(fn(arg));
	if (pid > 0)
		waitpid(pid, &status, 0);
	return status;
}
