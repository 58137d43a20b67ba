/*
 * traps.c - what an exception was about, x86.
 *
 * entry.S has saved the registers and calls one function here:
 *
 *	trap_page     vector 14: the error code says why, CR2 where
 *	trap_irq      irq.c
 *	trap_other    everything else: the program's fault, or a bug
 *
 * What a program causes is at worst a signal to it, which signal and code
 * being Linux's choice (exceptions[]). CR2 is read first: a second fault
 * overwrites it. Without PAE there is no bit that tells an instruction fetch
 * from a read; in the kernel a fault at the address of the instruction is one,
 * and FAULT_EXEC is for the oops only. SDM 3A 4.7, 6.15.
 */
#include "platform_arch.h"
#include "kernel/sched.h"
#include "mm/uaccess.h"
#include "traps_arch.h"

/* A page fault's error code (SDM 3A 4.7) */
#define PF_PRESENT  (1u << 0)
#define PF_WRITE    (1u << 1)
#define PF_USER	    (1u << 2)
#define PF_RESERVED (1u << 3)

/* The exceptions that are not one line of the table. */
#define VECTOR_DB 1
#define VECTOR_BP 3
#define VECTOR_OF 4
#define VECTOR_TS 10
#define VECTOR_MF 16
#define VECTOR_XM 19

/* SDM 3A 6.3.1. A program gets the signal, if there is one; at: si_addr is the
 * instruction. */
static const struct {
	const char *name;
	int sig, code;
	bool at;
} exceptions[32] = {
	[0] = { "divide error", SIGFPE, FPE_INTDIV, true },
	[VECTOR_DB] = { "debug exception" },
	[2] = { "non-maskable interrupt" },
	[VECTOR_BP] = { "breakpoint", SIGTRAP, SI_KERNEL },
	[VECTOR_OF] = { "overflow", SIGSEGV, SI_KERNEL },
	[5] = { "bound range exceeded", SIGSEGV, SI_KERNEL },
	[6] = { "invalid opcode", SIGILL, ILL_ILLOPN, true },
	[7] = { "no floating-point unit", SIGFPE, SI_KERNEL },
	[8] = { "double fault" },
	[VECTOR_TS] = { "invalid TSS", SIGSEGV, SI_KERNEL },
	[11] = { "segment not present", SIGBUS, SI_KERNEL },
	[12] = { "stack-segment fault", SIGBUS, SI_KERNEL },
	[VECTOR_GP] = { "general protection fault", SIGSEGV, SI_KERNEL },
	[VECTOR_MF] = { "floating-point error" },
	[17] = { "alignment check", SIGBUS, BUS_ADRALN },
	[18] = { "machine check" },
	[VECTOR_XM] = { "SIMD floating-point error" },
};

/* SDM 3A 6.11 */
struct gate {
	u16 offset_low, selector, type, offset_high;
};
#define GATE_INTERRUPT 0x8e00 /* clears IF */
#define GATE_TRAP      0x8f00 /* does not */
#define GATE_USER      0x6000 /* int n in user mode may use it */
#define GATE_TASK      0x8500
#define VECTORS	       129

static struct gate idt[VECTORS];

static void set_gate(unsigned vector, const char *entry, u16 type)
{
	u32 offset = (u32)entry;

	idt[vector] = (struct gate){ (u16)offset, SEL_KERNEL_CS, type,
				     (u16)(offset >> 16) };
}

/* Loads GDT, TSS and IDT, first of all (boot/x86): from here on a fault is told. */
void traps_load(void)
{
	struct {
		u16 limit;
		struct gate *base;
	} __attribute__((packed)) idtr = { sizeof(idt) - 1, idt };

	gdt_init();
	for (unsigned i = 0; i < VECTOR_IRQ + 16; i++)
		set_gate(i, trap_vectors + 16 * i, GATE_INTERRUPT);
	idt[8] = (struct gate){ 0, SEL_DOUBLE_FAULT, GATE_TASK, 0 };
	set_gate(VECTOR_BP, trap_vectors + 16 * VECTOR_BP,
		 GATE_INTERRUPT | GATE_USER);
	set_gate(VECTOR_OF, trap_vectors + 16 * VECTOR_OF,
		 GATE_INTERRUPT | GATE_USER);
	set_gate(VECTOR_SYSCALL, syscall_entry, GATE_TRAP | GATE_USER);
	__asm__ volatile("lidt %0" ::"m"(idtr));
}

