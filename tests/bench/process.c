/*
 * process.c - fork, exec, copy-on-write, two processes that take turns.
 *
 * A child leaves at once unless told; what its exit and the parent's wait cost
 * is part of the figure.
 */
#include "mmbench.h"

static u64 fork_base; /* with nothing touched */

/* Forks n times a sample, with mb MiB touched. */
static void fork_touched(u32 mb, u32 n)
{
	if (mb) {
		TRY("mmap", anon(arena, mb << 20, RW));
		write_pages(arena, mb << 20);
	}
	begin_n("fork_exit_wait_mb", mb);
	current.count_faults = 0;
	while (again()) {
		start();
		for (u32 i = 0; i < n; i++) {
			long pid = sys0(__NR_fork);
			if (pid == 0)
				leave(0);
			TRY("fork", pid);
			sys4(__NR_wait4, pid, 0, 0, 0);
		}
		stop(n, n);
	}
	end();
	if (mb) {
		put("#   per touched page: ");
		put_milli(divide(last_min - fork_base, mb << 8), 1, 1);
		put_char('\n');
		unmap(arena, mb << 20);
	}
}

void b_fork(void)
{
	fork_touched(0, 50);
	fork_base = last_min;
	fork_touched(1, 20);
	fork_touched(16, 5);
	if (big_mb >= 64)
		fork_touched(64, 5);
}

void b_exec(void)
{
	begin("fork_exec_exit_wait"); /* this very binary, told to leave at once */
	current.count_faults = 0;
	static const char *const xargv[] = { "mmbench", "-0", 0 };
	static const char *const xenvp[] = { 0 };
	while (again()) {
		start();
		for (u32 i = 0; i < 20; i++) {
			long pid = sys0(__NR_fork);
			if (pid == 0) {
				sys3(__NR_execve, (long)args[0], (long)xargv,
				     (long)xenvp);
				leave(99);
			}
			TRY("fork", pid);
			int st = 0;
			sys4(__NR_wait4, pid, &st, 0, 0);
			if (st) {
				fail("execve, status", st);
				return;
			}
		}
		stop(20, 20);
	}
	end();
	if (fork_base) {
		put("#   execve alone, about: ");
		put_milli(last_min - fork_base, 1, 1);
		put_char('\n');
	}
}

struct pipes {
	int up[2], down[2]; /* to the parent, to the child */
};

static void open_pipes(struct pipes *p)
{
	TRY("pipe", sys1(__NR_pipe, p->up));
	TRY("pipe", sys1(__NR_pipe, p->down));
}

static void close_pipes(const struct pipes *p)
{
	sys1(__NR_close, p->up[0]);
	sys1(__NR_close, p->up[1]);
	sys1(__NR_close, p->down[0]);
	sys1(__NR_close, p->down[1]);
}

static void release(const struct pipes *p, long pid)
{
	sys3(__NR_write, p->down[1], (long)"", 1);
	sys4(__NR_wait4, pid, 0, 0, 0);
}

/* A child that shares all pages and sleeps until release(). */
static long sharing_child(const struct pipes *p)
{
	char c = 0;
	long pid = sys0(__NR_fork);

	if (pid == 0) {
		sys1(__NR_close, p->down[1]);
		sys3(__NR_write, p->up[1], (long)&c, 1);
		sys3(__NR_read, p->down[0], (long)&c, 1);
		leave(0);
	}
	sys3(__NR_read, p->up[0], (long)&c, 1);
	return pid;
}

/* The parent writes while a child shares its pages, or after it has gone. */
static void cow(const char *name, int child_gone)
{
	u32 np = 4096, len = np * PAGE;
	struct pipes p;

	begin(name);
	while (again()) {
		TRY("mmap", anon(arena, len, RW));
		write_pages(arena, len);
		open_pipes(&p);
		long pid = sharing_child(&p);
		TRY("fork", pid);
		if (child_gone)
			release(&p, pid);
		start();
		write_pages(arena, len);
		stop(np, np);
		if (!child_gone)
			release(&p, pid);
		close_pipes(&p);
		unmap(arena, len);
	}
	end();
}

void b_cow(void)
{
	cow("cow_fork_copy", 0);
	cow("cow_fork_last_owner", 1);
}

/* Answers each byte with one, and counts in shared memory. */
static void echo(const struct pipes *p, volatile u32 *count)
{
	char c = 0;

	sys1(__NR_close, p->down[1]);
	sys1(__NR_close, p->up[0]);
	while (sys3(__NR_read, p->down[0], (long)&c, 1) == 1) {
		++*count;
		sys3(__NR_write, p->up[1], (long)&c, 1);
	}
	leave(0);
}

/* A byte to and fro and a counter in shared memory: two switches a round. */
static void pingpong(void)
{
	struct pipes p;
	char c = 0;
	u32 want = 0;

	begin("pingpong_round");
	current.count_faults = 0;
	TRY("mmap",
	    map(arena, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1));
	volatile u32 *count = (volatile u32 *)arena;
	*count = 0;
	open_pipes(&p);
	long pid = sys0(__NR_fork);
	if (pid == 0)
		echo(&p, count);
	TRY("fork", pid);
	sys1(__NR_close, p.down[0]);
	sys1(__NR_close, p.up[1]);
	while (again()) {
		start();
		for (u32 i = 0; i < 2000; i++) {
			sys3(__NR_write, p.down[1], (long)&c, 1);
			sys3(__NR_read, p.up[0], (long)&c, 1);
			++*count;
		}
		stop(2000, 2000);
		want += 4000;
	}
	if (*count != want)
		fail("count", (long)*count);
	sys1(__NR_close, p.down[1]);
	sys1(__NR_close, p.up[0]);
	sys4(__NR_wait4, pid, 0, 0, 0);
	unmap(arena, PAGE);
	end();
}

void b_pipe(void)
{
	int up[2];
	char c = 0;

	pingpong();
	begin("pipe_write_read_1b"); /* half of the same calls, no switch */
	TRY("pipe", sys1(__NR_pipe, up));
	while (again()) {
		start();
		for (u32 i = 0; i < 2000; i++) {
			sys3(__NR_write, up[1], (long)&c, 1);
			sys3(__NR_read, up[0], (long)&c, 1);
		}
		stop(2000, 2000);
	}
	sys1(__NR_close, up[0]);
	sys1(__NR_close, up[1]);
	end();
}
