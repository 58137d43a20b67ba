/*
 * jobs.c - processes: pipelines, the foreground, the background.
 *
 *	a | b | c &	one job of three processes, in a process group of its own
 *
 * The terminal belongs to one group, the foreground's: the keys Ctrl-C and Ctrl-Z
 * send their signals to it. The shell hands the terminal to a job and takes it
 * back when that has ended or stopped. A shell that nobody types into makes
 * no groups: its children stay in its own.
 */
#include "user/sh/sh.h"

#define JOBS_MAX  16
#define PROCS_MAX 16

enum state { NONE, RUNNING, STOPPED, DONE };

static struct job {
	enum state state;
	int pgid, n, live, background, told;
	int pids[PROCS_MAX];
	int status; /* of the last process */
	char text[64];
} jobs[JOBS_MAX];

static int shell_pgrp;

static const struct {
	int signo;
	const char *text;
} endings[] = {
	{ SIGHUP, "Hangup" },
	{ SIGQUIT, "Quit" },
	{ SIGILL, "Illegal instruction" },
	{ SIGTRAP, "Trace/breakpoint trap" },
	{ SIGABRT, "Aborted" },
	{ SIGBUS, "Bus error" },
	{ SIGFPE, "Floating point exception" },
	{ SIGKILL, "Killed" },
	{ SIGUSR1, "User defined signal 1" },
	{ SIGUSR2, "User defined signal 2" },
	{ SIGSEGV, "Segmentation fault" },
	{ SIGALRM, "Alarm clock" },
	{ SIGTERM, "Terminated" },
};

static const char *ending(int status)
{
	static char buf[24];
	size_t i;

	if (!WIFSIGNALED(status)) {
		snprintf(buf, sizeof(buf), "Exit %d", WEXITSTATUS(status));
		return WEXITSTATUS(status) ? buf : "Done";
	}
	for (i = 0; i < ARRAY_SIZE(endings); i++)
		if (endings[i].signo == WTERMSIG(status))
			return endings[i].text;
	return signal_name(WTERMSIG(status));
}

static int shell_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

static void show(const struct job *j, const char *what)
{
	printf("[%d]  %-10s %s\n", (int)(j - jobs) + 1, what, j->text);
	flush();
}

static struct job *job_new(const struct node *text)
{
	struct job *j;
	size_t i, n = text->text_len;

	for (j = jobs; j < jobs + JOBS_MAX && j->state != NONE; j++)
		;
	if (j == jobs + JOBS_MAX)
		return NULL;
	memset(j, 0, sizeof(*j));
	n = n < sizeof(j->text) ? n : sizeof(j->text) - 1;
	while (n && strchr(" \t\n;", text->text[n - 1]))
		n--;
	for (i = 0; i < n; i++)
		j->text[i] = text->text[i] == '\n' ? ';' : text->text[i];
	j->state = RUNNING;
	return j;
}

/* ---- children's ends */

static void note(struct job *j, int i, int status)
{
	if (WIFSTOPPED(status)) {
		j->state = STOPPED;
		return;
	}
	if (i == j->n - 1)
		j->status = status;
	j->pids[i] = 0;
	if (!--j->live)
		j->state = DONE;
}

/* Takes in one child. => its number, 0: none was ready, -1: there is none */
static int reap(int options)
{
	int i, status, pid = waitpid(-1, &status, options | WUNTRACED);
	struct job *j;

	if (pid <= 0)
		return pid;
	for (j = jobs; j < jobs + JOBS_MAX; j++)
		for (i = 0; j->state != NONE && i < j->n; i++)
			if (j->pids[i] == pid)
				note(j, i, status);
	return pid;
}

void jobs_report(void)
{
	struct job *j;

	while (reap(WNOHANG) > 0)
		;
	for (j = jobs; j < jobs + JOBS_MAX; j++) {
		if (j->state == STOPPED && !j->told++ && interactive)
			show(j, "Stopped");
		if (j->state != DONE)
			continue;
		if (interactive && j->background)
			show(j, ending(j->status));
		j->state = NONE;
	}
}

static int job_end(struct job *j)
{
	int status = j->status;

	if (j->state == STOPPED) {
		printf("\n");
		j->background = j->told = 1;
		show(j, "Stopped");
		return 128 + SIGTSTP;
	}
	j->state = NONE;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) {
		interrupted = 1;
	} else if (WIFSIGNALED(status) && WTERMSIG(status) != SIGPIPE) {
		dprintf(2, "%s\n", ending(status));
	}
	return shell_status(status);
}

