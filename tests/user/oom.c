/*
 * oom.c - programs that take all memory there is, in every way we know of. Each
 * one dies of it, or gets an error, alone: this program and a second one,
 * which it asks for a sign of life, go on, and the memory comes back.
 *
 * Not on other people's Linux: their memory is not ours to take.
 */
#include "user/lib/probe.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#include <linux/sysinfo.h>

#define MIB	    0x100000UL
#define EXTRA_PAGES 64 /* heavier than this program: they are to die first */

static int ask[2], answer[2]; /* pipes to the second program and back */

static void second_program(void)
{
	char c;

	while (read(ask[0], &c, 1) == 1)
		write(answer[1], &c, 1);
	_exit(0);
}

static int start_second(void)
{
	int pid;

	pipe(ask);
	pipe(answer);
	pid = fork();
	if (pid == 0) {
		close(ask[1]);
		second_program();
	}
	close(ask[0]);
	return pid;
}

static int is_alive(void)
{
	struct pollfd in = { answer[0], POLLIN, 0 };
	char c = 0;

	write(ask[1], "!", 1);
	return poll(&in, 1, 10000) == 1 && read(answer[0], &c, 1) == 1 &&
	       c == '!';
}

static int takes_some(void *arg)
{
	char *p = map_anon(4 * MIB);

	(void)arg;
	if (p == MAP_FAILED)
		return 1;
	memset(p, 1, 4 * MIB);
	return p[4 * MIB - 1] != 1;
}

static int no_loss(void)
{
	char text[40] = "";

	read_file("/proc/audit", text, sizeof(text));
	return !strcmp(text, "ok\n");
}

/* After each attack. */
static void all_well(const char *after)
{
	char name[100];

	ok(is_alive(), "%s: the second program lives", after);
	snprintf(name, sizeof(name), "%s: there is memory again", after);
	is_exit(in_child(takes_some, NULL), 0, name);
	ok(no_loss(), "%s: the kernel's audit", after);
}

/* ---- the attacks, each in a child */

static void heavier(void)
{
	char *p = map_anon(EXTRA_PAGES * PAGE_SIZE);

	if (p != MAP_FAILED)
		memset(p, 1, EXTRA_PAGES * PAGE_SIZE);
}

static int touch_all(void *arg)
{
	int flags = *(int *)arg;
	unsigned long i;
	char *p;

	for (;;) {
		p = mmap(NULL, MIB, PROT_READ | PROT_WRITE, flags, -1, 0);
		if (p == MAP_FAILED)
			return 1;
		for (i = 0; i < MIB; i += PAGE_SIZE)
			p[i] = 1;
	}
}

/* The kernel writes for us: into memory that nobody has touched. */
static int read_into_all(void *arg)
{
	char *p;

	(void)arg;
	for (;;) {
		p = map_anon(MIB);
		if (p == MAP_FAILED ||
		    sys(__NR_getrandom, p, MIB, 0) != (long)MIB)
			return 1;
	}
}

static int populate_all(void *arg)
{
	(void)arg;
	while (mmap(NULL, MIB, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1,
		    0) != MAP_FAILED)
		if (sys(__NR_madvise, map_anon(MIB), MIB,
			MADV_POPULATE_WRITE) == -ENOMEM)
			return 0;
	return 1;
}

