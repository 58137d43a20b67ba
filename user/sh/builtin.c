/*
 * builtin.c - commands that change the shell itself, or that it can do faster.
 */
#include "user/sh/sh.h"

int misused(const char *name, const char *what, const char *arg)
{
	wrong("%s: %s%s", name, what, arg);
	exiting |= !interactive && builtin_find(name)->special;
	return 2;
}

int parse_number(const char *name, const char *s, int *n)
{
	char *end;

	*n = (int)strtoul(s + (*s == '-'), &end, 10);
	if (*s == '-')
		*n = -*n;
	if (!*end && end > s + (*s == '-'))
		return 1;
	misused(name, "illegal number: ", s);
	return 0;
}

/* => 0, where @s is no variable's name: said */
static int is_name(const char *name, const char *s)
{
	if (*s && !s[name_length(s)])
		return 1;
	misused(name, s, ": bad variable name");
	return 0;
}

static int do_cd(int argc, char **argv)
{
	int back = argc > 1 && !strcmp(argv[1], "-");
	const char *to = var_get(back ? "OLDPWD" : "HOME");
	char old[1024];

	if (argc > 2)
		return misused("cd", "too many arguments", "");
	if (argc > 1 && !back)
		to = argv[1];
	if (getcwd(old, sizeof(old)) < 0)
		*old = 0;
	if (chdir(*to ? to : "/") < 0)
		return wrong("cd: %s: %s", to, strerror(errno)) + 1;
	if (back)
		printf("%s\n", to);
	var_set("OLDPWD", old);
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
	int status = last_status;

	if (argc > 1 && !parse_number("exit", argv[1], &status))
		return 2;
	exiting = 1;
	return status & 255;
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
		if (!n && !is_name("export", argv[i]))
			return 2;
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

	for (i = 1; i < argc; i++) {
		if (!is_name("unset", argv[i]))
			return 2;
		var_unset(argv[i]);
	}
	return 0;
}

static int is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Words of a line to variables; the last one gets all that is left. */
static void set_words(char **names, const char *s)
{
	const char *end;

	for (; *names; names++, s = end) {
		while (is_blank(*s))
			s++;
		end = names[1] ? s : s + strlen(s);
		while (names[1] && *end && !is_blank(*end))
			end++;
		while (end > s && is_blank(end[-1]))
			end--;
		var_set(*names, arena_string(s, (size_t)(end - s)));
	}
}

jump_buf *leave_read;

/* One line of input, byte by byte: what follows is somebody else's. Ctrl-C jumps out: a flag
 * alone would be missed when it is set just before read() sleeps. => 0: the end */
static int get_line(char *buf, size_t size)
{
	jump_buf out;
	size_t n = 0;
	char c = 0;

	if (set_jump(&out))
		return 0;
	leave_read = &out;
	while (!interrupted && read(0, &c, 1) > 0 && c != '\n')
		if (n < size - 1)
			buf[n++] = c;
	buf[n] = 0;
	return c == '\n';
}

static int do_read(int argc, char **argv)
{
	char buf[1024];
	int i, whole;

	for (i = 1; i < argc; i++)
		if (!is_name("read", argv[i]))
			return 2;
	whole = get_line(buf, sizeof(buf));
	leave_read = NULL;
	if (interrupted)
		return 128 + SIGINT;
	if (argc > 1)
		set_words(argv + 1, buf);
	else
		var_set("REPLY", buf);
	return !whole;
}

static int do_loop(int argc, char **argv)
{
	int n = 1;

	if (argc > 1 && !parse_number(argv[0], argv[1], &n))
		return 2;
	if (n < 1)
		return misused(argv[0], "illegal number: ", argv[1]);
	loop_break = n < loops ? n : loops;
	loop_again = *argv[0] == 'c';
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
	char *text;
	int status;

	if (argc == 1)
		return misused(".", "a file's name is missing", "");
	text = slurp(argv[1]);
	if (!text)
		return misused(".", "cannot open ", argv[1]);
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

static const struct builtin builtins[] = {
	{ "cd", do_cd, "", 0 },
	{ "pwd", do_pwd, "LP", 0 },
	{ "exit", do_exit, NULL, 1 },
	{ "export", do_export, "p", 1 },
	{ "unset", do_unset, "v", 1 },
	{ "read", do_read, "r", 0 },
	{ "break", do_loop, NULL, 1 },
	{ "continue", do_loop, NULL, 1 },
	{ "true", do_true, NULL, 0 },
	{ ":", do_true, NULL, 1 },
	{ "false", do_true, NULL, 0 },
	{ "eval", do_eval, "", 1 },
	{ ".", do_source, "", 1 },
	{ "history", do_history, "", 0 },
	{ "test", test_builtin, NULL, 0 },
	{ "[", test_builtin, NULL, 0 },
	{ "jobs", job_builtin, "", 0 },
	{ "fg", job_builtin, "", 0 },
	{ "bg", job_builtin, "", 0 },
	{ "wait", job_builtin, "", 0 },
	{ "kill", job_builtin, NULL, 0 },
};

const struct builtin *builtin_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(builtins); i++)
		if (!strcmp(builtins[i].name, name))
			return &builtins[i];
	return NULL;
}

/* Options are checked and taken away: none of them changes what is done. */
int builtin_run(const struct builtin *b, int argc, char **argv)
{
	char *name = argv[0], *p;
	int last = 0;

	while (b->options && argc > 1 && *argv[1] == '-' && argv[1][1] &&
	       !last) {
		last = !strcmp(argv[1], "--");
		for (p = argv[1] + 1; *p && !last; p++)
			if (!strchr(b->options, *p))
				return misused(name, "illegal option ",
					       argv[1]);
		argc--;
		argv++;
	}
	argv[0] = name;
	return b->fn(argc, argv);
}
