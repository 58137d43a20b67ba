/*
 * fail-nth.c - every system call under every failure of an allocation.
 *
 * /proc/thread-self/fail-nth (Linux: Documentation/fault-injection) makes the Nth
 * allocation from now on fail. Each line of the table below goes through
 *
 *	before()  look around  N into fail-nth  call()  what is left?  look again  after()
 *
 * for N = 1, 2, ... until call() needed fewer than N allocations. In between it
 * says the errno of its line, and then nothing may have changed: mappings,
 * descriptors, names, a file's bytes; or it did without what was missing. The
 * kernel's own audit (/proc/audit, where there is one) follows each line.
 *
 * fail-nth-*.h hold the lines; they are included, so that this stays one program.
 */
#include <linux/futex.h>
#include "user/lib/probe.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "user/lib/thread.h"

#define MOST 300 /* allocations in one call: more is a loop */

struct line {
	const char *name;
	void (*before)(void);
	long (*call)(void); /* => a result, or -errno */
	void (*after)(long result);
	int err; /* besides ENOMEM, or 0 */
};

/* A line's call() that is one system call: call_NAME() */
#define CALL(name, ...)                  \
	static long call_##name(void)    \
	{                                \
		return sys(__VA_ARGS__); \
	}

/* ---- looking around */

struct view {
	char maps[6000];
	char names[1000]; /* in the working directory */
	unsigned long long fds;
	long size;
	unsigned char bytes[8192];
};
static struct view before_view, after_view;
static int fail_fd;

static void look_at_names(struct view *v)
{
	static char buf[2000];
	int fd = open(".", O_RDONLY | O_DIRECTORY, 0);
	long n;

	v->names[0] = 0;
	while ((n = sys(__NR_getdents64, fd, buf, sizeof(buf))) > 0)
		for (long at = 0; at < n;) {
			unsigned short len;

			memcpy(&len, buf + at + 16, sizeof(len));
			snprintf(v->names + strlen(v->names),
				 sizeof(v->names) - strlen(v->names), "%s ",
				 buf + at + 19);
			at += len;
		}
	close(fd);
}

static void look(struct view *v)
{
	int fd = open("file", O_RDONLY, 0);

	memset(v, 0, sizeof(*v));
	v->size = lseek(fd, 0, 2);
	lseek(fd, 0, 0);
	read(fd, v->bytes, sizeof(v->bytes));
	close(fd);
	look_at_names(v);
	for (fd = 0; fd < 64; fd++)
		if (sys(__NR_fcntl, fd, F_GETFD) >= 0)
			v->fds |= 1ull << fd;
	read_file("/proc/self/maps", v->maps, sizeof(v->maps));
}

/* => what is not as before, or NULL */
static const char *changed(void)
{
	look(&after_view);
	if (strcmp(before_view.maps, after_view.maps))
		return "mappings";
	if (strcmp(before_view.names, after_view.names))
		return "names";
	if (before_view.fds != after_view.fds)
		return "descriptors";
	if (before_view.size != after_view.size ||
	    memcmp(before_view.bytes, after_view.bytes,
		   sizeof(after_view.bytes)))
		return "a file";
	return NULL;
}

static int audit(void)
{
	char text[40] = "";

	return read_file("/proc/audit", text, sizeof(text)) < 0 ||
	       !strcmp(text, "ok\n");
}

/* ---- the switch */

static void arm(int n)
{
	char text[12];
	int len = snprintf(text, sizeof(text), "%d", n);

	write(fail_fd, text, (size_t)len);
}

/* => how many allocations there were still to be */
static int disarm(int fd)
{
	char text[12] = "";

	lseek(fd, 0, 0);
	read(fd, text, sizeof(text) - 1);
	write(fd, "0", 1);
	return atoi(text);
}

/* ---- a line of the table */

/* => the number of failures, or -1 after saying what is wrong */
static int one_failure(const struct line *l, int n)
{
	const char *what = NULL;
	long result;
	int left;

	if (l->before)
		l->before();
	look(&before_view);
	arm(n);
	result = l->call();
	left = disarm(fail_fd);
	if (RAW_FAILED(result))
		what = changed();
	if (what)
		diag("%s, allocation %d: %s changed\n# before: %s\n# after: %s",
		     l->name, n, what, before_view.maps, after_view.maps);
	if (RAW_FAILED(result) &&
	    (left || (-result != ENOMEM && -result != l->err))) {
		diag("%s, allocation %d: %s", l->name, n,
		     errno_name((int)-result));
		what = "errno";
	}
	if (l->after)
		l->after(result);
	return what ? -1 : left != 0;
}

static void run(const struct line *l)
{
	int n = 0, done;

	do
		done = one_failure(l, ++n);
	while (!done && n < MOST);
	ok(done > 0, "%s, with each of %d allocations failing", l->name, n - 1);
	ok(audit(), "%s: the kernel's audit", l->name);
}

#include "fail-nth-memory.h"
#include "fail-nth-files.h"
#include "fail-nth-whole.h"
#include "fail-nth-processes.h"

int main(int argc, char **argv)
{
	size_t i;

	if (argc > 2 && !strcmp(argv[1], "left"))
		return disarm(atoi(argv[2])) ? 0 : SURVIVED;
	fail_fd = open("/proc/thread-self/fail-nth", O_RDWR, 0);
	if (fail_fd < 0) {
		skip("fail-nth", "no fault injection in this kernel");
		return done_testing();
	}
	sys(__NR_mkdir, "/tmp/fail-nth", 0755);
	sys(__NR_chdir, "/tmp/fail-nth");
	make_file();
	for (i = 0; i < ARRAY_SIZE(memory_lines); i++)
		run(&memory_lines[i]);
	for (i = 0; i < ARRAY_SIZE(file_lines); i++)
		run(&file_lines[i]);
	for (i = 0; i < ARRAY_SIZE(whole_lines); i++)
		run(&whole_lines[i]);
	for (i = 0; i < ARRAY_SIZE(process_lines); i++)
		run(&process_lines[i]);
	exec_under_failure("execve", 0);
	exec_under_failure("execveat", EXECVEAT);
	return done_testing();
}