static int wait_job(struct job *j)
{
	while (j->state == RUNNING)
		if (reap(0) < 0 && errno != EINTR)
			break;
	if (interactive)
		set_foreground(0, shell_pgrp);
	return job_end(j);
}

/* ---- starting */

void jobs_forget(void)
{
	static const int signals[] = { SIGINT,	SIGQUIT, SIGTSTP,
				       SIGTTIN, SIGTTOU, SIGTERM };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sig_catch(signals[i], SIG_FN_DFL, 0);
	memset(jobs, 0, sizeof(jobs));
}

static void child(const struct stage *stage, int pgid, int in, int out,
		  int background)
{
	int grouped = interactive;

	if (grouped) {
		setpgid(0, pgid);
		if (!background)
			set_foreground(0, pgid ? pgid : getpid());
	} else if (background && in == 0) {
		in = open("/dev/null", O_RDONLY, 0);
	}
	jobs_forget();
	if (interrupted)
		_exit(128 + SIGINT);
	if (!grouped && background) {
		sig_catch(SIGINT, SIG_FN_IGN, 0);
		sig_catch(SIGQUIT, SIG_FN_IGN, 0);
	}
	if (in > 0) {
		dup2(in, 0);
		close(in);
	}
	if (out != 1) {
		dup2(out, 1);
		close(out);
	}
	run_stage(stage);
}

/* Forks one process. => its number, or -1 */
static int start(struct job *j, const struct stage *stage, int in, int out,
		 int other_end)
{
	int pid = fork();

	if (!pid) {
		if (other_end >= 0)
			close(other_end);
		child(stage, j->pgid, in, out, j->background);
	}
	if (pid < 0)
		return -1;
	if (!j->pgid)
		j->pgid = pid;
	if (interactive)
		setpgid(pid, j->pgid);
	j->pids[j->n++] = pid;
	j->live++;
	return pid;
}

static int start_all(struct job *j, const struct stage *stages, int n)
{
	int i, pid = 0, in = 0, fd[2];

	for (i = 0; i < n && pid >= 0; i++) {
		fd[0] = -1;
		fd[1] = 1;
		if (i < n - 1 && pipe(fd) < 0)
			pid = -1;
		else
			pid = start(j, &stages[i], in, fd[1], fd[0]);
		if (in)
			close(in);
		if (fd[1] != 1)
			close(fd[1]);
		in = fd[0] > 0 ? fd[0] : 0;
	}
	if (in)
		close(in);
	return pid;
}

int run_job(const struct stage *stages, int n, const struct node *text,
	    int background)
{
	struct job *j = job_new(text);
	int pid;

	if (!j) {
		jobs_report();
		j = job_new(text);
	}
	if (!j)
		return wrong("too many jobs");
	flush();
	j->background = background;
	pid = start_all(j, stages, n);
	if (pid < 0)
		complain("fork");
	if (!j->live) {
		j->state = NONE;
		return 1;
	}
	if (!background) {
		/* Ctrl-C was the shell's up to here, and meant the job. */
		if (interactive)
			set_foreground(0, j->pgid);
		if (interrupted)
			kill(interactive ? -j->pgid : pid, SIGINT);
		return wait_job(j);
	}
	last_background = pid;
	if (interactive)
		printf("[%d] %d\n", (int)(j - jobs) + 1, pid);
	return 0;
}

static void on_interrupt(int signo, siginfo_t *info, void *context)
{
	(void)signo, (void)info, (void)context;
	interrupted = 1;
	if (leave_read)
		long_jump(leave_read, 1);
}

void jobs_init(void)
{
	if (!interactive)
		return;
	sig_catch(SIGINT, on_interrupt, SA_NODEFER);
	sig_catch(SIGQUIT, SIG_FN_IGN, 0);
	sig_catch(SIGTERM, SIG_FN_IGN, 0);
	sig_catch(SIGTSTP, SIG_FN_IGN, 0);
	sig_catch(SIGTTIN, SIG_FN_IGN, 0);
	sig_catch(SIGTTOU, SIG_FN_IGN, 0);
	setpgid(0, 0);
	shell_pgrp = (int)sys(__NR_getpgrp);
	set_foreground(0, shell_pgrp);
}

