/*
 * syscall.c - the table of system calls.
 *
 * Indexed by Linux's numbers, which the installed headers know (<asm/unistd.h>); the calls
 * that only one machine has are ARCH_CALLS (kernel/ARCH/syscall_arch.h). The machine's
 * entry code (kernel/ARCH/entry.S) calls through the table with six registers; functions
 * that take fewer do not look at the rest.
 *
 * A 64-bit argument takes two registers, on ARM an even and an odd one: the calls that have
 * one behind an odd number of others go through arch_NAME (CALL64).
 */
#include "kernel/arch.h"

#include <asm/errno.h>
#include <asm/unistd.h>

/* By subject, several to a line. */
/* clang-format off */
#define SYSCALLS \
	/* memory */ \
	CALL(mmap2) CALL(munmap) CALL(mprotect) CALL(mremap) CALL(madvise) \
	CALL(mincore) CALL(mlock) CALL(mlock2) CALL(munlock) CALL(mlockall) \
	CALL(munlockall) CALL(brk) CALL(memfd_create) CALL(msync) \
	CALL(remap_file_pages) CALL(membarrier) \
	/* processes */ \
	CALL(fork) CALL(vfork) CALL(clone) CALL(execve) CALL(execveat) \
	CALL(exit) CALL(exit_group) CALL(wait4) CALL(waitid) \
	CALL(set_tid_address) CALL(sched_yield) CALL(prctl) CALL(futex) \
	CALL(futex_time64) CALL(set_robust_list) CALL(get_robust_list) \
	/* signals */ \
	CALL(rt_sigaction) CALL(sigaction) CALL(rt_sigprocmask) \
	CALL(sigprocmask) CALL(rt_sigpending) CALL(sigpending) \
	CALL(rt_sigsuspend) CALL(sigsuspend) CALL(rt_sigtimedwait) \
	CALL(rt_sigtimedwait_time64) CALL(rt_sigreturn) CALL(sigreturn) \
	CALL(rt_sigqueueinfo) CALL(rt_tgsigqueueinfo) CALL(sigaltstack) \
	CALL(kill) CALL(tkill) CALL(tgkill) CALL(pause) CALL(getitimer) \
	CALL(setitimer) \
	/* time */ \
	CALL(clock_gettime) CALL(clock_gettime64) CALL(clock_getres) \
	CALL(clock_getres_time64) CALL(clock_settime) CALL(clock_settime64) \
	CALL(nanosleep) CALL(clock_nanosleep) CALL(clock_nanosleep_time64) \
	CALL(gettimeofday) \
	/* who and what */ \
	CALL(getpid) CALL(gettid) CALL(getppid) CALL(getpgid) CALL(getpgrp) \
	CALL(setpgid) CALL(getsid) CALL(setsid) CALL(getuid32) \
	CALL(geteuid32) CALL(getgid32) CALL(getegid32) CALL(setuid32) \
	CALL(setgid32) CALL(setresuid32) CALL(setresgid32) CALL(getresuid32) \
	CALL(getresgid32) CALL(setreuid32) CALL(setregid32) CALL(getgroups32) \
	CALL(setgroups32) CALL(capget) CALL(capset) \
	SAME(getuid, getuid32) SAME(geteuid, geteuid32) \
	SAME(getgid, getgid32) SAME(getegid, getegid32) \
	CALL(prlimit64) CALL(setrlimit) SAME(ugetrlimit, getrlimit) \
	CALL(getrusage) CALL(times) SAME(uname, newuname) CALL(sethostname) \
	CALL(setdomainname) CALL(sysinfo) CALL(getrandom) CALL(reboot) \
	/* who runs */ \
	CALL(getpriority) CALL(setpriority) CALL(nice) \
	CALL(sched_getscheduler) CALL(sched_setscheduler) \
	CALL(sched_getparam) CALL(sched_setparam) \
	CALL(sched_get_priority_max) \
	SAME(sched_get_priority_min, sched_get_priority_max) \
	CALL(sched_getaffinity) CALL(sched_setaffinity) CALL(getcpu) \
	CALL(personality) \
	/* files */ \
	CALL(open) CALL(openat) CALL(creat) CALL(close) CALL(close_range) \
	CALL(read) CALL(write) CALL64(pread64) CALL64(pwrite64) CALL(readv) \
	CALL(writev) CALL(preadv) CALL(pwritev) CALL(lseek) CALL(_llseek) \
	CALL(dup) CALL(dup2) CALL(dup3) CALL(fcntl64) SAME(fcntl, fcntl64) \
	CALL(flock) CALL(pipe) CALL(pipe2) CALL(poll) CALL(ppoll) \
	CALL(ppoll_time64) CALL(_newselect) CALL(pselect6) \
	CALL(pselect6_time64) CALL(ioctl) CALL(fsync) CALL(fdatasync) \
	CALL(sync) CALL(sendfile64) CALL(sendfile) CALL(preadv2) \
	CALL(pwritev2) CALL(copy_file_range) CALL(syncfs) CALL64(readahead) \
	CALL(truncate) CALL64(truncate64) CALL(ftruncate) CALL64(ftruncate64) \
	CALL(fallocate) \
	/* names */ \
	CALL(stat64) CALL(lstat64) CALL(fstat64) CALL(fstatat64) CALL(statx) \
	CALL(statfs64) CALL(fstatfs64) CALL(access) CALL(faccessat) \
	CALL(faccessat2) CALL(chmod) CALL(fchmod) CALL(fchmodat) \
	CALL(chown32) CALL(lchown32) CALL(fchown32) CALL(fchownat) \
	CALL(umask) CALL(getdents64) CALL(mkdir) CALL(mkdirat) CALL(rmdir) \
	CALL(link) CALL(linkat) CALL(symlink) CALL(symlinkat) CALL(readlink) \
	CALL(readlinkat) CALL(unlink) CALL(unlinkat) CALL(rename) \
	CALL(renameat) CALL(renameat2) CALL(mknod) CALL(mknodat) CALL(chdir) \
	CALL(fchdir) CALL(chroot) CALL(getcwd) CALL(utimensat) CALL(utimes) \
	CALL(futimesat) CALL(utimensat_time64) CALL(mount) CALL(umount2) \
	/* attributes of files: none */ \
	CALL(setxattr) CALL(lsetxattr) CALL(fsetxattr) CALL(getxattr) \
	CALL(lgetxattr) CALL(fgetxattr) CALL(listxattr) CALL(llistxattr) \
	CALL(flistxattr) SAME(removexattr, getxattr) \
	SAME(lremovexattr, lgetxattr) SAME(fremovexattr, fgetxattr)

#define CALL(name)     syscall sys_##name;
#define CALL64(name)   CALL(name)
#define SAME(name, as) CALL(as)
SYSCALLS
#include "syscall_arch.h"
ARCH_CALLS
#undef CALL
#undef CALL64
#undef SAME

long syscall_unknown(u32 a, u32 b, u32 c, u32 d, u32 e, u32 f)
{
	(void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
	return -ENOSYS;
}

#define NR_MAX	       462
#define CALL(name)     [__NR_##name] = sys_##name,
#define CALL64(name)   [__NR_##name] = arch_##name,
#define SAME(name, as) [__NR_##name] = sys_##as,

#pragma GCC diagnostic ignored "-Woverride-init" /* of the first line */
syscall *const syscall_table[NR_MAX] = {
	[0 ... NR_MAX - 1] = syscall_unknown,
	SYSCALLS
	ARCH_CALLS
};
/* clang-format on */
const u32 nr_syscalls = NR_MAX;
