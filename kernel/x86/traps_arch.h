/*
 * traps_arch.h - between entry.S and the C files of kernel/x86.
 */
#ifndef TRAPS_ARCH_H
#define TRAPS_ARCH_H

struct regs;

/* entry.S: a stub of 16 bytes for each vector; int 0x80's; the way out. */
extern char trap_vectors[], syscall_entry[], trap_return[];

/* Called by the stubs, interrupts off. */
void trap_page(struct regs *regs);
void trap_irq(struct regs *regs);
void trap_other(struct regs *regs);

/* gdt.c */
#define SEL_DOUBLE_FAULT 0x88
void gdt_init(void);

/* Where a new thread starts (switch.S). */
void thread_begin(void);

#endif
