/*
 * builtin.c - commands that change the shell itself, or that it can do faster.
 */
#include "user/sh/sh.h"

static int do_cd(int argc, char **argv)
{
	const char *to = argc > 1 ? argv[1] : var_get("HOME");

	if (chdir(*to ? to : "/") < 0) {
		wrong("cd: %s: %s", to, strerror(errno));
		return 1;
	}
	return 0;
}

static int do_pwd(int argc, char **argv)
{
	char buf[1024];

	(void)argc, (void)argv;
	if (getcwd(buf, sizeof(buf)) < 0)
		return complain("pwd");
	printf("%s\n", buf);
	return 0;
}

static int do_exit(int argc, char **argv)
{
	exiting = 1;
	return argc > 1 ? atoi(argv[1]) & 255 : last_status;
}

static int do_export(int argc, char **argv)
{
	char **env;
	size_t n;
	int i;

	if (argc == 1)
		for (env = vars_environ(); *env; env++)
			printf("%s\n", *env);
	for (i = 1; i < argc; i++) {
		n = assignment(argv[i]);
		if (n) {
			argv[i][n] = 0;
			var_set(argv[i], argv[i] + n + 1);
		}
		var_export(argv[i]);
	}
	return 0;
}

static int do_unset(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		var_unset(argv[i]);
	return 0;
}

/* One line of input, byte by byte: what follows is somebody else's. */
static int do_read(int argc, char **argv)
{
	char buf[1024];
	size_t n = 0;
	ssize_t r;
	char c;

	while ((r = read(0, &c, 1)) > 0 && c != '\n')
		if (n < sizeof(buf) - 1)
			buf[n++] = c;
	buf[n] = 0;
	var_set(argc > 1 ? argv[1] : "REPLY", buf);
	return r <= 0;
}

static int do_loop(int argc, char **argv)
{
	(void)argc;
	loop_break = *argv[0] == 'b' ? 1 : 2;
	return 0;
}

static int do_true(int argc, char **argv)
{
	(void)argc;
	return !strcmp(argv[0], "false");
}

/* The words, as one text, again. */
static int do_eval(int argc, char **argv)
{
	size_t len = 1;
	char *text;
	int i;

	for (i = 1; i < argc; i++)
		len += strlen(argv[i]) + 1;
	text = arena_alloc(len);
	*text = 0;
	for (i = 1, len = 0; i < argc; i++) {
		strcpy(text + len, argv[i]);
		len += strlen(argv[i]);
		text[len++] = ' ';
		text[len] = 0;
	}
	return run_text(text);
}

static int do_source(int argc, char **argv)
{
	char *text = argc > 1 ? slurp(argv[1]) : NULL;
	int status;

	if (!text)
		return wrong(".: %s: %s", argc > 1 ? argv[1] : "file name",
			     argc > 1 ? strerror(errno) : "is missing");
	status = run_text(text);
	free(text);
	return status;
}

static int do_history(int argc, char **argv)
{
	(void)argc, (void)argv;
	history_show();
	return 0;
}

static const struct {
	const char *name;
	builtin_fn fn;
} builtins[] = {
	{ "cd", do_cd },	  { "pwd", do_pwd },
	{ "exit", do_exit },	  { "export", do_export },
	{ "unset", do_unset },	  { "read", do_read },
	{ "break", do_loop },	  { "continue", do_loop },
	{ "true", do_true },	  { ":", do_true },
	{ "false", do_true },	  { "eval", do_eval },
	{ ".", do_source },	  { "history", do_history },
	{ "test", test_builtin }, { "[", test_builtin },
	{ "jobs", job_builtin },  { "fg", job_builtin },
	{ "bg", job_builtin },	  { "wait", job_builtin },
	{ "kill", job_builtin },
};

builtin_fn builtin_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(builtins); i++)
		if (!strcmp(builtins[i].name, name))
			return builtins[i].fn;
	return NULL;
}