static const char *page_fault_cause(u32 error)
{
	if (error & PF_RESERVED)
		return "a reserved bit is set in an entry";
	if (!(error & PF_PRESENT))
		return "the page is not present";
	if (error & PF_WRITE)
		return error & PF_USER ? "protection: the page is read-only or "
					 "the kernel's"
				       : "protection: the page is read-only";
	return "protection: the page is the kernel's";
}

static void note_fault(const struct regs *regs, vaddr_t addr)
{
	current->arch.trap_no = regs->vector;
	current->arch.error_code = regs->error;
	current->arch.cr2 = (u32)addr;
}

void trap_page(struct regs *regs)
{
	unsigned flags = 0;
	vaddr_t addr;

	__asm__ volatile("mov %%cr2, %0" : "=r"(addr));
	if (regs->error & PF_PRESENT)
		flags |= FAULT_PROT;
	if (regs->error & PF_WRITE)
		flags |= FAULT_WRITE;
	if (regs->error & PF_USER) {
		flags |= FAULT_USER;
		note_fault(regs, addr);
	} else if (addr == regs->eip) {
		flags |= FAULT_EXEC;
	}
	trap_page_fault(regs, addr, flags, page_fault_cause(regs->error));
}

/* ---- what else a program can cause */

/* A step in single-step mode (DR6.BS) or the instruction int1. */
static int debug_code(void)
{
	u32 dr6;

	__asm__ volatile("mov %%dr6, %0" : "=r"(dr6));
	__asm__ volatile("mov %0, %%dr6" ::"r"(0));
	return dr6 & (1u << 14) ? TRAP_TRACE : TRAP_BRKPT;
}

/* Of the exceptions that are flagged and not masked, the first (SDM 1 8.5,
 * 11.5.2). => 0: none, any more */
static int fpu_code(bool simd)
{
	const struct fpu_state *fpu = &current->arch.fpu;
	u32 flags;

	user_regs_save(&current->arch);
	if (simd)
		flags = fpu->mxcsr & ~(fpu->mxcsr >> 7);
	else if (cpu_has_sse)
		flags = fpu->status & ~(u32)fpu->control;
	else /* fnsave's second word */
		flags = fpu->tags & ~(u32)fpu->control;
	if (flags & 1)
		return FPE_FLTINV;
	if (flags & 4)
		return FPE_FLTDIV;
	if (flags & 8)
		return FPE_FLTOVF;
	if (flags & (2 | 0x10))
		return FPE_FLTUND;
	return flags & 0x20 ? FPE_FLTRES : 0;
}

/* => whether it is the program's affair */
static bool user_trap(const struct regs *regs)
{
	u32 vector = regs->vector;
	int code;

	if (vector == VECTOR_DB) {
		signal_fault(SIGTRAP, debug_code(), regs->eip);
		return true;
	}
	if (vector == VECTOR_MF || vector == VECTOR_XM) {
		code = fpu_code(vector == VECTOR_XM);
		if (code)
			signal_fault(SIGFPE, code, regs->eip);
		return true;
	}
	if (vector >= ARRAY_SIZE(exceptions) || !exceptions[vector].sig)
		return false;
	signal_fault(exceptions[vector].sig, exceptions[vector].code,
		     exceptions[vector].at ? regs->eip : 0);
	return true;
}

void trap_other(struct regs *regs)
{
	const char *name = NULL;
	vaddr_t fixup;
	bool done;

	if (regs_user(regs)) {
		note_fault(regs, current->arch.cr2);
		irq_enable();
		done = user_trap(regs);
		irq_disable();
		if (done)
			return;
	} else if (regs->vector >= VECTOR_TS && regs->vector <= VECTOR_GP) {
		/* A bad selector of a program. */
		fixup = ex_table_find(regs->eip);
		if (fixup) {
			regs_pc(regs) = fixup;
			return;
		}
	}
	if (regs->vector < ARRAY_SIZE(exceptions))
		name = exceptions[regs->vector].name;
	trap_unexpected(regs, name ? name : "unknown exception");
}

void trap_bad_return(struct regs *regs)
{
	note_fault(regs, current->arch.cr2);
	irq_enable();
	signal_fault(SIGSEGV, SI_KERNEL, 0);
	irq_disable();
}
