/*
 * fail-nth-processes.h - the lines of fail-nth.c about processes, threads,
 * signals and waiting; and execve, in children.
 */

#define SURVIVED 9

static int child;

static long call_fork(void)
{
	long pid = sys(__NR_fork);

	if (pid == 0)
		_exit(0);
	return pid;
}

static long call_vfork(void)
{
	long pid = vfork_raw();

	if (pid == 0)
		_exit(0);
	return pid;
}

static void after_child(long result)
{
	int status;

	if (!RAW_FAILED(result))
		waitpid((int)result, &status, 0);
}

/* A child without a copy of the address space. */
static long call_clone_vm(void)
{
	long pid =
		sys(__NR_clone, CLONE_VFORK | CLONE_FILES | CLONE_FS | SIGCHLD);

	if (pid == 0)
		_exit(0);
	return pid;
}

static long nothing(void *arg)
{
	(void)arg;
	return 0;
}

static long call_thread(void)
{
	static struct thread t;
	long err = thread_start(&t, nothing, NULL);

	if (!err)
		thread_join(&t);
	return err;
}

static void before_wait(void)
{
	struct timespec moment = { 0, 1000000 };

	child = fork();
	if (child == 0)
		_exit(0);
	nanosleep(&moment, NULL);
}

static long call_wait(void)
{
	struct rusage usage;
	int status;

	return sys(__NR_wait4, child, &status, 0, &usage);
}

static void after_wait(long result)
{
	if (RAW_FAILED(result))
		waitpid(child, NULL, 0);
}

static long call_sigaction(void)
{
	return sig_catch(SIGUSR2, SIG_FN_IGN, 0) < 0 ? -errno : 0;
}

static void before_signal(void)
{
	sig_mask(SIG_BLOCK, SIG(SIGUSR1) | SIG(40), NULL);
}

static void after_signal(long result)
{
	struct timespec none = { 0, 0 };

	(void)result;
	while (sig_timedwait(SIG(SIGUSR1) | SIG(40), NULL, &none) > 0)
		;
	sig_mask(SIG_UNBLOCK, SIG(SIGUSR1) | SIG(40), NULL);
}

/* Without memory the signal comes all the same, and says less of itself. */
static long call_kill(void)
{
	long r = sys(__NR_kill, getpid(), SIGUSR1);

	return r || sig_pending() & SIG(SIGUSR1) ? r : -EIO;
}

CALL(kill_rt, __NR_kill, getpid(), 40)

static long call_queue(void)
{
	siginfo_t info;
	long r;

	memset(&info, 0, sizeof(info));
	info.si_code = SI_QUEUE;
	r = sys(__NR_rt_sigqueueinfo, getpid(), 40, &info);
	return RAW_FAILED(r) && sig_pending() & SIG(40) ? -EIO : r;
}

static volatile int handled;

static void count(int signo, siginfo_t *info, void *context)
{
	(void)signo, (void)info, (void)context;
	handled++;
}

static void before_handler(void)
{
	sig_catch(SIGUSR1, count, SA_SIGINFO);
}

static void after_handler(long result)
{
	(void)result;
	sig_catch(SIGUSR1, SIG_FN_DFL, 0);
}

static long call_handler(void)
{
	int before = handled;

	sys(__NR_kill, getpid(), SIGUSR1);
	return handled == before + 1 ? 0 : -EIO;
}

static long set_timer(long seconds)
{
	long value[4] = { 0, 0, seconds, 0 };

	return sys(__NR_setitimer, 0, value, 0);
}

static long call_setitimer(void)
{
	return set_timer(1000);
}

static void after_setitimer(long result)
{
	(void)result;
	set_timer(0);
}

static long call_futex(void)
{
	static volatile int word;
	struct timespec moment = { 0, 1000 };
	long r = futex_wait(&word, 0, &moment);

	return r == -ETIMEDOUT ? 0 : r;
}

static long call_nanosleep(void)
{
	struct timespec moment = { 0, 1000 };

	return sys(__NR_nanosleep, &moment, 0);
}

static long call_prlimit(void)
{
	struct rlimit64 lim;

	return sys(__NR_prlimit64, 0, RLIMIT_AS, 0, &lim);
}

CALL(prctl, __NR_prctl, 15 /* PR_SET_NAME */, "fail-nth")

static const struct line process_lines[] = {
	{ "fork", NULL, call_fork, after_child, EAGAIN },
	{ "vfork", NULL, call_vfork, after_child, EAGAIN },
	{ "clone", NULL, call_clone_vm, after_child, EAGAIN },
	{ "clone of a thread", NULL, call_thread, NULL, EAGAIN },
	{ "wait4", before_wait, call_wait, after_wait, 0 },
	{ "rt_sigaction", NULL, call_sigaction, NULL, 0 },
	{ "kill", before_signal, call_kill, after_signal, 0 },
	{ "kill, real-time", before_signal, call_kill_rt, after_signal,
	  EAGAIN },
	{ "rt_sigqueueinfo", before_signal, call_queue, after_signal, EAGAIN },
	{ "a handler", before_handler, call_handler, after_handler, 0 },
	{ "setitimer", NULL, call_setitimer, after_setitimer, 0 },
	{ "futex", NULL, call_futex, NULL, 0 },
	{ "nanosleep", NULL, call_nanosleep, NULL, 0 },
	{ "prlimit64", NULL, call_prlimit, NULL, 0 },
	{ "prctl", NULL, call_prctl, NULL, 0 },
};

/* ---- execve: the process that makes it either goes on as it was, or runs the
 * new program, or, beyond the point of no return, dies of it. */

enum { AS_BEFORE = 20, NOT_AS_BEFORE };

#define EXECVEAT 0x1000 /* beside the number of the allocation */

static int exec_child(void *arg)
{
	static char name[] = "fail-nth", word[] = "left", number[12],
		    env[] = "A=1";
	char *const argv[] = { name, word, number, NULL };
	char *const envp[] = { env, NULL };
	const int *n = arg;
	int self = open("/proc/self/exe", O_RDONLY, 0);
	long r;

	fail_fd = open("/proc/thread-self/fail-nth", O_RDWR, 0);
	snprintf(number, sizeof(number), "%d", fail_fd);
	look(&before_view);
	arm(*n & ~EXECVEAT);
	r = *n & EXECVEAT ? sys(__NR_execveat, self, "", argv, envp, 0x1000)
			  : sys(__NR_execve, "/proc/self/exe", argv, envp);
	disarm(fail_fd);
	return r == -ENOMEM && !changed() ? AS_BEFORE : NOT_AS_BEFORE;
}

static void exec_under_failure(const char *name, int call)
{
	int n = call, status, wrong = 0;

	do {
		n++;
		status = in_child(exec_child, &n);
		if (status != SIGKILL && status != SIGSEGV &&
		    status != AS_BEFORE << 8 && status != SURVIVED << 8 &&
		    status != 0) {
			diag("%s, allocation %d: status %x", name, n - call,
			     (unsigned int)status);
			wrong++;
		}
	} while (status != 0 && n < call + MOST);
	ok(!wrong && status == 0, "%s, with each of %d allocations failing",
	   name, n - call - 1);
	ok(audit(), "%s: the kernel's audit", name);
}
