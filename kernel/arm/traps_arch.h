/*
 * traps_arch.h - between entry.S and the C files of kernel/arm.
 */
#pragma once

/* svc 0xab in Thumb code: calls a debugger that listens (power.c). */
#define SEMIHOSTING_SVC 0xdfabu

/* Where in the vectors' page a signal handler returns to. */
#define SIGRETURN_OFFSET    0xf00
#define RT_SIGRETURN_OFFSET 0xf10

#ifndef __ASSEMBLER__
struct regs;

/* Called by the vectors, in supervisor mode, interrupts off. */
typedef void trap(struct regs *regs);
trap trap_und, trap_svc, trap_pabt, trap_dabt, trap_irq, trap_fiq;

/* Where a new thread starts (switch.S). */
void thread_begin(void);

void fpu_init(void); /* fpu.S: VFP and NEON on */
#endif
