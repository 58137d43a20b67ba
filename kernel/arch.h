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
 *   u64 read_count(void)         a counter that runs for ever (boot/ARCH/head.S notes
 *                                its lower half first of all)
 * regs_arch.h defines struct regs, the registers a trap saves, and, inline:
 *   regs_pc, regs_sp (regs)      addresses; regs_pc can be assigned to, as can
 *   regs_user_sp(regs)           the program's, in registers from user mode
 *   regs_result(regs)            a system call's result
 *   bool regs_user(const struct regs *)          taken from user mode
 */
#pragma once

#include "cpu_arch.h"
#include "mm/env.h"
#include "regs_arch.h"

static inline void scoped_irq_restore(const u32 *irqs)
{
	irq_restore(*irqs);
}
/* Interrupts are off from here until the block is left, in whatever way. */
#define scoped_irqs_off()                                              \
	__attribute__((cleanup(scoped_irq_restore))) u32 irqs_before = \
		irq_save()

struct thread;

/* ---- start (in the order kmain() calls them) */

/* The console's transmitter, polled; works from the first line of kmain() on. */
void console_early_init(void);
void console_putc(char c);
void console_drain(void); /* waits until the last byte is on the line */
/* After paging_init(): the vectors (ARM); the FPU. */
void traps_init(void);
/* After vmalloc_init(): the interrupt controller, its registers by ioremap. */
void irq_init(void);
/* Starts the tick, HZ times a second, and the clock, by clock_start(). */
void timer_init(void);
/* A count is mult / 2^shift nanoseconds; shift <= 32. */
void clock_start(u32 mult, u32 shift);
/* The lower half of the machine's counter, and so many counts in nanoseconds. */
static inline u32 cycle_count(void)
{
	return (u32)read_count();
}
u64 cycles_to_ns(u64 cycles);
/* The timer's next interrupt comes so much later, at most a tick; earlier ones may. */
void timer_set(u32 ns);
/* Seconds since 1970, by the machine's clock chip; 0: it has none. */
u32 rtc_seconds(void);
/* Received bytes go to console_rx() by interrupt. */
void console_irq_init(void);

#define HZ 100

/* ---- at run time */

/* Ends the machine: QEMU exits with a status that tests/vm can tell apart (0: fine). */
noreturn void machine_poweroff(int status);

/* The registers of the interrupt that is being served; handlers do not nest. */
extern struct regs *irq_regs;
/* Lets an interrupt line through. => false: there is no such line */
bool irq_unmask(unsigned irq);

/* Saves the callee-saved registers of prev on its stack and continues next.
 * => interrupts off */
void switch_to(struct thread *prev, struct thread *next);

/* ---- user mode */

/* cpu_arch.h also defines struct thread_arch (FPU registers, TLS), ELF_MACHINE,
 * ELF_PLATFORM, UTS_MACHINE. */

/* t->arch becomes a copy of current's. tls: NULL, or what clone() was given for CLONE_SETTLS.
 * => 0, -EINVAL, -EFAULT */
int thread_copy_arch(struct thread *t, const u32 *tls);
/* Sets all registers for the start of a program: FPU and TLS too are as new. */
void thread_start_user(struct regs *regs, vaddr_t entry, vaddr_t sp);
/* Goes to user mode with regs, at the top of current's stack. => work is looked at first */
noreturn void enter_user(struct regs *regs);
/* The registers that struct regs does not have, of the thread that has them now, to its
 * t->arch; and back, of the one that has them from now on. => a process's thread */
void user_regs_save(struct thread_arch *to);
void user_regs_load(struct thread_arch *from);
u32 elf_hwcap(void); /* AT_HWCAP */
/* The system calls of this machine alone, behind the common table.
 * => as a system call; -ENOSYS: no such */
long arch_syscall(struct regs *regs, u32 number);

/* Prepares a new thread's stack so that the first switch to it calls entry(arg). */
void thread_setup_stack(struct thread *thread, void (*entry)(void *arg),
			void *arg);

/* ---- for an oops (kernel/panic.c) */

/* A trap that only a bug of ours can cause: registers, backtrace and, when
 * has_addr, the page-table walk of addr; then the machine stops. */
noreturn void oops(struct regs *regs, bool has_addr, vaddr_t addr,
		   const char *fmt, ...) printf_like(4, 5);
/* The function that holds a text address, its name packed, and how far in. => NULL: none */
const u8 *ksym_lookup(vaddr_t addr, u32 *offset);

/* Whether words can be read as part of a stack: in the lower half of 2 * STACK_SIZE bytes
 * (mm/vmalloc.h). */
bool is_stack(vaddr_t addr, u32 size);
/* Prints the registers of the trap. */
void regs_print(const struct regs *regs);
/* A walk up the stack from the registers of a trap: where in a function, its stack
 * pointer (x86: frame pointer), the address it returns to if that is in a register. */
struct frame {
	vaddr_t pc, sp, lr;
};
struct frame frame_start(const struct regs *regs);
/* Moves up one frame; returns the address it returns to, or 0 at the end.
 * => reads only the STACK_SIZE-aligned stack that sp points into */
vaddr_t frame_next(struct frame *frame);
/* The registers here and now, for a panic that no trap caused. */
void regs_here(struct regs *regs);

/* ---- upwards: what the machine's trap code calls (kernel/trap.c) */

/* what a page fault was about */
enum {
	FAULT_WRITE = 1 << 0,
	FAULT_EXEC = 1 << 1,
	FAULT_USER = 1 << 2, /* from user mode */
	FAULT_PROT = 1 << 3, /* the translation is there, the right is not */
};

/* A page fault; `cause` is the machine's reason in words. */
void trap_page_fault(struct regs *regs, vaddr_t addr, unsigned flags,
		     const char *cause);
/* Any other trap that should not be: oops in the kernel. */
void trap_unexpected(struct regs *regs, const char *cause);
/* The stack ran into its guard page; called on another stack. */
noreturn void trap_stack_overflow(struct regs *regs, vaddr_t addr);
/* One more handler for an interrupt line, which may have several: all are asked.
 * => 0, -EINVAL (no such line), -ENOMEM */
int irq_request(unsigned irq, void (*handler)(void *arg), void *arg);
/* An interrupt of this line: runs its handlers. */
void irq_handle(struct regs *regs, unsigned irq);
/* The system calls, by number: up to six arguments, and what the program gets in return.
 * The machine's entry code calls through it, interrupts on. */
typedef long syscall(u32 a, u32 b, u32 c, u32 d, u32 e, u32 f);
extern syscall *const syscall_table[];
extern const u32 nr_syscalls;
syscall syscall_unknown; /* a number beyond the table, or without a function */
/* Where a new thread of a process begins: on its own stack, interrupts off. */
noreturn void fork_return(void *unused);
/* Before the return to user mode, while current->work (second word of struct thread) is not 0.
 * => interrupts off before and after */
void do_work(struct regs *regs);
/* The same at the end of a system call, its result already in regs. */
void do_syscall_work(struct regs *regs);
void timer_interrupt(void *arg);
void console_rx(char c);
