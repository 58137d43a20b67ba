/*
 * terminal.h - a terminal for a test: the console, or, on Linux, a pseudo
 * terminal that stands in for it.
 */
#include "user/lib/file.h"
#include "user/lib/tap.h"

#define TIOCGPTPEER_ 0x5441 /* asm-generic/ioctls.h, as on both machines */

static int tty, tty_is_console;

/* Nobody's terminal by that. => the running process leads a session */
static void open_terminal(void)
{
	int unlock = 0, pty = open("/dev/ptmx", O_RDWR | O_NOCTTY, 0);

	tty_is_console = pty < 0;
	if (tty_is_console) {
		tty = open("/dev/console", O_RDWR | O_NOCTTY, 0);
		return;
	}
	ioctl(pty, TIOCSPTLCK, &unlock);
	tty = (int)sys(__NR_ioctl, pty, TIOCGPTPEER_, O_RDWR | O_NOCTTY);
}

/* The console is taken away from the session that runs the tests. */
static int take_terminal(void)
{
	return (int)sys(__NR_ioctl, tty, TIOCSCTTY, tty_is_console);
}

/* Runs the tests in a child, which can lead a session. => the exit status of main() */
static int terminal_tests(int (*fn)(void *))
{
	int status;

	if (under_qemu()) {
		skip("terminals", "qemu-user translates few of their calls");
		return done_testing();
	}
	status = in_child(fn, NULL);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
