/*
 * kill.c - sends a signal to processes: kill [-SIGNAL] PID..., SIGNAL a
 * number or a name; SIGTERM where none is given. -l: the names
 */
#include "user/lib/signal.h"
#include "user/lib/text.h"

#define USE "[-SIGNAL] PID... | -l"

static int signal_number(const char *s)
{
	int i;

	if (*s >= '0' && *s <= '9')
		return atoi(s);
	for (i = 1; i < 32; i++)
		if (!strcmp(signal_name(i), s) ||
		    !strcmp(signal_name(i) + 3, s))
			return i;
	return -1;
}

int main(int argc, char **argv)
{
	int signo = SIGTERM, bad = 0;
	char *end;
	long pid;

	if (argc == 2 && !strcmp(argv[1], "-l")) {
		for (signo = 1; signo < 32; signo++)
			printf("%2d %-9s%s", signo, signal_name(signo) + 3,
			       signo % 6 && signo < 31 ? " " : "\n");
		return 0;
	}
	if (argc > 1 && argv[1][0] == '-') {
		signo = signal_number(argv[1] + 1);
		if (signo < 0)
			return wrong("%s: unknown signal", argv[1] + 1);
		argv++;
		argc--;
	}
	if (argc < 2)
		usage(USE);
	for (argv++; *argv; argv++) {
		pid = (long)strtoul(*argv + (**argv == '-'), &end, 10);
		if (*end || end == *argv)
			bad = wrong("%s: not a process number", *argv);
		else if (kill((int)(**argv == '-' ? -pid : pid), signo) < 0)
			bad = complain(*argv);
	}
	return bad;
}
