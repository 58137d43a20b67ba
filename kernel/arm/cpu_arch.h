/*
 * cpu_arch.h - the processor, ARMv7-A: interrupts on and off, waiting,
 * counting.
 */
#pragma once

#include "mm/types.h"

/* The program status register, more of it (ARM DDI 0406C B1.3.3; regs_arch.h). */
#define PSR_IRQ_OFF (1u << 7)
#define PSR_E	    (1u << 9)	/* data is big-endian (setend) */
#define PSR_IT	    0x0600fc00u /* Thumb's it instruction, half-way */
#define PSR_FLAGS   0xf80f0000u /* N, Z, C, V, Q, GE */

#define ELF_MACHINE  EM_ARM
#define ELF_PLATFORM "v7l"
#define UTS_MACHINE  "armv7l"

/* What a thread has in the processor beside struct regs. Of its owner
 * (kernel/process.c) this is older than the registers themselves. */
struct thread_arch {
	u64 fpregs[32]; /* d0 to d31; fpu.S knows the order up to here */
	u32 fpscr;
	u32 tpidrurw; /* the program's to write */
	u32 tpidruro; /* TLS: set_tls(), CLONE_SETTLS */

	/* The last fault in user mode, for signal handlers to look at. */
	u32 fault_status, fault_addr;
};

static inline u32 read_cpsr(void)
{
	u32 cpsr;

	__asm__ volatile("mrs %0, cpsr" : "=r"(cpsr)::"memory");
	return cpsr;
}

static inline void irq_enable(void)
{
	__asm__ volatile("cpsie i" ::: "memory");
}

static inline void irq_disable(void)
{
	__asm__ volatile("cpsid i" ::: "memory");
}

static inline u32 irq_save(void)
{
	u32 cpsr = read_cpsr();

	irq_disable();
	return cpsr;
}

static inline void irq_restore(u32 cpsr)
{
	__asm__ volatile("msr cpsr_c, %0" ::"r"(cpsr) : "memory");
}

static inline bool irqs_enabled(void)
{
	return !(read_cpsr() & PSR_IRQ_OFF);
}

/* wfi also ends on an interrupt that is masked (B1.8.14). */
static inline void cpu_wait(void)
{
	__asm__ volatile("dsb\n\twfi" ::: "memory");
}

/* The generic timer's virtual count, CNTVCT (B8.1.4). */
static inline u64 read_count(void)
{
	u64 count;

	__asm__ volatile("isb\n\tmrrc p15, 1, %Q0, %R0, c14"
			 : "=r"(count)::"memory");
	return count;
}