/* ---- jobs, fg, bg, wait, kill */

/* %2, 2, or the last one where nothing is said. => NULL, said */
static struct job *job_named(const char *cmd, const char *name)
{
	struct job *j, *last = NULL;
	const char *digits = name ? name + (*name == '%') : "";
	char *end;
	unsigned long n = strtoul(digits, &end, 10);

	if (*end || end - digits > 3)
		n = JOBS_MAX + 1;
	for (j = jobs; j < jobs + JOBS_MAX; j++)
		if (j->state != NONE && (!n || j == &jobs[n - 1]))
			last = j;
	if (!last)
		wrong("%s: %s%sno such job", cmd, name ? name : "",
		      name ? ": " : "");
	return last;
}

static void go_on(struct job *j)
{
	if (j->state == STOPPED)
		j->state = RUNNING;
	j->told = 0;
	kill(interactive ? -j->pgid : j->pgid, SIGCONT);
}

static int fg_bg(const char *cmd, const char *name)
{
	struct job *j = job_named(cmd, name);
	int foreground = *cmd == 'f';

	if (!j)
		return 1;
	if (interactive && foreground)
		set_foreground(0, j->pgid);
	printf("%s\n", j->text);
	flush();
	j->background = !foreground;
	go_on(j);
	return foreground ? wait_job(j) : 0;
}

static int wait_pid(int pid)
{
	struct job *j, *found = NULL;
	int status;

	for (j = jobs; j < jobs + JOBS_MAX; j++)
		if (j->state != NONE && j->n && pid == j->pids[j->n - 1])
			found = j;
	if (!found)
		return 127;
	while (found->state == RUNNING && !interrupted)
		if (reap(0) < 0 && errno != EINTR)
			break;
	status = shell_status(found->status);
	if (found->state == DONE)
		found->state = NONE;
	return interrupted ? 130 : status;
}

static int wait_all(void)
{
	struct job *j;

	for (j = jobs; j < jobs + JOBS_MAX; j++)
		while (j->state == RUNNING && !interrupted)
			if (reap(0) < 0 && errno != EINTR)
				return 0;
	return interrupted ? 130 : 0;
}

static int wait_arg(const char *arg)
{
	const struct job *j;
	int pid;

	if (*arg != '%')
		return parse_number("wait", arg, &pid) ? wait_pid(pid) : 2;
	j = job_named("wait", arg);
	return j ? wait_pid(j->pids[j->n - 1]) : 127;
}

/* %N becomes the number of the job's group, or of its process; the program kill does the
 * rest. A stopped job has to go on to be ended. */
static int kill_jobs(int argc, char **argv)
{
	static char term[] = "-TERM";
	char **v = arena_alloc((size_t)(argc + 2) * sizeof(*v));
	struct node n = { .kind = N_COMMAND, .text = "kill", .text_len = 4 };
	struct stage stage = { &n, v };
	int i, plain = argc > 1 && *argv[1] != '-', status;
	struct job *j;

	*v++ = argv[0];
	if (plain)
		*v++ = term;
	for (i = 1; i < argc; i++, v++) {
		*v = argv[i];
		if (*argv[i] != '%')
			continue;
		j = job_named("kill", argv[i]);
		if (!j)
			return 1;
		*v = arena_alloc(12);
		snprintf(*v, 12, "%d", interactive ? -j->pgid : j->pgid);
	}
	*v = NULL;
	status = run_job(&stage, 1, &n, 0);
	for (i = 1; plain && i < argc; i++)
		if (*argv[i] == '%')
			go_on(job_named("kill", argv[i]));
	return status;
}

int job_builtin(int argc, char **argv)
{
	static const char *const names[] = { "", "Running", "Stopped", "Done" };
	struct job *j;

	if (!strcmp(argv[0], "fg") || !strcmp(argv[0], "bg"))
		return fg_bg(argv[0], argv[1]);
	if (!strcmp(argv[0], "wait"))
		return argc > 1 ? wait_arg(argv[1]) : wait_all();
	if (!strcmp(argv[0], "kill"))
		return kill_jobs(argc, argv);
	while (reap(WNOHANG) > 0)
		;
	for (j = jobs; j < jobs + JOBS_MAX; j++)
		if (j->state == RUNNING || j->state == STOPPED)
			show(j, names[j->state]);
	return 0;
}
