/*
 * run.c - does what a tree says.
 *
 * A builtin, a variable's assignment and what if, while and for decide run in the
 * shell's own process; every program, every part of a pipeline, ( ) and & in a
 * child (jobs.c). Statuses are as everywhere: 0 is success, 126 and 127 a
 * program that could not be started, 128 + N the end by signal N.
 */
#include "user/sh/sh.h"

#define STAGES_MAX 16

volatile int interrupted;
int loops, loop_break, loop_again, exiting;

static int stop(void)
{
	return interrupted || exiting || loop_break;
}

/* NAME=value words at the start. => how many; @set: do it */
static int assign(const struct words *w, int set)
{
	char name[64];
	int count = 0;
	size_t n;

	for (; w && (n = assignment(w->text)) != 0; w = w->next) {
		count++;
		if (!set || n >= sizeof(name))
			continue;
		memcpy(name, w->text, n);
		name[n] = 0;
		var_set(name, expand_one(w->text + n + 1));
		if (set > 1)
			var_export(name);
	}
	return count;
}

static struct words *skip_words(struct words *w, int n)
{
	for (; n; n--)
		w = w->next;
	return w;
}

static int run_builtin(const struct node *n, const struct builtin *b, int argc,
		       char **argv)
{
	struct saved_fds saved;
	int status = 2;

	if (redirect(n->redirects, &saved) == 0)
		status = b ? builtin_run(b, argc, argv) : 0;
	redirect_undo(&saved);
	return status;
}

/* The status of what could not be expanded, or was not while Ctrl-C was typed. */
static int cut_short(void)
{
	return interrupted == 2 ? 2 : 128 + SIGINT;
}

static int run_command(const struct node *n)
{
	int argc, prefix = assign(n->words, 0);
	char **argv = expand_words(skip_words(n->words, prefix), &argc);
	struct stage stage = { n, argv };
	const struct builtin *b = argc ? builtin_find(argv[0]) : NULL;

	if (interrupted)
		return cut_short();
	if (argc && !b)
		return run_job(&stage, 1, n, 0);
	assign(n->words, 1);
	return interrupted ? cut_short() : run_builtin(n, b, argc, argv);
}

/* A pipeline's stages from left to right: the tree leans to the left. */
static int collect(const struct node *n, struct stage *v)
{
	int count = 0;

	if (n->kind == N_PIPE) {
		count = collect(n->a, v);
		n = n->b;
	}
	if (count < STAGES_MAX)
		v[count++] = (struct stage){ n, NULL };
	return count;
}

static int run_pipe(const struct node *n)
{
	struct stage stages[STAGES_MAX];

	return run_job(stages, collect(n, stages), n, 0);
}

/* After a round of a loop. => whether to leave it */
static int leave_loop(void)
{
	if (!loop_break)
		return interrupted || exiting;
	return --loop_break || !loop_again;
}

static int run_while(const struct node *n)
{
	size_t mark = arena_mark();
	int status = 0;

	loops++;
	while ((run(n->a) == 0) == (n->kind == N_WHILE)) {
		if (leave_loop())
			break;
		status = run(n->b);
		arena_release(mark);
		if (leave_loop())
			break;
	}
	loops--;
	return status;
}

static int run_for(const struct node *n)
{
	char **v = expand_words(n->words, NULL);
	size_t mark = arena_mark();
	int status = 0;

	if (interrupted)
		return cut_short();
	loops++;
	for (; *v; v++) {
		var_set(n->name, *v);
		status = run(n->a);
		arena_release(mark);
		if (leave_loop())
			break;
	}
	loops--;
	return status;
}

static int run_if(const struct node *n)
{
	int yes = run(n->a) == 0;

	if (stop())
		return last_status;
	if (yes)
		return run(n->b);
	return n->c ? run(n->c) : 0;
}

static int run_compound(const struct node *n)
{
	switch (n->kind) {
	case N_IF:
		return run_if(n);
	case N_WHILE:
	case N_UNTIL:
		return run_while(n);
	case N_FOR:
		return run_for(n);
	default:
		return run(n->a);
	}
}

static int run_redirected(const struct node *n)
{
	struct saved_fds saved;
	int status = 2;

	if (!n->redirects)
		return run_compound(n);
	if (redirect(n->redirects, &saved) == 0)
		status = run_compound(n);
	redirect_undo(&saved);
	return status;
}

