/*
 * cpu_arch.h - the x86 processor: interrupts on and off, ports, the counter;
 * what of it belongs to a thread.
 */
#pragma once

#include "mm/types.h"

/* SDM 3A 2.3 */
#define EFLAGS_ALWAYS (1u << 1)
#define EFLAGS_TF     (1u << 8) /* a trap after every instruction */
#define EFLAGS_IF     (1u << 9)
#define EFLAGS_DF     (1u << 10)
#define EFLAGS_RF     (1u << 16)
#define EFLAGS_AC     (1u << 18)
#define EFLAGS_ARITH  0x8d5u /* OF, SF, ZF, AF, PF, CF */

#define ELF_MACHINE  EM_386
#define ELF_PLATFORM "i686"
#define UTS_MACHINE  "i686"

/* As fxsave writes it (SDM 1 10.5.1). A processor without uses the first 108
 * bytes, as fnsave writes them. */
struct fpu_state {
	u16 control, status, tags, opcode;
	u32 ip, cs, data, ds;
	u32 mxcsr, mxcsr_mask;
	u32 st[8][4]; /* 10 bytes each are used */
	u32 xmm[8][4];
	u32 unused[56];
} __attribute__((aligned(16)));

#define NR_TLS 3

/* What a thread has in the processor beside struct regs. Of its
 * owner (kernel/process.c) fpu, fs and gs are older than the registers. */
struct thread_arch {
	struct fpu_state fpu;
	u64 tls[NR_TLS]; /* descriptors, of the GDT's entries from GDT_TLS on */
	u32 fs, gs;

	/* The last fault in user mode, for signal handlers to look at. */
	u32 trap_no, error_code, cr2;
};

static inline u32 read_eflags(void)
{
	u32 flags;

	__asm__ volatile("pushf\n\tpop %0" : "=r"(flags)::"memory");
	return flags;
}

static inline void irq_enable(void)
{
	__asm__ volatile("sti" ::: "memory");
}

static inline void irq_disable(void)
{
	__asm__ volatile("cli" ::: "memory");
}

static inline u32 irq_save(void)
{
	u32 flags = read_eflags();

	irq_disable();
	return flags;
}

static inline void irq_restore(u32 flags)
{
	if (flags & EFLAGS_IF)
		irq_enable();
	else
		irq_disable();
}

static inline bool irqs_enabled(void)
{
	return read_eflags() & EFLAGS_IF;
}

/* An interrupt ends hlt only if it is let in, and sti lets none in before the
 * next instruction is done: none is missed (SDM 2B, STI). */
static inline void cpu_wait(void)
{
	u32 flags = read_eflags();

	__asm__ volatile("sti\n\thlt" ::: "memory");
	if (!(flags & EFLAGS_IF))
		irq_disable();
}

/* The time-stamp counter (SDM 3B 17.17). */
static inline u64 read_count(void)
{
	u64 count;

	__asm__ volatile("rdtsc" : "=A"(count)::"memory");
	return count;
}

/* inb(port) and outb(port, value), and of 16 and 32 bits. */
#define PORT_IO(size, type)                                                 \
	static inline type in##size(u16 port)                               \
	{                                                                   \
		type v;                                                     \
		__asm__ volatile("in" #size " %1, %0"                       \
				 : "=a"(v)                                  \
				 : "Nd"(port)                               \
				 : "memory");                               \
		return v;                                                   \
	}                                                                   \
	static inline void out##size(u16 port, type v)                      \
	{                                                                   \
		__asm__ volatile("out" #size " %0, %1" ::"a"(v), "Nd"(port) \
				 : "memory");                               \
	}
PORT_IO(b, u8)
PORT_IO(w, u16)
PORT_IO(l, u32)
