/*
 * arch.h - THE CONTRACT WITH THE PROCESSOR AND THE BOARD: what kernel/ needs beside
 * the MMU. Implemented twice, in kernel/arm and kernel/x86.
 *
 * cpu_arch.h defines, inline:
 *   u32 irq_save(void)           interrupts off; returns what irq_restore() takes
 *   void irq_restore(u32)
 *   void irq_enable(void), irq_disable(void)
 *   bool irqs_enabled(void)
 *   void cpu_wait(void)          sleeps until the next interrupt. => interrupts on
 *                                or off; on return as before
 *   u32 cycle_count(void)        a free-running counter; u64 cycles_to_ns(u32)
 * regs_arch.h defines struct regs, the registers a trap saves, and, inline:
 *   vaddr_t regs_pc, regs_sp (const struct regs *)
 *   bool regs_user(const struct regs *)          taken from user mode
 */
#ifndef KERNEL_ARCH_H
#define KERNEL_ARCH_H

#include "cpu_arch.h"
#include "mm/env.h"
#include "regs_arch.h"

struct thread;

/* ---- start (in the order kmain() calls them) */

/* The console's transmitter, polled; works from the first line of kmain() on. */
void console_early_init(void);
void console_putc(char c);
/* After paging_init(): the vectors (ARM) or GDT, IDT and TSS (x86). */
void traps_init(void);
/* After vmalloc_init(): the interrupt controller, its registers by ioremap. */
void irq_init(void);
/* Starts the tick, HZ times a second, and the clock. */
void timer_init(void);
/* Received bytes go to console_rx() by interrupt. */
void console_irq_init(void);

#define HZ 100

/* ---- at run time */

/* Nanoseconds since the clock started; never goes back. */
u64 clock_ns(void);

/* Ends the machine: QEMU exits with a status that tests/vm can tell apart (0: fine). */
noreturn void machine_poweroff(int status);

/* Registers a handler for an interrupt line. => 0 or -EBUSY, -EINVAL */
int irq_request(unsigned irq, void (*handler)(void *arg), void *arg);

/* Saves the callee-saved registers of prev on its stack and continues next.
 * => interrupts off */
void switch_to(struct thread *prev, struct thread *next);

/* Prepares a new thread's stack so that the first switch to it calls entry(arg). */
void thread_setup_stack(struct thread *thread, void (*entry)(void *arg), void *arg);

/* ---- for an oops */

/* Prints the registers of the trap. */
void regs_print(const struct regs *regs);
/* A walk up the stack from the registers of a trap (ARM: a leaf function's
 * return address may still be in lr). */
struct frame {
	vaddr_t fp, lr;
};
struct frame frame_start(const struct regs *regs);
/* Moves up one frame; returns the address it returns to, or 0 at the end.
 * => reads only the STACK_SIZE-aligned stack that fp points into */
vaddr_t frame_next(struct frame *frame);
/* The registers here and now, for a panic that no trap caused. */
void regs_here(struct regs *regs);

/* ---- upwards: what the machine's trap code calls (kernel/trap.c) */

enum { /* what a page fault was about */
	FAULT_WRITE = 1 << 0,
	FAULT_EXEC = 1 << 1,
	FAULT_USER = 1 << 2,	/* from user mode */
	FAULT_PROT = 1 << 3,	/* the translation is there, the right is not */
};

/* A page fault; `cause` is the machine's reason in words. */
void trap_page_fault(struct regs *regs, vaddr_t addr, unsigned flags,
		     const char *cause);
/* Any other trap that should not be: oops in the kernel. */
void trap_unexpected(struct regs *regs, const char *cause);
/* The stack ran into its guard page; called on another stack. */
noreturn void trap_stack_overflow(struct regs *regs, vaddr_t addr);
/* An interrupt is about to return to what it broke into. */
void trap_irq_exit(struct regs *regs);
void timer_tick(void);
void console_rx(char c);

#endif
