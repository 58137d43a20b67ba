/*
 * vfork.c - the child borrows the parent's address space, and the parent
 * waits until it is given back by exit or exec.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

static volatile int seen;
static volatile char *page;

static void shares_memory(void)
{
	int status, pid;

	page = map_anon(PAGE_SIZE);
	seen = 0;
	pid = vfork();
	if (pid == 0) {
		seen = 42;
		*page = 'c';
		_exit(7);
	}
	qemu_differs(2, "qemu-user forks");
	is_int(seen, 42, "the parent sees what the child wrote");
	is_int(*page, 'c', "in any page");
	waitpid(pid, &status, 0);
	is_exit(status, 7, "and its exit status");
	munmap((void *)(uintptr_t)page, PAGE_SIZE);
}

static void mappings_stay(void)
{
	int status, pid;

	page = NULL;
	pid = vfork();
	if (pid == 0) {
		page = map_anon(PAGE_SIZE);
		*page = 'm';
		_exit(0);
	}
	waitpid(pid, &status, 0);
	if (under_qemu()) {
		skip("what the child maps stays mapped", "qemu-user forks");
		return;
	}
	is_int(page ? *page : 0, 'm', "what the child maps stays mapped");
	munmap((void *)(uintptr_t)page, PAGE_SIZE);
}

static void exec_frees_the_parent(const char *self)
{
	const char *argv[] = { self, "child", NULL };
	int status, pid;

	seen = 1;
	pid = vfork();
	if (pid == 0) {
		execve(self, (char *const *)(uintptr_t)argv, environ);
		_exit(99);
	}
	is_int(seen, 1, "exec leaves the parent its memory");
	waitpid(pid, &status, 0);
	qemu_differs(1, "the host does not know our programs");
	is_exit(status, 5, "and runs the program");
}

static void failed_exec(void)
{
	const char *argv[] = { "x", NULL };
	int status, pid;

	errno = 0;
	pid = vfork();
	if (pid == 0) {
		execve("/no/such/file", (char *const *)(uintptr_t)argv,
		       environ);
		_exit(3);
	}
	qemu_differs(1, "qemu-user forks");
	is_int(errno, ENOENT, "the parent sees why exec failed");
	waitpid(pid, &status, 0);
	is_exit(status, 3, "the child goes on after it");
}

static void descriptors_are_its_own(void)
{
	int fd[2], status, pid;

	pipe(fd);
	pid = vfork();
	if (pid == 0) {
		close(fd[0]);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	is_err(close(fd[0]), 0, "the parent's descriptor is still open");
	close(fd[1]);
}

static void killed_child(void)
{
	int status, pid = vfork();

	if (pid == 0) {
		kill(getpid(), SIGKILL);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	is_killed(status, SIGKILL, "a killed child gives the memory back");
	page = map_anon(PAGE_SIZE);
	works(page, WRITE, "which works");
}

/* Its child still has the memory, but it need not wait for that to end. */
static int killed_by_child(void *arg)
{
	volatile int *orphaned = arg;
	struct timespec t = { 0, 10000000 };
	int i, parent = getpid();

	if (vfork())
		return 1;
	kill(parent, SIGTERM);
	for (i = 0; i < 500 && getppid() == parent; i++)
		nanosleep(&t, NULL);
	*orphaned = getppid() == parent ? 1 : 2;
	_exit(0);
}

static void killed_parent(void)
{
	volatile int *orphaned = map_shared(PAGE_SIZE);
	struct timespec t = { 0, 10000000 };

	qemu_differs(1, "qemu-user forks");
	is_killed(in_child(killed_by_child, (void *)(uintptr_t)orphaned),
		  SIGTERM, "a parent that waits can be killed");
	while (!*orphaned)
		nanosleep(&t, NULL);
	is_int(*orphaned, 2, "at once");
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "child"))
		return 5;
	shares_memory();
	mappings_stay();
	exec_frees_the_parent(argv[0]);
	failed_exec();
	descriptors_are_its_own();
	killed_child();
	killed_parent();
	return done_testing();
}
