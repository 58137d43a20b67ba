/*
 * sh.c - the shell.
 *
 *	sh			lines from the console, or from standard input
 *	sh -c 'TEXT' [NAME ARGUMENTS]	one text
 *	sh FILE [ARGUMENTS]	a script
 *
 * A command that is not complete at the end of its line (an open quote, an if
 * without its fi) is read on, with the prompt "> ". The parts are in user/sh/.
 */
#include "user/sh/sh.h"

#define TEXT_MAX 16384

static const char *prompt(void)
{
	static char buf[80];
	char cwd[64];

	if (getcwd(cwd, sizeof(cwd)) < 0)
		snprintf(cwd, sizeof(cwd), "...");
	snprintf(buf, sizeof(buf), "quire:%s# ", cwd);
	return buf;
}

/* Reads lines until they are something whole. => 0 at the end of input; *@tree
 * may be NULL */
static int read_command(struct node **tree)
{
	static char text[TEXT_MAX];
	size_t n = 0, mark = arena_mark();
	const char *line;
	int state;

	*tree = NULL;
	do {
		arena_release(mark);
		line = read_line(n ? "> " : prompt());
		if (interrupted) {
			last_status = 130;
			return 1;
		}
		if (!line && !n)
			return 0;
		if (!line || n + strlen(line) + 2 > sizeof(text)) {
			last_status =
				wrong("unexpected end of the command") + 1;
			return line != NULL;
		}
		strcpy(text + n, line);
		n += strlen(line);
		text[n++] = '\n';
		text[n] = 0;
		state = parse(text, tree);
	} while (state > 0);
	if (state < 0) {
		*tree = NULL;
		last_status = 2;
	}
	return 1;
}

static int read_and_run(void)
{
	size_t mark = arena_mark();
	struct node *tree;

	while (!exiting) {
		interrupted = loop_break = loops = 0;
		jobs_report();
		if (!read_command(&tree))
			break;
		if (tree)
			run(tree);
		if (tree && interactive && interrupted == 1) {
			last_status = 128 + SIGINT;
			printf("\n"); /* behind the ^C */
		}
		flush();
		arena_release(mark);
	}
	return last_status;
}

int main(int argc, char **argv)
{
	char *text;

	vars_init(environ);
	positional = argv;
	if (argc > 1 && *argv[1] == '-') {
		if (strcmp(argv[1], "-c"))
			return wrong("illegal option %s", argv[1]) + 1;
		if (argc == 2)
			return wrong("-c requires an argument") + 1;
		text = argv[2];
		argv[2] = argv[0]; /* $0, where no name is given */
		positional = argc > 3 ? argv + 3 : argv + 2;
		return run_text(text);
	}
	if (argc > 1) {
		text = slurp(argv[1]);
		if (!text) {
			complain(argv[1]);
			return errno == ENOENT ? 127 : 126;
		}
		positional = argv + 1;
		return run_text(text);
	}
	interactive = isatty(0) && isatty(1);
	jobs_init();
	return read_and_run();
}
