/*
 * thread-names.c - each thread has a name: by prctl(), and as files of /proc, where the
 * process's other threads can write it (pthread_setname_np() does).
 */
#include "user/lib/file.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "user/lib/thread.h"

#include <asm/unistd.h>
#include <linux/prctl.h>

static struct thread thread;
static volatile int stage;

static void set_name(const char *name)
{
	sys(__NR_prctl, PR_SET_NAME, name);
}

static const char *my_name(void)
{
	static char name[16];

	sys(__NR_prctl, PR_GET_NAME, name);
	return name;
}

/* The name that a directory's `comm` has, with what follows the newline cut off. */
static const char *comm(const char *fmt, int id)
{
	static char path[64], text[64];

	snprintf(path, sizeof(path), fmt, id);
	if (read_file(path, text, sizeof(text)) < 0)
		return "?";
	if (*text)
		text[strlen(text) - 1] = 0;
	return text;
}

static int write_name(const char *path, const char *name)
{
	int fd = open(path, O_WRONLY, 0);
	int n = (int)sys(__NR_write, fd, name, strlen(name));

	close(fd);
	return n;
}

static int is_text(const char *got, const char *want, const char *what)
{
	if (!ok(!strcmp(got, want), "%s", what))
		diag("'%s', not '%s'", got, want);
	return 0;
}

/* Whether a text of /proc has this word, within a second. */
static int has(const char *path, const char *word)
{
	char text[1024];
	int i;

	for (i = 0; i < 1000; i++) {
		if (read_file(path, text, sizeof(text)) > 0 &&
		    strstr(text, word))
			return 1;
		nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
	}
	return 0;
}

static int child_of_thread(void *arg)
{
	(void)arg;
	return strcmp(my_name(), "second") ||
	       strcmp(comm("/proc/self/comm", 0), "second");
}

static void next_stage(void)
{
	stage++;
	futex_wake(&stage, 1);
}

static void await(int n)
{
	while (stage < n)
		futex_wait(&stage, n - 1, NULL);
}

static long second_thread(void *arg)
{
	char path[64];

	(void)arg;
	is_text(my_name(), "first", "a thread begins with its maker's name");
	set_name("second");
	is_text(my_name(), "second", "it gives itself another");
	is_text(comm("/proc/thread-self/comm", 0), "second",
		"which /proc has, too");
	is_text(comm("/proc/self/comm", 0), "first",
		"the process has its first thread's name");
	is_exit(in_child(child_of_thread, NULL), 0,
		"a child has the name of the thread that forked");
	snprintf(path, sizeof(path), "/proc/self/task/%d/status", gettid());
	ok(has(path, "Name:\tsecond\n"), "status of the thread has its name");
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", gettid());
	ok(has(path, "(second) R "), "and so has stat");
	ok(has("/proc/self/status", "Name:\tfirst\n"),
	   "status of the process has the first one's");
	next_stage();
	await(2);
	is_text(my_name(), "third", "it finds the name that it was given");
	return 0;
}

static void threads(void)
{
	char path[64], word[32];

	set_name("first");
	thread_start(&thread, second_thread, NULL);
	await(1);
	is_text(my_name(), "first", "the other thread keeps its name");
	snprintf(path, sizeof(path), "/proc/self/task/%d/comm", thread.tid);
	is_text(comm(path, 0), "second", "it sees the other's");
	is_int(write_name(path, "third"), 5, "and can change it");
	is_text(comm(path, 0), "third", "at once");
	snprintf(path, sizeof(path), "/proc/self/task/%d/status", thread.tid);
	snprintf(word, sizeof(word), "\nPid:\t%d\n", thread.tid);
	ok(has(path, word), "a thread's status has its number");
	ok(has(path, "State:\tS (sleeping)"), "and that it sleeps");
	next_stage();
	thread_join(&thread);
}

static int writes_parents(void *arg)
{
	char path[64];

	(void)arg;
	snprintf(path, sizeof(path), "/proc/%d/comm", getppid());
	return -write_name(path, "other");
}

static void writing(void)
{
	is_int(write_name("/proc/self/comm", "a name of more than 15"), 22,
	       "a long name is written");
	is_text(my_name(), "a name of more ", "and cut to 15 bytes");
	set_name("another name that is long");
	is_text(my_name(), "another name th", "as it is by prctl()");
	is_int(write_name("/proc/self/comm", "line\n"), 5,
	       "a newline can be written");
	is_text(my_name(), "line\n", "and is kept");
	set_name("parent");
	is_exit(in_child(writes_parents, NULL), EINVAL,
		"nobody names another process");
	is_text(my_name(), "parent", "so it keeps its name");
	is_raw(sys(__NR_prctl, PR_SET_NAME, NULL), EFAULT,
	       "a name must be readable");
	is_raw(sys(__NR_prctl, PR_GET_NAME, NULL), EFAULT,
	       "and what it is read to, writable");
}

/* ---- the first thread ends first */

static int pipes[2];

static long outlives(void *arg)
{
	char c;

	(void)arg;
	set_name("other");
	read(pipes[0], &c, 1);
	sys(__NR_exit_group, 0);
	return 0;
}

static void first_ends(void)
{
	char path[64];
	int pid;

	pipe(pipes);
	flush();
	pid = fork();
	if (!pid) {
		set_name("gone");
		thread_start(&thread, outlives, NULL);
		sys(__NR_exit, 0);
	}
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	ok(has(path, "(gone) Z "), "without its first thread it looks dead");
	is_text(comm("/proc/%d/comm", pid), "gone", "and keeps its name");
	write(pipes[1], "x", 1);
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	char *again[] = { argv[0], argv[0], NULL };
	const char *name = argv[0] + strlen(argv[0]);
	int pid, status = -1;

	while (name > argv[0] && name[-1] != '/')
		name--;
	if (argc > 1)
		return strcmp(my_name(), name);
	threads();
	writing();
	first_ends();
	set_name("before exec");
	flush();
	pid = fork();
	if (!pid) {
		execve(argv[0], again, environ);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	qemu_differs(1, "a program's name is qemu-arm");
	is_exit(status, 0, "a program's name is its file's");
	return done_testing();
}
