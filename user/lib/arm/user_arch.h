/*
 * user_arch.h - what programs and tests need to know about ARM.
 * lib/x86/user_arch.h offers the same names.
 */
#pragma once

#include <asm/sigcontext.h>
#include <asm/signal.h>

/* callee-saved registers, sp, lr, d8 to d15 */
typedef struct {
	unsigned long core[10];
	unsigned long vfp[16];
} jump_buf;

/*
 * What a handler with SA_SIGINFO gets as its third argument. (The UAPI
 * headers of ARM leave it out; uc_regspace holds tagged blocks: VFP's tag is
 * VFP_MAGIC.)
 */
struct user_context {
	unsigned long uc_flags;
	struct user_context *uc_link;
	stack_t uc_stack;
	struct sigcontext uc_mcontext;
	unsigned long uc_sigmask[2];
	int unused[30];
	unsigned long uc_regspace[128] __attribute__((aligned(8)));
};

#define VFP_MAGIC 0x56465001UL

/* The interrupted program counter, stack pointer and result register. */
#define UC_PC(uc)  ((uc)->uc_mcontext.arm_pc)
#define UC_SP(uc)  ((uc)->uc_mcontext.arm_sp)
#define UC_RET(uc) ((uc)->uc_mcontext.arm_r0)

/* A function that returns at once, as machine code: bx lr. */
#define CODE_RETURN                    \
	{                              \
		0x1e, 0xff, 0x2f, 0xe1 \
	}
/* A function that returns 42: mov r0, #42; bx lr. */
#define CODE_RETURN_42                                         \
	{                                                      \
		0x2a, 0x00, 0xa0, 0xe3, 0x1e, 0xff, 0x2f, 0xe1 \
	}
/* An instruction without a meaning: udf #0. */
#define CODE_UNDEFINED                 \
	{                              \
		0xf0, 0x00, 0xf0, 0xe7 \
	}
/* What Linux takes for breakpoints: udf #16; and, after add r12, pc, #1; bx r12, Thumb's
 * udf #1 and udf.w #0. Code, and where in it the handler finds the pc. */
#define CODE_BREAKPOINTS                                              \
	{ "\xf0\x01\xf0\xe7", 0 },                                    \
		{ "\x01\xc0\x8f\xe2\x1c\xff\x2f\xe1\x01\xde", 8 },    \
	{                                                             \
		"\x01\xc0\x8f\xe2\x1c\xff\x2f\xe1\xf0\xf7\x00\xa0", 8 \
	}
/* One that is not for programs: mrc p15, 0, r0, c1, c0, 0. */
#define CODE_FORBIDDEN                 \
	{                              \
		0x10, 0x0f, 0x11, 0xee \
	}
#define SIGNAL_FORBIDDEN SIGILL

#define ARCH_NAME	  "armv7l"
#define ARCH_ELF	  40 /* EM_ARM */
#define ARCH_HAS_NX	  1  /* the MMU has an execute-never bit */
#define ARCH_HAS_OLD_MMAP 0

/* Before a 64-bit argument behind an odd number of others: it starts in an even register. */
#define ARCH_PAIR 0,
#define ARCH_FADVISE(fd, pos, len, advice)                   \
	__NR_arm_fadvise64_64, fd, advice, (long)(pos),      \
		(long)((long long)(pos) >> 32), (long)(len), \
		(long)((long long)(len) >> 32)
#define ARCH_SYNC_FILE_RANGE(fd, pos, len, flags)            \
	__NR_arm_sync_file_range, fd, flags, (long)(pos),    \
		(long)((long long)(pos) >> 32), (long)(len), \
		(long)((long long)(len) >> 32)

/* Physical memory: where RAM begins, and a device. */
#define ARCH_RAM	 0x40000000
#define ARCH_DEVICE	 0x09000000
#define ARCH_DEVICE_NAME "the PL011's registers"
/* Memory types as /proc/PID/pagetable shows them: write-back, write-through,
 * write-combining, uncached. */
#define ARCH_TYPES                                         \
	{                                                  \
		"C=0 B=0", "C=0 B=1", "C=1 B=0", "C=1 B=1" \
	}
#define ARCH_TYPE_NAMES                    \
	{                                  \
		"WB", "WT", "WC", "device" \
	}
