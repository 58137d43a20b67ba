/*
 * syscall_arch.h - system calls whose 64-bit argument must start in an even register
 * (ARM EABI: AAPCS 5.5, stage C), with a register left out before it.
 */
#pragma once

#define SKIPS_FOURTH(name)                                                    \
	static long arch_##name(u32 a, u32 b, u32 c, u32 pad, u32 lo, u32 hi) \
	{                                                                     \
		(void)pad;                                                    \
		return sys_##name(a, b, c, lo, hi, 0);                        \
	}
#define SKIPS_SECOND(name)                                                    \
	static long arch_##name(u32 a, u32 pad, u32 lo, u32 hi, u32 e, u32 f) \
	{                                                                     \
		(void)pad;                                                    \
		return sys_##name(a, lo, hi, e, f, 0);                        \
	}
SKIPS_FOURTH(pread64)
SKIPS_FOURTH(pwrite64)
SKIPS_SECOND(truncate64)
SKIPS_SECOND(ftruncate64)
SKIPS_SECOND(readahead)

/* These have had their arguments put in another order for it. */
syscall sys_fadvise64_64, sys_sync_file_range;

static long sys_arm_fadvise64_64(u32 fd, u32 advice, u32 lo, u32 hi, u32 len_lo,
				 u32 len_hi)
{
	return sys_fadvise64_64(fd, lo, hi, len_lo, len_hi, advice);
}

static long sys_arm_sync_file_range(u32 fd, u32 flags, u32 lo, u32 hi, u32 n_lo,
				    u32 n_hi)
{
	return sys_sync_file_range(fd, lo, hi, n_lo, n_hi, flags);
}

#define ARCH_CALLS CALL(arm_fadvise64_64) CALL(arm_sync_file_range)
