/*
 * start.c - from the kernel's initial stack to main().
 *
 * _start (arch/start.S) passes the stack pointer as the kernel left it:
 *
 *	sp -> argc
 *	      argv[0] ... argv[argc - 1], NULL
 *	      envp[0] ..., NULL
 *	      auxiliary vector: pairs of AT_* and value, up to AT_NULL
 *	      (the strings themselves lie above)
 */
#include <linux/auxvec.h>
#include "user/lib/stdio.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/sys.h"
#include "user/lib/text.h"

char **environ;
unsigned long *auxv;
const char *progname = "?"; /* for messages */

int main(int argc, char **argv, char **envp);
void start_c(long *sp) __attribute__((noreturn));

void start_c(long *sp)
{
	int argc = (int)sp[0];
	char **argv = (char **)(sp + 1);
	char **p = argv + argc + 1;

	environ = p;
	if (argc && *argv)
		progname = base_name(*argv);
	while (*p)
		p++;
	auxv = (unsigned long *)(p + 1);
	exit(main(argc, argv, environ));
}

unsigned long auxval(unsigned long type)
{
	const unsigned long *a;

	for (a = auxv; a[0] != AT_NULL; a += 2)
		if (a[0] == type)
			return a[1];
	return 0;
}

char *getenv(const char *name)
{
	size_t n = strlen(name);
	char **e;

	for (e = environ; *e; e++)
		if (!strncmp(*e, name, n) && (*e)[n] == '=')
			return *e + n + 1;
	return NULL;
}

void exit(int status)
{
	flush();
	_exit(status);
}
