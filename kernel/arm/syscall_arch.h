/*
 * syscall_arch.h - system calls whose 64-bit argument must start in an even register
 * (ARM EABI: AAPCS 5.5, stage C), with a register left out before it.
 */
#ifndef SYSCALL_ARCH_H
#define SYSCALL_ARCH_H

#include "kernel/sys_file.h"

static long arch_pread64(int fd, void *buf, u32 n, u32 pad, u32 lo, u32 hi)
{
	(void)pad;
	return sys_pread64(fd, buf, n, lo, hi);
}

static long arch_pwrite64(int fd, const void *buf, u32 n, u32 pad, u32 lo,
			  u32 hi)
{
	(void)pad;
	return sys_pwrite64(fd, buf, n, lo, hi);
}

static long arch_truncate64(const char *path, u32 pad, u32 lo, u32 hi)
{
	(void)pad;
	return sys_truncate64(path, lo, hi);
}

static long arch_ftruncate64(int fd, u32 pad, u32 lo, u32 hi)
{
	(void)pad;
	return sys_ftruncate64(fd, lo, hi);
}

static long arch_readahead(int fd, u32 pad, u32 lo, u32 hi, u32 count)
{
	(void)pad;
	return sys_readahead(fd, lo, hi, count);
}

/* These have had their arguments put in another order for it. */
static long sys_arm_fadvise64_64(int fd, u32 advice, u32 lo, u32 hi, u32 len_lo,
				 u32 len_hi)
{
	return sys_fadvise64_64(fd, lo, hi, len_lo, len_hi, advice);
}

static long sys_arm_sync_file_range(int fd, u32 flags, u32 lo, u32 hi, u32 n_lo,
				    u32 n_hi)
{
	return sys_sync_file_range(fd, lo, hi, n_lo, n_hi, flags);
}

#define ARCH_FILE_CALLS CALL(arm_fadvise64_64), CALL(arm_sync_file_range),

#endif
