/*
 * init.c - the first process: `init` starts a shell, again and again; `init PROGRAM
 * ARGUMENTS`, which is what tests/vm asks for, runs one program and ends
 * with its status, and the machine with it. Meanwhile it takes in orphans.
 *
 * Left out: run levels, terminals, mounting; a system of this size has one
 * console, and the kernel mounts what there is.
 */
#include "user/lib/stdio.h"
#include "user/lib/sys.h"

/* Starts a program and takes in orphans until it has ended. => its status, as wait4() has it */
static int run(char *const argv[])
{
	int status, pid, child = fork();

	if (!child) {
		execve(argv[0], argv, environ);
		dprintf(2, "init: %s: %s\n", argv[0], errno_name(errno));
		_exit(127);
	}
	do
		pid = waitpid(-1, &status, 0);
	while (pid != child && (pid > 0 || errno == EINTR));
	return status;
}

int main(int argc, char *argv[])
{
	static char path[] = "/bin/sh";
	char *const shell[] = { path, NULL };
	int status;

	if (argc > 1) {
		status = run(argv + 1);
		return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
					   : WEXITSTATUS(status);
	}
	do
		status = run(shell);
	while (!WIFEXITED(status) || WEXITSTATUS(status) != 127);
	return 127; /* no shell: the end of pid 1 is the end of the system */
}
