/*
 * fuzz.h - what fuzz.c and fuzz-files.c share: hostile numbers and addresses,
 * and the parent's wait for children that may never end.
 *
 * The parent counts a child's calls through a shared page.
 */
#pragma once

#include "user/lib/probe.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#define SHARE	    1000 /* calls of one child */
#define ARENA_PAGES 32

static char *arena;
static volatile int *made; /* calls so far; shared with the parent */
static int pipe_fd[2];

static unsigned long hostile(void)
{
	static const unsigned long pool[] = {
		0,	    1,		4095,	    4096,
		0x7fffffff, 0x80000000, 0xbffff000, 0xbfffffff,
		0xc0000000, 0xc0008000, 0xe0000000, 0xfffeffff,
		0xffff0000, 0xfffff000, 0xffffffff, 0xfffffffc,
	};

	return pool[random() % ARRAY_SIZE(pool)];
}

static unsigned long address(void)
{
	unsigned long a = (unsigned long)arena;

	switch (random() % 8) {
	case 0:
		return hostile();
	case 1:
		return random();
	case 2:
	case 3:
		return a + random() % (ARENA_PAGES * PAGE_SIZE);
	case 4:
		return a + random() % 3 * PAGE_SIZE - 1 - random() % 16;
	default:
		return a + random() % ARENA_PAGES * PAGE_SIZE;
	}
}

/* A few bits, the low ones more often. */
static unsigned long bits(void)
{
	unsigned long v = random() & random() & random();

	return random() % 4 ? v & 0x3f : v;
}

/* The arena is the parent's, each child has a copy; so has the pipe, whose
 * ends every child gets as descriptors 0 to 5. SIGCHLD is waited for. */
static void fuzz_begin(void)
{
	size_t i;

	made = map_shared(PAGE_SIZE);
	arena = map_anon(ARENA_PAGES * PAGE_SIZE);
	for (i = 0; i < ARENA_PAGES * PAGE_SIZE; i += 64)
		arena[i] = (char)i;
	sig_mask(SIG_BLOCK, SIG(SIGCHLD), NULL);
	sys(__NR_pipe2, pipe_fd, O_NONBLOCK);
}

/* In a child: nothing it writes to descriptors 0 to 5 reaches the console, the
 * others, below 32, are closed. */
static void shut_in(void)
{
	int fd;

	setrlimit(RLIMIT_AS, 64u << 20, 64u << 20);
	setrlimit(RLIMIT_NOFILE, 32, 32);
	for (fd = 0; fd < 6; fd++)
		dup2(pipe_fd[fd & 1], fd);
	for (fd = 6; fd < 32; fd++)
		close(fd);
}

/* Waits for @pid; after @ms without its end it is killed: most of the time
 * it would be waiting itself, for nothing. => whether it had to be */
static int wait_or_kill(int pid, int ms)
{
	struct timespec moment = { 0, ms * 1000000 };
	int status, killed = 0;

	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (sig_timedwait(SIG(SIGCHLD), NULL, &moment) < 0 &&
		    errno == EAGAIN) {
			kill(pid, SIGKILL);
			killed = 1;
		}
	}
	return killed;
}

static uint32_t arena_sum(void)
{
	const uint32_t *p = (const uint32_t *)(const void *)arena;
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < ARENA_PAGES * PAGE_SIZE / sizeof(*p); i++)
		sum = sum * 31 + p[i];
	return sum;
}

static int succeed(void *arg)
{
	(void)arg;
	return 0;
}
