/*
 * rlimits.c - limits: asking, setting, and what they stop.
 */
#include <linux/sysinfo.h>
#include "user/lib/probe.h"
#include "user/lib/tap.h"

#define MIB (1u << 20)
#define INF (~0ULL)

static void asking(void)
{
	struct rlimit64 lim = { 1, 1 };

	is_err(getrlimit(RLIMIT_STACK, &lim), 0, "prlimit64() asks");
	ok(lim.rlim_cur >= 64 * 1024, "RLIMIT_STACK is reasonable");
#ifdef __NR_getrlimit /* i386's first: limits have a sign */
	is_raw(sys(__NR_getrlimit, RLIMIT_AS, &lim), 0, "getrlimit()");
	is_hex((unsigned long)lim.rlim_cur, 0x7fffffff, "of signed numbers");
#endif
	is_err(getrlimit(99, &lim), EINVAL, "a limit unknown");
	is_raw(sys(__NR_prlimit64, 1 << 21, RLIMIT_AS, 0, &lim), ESRCH,
	       "nobody's limit");
	qemu_differs(1, "qemu-user keeps this limit to itself");
	is_err(setrlimit(RLIMIT_AS, 2, 1), EINVAL, "more than the maximum");
}

static int inherits(void *arg)
{
	struct rlimit64 lim;

	getrlimit(RLIMIT_DATA, &lim);
	return lim.rlim_cur == *(unsigned int *)arg ? 0 : 1;
}

static int lowers(void *arg)
{
	unsigned int want = 77 * MIB;

	(void)arg;
	setrlimit(RLIMIT_DATA, want, INF);
	return in_child(inherits, &want);
}

static int address_space(void *arg)
{
	char *p;

	(void)arg;
	setrlimit(RLIMIT_AS, 16 * MIB, INF);
	p = map_anon(8 * MIB);
	if (p == MAP_FAILED)
		return 1;
	if (map_anon(12 * MIB) != MAP_FAILED || errno != ENOMEM)
		return 2;
	if (mremap(p, 8 * MIB, 18 * MIB, MREMAP_MAYMOVE, NULL) != MAP_FAILED ||
	    errno != ENOMEM)
		return 3;
	munmap(p, 8 * MIB);
	if (map_anon(12 * MIB) == MAP_FAILED)
		return 4;
	return sbrk(8 * MIB) == MAP_FAILED ? 0 : 5;
}

static int data(void *arg)
{
	(void)arg;
	setrlimit(RLIMIT_DATA, 4 * MIB, INF);
	if (map_anon(8 * MIB) != MAP_FAILED || errno != ENOMEM)
		return 1;
	if (map_shared(8 * MIB) == MAP_FAILED) /* not private: not data */
		return 2;
	if (mmap(NULL, 8 * MIB, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		 0) == MAP_FAILED)
		return 3;
	return sbrk(8 * MIB) == MAP_FAILED ? 0 : 4;
}

static int is_promised(size_t len, int flags)
{
	char *p =
		mmap(NULL, len, RW, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	return p != MAP_FAILED && munmap(p, len) == 0;
}

/* Only here: other people's Linux stays as it is. */
static void promises(void)
{
	int fd = open("/proc/sys/vm/overcommit_memory", O_WRONLY, 0);
	struct sysinfo info;
	size_t most;

	if (under_oracle())
		return;
	sys(__NR_sysinfo, &info);
	most = info.totalram / 4 * 3 * info.mem_unit;
	write(fd, "2", 1);
	ok(!is_promised(most, 0), "overcommit 2 promises half of all");
	ok(!is_promised(most, MAP_NORESERVE), "to anybody");
	ok(is_promised(most / 3, 0), "but that");
	write(fd, "0", 1);
	ok(is_promised(most, 0), "overcommit 0 promises more");
	close(fd);
}

static int descriptors(void *arg)
{
	int fd[2];

	(void)arg;
	setrlimit(RLIMIT_NOFILE, 5, INF);
	while (pipe(fd) == 0)
		;
	return errno == EMFILE ? 0 : 1;
}

/* Two mappings cannot be one when their rights differ. */
static int mapping_count(void *arg)
{
	size_t n = 70000;
	size_t i;
	char *p = mmap(NULL, n * PAGE_SIZE, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)arg;
	for (i = 0; i < n; i += 2)
		if (mprotect(p + i * PAGE_SIZE, PAGE_SIZE, PROT_READ))
			break;
	if (i == n || errno != ENOMEM)
		return 1;
	if (i < 65000 || i > 65530)
		return 2;
	if (munmap(p + (i - 2) * PAGE_SIZE, PAGE_SIZE))
		return 3;
	return munmap(p, n * PAGE_SIZE) ? 4 : 0;
}

static volatile int over;

static void on_over(int signo, siginfo_t *info, void *context)
{
	(void)signo, (void)info, (void)context;
	over++;
}

static int cpu_time(void *arg)
{
	(void)arg;
	setrlimit(RLIMIT_CPU, 1, 2);
	sig_catch(SIGXCPU, on_over, 0);
	while (!over)
		;
	while (over) /* until the hard one */
		;
	return 1;
}

/* Nobody else runs as this user. */
static int processes(void *arg)
{
	int pid, status;

	(void)arg;
	sys(__NR_setresuid32, 54321, 54321, 54321);
	setrlimit(RLIMIT_NPROC, 2, 2);
	pid = fork();
	if (!pid) {
		sys(__NR_pause);
		_exit(0);
	}
	if (pid < 0 || fork() != -1 || errno != EAGAIN)
		return 1;
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	pid = fork();
	if (!pid)
		_exit(0);
	waitpid(pid, &status, 0);
	return pid > 0 ? 0 : 2;
}

static int strangers(void *arg)
{
	struct rlimit64 lim;
	unsigned int head, size, one = 1;

	(void)arg;
	if (sys(__NR_setresuid32, 54321, 54322, 54323) ||
	    sys(__NR_setuid32, 54322) != -EPERM)
		return 1;
	if (sys(__NR_prlimit64, getppid(), RLIMIT_CORE, 0, &lim) != -EPERM)
		return 2;
	if (sys(__NR_get_robust_list, getppid(), &head, &size) != -EPERM)
		return 3;
	if (sys(__NR_sched_setaffinity, getppid(), 4, &one) != -EPERM)
		return 4;
	return sys(__NR_kill, -1, 0) ? 5 : 0;
}

int main(void)
{
	asking();
	is_exit(in_child(lowers, NULL), 0, "children inherit limits");
	qemu_differs(2, "qemu-user does not pass these on");
	is_exit(in_child(address_space, NULL), 0, "RLIMIT_AS is kept");
	is_exit(in_child(data, NULL), 0, "RLIMIT_DATA is kept");
	promises();
	is_exit(in_child(descriptors, NULL), 0, "RLIMIT_NOFILE is kept");
	qemu_differs(1, "qemu-user counts with the host");
	is_exit(in_child(mapping_count, NULL), 0,
		"no more than 65,530 mappings");
	qemu_differs(4, "qemu-user keeps these to itself");
	is_err(setrlimit(RLIMIT_NOFILE, 4, 1 << 30), EPERM,
	       "more files than the machine has");
	is_killed(in_child(cpu_time, NULL), SIGKILL,
		  "RLIMIT_CPU: SIGXCPU, then SIGKILL");
	is_exit(in_child(processes, NULL), 0, "RLIMIT_NPROC is kept");
	is_exit(in_child(strangers, NULL), 0,
		"another user's process can neither be seen nor changed");
	return done_testing();
}
