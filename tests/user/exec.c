/*
 * exec.c - execve(): the new program gets a fresh address space, Linux's
 * initial stack and auxiliary vector; what it inherits and what not; errors.
 */
#include <linux/auxvec.h>
#include <linux/elf.h>
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

static const char *self;

/* Runs this program as "self @what @arg" with @env. => wait status */
static int run_env(const char *what, const char *arg, const char **env)
{
	const char *argv[] = { self, what, arg, NULL };
	int status, pid;

	flush();
	pid = fork();
	if (pid == 0) {
		execve(self, (char *const *)(uintptr_t)argv,
		       (char *const *)(uintptr_t)env);
		_exit(99);
	}
	waitpid(pid, &status, 0);
	return status;
}

static int run(const char *what, const char *arg)
{
	static const char *env[] = { NULL };

	return run_env(what, arg, env);
}

/* ---- what the new program finds */

static int child_args(int argc, char **argv)
{
	return argc == 3 && !strcmp(argv[2], "two words") && !argv[3] ? 0 : 1;
}

static int child_env(void)
{
	char *v = getenv("QUIRE_TEST");

	return v && !strcmp(v, "yes") && environ[0] && !environ[1] ? 0 : 1;
}

static int child_auxv(void)
{
	unsigned char *random = (unsigned char *)auxval(AT_RANDOM);
	Elf32_Phdr *ph = (Elf32_Phdr *)auxval(AT_PHDR);

	if (auxval(AT_PAGESZ) != PAGE_SIZE)
		return 1;
	if (!ph || auxval(AT_PHENT) != sizeof(*ph) || auxval(AT_PHNUM) < 2)
		return 2;
	while (ph->p_type != PT_LOAD || !(ph->p_flags & PF_X))
		ph++; /* the code: it is there, or we would not run */
	if (ph->p_flags & PF_W)
		return 3;
	if (!auxval(AT_ENTRY) || probe((void *)auxval(AT_ENTRY), READ))
		return 4;
	if (!random || probe(random + 15, READ))
		return 5;
	return auxval(AT_SECURE) == 0 ? 0 : 6;
}

static int child_stack(int argc, char **argv)
{
	struct map m;

	map_at(argv, &m);
	if (strcmp(m.path, "[stack]"))
		return 1;
	if ((char *)argv[0] < (char *)argv) /* strings lie above */
		return 2;
	return argc == 3 && ((uintptr_t)argv & 3) == 0 ? 0 : 3;
}

static int child_signals(void)
{
	struct sig_action act;

	sys(__NR_rt_sigaction, SIGUSR1, 0, &act, 8);
	if (act.handler != SIG_FN_DFL)
		return 1;
	sys(__NR_rt_sigaction, SIGUSR2, 0, &act, 8);
	if (act.handler != SIG_FN_IGN)
		return 2;
	return sig_pending() == SIG(SIGTERM) ? 0 : 3;
}

static int child_fds(const char *arg)
{
	int open_fd = arg[0] - '0', closed_fd = arg[1] - '0';

	if (sys(__NR_fcntl64, open_fd, F_GETFD, 0) < 0)
		return 1;
	return sys(__NR_fcntl64, closed_fd, F_GETFD, 0) == -EBADF ? 0 : 2;
}

static int child_main(int argc, char **argv)
{
	const char *what = argv[1];

	self = argv[0];
	if (!strcmp(what, "args"))
		return child_args(argc, argv);
	if (!strcmp(what, "env"))
		return child_env();
	if (!strcmp(what, "auxv"))
		return child_auxv();
	if (!strcmp(what, "stack"))
		return child_stack(argc, argv);
	if (!strcmp(what, "signals"))
		return child_signals();
	if (!strcmp(what, "fds"))
		return child_fds(argv[2]);
	if (!strcmp(what, "mapped")) /* the page that the parent had */
		return map_count((void *)0x50000000, PAGE_SIZE);
	return 98;
}

/* ---- the tests */

