/*
 * init.c - the first process, when the kernel is not told to run a program
 * directly (init=PROG). It starts a shell, takes in orphans, and starts
 * another shell when the first has ended.
 *
 * Left out: run levels, terminals, mounting; a system of this size has one
 * console, and the kernel mounts what there is.
 */
#include "user/lib/stdio.h"
#include "user/lib/sys.h"

static int start(const char *path)
{
	const char *argv[] = { path, NULL };
	int pid = fork();

	if (pid)
		return pid;
	execve(path, (char *const *)(uintptr_t)argv, environ);
	dprintf(2, "init: %s: %s\n", path, errno_name(errno));
	_exit(127);
}

int main(void)
{
	int shell, status, pid;

	do {
		shell = start("/bin/sh");
		do
			pid = waitpid(-1, &status, 0);
		while (pid != shell && (pid > 0 || errno == EINTR));
	} while (!WIFEXITED(status) || WEXITSTATUS(status) != 127);
	return 127; /* no shell: the end of pid 1 is the end of the system */
}
