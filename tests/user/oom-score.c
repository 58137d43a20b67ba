/*
 * oom-score.c - /proc/PID/oom_score_adj: a program says how gladly it goes when there is no
 * memory left. What it says is kept, inherited and checked; and it is heeded (not on
 * other people's Linux: their memory is not ours to take).
 */
#include "user/lib/probe.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#include <linux/sysinfo.h>

#define MIB 0x100000UL

static int open_adj(int pid)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", pid);
	return open(path, O_RDWR, 0);
}

/* => 0 or the error */
static long set_adj(int pid, const char *text)
{
	int fd = open_adj(pid);
	long n = sys(__NR_write, fd, text, strlen(text));

	close(fd);
	return n < 0 ? n : 0;
}

static int adj_is(int pid, const char *text)
{
	int fd = open_adj(pid);
	char got[20] = "";

	read(fd, got, sizeof(got));
	close(fd);
	return !strcmp(got, text);
}

/* A child that only waits. */
static int waiting_child(void)
{
	int pid = fork();

	if (pid == 0)
		sig_suspend(0);
	return pid;
}

static void end(int pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Up, back, and below that, as nobody special. => the last one's error */
static int lowers(void *arg)
{
	int fd = open_adj(getpid());

	(void)arg;
	sys(__NR_setresuid32, 1000, 1000, 1000);
	if (write(fd, "700", 3) != 3 || write(fd, "0", 1) != 1)
		return 1;
	return (int)-sys(__NR_write, fd, "-10", 3);
}

static void oom_score_adj(void)
{
	int child, me = getpid();

	is_raw(set_adj(me, "1001"), EINVAL, "oom_score_adj: too much");
	is_raw(set_adj(me, "-1001"), EINVAL, "too little");
	is_raw(set_adj(me, "much"), EINVAL, "no number");
	is_raw(set_adj(me, "700"), 0, "it can be raised");
	child = waiting_child();
	is_raw(set_adj(me, "0\n"), 0, "and lowered");
	ok(adj_is(me, "0\n"), "it is what was written");
	ok(adj_is(child, "700\n"), "a child begins with it");
	end(child);
	is_exit(in_child(lowers, NULL), EACCES, "less than ever is for root");
}

/* ---- who goes first */

static int touch_all(void *arg)
{
	char *p;

	(void)arg;
	while ((p = map_anon(MIB)) != MAP_FAILED)
		memset(p, 1, MIB);
	return 1;
}

static int spared_child(void)
{
	struct sysinfo info;
	unsigned long size;
	int pid, fd[2];
	char c;

	pipe(fd);
	sys(__NR_sysinfo, &info);
	size = info.freeram / 5 * 3 * info.mem_unit;
	pid = fork();
	if (pid == 0) {
		memset(map_anon(size), 1, size);
		write(fd[1], "!", 1);
		sig_suspend(0);
	}
	read(fd[0], &c, 1);
	close(fd[0]);
	close(fd[1]);
	set_adj(pid, "-1000");
	return pid;
}

/* One has little, but says that it may go, one has most of all, and is spared. */
static void who_goes_first(void)
{
	int status = -1, small = waiting_child(), large = spared_child();

	set_adj(small, "1000");
	is_killed(in_child(touch_all, NULL), SIGKILL,
		  "who touches memory without end is killed");
	is_int(waitpid(small, &status, WNOHANG), small, "oom_score_adj 1000:");
	is_killed(status, SIGKILL, "killed before");
	is_int(waitpid(large, &status, WNOHANG), 0, "-1000: spared");
	end(large);
	if (!WIFSIGNALED(status))
		end(small);
}

int main(void)
{
	oom_score_adj();
	if (under_oracle())
		skip("out of memory", "not on this machine");
	else
		who_goes_first();
	return done_testing();
}
