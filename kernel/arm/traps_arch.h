/*
 * traps_arch.h - between entry.S and the C files of kernel/arm.
 */
#ifndef TRAPS_ARCH_H
#define TRAPS_ARCH_H

/* svc 0x123456: calls a debugger that listens (power.c). */
#define SEMIHOSTING_SVC 0xef123456u

struct regs;

/* Called by the vectors, in supervisor mode, interrupts off. */
void trap_und(struct regs *regs);
void trap_svc(struct regs *regs);
void trap_pabt(struct regs *regs);
void trap_dabt(struct regs *regs);
void trap_irq(struct regs *regs);
void trap_fiq(struct regs *regs);

/* Where a new thread starts (switch.S). */
void thread_begin(void);

#endif