/* One page each 4 MiB, read only: page tables and nothing else. */
static void touch_sparsely(void)
{
	volatile char *p;
	unsigned long i;

	p = mmap(NULL, 2048 * MIB, PROT_READ,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	for (i = 0; p != MAP_FAILED && i < 2048 * MIB; i += 4 * MIB)
		(void)p[i];
}

/* Children that take something each, and wait. => 0 if there came an end */
static int many(void (*take)(void), int most)
{
	int pid = 0, n, failed = 0, status;

	sys(__NR_setpgid, 0, 0);
	for (n = 0; n < most && !failed; n++) {
		pid = fork();
		if (pid == 0) {
			take();
			sig_suspend(0);
		}
		if (pid < 0)
			failed = errno == ENOMEM || errno == EAGAIN ? 1 : -1;
		else
			sched_yield();
		while (waitpid(-1, &status, WNOHANG) > 0)
			failed = WIFSIGNALED(status) &&
						 WTERMSIG(status) == SIGKILL
					 ? 1
					 : -1;
	}
	sig_catch(SIGTERM, SIG_FN_IGN, 0);
	kill(0, SIGTERM);
	while (waitpid(-1, &status, 0) > 0)
		;
	return failed == 1 ? 0 : 1;
}

static int sparse_children(void *arg)
{
	(void)arg;
	return many(touch_sparsely, 2000);
}

static int children(void *arg)
{
	(void)arg;
	return many(heavier, 3000);
}

/* => the errno that ended it */
static int write_all(void *arg)
{
	int fd = open("/tmp/all", O_RDWR | O_CREAT, 0600);
	static char buf[65536];

	(void)arg;
	while (write(fd, buf, sizeof(buf)) > 0)
		;
	return errno;
}

static int map_file(void *arg)
{
	int fd = open("/tmp/all", O_RDWR | O_CREAT, 0600);
	char *p;
	unsigned long i;

	(void)arg;
	sys(__NR_ftruncate, fd, 1024 * MIB);
	p = mmap(NULL, 1024 * MIB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return 1;
	for (i = 0; i < 1024 * MIB; i += PAGE_SIZE)
		p[i] = 1;
	return 2;
}

static void fill_pipes(void)
{
	static char buf[65536];
	int fd[2];

	setrlimit(RLIMIT_NOFILE, 4096, 4096);
	while (!sys(__NR_pipe2, fd, O_NONBLOCK))
		write(fd[1], buf, sizeof(buf));
}

/* => 0: room for more than there is is ENOMEM, and nothing of it is taken */
static int fallocate_all(void *arg)
{
	static const unsigned int sizes[] = { 1u << 31, 1u << 30, 1u << 28 };
	long fd = sys(__NR_memfd_create, "all", 0);
	struct sysinfo info;
	struct stat64 st;
	unsigned int i, all;

	(void)arg;
	sys(__NR_sysinfo, &info);
	all = (unsigned int)info.freeram * info.mem_unit - 16 * PAGE_SIZE;
	for (i = 0; i < 4; i++) {
		if (sys(__NR_fallocate, fd, 1 /* KEEP_SIZE */, 0, 0,
			i < 3 ? 0 : all, i < 3 ? sizes[i] >> 20 : 0) == 0)
			continue;
		sys(__NR_fstat64, fd, &st);
		if (st.st_blocks)
			return 1;
	}
	return 0;
}

/* More than any machine of ours has; each child gets an error, or dies of it. */
static int pipes(void *arg)
{
	int i, status, pid[8], bad = 0;

	(void)arg;
	for (i = 0; i < 8; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			fill_pipes();
			_exit(0);
		}
	}
	for (i = 0; i < 8; i++)
		if (pid[i] > 0 && waitpid(pid[i], &status, 0) > 0)
			bad += status != 0 && status != SIGKILL;
	return bad;
}

/* Each writes what has no page yet to one file: who has the file needs memory, and who is to
 * give up his waits for the file. */
static void write_holes(const char *holes)
{
	int fd = open("/tmp/all", O_RDWR | O_CREAT, 0600);
	unsigned long i;

	heavier();
	for (i = (unsigned long)getpid() % 6; i < 256 * MIB / PAGE_SIZE;
	     i += 6) {
		lseek(fd, (long)(i % 16 * PAGE_SIZE), 0);
		write(fd, holes + i * PAGE_SIZE, PAGE_SIZE);
	}
}

static int writers(void *arg)
{
	int fd = (int)sys(__NR_memfd_create, "holes", 0), i;
	char *p;

	(void)arg;
	sys(__NR_ftruncate, fd, 256 * MIB);
	p = mmap(NULL, 256 * MIB, PROT_READ, MAP_SHARED, fd, 0);
	for (i = 0; p != MAP_FAILED && i < 6; i++)
		if (fork() == 0) {
			write_holes(p);
			_exit(0);
		}
	while (waitpid(-1, NULL, 0) > 0)
		;
	return p == MAP_FAILED;
}

/* ---- who is chosen */

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY, 0);

	write(fd, text, strlen(text));
	close(fd);
}

