/*
 * sys.c - system calls in the shape C programs know: -1 and errno. Each is
 * one line around the bare call; what the kernel's interface does differently
 * from C's is explained where it happens.
 */
#include "user/lib/sys.h"

int errno;

long sys_ret(long result)
{
	if (!RAW_FAILED(result))
		return result;
	errno = (int)-result;
	return -1;
}

#define RET(...) return (int)sys_ret(sys(__VA_ARGS__))

void _exit(int status)
{
	for (;;)
		sys(__NR_exit_group, status);
}

ssize_t read(int fd, void *buf, size_t n)
{
	RET(__NR_read, fd, buf, n);
}

ssize_t write(int fd, const void *buf, size_t n)
{
	RET(__NR_write, fd, buf, n);
}

int open(const char *path, int flags, int mode)
{
	RET(__NR_open, path, flags, mode);
}

int close(int fd)
{
	RET(__NR_close, fd);
}

int unlink(const char *path)
{
	RET(__NR_unlink, path);
}

long lseek(int fd, long pos, int whence)
{
	RET(__NR_lseek, fd, pos, whence);
}

int pipe(int fd[2])
{
	RET(__NR_pipe, fd);
}

int dup(int fd)
{
	RET(__NR_dup, fd);
}

int dup2(int fd, int to)
{
	RET(__NR_dup2, fd, to);
}

int poll(struct pollfd *fds, unsigned int n, int ms)
{
	RET(__NR_poll, fds, n, ms);
}

int fork(void)
{
	RET(__NR_fork);
}

int execve(const char *path, char *const argv[], char *const envp[])
{
	RET(__NR_execve, path, argv, envp);
}

int waitpid(int pid, int *status, int options)
{
	RET(__NR_wait4, pid, status, options, 0);
}

int waitid(int idtype, int id, siginfo_t *info, int options)
{
	RET(__NR_waitid, idtype, id, info, options, 0);
}

int getpid(void)
{
	RET(__NR_getpid);
}

int getppid(void)
{
	RET(__NR_getppid);
}

int gettid(void)
{
	RET(__NR_gettid);
}

/* Here, in a file that every program has: libgcc's division by zero raises
 * SIGFPE, and the linker looks for it before it sees libgcc. */
int raise(int signo)
{
	RET(__NR_tgkill, getpid(), gettid(), signo);
}

int sched_yield(void)
{
	RET(__NR_sched_yield);
}

/* mmap2 counts the file offset in units of 4096 bytes. */
void *mmap(void *addr, size_t len, int prot, int flags, int fd, long off)
{
	return (void *)sys_ret(sys(__NR_mmap2, addr, len, prot, flags, fd,
				   (unsigned long)off / 4096));
}

int munmap(void *addr, size_t len)
{
	RET(__NR_munmap, addr, len);
}

int mprotect(void *addr, size_t len, int prot)
{
	RET(__NR_mprotect, addr, len, prot);
}

void *mremap(void *addr, size_t len, size_t newlen, int flags, void *to)
{
	return (void *)sys_ret(sys(__NR_mremap, addr, len, newlen, flags, to));
}

int madvise(void *addr, size_t len, int advice)
{
	RET(__NR_madvise, addr, len, advice);
}

int mincore(void *addr, size_t len, unsigned char *vec)
{
	RET(__NR_mincore, addr, len, vec);
}

int mlock(void *addr, size_t len)
{
	RET(__NR_mlock, addr, len);
}

int munlock(void *addr, size_t len)
{
	RET(__NR_munlock, addr, len);
}

int mlockall(int flags)
{
	RET(__NR_mlockall, flags);
}

int munlockall(void)
{
	RET(__NR_munlockall);
}

/* The kernel's brk() never fails: it answers with the end as it is now. */
int brk(void *end)
{
	if ((void *)sys(__NR_brk, end) == end)
		return 0;
	errno = ENOMEM;
	return -1;
}

void *sbrk(long delta)
{
	char *now = (char *)sys(__NR_brk, 0);

	if (delta && brk(now + delta) < 0)
		return MAP_FAILED;
	return now;
}

int getrlimit(int what, struct rlimit64 *lim)
{
	RET(__NR_prlimit64, 0, what, 0, lim);
}

int setrlimit(int what, unsigned long long cur, unsigned long long max)
{
	struct rlimit64 lim = { cur, max };

	RET(__NR_prlimit64, 0, what, &lim, 0);
}

int getrusage(int who, struct rusage *ru)
{
	RET(__NR_getrusage, who, ru);
}

int clock_gettime(int clock, struct timespec *ts)
{
	RET(__NR_clock_gettime, clock, ts);
}

int nanosleep(const struct timespec *want, struct timespec *left)
{
	RET(__NR_nanosleep, want, left);
}
