/*
 * sh.c - a shell that runs one command with its arguments at a time.
 *
 *	sh			reads lines from standard input
 *	sh -c 'COMMAND ...'	runs one line
 *
 * Words are separated by blanks; a word without a slash is looked for in
 * /bin. Built in: exit [N], and "help".
 */
#include "user/lib/stdio.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/sys.h"

#define MAX_WORDS 32

/* Cuts @line into words. => how many */
static int split(char *line, char *words[])
{
	int n = 0;

	for (;;) {
		while (*line == ' ' || *line == '\t')
			*line++ = 0;
		if (!*line || n == MAX_WORDS)
			break;
		words[n++] = line;
		while (*line && *line != ' ' && *line != '\t')
			line++;
	}
	words[n] = NULL;
	return n;
}

static void run_child(char *words[])
{
	char path[128];

	if (strchr(words[0], '/'))
		snprintf(path, sizeof(path), "%s", words[0]);
	else
		snprintf(path, sizeof(path), "/bin/%s", words[0]);
	execve(path, words, environ);
	dprintf(2, "sh: %s: %s\n", words[0], errno_name(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* Runs one line. => its exit status, as shells count: 128 + N for signal N */
static int run(char *line)
{
	char *words[MAX_WORDS + 1];
	int pid, status, n = split(line, words);

	if (!n)
		return 0;
	if (!strcmp(words[0], "exit"))
		exit(words[1] ? atoi(words[1]) : 0);
	if (!strcmp(words[0], "help")) {
		printf("a command and its arguments, one a line; exit ends\n");
		return 0;
	}
	pid = fork();
	if (pid == 0)
		run_child(words);
	if (pid < 0 || waitpid(pid, &status, 0) < 0) {
		dprintf(2, "sh: %s\n", errno_name(errno));
		return 125;
	}
	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status);
	dprintf(2, "sh: %s\n", signal_name(WTERMSIG(status)));
	return 128 + WTERMSIG(status);
}

/* Reads one line without its end. => 0 at the end of input */
static int get_line(char *line, size_t size)
{
	size_t n = 0;
	char c;

	for (;;) {
		if (read(0, &c, 1) <= 0)
			return 0;
		if (c == '\n' || c == '\r')
			break;
		if (n + 1 < size)
			line[n++] = c;
	}
	line[n] = 0;
	return 1;
}

int main(int argc, char **argv)
{
	char line[256];
	int status = 0;

	if (argc > 2 && !strcmp(argv[1], "-c"))
		return run(argv[2]);
	for (;;) {
		printf("# ");
		flush();
		if (!get_line(line, sizeof(line)))
			return status;
		status = run(line);
	}
}