/* A child that has some MiB, and waits. */
static int bystander(int mib, const char *adj)
{
	int ready[2], pid;
	char c;

	pipe(ready);
	pid = fork();
	if (!pid) {
		put("/proc/self/oom_score_adj", adj);
		memset(map_anon((size_t)mib * MIB), 1, (size_t)mib * MIB);
		write(ready[1], "!", 1);
		for (;;)
			poll(NULL, 0, -1);
	}
	read(ready[0], &c, 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

/* A bystander of that size, while another process takes all. => the signal that ended it */
static int ended_by(int mib, const char *adj)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS, status;
	int pid = bystander(mib, adj);

	is_killed(in_child(touch_all, &flags), SIGKILL,
		  "who takes all is killed");
	if (waitpid(pid, &status, WNOHANG) != pid) {
		kill(pid, SIGTERM);
		waitpid(pid, &status, 0);
	}
	return WTERMSIG(status);
}

static void choice(void)
{
	is_int(ended_by(34, "0"), SIGKILL, "and who has most, before");
	is_int(ended_by(34, "-1000"), SIGTERM, "but for oom_score_adj -1000");
	is_int(ended_by(1, "0"), SIGTERM, "a small one lives");
	is_int(ended_by(1, "1000"), SIGKILL, "but for 1000");
	put("/proc/sys/vm/oom_kill_allocating_task", "1");
	is_int(ended_by(34, "0"), SIGTERM,
	       "oom_kill_allocating_task: that one");
	put("/proc/sys/vm/oom_kill_allocating_task", "0");
	all_well("choosing");
}

int main(void)
{
	int private = MAP_PRIVATE | MAP_ANONYMOUS, status;
	int shared = MAP_SHARED | MAP_ANONYMOUS;

	if (under_oracle()) {
		skip("out of memory", "not on this machine");
		return done_testing();
	}
	start_second();
	is_killed(in_child(touch_all, &private), SIGKILL,
		  "who touches memory without end is killed");
	all_well("private memory");
	is_killed(in_child(touch_all, &shared), SIGKILL,
		  "who touches shared memory without end is killed");
	all_well("shared memory");
	is_killed(in_child(read_into_all, NULL), SIGKILL,
		  "so is who lets the kernel write there");
	all_well("memory the kernel writes");
	status = in_child(populate_all, NULL);
	ok(status == 0 || status == SIGKILL,
	   "populating memory without end is ENOMEM or SIGKILL");
	all_well("populated memory");
	is_exit(in_child(sparse_children, NULL), 0, "page tables without end");
	all_well("page tables");
	is_exit(in_child(children, NULL), 0, "children without end");
	all_well("children");
	status = in_child(write_all, NULL);
	ok(status == ENOSPC << 8 || status == ENOMEM << 8,
	   "a file without end is ENOSPC or ENOMEM");
	unlink("/tmp/all");
	all_well("a file");
	status = in_child(map_file, NULL);
	ok(status == SIGBUS || status == SIGKILL,
	   "a mapped file without end is SIGBUS or SIGKILL");
	unlink("/tmp/all");
	all_well("a mapped file");
	is_exit(in_child(pipes, NULL), 0, "pipes without end");
	all_well("pipes");
	is_exit(in_child(fallocate_all, NULL), 0,
		"room for a file without end: none is taken");
	all_well("a file's room");
	is_exit(in_child(writers, NULL), 0, "a file that all write");
	unlink("/tmp/all");
	all_well("a file that all write");
	choice();
	return done_testing();
}