static int run_one(const struct node *n)
{
	struct stage stage = { n, NULL };
	int status;

	switch (n->kind) {
	case N_COMMAND:
		return run_command(n);
	case N_PIPE:
		return run_pipe(n);
	case N_SUBSHELL:
		return run_job(&stage, 1, n, 0);
	case N_BACK:
		stage.node = n->a;
		return run_job(&stage, 1, n->a, 1);
	case N_NOT:
		return !run(n->a);
	case N_LIST:
		status = run(n->a);
		return stop() ? status : run(n->b);
	case N_AND:
		status = run(n->a);
		return status || stop() ? status : run(n->b);
	case N_OR:
		status = run(n->a);
		return !status || stop() ? status : run(n->b);
	default:
		return run_redirected(n);
	}
}

int run(const struct node *n)
{
	size_t mark = arena_mark();

	last_status = run_one(n);
	arena_release(mark);
	return last_status;
}

int run_text(const char *text)
{
	struct node *tree;
	int state;

	text = arena_string(text, strlen(text));
	state = parse(text, &tree);
	if (state > 0)
		wrong("syntax error: unexpected end of file");
	if (state)
		return last_status = 2;
	return tree ? run(tree) : last_status;
}

/* ---- in a child */

static int try_exec(const char *path, char **argv, char **env)
{
	stat_t st;

	execve(path, argv, env);
	if (errno == EACCES && !stat(path, &st) && S_ISDIR(st.st_mode))
		errno = EISDIR;
	return errno;
}

/* Looks in every folder of PATH. => the errno that matters most */
static int exec_path(char **argv, char **env)
{
	const char *p = var_get("PATH"), *end;
	char path[512];
	int err = ENOENT, e;

	if (strchr(argv[0], '/'))
		return try_exec(argv[0], argv, env);
	for (; *p; p = *end ? end + 1 : end) {
		end = strchr(p, ':');
		if (!end)
			end = p + strlen(p);
		if ((size_t)(end - p) + strlen(argv[0]) + 2 > sizeof(path))
			continue;
		memcpy(path, p, (size_t)(end - p));
		path[end - p] = '/';
		strcpy(path + (end - p) + 1, argv[0]);
		e = try_exec(path, argv, env);
		if (e != ENOENT && e != ENOTDIR)
			err = e;
	}
	return err;
}

static void exec_stage(const struct node *n, char **argv)
{
	int err;

	assign(n->words, 2);
	if (redirect(n->redirects, NULL) < 0)
		_exit(2);
	err = exec_path(argv, vars_environ());
	if (err == ENOENT && !strchr(argv[0], '/'))
		wrong("%s: command not found", argv[0]);
	else
		wrong("%s: %s", argv[0], strerror(err));
	_exit(err == ENOENT ? 127 : 126);
}

void run_stage(const struct stage *stage)
{
	const struct node *n = stage->node;

	interactive = 0;
	if (n->kind == N_COMMAND && stage->argv)
		exec_stage(n, stage->argv);
	if (n->kind == N_SUBSHELL)
		exit(run_redirected(n));
	if (n->kind == N_COMMAND) {
		int argc, prefix = assign(n->words, 0);
		char **argv = expand_words(skip_words(n->words, prefix), &argc);

		if (argc && !interrupted && !builtin_find(argv[0]))
			exec_stage(n, argv);
	}
	exit(run(n));
}

/* ---- $(...) */

#define CAPTURE_MAX 16384

char *run_capture(const char *text)
{
	static char buf[CAPTURE_MAX];
	int fd[2], pid, status = 0;
	size_t n = 0;
	ssize_t r;

	flush();
	if (pipe(fd) < 0 || (pid = fork()) < 0) {
		complain("$(...)");
		return arena_string("", 0);
	}
	if (!pid) {
		jobs_forget();
		interactive = 0;
		dup2(fd[1], 1);
		close(fd[0]);
		close(fd[1]);
		exit(run_text(text));
	}
	close(fd[1]);
	while (n < sizeof(buf) && (r = read(fd[0], buf + n, sizeof(buf) - n)))
		if (r > 0)
			n += (size_t)r;
		else if (errno != EINTR)
			break;
	close(fd[0]);
	if (n == sizeof(buf))
		bad_word("$(...) is too long", "");
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	last_status = WEXITSTATUS(status);
	while (n && buf[n - 1] == '\n')
		n--;
	return arena_string(buf, n);
}
