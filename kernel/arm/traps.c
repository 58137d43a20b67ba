/*
 * traps.c - what an exception was about, ARM.
 *
 * entry.S has saved the registers and calls one function here for each vector:
 *
 *	trap_dabt  trap_pabt   the fault status register says why; a page fault
 *	                       goes to trap_page_fault(), anything else is a bug
 *	trap_und   trap_svc    undefined instruction, svc in the kernel
 *	trap_irq               irq.c
 *
 * What a program causes is at worst a signal to it. The fault registers are read first: a second
 * fault overwrites them. The two kinds of a translation that is there but forbids are
 * told apart from none at all (FAULT_PROT), as x86 does; a cleared access flag
 * counts as the former. ARM DDI 0406C B3.13.
 */
#include "kernel/sched.h"
#include "mm/pgtable.h"
#include "mm/uaccess.h"
#include "traps_arch.h"

#define DFSR_WRITE (1u << 11)
#define DFSR_CACHE (1u << 13) /* a cache operation; counts as a read */

/* What each fault status means (B3.13.3, table B3-23), in words. */
struct fault {
	const char *text;
	enum { OTHER, MISSING, FORBIDDEN, ALIGNMENT, DEBUG_EVENT } kind;
};

static const struct fault faults[32] = {
	[0x01] = { "alignment fault", ALIGNMENT },
	[0x02] = { "debug event", DEBUG_EVENT },
	[0x03] = { "access flag clear, section", FORBIDDEN },
	[0x04] = { "fault on instruction cache maintenance", OTHER },
	[0x05] = { "translation fault, first level", MISSING },
	[0x06] = { "access flag clear, page", FORBIDDEN },
	[0x07] = { "translation fault, second level", MISSING },
	[0x08] = { "synchronous external abort", OTHER },
	[0x09] = { "domain fault, section", OTHER },
	[0x0b] = { "domain fault, page", OTHER },
	[0x0c] = { "external abort on the first-level walk", OTHER },
	[0x0d] = { "permission fault, section", FORBIDDEN },
	[0x0e] = { "external abort on the second-level walk", OTHER },
	[0x0f] = { "permission fault, page", FORBIDDEN },
	[0x10] = { "TLB conflict", OTHER },
	[0x16] = { "asynchronous external abort", OTHER },
	[0x18] = { "asynchronous parity error", OTHER },
	[0x19] = { "synchronous parity error", OTHER },
	[0x1c] = { "parity error on the first-level walk", OTHER },
	[0x1e] = { "parity error on the second-level walk", OTHER },
};

extern char vectors[]; /* entry.S */

/* Maps the vectors where the processor looks for them with SCTLR.V, for programs, too. */
void traps_init(void)
{
	pgprot_t prot = pgprot(PGPROT_READ | PGPROT_EXEC | PGPROT_USER);
	u32 sctlr;

	prot.v &= ~(u32)PTE_NG; /* the same in every address space */
	pte_set(kernel_pte(VECTORS_VIRT),
		pte_make(pfn(virt_to_phys(vectors) >> PAGE_SHIFT), prot));
	fpu_init();
	__asm__ volatile("mrc p15, 0, %0, c1, c0, 0" : "=r"(sctlr));
	sctlr |= 1u << 13; /* V: vectors at 0xFFFF0000 (B4.1.130) */
	__asm__ volatile("mcr p15, 0, %0, c1, c0, 0\n\tisb" ::"r"(sctlr));
	/* From here on an asynchronous abort is told, too. */
	__asm__ volatile("cpsie a");
}

/* A fault of a program that is not about its page tables. */
static void user_fault(const struct regs *regs, const struct fault *f,
		       vaddr_t addr)
{
	if (f->kind == ALIGNMENT)
		signal_fault(SIGBUS, BUS_ADRALN, addr);
	else if (f->kind == DEBUG_EVENT) /* bkpt */
		signal_fault(SIGTRAP, TRAP_BRKPT, regs->pc);
	else
		signal_fault(SIGBUS, BUS_OBJERR, addr);
}

static void trap_fault(struct regs *regs, u32 status, vaddr_t addr,
		       unsigned flags)
{
	/* FS[4] is bit 10 of the register, FS[3:0] its lowest. */
	const struct fault *f = &faults[(status >> 6 & 0x10) | (status & 0xf)];

	if (regs_user(regs)) {
		flags |= FAULT_USER;
		current->arch.fault_status = status;
		current->arch.fault_addr = (u32)addr;
	}
	if (f->kind == FORBIDDEN)
		flags |= FAULT_PROT;
	if (f->kind == FORBIDDEN || f->kind == MISSING)
		trap_page_fault(regs, addr, flags, f->text);
	else if (flags & FAULT_USER)
		user_fault(regs, f, addr);
	else
		trap_unexpected(regs, f->text ? f->text : "unknown abort");
}

void trap_dabt(struct regs *regs)
{
	u32 status, addr;
	bool write;

	__asm__ volatile("mrc p15, 0, %0, c5, c0, 0" : "=r"(status));
	__asm__ volatile("mrc p15, 0, %0, c6, c0, 0" : "=r"(addr));
	write = (status & DFSR_WRITE) && !(status & DFSR_CACHE);
	trap_fault(regs, status, addr, write ? FAULT_WRITE : 0);
}

void trap_pabt(struct regs *regs)
{
	u32 status, addr;

	__asm__ volatile("mrc p15, 0, %0, c5, c0, 1" : "=r"(status));
	__asm__ volatile("mrc p15, 0, %0, c6, c0, 2" : "=r"(addr));
	trap_fault(regs, status, addr, FAULT_EXEC);
}

/* Linux's breakpoints beside bkpt, which debuggers and compilers use: udf #16, in Thumb udf #1
 * and udf.w #0 (ARM DDI 0406C A8.8.247). */
static bool is_breakpoint(const struct regs *regs)
{
	u16 code[2] = { 0, 0 };

	copy_from_user(code, (const void *)regs->pc, sizeof(code));
	if (regs->cpsr & PSR_T)
		return code[0] == 0xde01 ||
		       (code[0] == 0xf7f0 && code[1] == 0xa000);
	return code[0] == 0x01f0 && (code[1] & 0xfff) == 0x7f0;
}

void trap_und(struct regs *regs)
{
	regs->pc -= regs->cpsr & PSR_T ? 2 : 4;
	if (regs_user(regs) && is_breakpoint(regs))
		signal_fault(SIGTRAP, TRAP_BRKPT, regs->pc);
	else if (regs_user(regs))
		signal_fault(SIGILL, ILL_ILLOPC, regs->pc);
	else
		trap_unexpected(regs, "undefined instruction");
}

/* Of the kernel's own: a program's svc takes another way (entry.S). It calls only
 * the debugger, and nobody was listening (power.c): go on behind it. */
void trap_svc(struct regs *regs)
{
	if (*(u16 *)(regs->pc - 2) != SEMIHOSTING_SVC)
		trap_unexpected(regs, "svc");
}

void trap_fiq(struct regs *regs)
{
	trap_unexpected(regs, "fast interrupt");
}
