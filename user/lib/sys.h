/*
 * sys.h - system calls, for programs and tests.
 *
 * Numbers, constants and structures are Linux's own, from the UAPI headers.
 * There are two ways to call the kernel:
 *
 *	sys(__NR_close, fd)	the bare call: a result, or -errno
 *	close(fd)		as C programs know it: -1 and errno
 *
 * Only what the kernel's interface and the C interface have in common is
 * here: no cancellation, no locales, no 64-bit time. There is one errno for
 * all threads of a program; threads use sys() where they need to tell.
 */
#pragma once

#include <asm/errno.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <asm/stat.h>
#include <asm/unistd.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/poll.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/time.h>
#include <linux/types.h>
#include <linux/uio.h>
#include <linux/wait.h>

typedef __SIZE_TYPE__ size_t;
typedef int ssize_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __UINT8_TYPE__ uint8_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __UINT64_TYPE__ uint64_t;
#define NULL ((void *)0)

#define PAGE_SIZE     4096UL
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MAP_FAILED    ((void *)-1)
#define RAW_FAILED(r) ((unsigned long)(r) > -4096UL)

/* arch/start.S */
long syscall6(long nr, long a, long b, long c, long d, long e, long f);
long vfork_raw(void);

/* sys(nr, up to six arguments): a bare system call */
#define sys(...) sys_pad(__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define sys_pad(nr, a, b, c, d, e, f, ...)                               \
	syscall6((long)(nr), (long)(a), (long)(b), (long)(c), (long)(d), \
		 (long)(e), (long)(f))

/* start.c */
extern char **environ;
extern unsigned long *auxv; /* pairs of AT_* and value, up to AT_NULL */
unsigned long auxval(unsigned long type);
char *getenv(const char *name);

/* sys.c */
extern int errno;
long sys_ret(long result); /* -errno becomes -1 and errno */

void _exit(int status) __attribute__((noreturn));
ssize_t read(int fd, void *buf, size_t n);
ssize_t write(int fd, const void *buf, size_t n);
int open(const char *path, int flags, int mode);
int close(int fd);
int unlink(const char *path);
long lseek(int fd, long pos, int whence);
int pipe(int fd[2]);
int dup(int fd);
int dup2(int fd, int to);
int poll(struct pollfd *fds, unsigned int n, int ms);

int fork(void);
#define vfork() ((int)vfork_raw())
int execve(const char *path, char *const argv[], char *const envp[]);
int waitpid(int pid, int *status, int options);
int waitid(int idtype, int id, siginfo_t *info, int options);
int getpid(void);
int raise(int signo);
int getppid(void);
int gettid(void);
int sched_yield(void);

void *mmap(void *addr, size_t len, int prot, int flags, int fd, long off);
int munmap(void *addr, size_t len);
int mprotect(void *addr, size_t len, int prot);
void *mremap(void *addr, size_t len, size_t newlen, int flags, void *to);
int madvise(void *addr, size_t len, int advice);
int mincore(void *addr, size_t len, unsigned char *vec);
int mlock(void *addr, size_t len);
int munlock(void *addr, size_t len);
int mlockall(int flags);
int munlockall(void);
int brk(void *end);
void *sbrk(long delta);

int getrlimit(int what, struct rlimit64 *lim);
int setrlimit(int what, unsigned long long cur, unsigned long long max);
int getrusage(int who, struct rusage *ru);
int clock_gettime(int clock, struct timespec *ts);
int nanosleep(const struct timespec *want, struct timespec *left);

/* wait statuses */
#define WIFEXITED(s)   (((s)&0x7f) == 0)
#define WEXITSTATUS(s) (((s) >> 8) & 0xff)
#define WIFSIGNALED(s) (((s)&0x7f) != 0 && ((s)&0xff) != 0x7f)
#define WTERMSIG(s)    ((s)&0x7f)
#define WIFSTOPPED(s)  (((s)&0xff) == 0x7f)
#define WSTOPSIG(s)    (((s) >> 8) & 0xff)
