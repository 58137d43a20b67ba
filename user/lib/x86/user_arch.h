/*
 * user_arch.h - what programs and tests need to know about i386.
 * lib/arm/user_arch.h offers the same names.
 */
#pragma once

#include <asm/sigcontext.h>
#include <asm/signal.h>

/* ebx, esi, edi, ebp, esp, eip */
typedef struct {
	unsigned long core[6];
} jump_buf;

/* What a handler with SA_SIGINFO gets as its third argument. */
struct user_context {
	unsigned long uc_flags;
	struct user_context *uc_link;
	stack_t uc_stack;
	struct sigcontext uc_mcontext;
	unsigned long uc_sigmask[2];
};

/* The interrupted program counter, stack pointer and result register. */
#define UC_PC(uc)  ((uc)->uc_mcontext.eip)
#define UC_SP(uc)  ((uc)->uc_mcontext.esp)
#define UC_RET(uc) ((uc)->uc_mcontext.eax)

/* A function that returns at once, as machine code: ret. */
#define CODE_RETURN  \
	{            \
		0xc3 \
	}
/* A function that returns 42: mov $42, %eax; ret. */
#define CODE_RETURN_42                             \
	{                                          \
		0xb8, 0x2a, 0x00, 0x00, 0x00, 0xc3 \
	}
/* An instruction without a meaning: ud2. */
#define CODE_UNDEFINED     \
	{                  \
		0x0f, 0x0b \
	}
/* Breakpoints: int3. Code, and where in it the handler finds the pc. */
#define CODE_BREAKPOINTS  \
	{                 \
		"\xcc", 1 \
	}
/* One that is not for programs: a jump to a segment of the local table, and there is none. */
#define CODE_FORBIDDEN                                   \
	{                                                \
		0xea, 0x00, 0x00, 0x00, 0x00, 0x07, 0x00 \
	}
#define SIGNAL_FORBIDDEN SIGSEGV

#define ARCH_NAME	  "i686"
#define ARCH_ELF	  3 /* EM_386 */
#define ARCH_HAS_NX	  0 /* two-level page tables have no such bit */
#define ARCH_HAS_OLD_MMAP 1

/* Before a 64-bit argument: nothing, two words are two words. */
#define ARCH_PAIR
#define ARCH_FADVISE(fd, pos, len, advice)                                  \
	__NR_fadvise64_64, fd, (long)(pos), (long)((long long)(pos) >> 32), \
		(long)(len), (long)((long long)(len) >> 32), advice
#define ARCH_SYNC_FILE_RANGE(fd, pos, len, flags)                              \
	__NR_sync_file_range, fd, (long)(pos), (long)((long long)(pos) >> 32), \
		(long)(len), (long)((long long)(len) >> 32), flags

/* Physical memory: where RAM begins, and a device. */
#define ARCH_RAM	 0x00100000
#define ARCH_DEVICE	 0x000b8000
#define ARCH_DEVICE_NAME "the screen's text"
/* Memory types as /proc/PID/pagetable shows them: write-back, write-through,
 * write-combining, uncached. */
#define ARCH_TYPES                                                         \
	{                                                                  \
		"PCD=0 PWT=0", "PCD=0 PWT=1", "PCD=1 PWT=0", "PCD=1 PWT=1" \
	}
#define ARCH_TYPE_NAMES                \
	{                              \
		"WB", "WT", "WC", "UC" \
	}
