/*
 * init.c - the first process: `init` starts a shell on the console; `init PROGRAM
 * ARGUMENTS`, which is what tests/vm asks for, runs one program. It ends with the
 * status of either, and the machine with it. Meanwhile it takes in orphans.
 *
 * The shell leads a session of its own, whose terminal is the console: so Ctrl-C
 * reaches what runs in the foreground. A single program stays in init's session,
 * which then has the terminal.
 *
 * Left out: run levels, terminals, mounting; a system of this size has one
 * console, and the kernel mounts what there is.
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

/* Starts a program and takes in orphans until it has ended. => its status, as wait4() has it */
static int run(char *const argv[], int on_console)
{
	int status, pid, child = fork();

	if (!child) {
		if (on_console) {
			setsid();
			ioctl(0, TIOCSCTTY, 0);
		}
		execve(argv[0], argv, environ);
		complain(argv[0]);
		_exit(127);
	}
	do
		pid = waitpid(-1, &status, 0);
	while (pid != child && (pid > 0 || errno == EINTR));
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

int main(int argc, char *argv[])
{
	static char path[] = "/bin/sh";
	char *const shell[] = { path, NULL };

	if (argc > 1) {
		ioctl(0, TIOCSCTTY, 0);
		return run(argv + 1, 0);
	}
	printf("\nQuire, a small kernel about memory mapping. Type help.\n\n");
	flush();
	return run(shell, 1);
}
