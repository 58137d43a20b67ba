/*
 * rmw.c - 10,000 integers in a file, each read, changed and written.
 *
 * The classic exercise: by system calls, through a mapping, by blocks. Per
 * integer, with open and close.
 */
#include "mmbench.h"

enum { N = 10000 };

static int open_data(int flags)
{
	return (int)sys3(__NR_open, (long)path, O_RDWR | flags, 0644);
}

static void by_calls(void)
{
	long r = 0, v;

	begin("rmw_10000_read_write");
	while (again()) {
		start();
		int fd = open_data(0);
		for (u32 i = 0; i < N; i++) {
			sys3(__NR_read, fd, (long)&v, 4);
			v++;
			sys3(__NR_lseek, fd, -4, 1);
			r = sys3(__NR_write, fd, (long)&v, 4);
		}
		sys1(__NR_close, fd);
		stop(N, N);
		TRY("write", r);
	}
	end();
}

static void by_mapping(void)
{
	begin("rmw_10000_mmap");
	while (again()) {
		start();
		int fd = open_data(0);
		u32 at = arena;
		long r = map(at, N * 4, RW, MAP_SHARED | MAP_FIXED, fd);
		for (u32 i = 0; i < N; i++)
			((volatile u32 *)at)[i]++;
		sys3(__NR_msync, (long)at, N * 4, MS_SYNC);
		unmap(at, N * 4);
		sys1(__NR_close, fd);
		stop(N, N);
		TRY("mmap", r);
	}
	end();
}

static void by_blocks(void)
{
	begin("rmw_10000_block");
	while (again()) {
		start();
		int fd = open_data(0);
		for (u32 i = 0; i < N * 4; i += PAGE) {
			long r = sys3(__NR_read, fd, (long)buf, PAGE);
			for (u32 k = 0; k < (u32)r / 4; k++)
				((volatile u32 *)buf)[k]++;
			sys3(__NR_lseek, fd, -r, 1);
			sys3(__NR_write, fd, (long)buf, r);
		}
		sys1(__NR_close, fd);
		stop(N, N);
	}
	end();
}

/* All three ways must have counted every integer up. */
static void check(void)
{
	int fd = open_data(0);
	u32 v = 0;

	for (u32 i = 0; i < N; i++) {
		sys3(__NR_read, fd, (long)&v, 4);
		if (v != i + 3 * reps) {
			fail("integer is wrong", (long)v);
			break;
		}
	}
	sys1(__NR_close, fd);
}

void b_rmw(void)
{
	int fd = open_data(O_CREAT | O_TRUNC);
	u64 by_call;

	begin("rmw");
	TRY("open", fd);
	for (u32 i = 0; i < N; i++)
		sys3(__NR_write, fd, (long)&i, 4);
	sys1(__NR_close, fd);
	by_calls();
	by_call = last_min;
	by_mapping();
	put("#   read/write over mmap, ratio: ");
	put_milli(divide(by_call * 1000, (u32)last_min), 1, 1);
	put_char('\n');
	by_blocks();
	check();
	sys1(__NR_unlink, path);
}