static void a_new_stack(void)
{
	static const char *env[] = { "QUIRE_TEST=yes", NULL };

	is_exit(run("args", "two words"), 0, "arguments arrive");
	is_exit(run_env("env", "-", env), 0, "so does the environment");
	is_exit(run("auxv", "-"), 0, "the auxiliary vector is right");
	is_exit(run("stack", "-"), 0, "all of it lies on the stack");
}

static int map_and_exec(void *arg)
{
	const char *argv[] = { self, "mapped", "-", NULL };

	(void)arg;
	mmap((void *)0x50000000, PAGE_SIZE, PROT_READ,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	execve(self, (char *const *)(uintptr_t)argv, environ);
	return 97;
}

static void a_new_address_space(void)
{
	is_exit(in_child(map_and_exec, NULL), 0,
		"the old program's mappings are gone");
}

static int signals_and_exec(void *arg)
{
	const char *argv[] = { self, "signals", "-", NULL };

	sig_catch(SIGUSR1, (sig_fn)(uintptr_t)arg, 0);
	sig_catch(SIGUSR2, SIG_FN_IGN, 0);
	sig_mask(SIG_BLOCK, SIG(SIGTERM), NULL);
	kill(getpid(), SIGTERM);
	execve(self, (char *const *)(uintptr_t)argv, environ);
	return 97;
}

static void signals(void)
{
	is_exit(in_child(signals_and_exec, (void *)(uintptr_t)signals), 0,
		"handlers go, ignored, blocked and pending signals stay");
}

static void descriptors(void)
{
	char arg[3] = { 0 };
	int fd[2];

	pipe(fd);
	sys(__NR_fcntl64, fd[1], F_SETFD, FD_CLOEXEC);
	arg[0] = (char)('0' + fd[0]);
	arg[1] = (char)('0' + fd[1]);
	is_exit(run("fds", arg), 0, "close-on-exec closes just its own");
	close(fd[0]);
	close(fd[1]);
}

static void errors(void)
{
	const char *argv[] = { self, NULL };
	char *const *av = (char *const *)(uintptr_t)argv;

	is_err(execve("/no/such", av, environ), ENOENT, "no such file");
	is_err(execve("/proc/version/x", av, environ), ENOTDIR, "no folder");
	is_err(execve("", av, environ), ENOENT, "an empty name");
	is_raw(sys(__NR_execve, 8, av, environ), EFAULT, "a bad name");
	is_err(execve("/proc", av, environ), EACCES, "a folder");
	is_raw(sys(__NR_execve, self, 8, environ), EFAULT, "bad arguments");
	is_raw(sys(__NR_execve, self, av, 8), EFAULT, "a bad environment");
	argv[0] = (char *)8;
	is_err(execve(self, av, environ), EFAULT, "a bad argument");
}

static void too_much(void)
{
	size_t len = 128 * 1024 + 1;
	char *big = map_anon(len);
	const char *argv[] = { self, "args", big, NULL };

	memset(big, 'x', len - 1);
	is_err(execve(self, (char *const *)(uintptr_t)argv, environ), E2BIG,
	       "an argument of 128 KiB, and its end");
	munmap(big, len);
}

static int small_stack(void *arg)
{
	const char *argv[] = { self, "args", arg, NULL };

	setrlimit(RLIMIT_STACK, 128 * 1024, 128 * 1024);
	execve(self, (char *const *)(uintptr_t)argv, environ);
	return 97;
}

static void long_arguments(void)
{
	static char big[100 * 1024];

	memset(big, 'x', sizeof(big) - 1);
	is_exit(run("args", big), 1, "an argument of 100 KiB arrives");
	big[60 * 1024] = 0;
	is_exit(in_child(small_stack, big), 1,
		"one of 60 KiB where a stack has 128");
}

int main(int argc, char **argv)
{
	if (argc > 2)
		return child_main(argc, argv);
	if (under_qemu()) {
		skip("execve", "the host does not know our programs");
		return done_testing();
	}
	self = argv[0];
	a_new_stack();
	a_new_address_space();
	signals();
	descriptors();
	errors();
	too_much();
	long_arguments();
	return done_testing();
}
