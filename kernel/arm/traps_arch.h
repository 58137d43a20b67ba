/*
 * traps_arch.h - between entry.S and the C files of kernel/arm.
 */
#ifndef TRAPS_ARCH_H
#define TRAPS_ARCH_H

/* svc 0xab in Thumb code: calls a debugger that listens (power.c). */
#define SEMIHOSTING_SVC 0xdfabu

/* Where in the vectors' page a signal handler returns to. */
#define SIGRETURN_OFFSET    0xf00
#define RT_SIGRETURN_OFFSET 0xf10

#ifndef __ASSEMBLER__
struct regs;
struct thread_arch;

/* Called by the vectors, in supervisor mode, interrupts off. */
typedef void trap(struct regs *regs);
trap trap_und, trap_svc, trap_pabt, trap_dabt, trap_irq, trap_fiq;

/* Where a new thread starts (switch.S). */
void thread_begin(void);

/* fpu.S: VFP and NEON on; the registers of a struct thread_arch put there, and back. */
void fpu_init(void);
void fpu_save(struct thread_arch *to);
void fpu_load(const struct thread_arch *from);

/* user.c. The same for the running thread: t->arch is up to date; the
 * registers are as t->arch says. */
void user_regs_save(void);
void user_regs_load(void);
#endif

#endif
