/*
 * traps.c - what an exception was about, x86.
 *
 * entry.S has saved the registers and calls one function here:
 *
 *	trap_page     vector 14: the error code says why, CR2 where
 *	trap_irq      irq.c
 *	trap_other    everything else: a bug
 *
 * CR2 is read first: a second fault overwrites it. Then interrupts go back on
 * if they were on. Without PAE there is no bit that tells an instruction fetch
 * from a read; in the kernel a fault at the address of the instruction is
 * one, and FAULT_EXEC is for the oops only. SDM 3A 4.7, 6.15.
 */
#include "kernel/arch.h"
#include "kernel/bootinfo.h"
#include "mm/pgtable.h"

#include "traps_arch.h"

/* A page fault's error code (SDM 3A 4.7) */
#define PF_PRESENT  (1u << 0)
#define PF_WRITE    (1u << 1)
#define PF_USER	    (1u << 2)
#define PF_RESERVED (1u << 3)

static const char *const names[32] = {
	[0] = "divide error",
	[1] = "debug exception",
	[2] = "non-maskable interrupt",
	[3] = "breakpoint",
	[4] = "overflow",
	[5] = "bound range exceeded",
	[6] = "invalid opcode",
	[7] = "no floating-point unit",
	[8] = "double fault",
	[10] = "invalid TSS",
	[11] = "segment not present",
	[12] = "stack-segment fault",
	[13] = "general protection fault",
	[16] = "floating-point error",
	[17] = "alignment check",
	[18] = "machine check",
	[19] = "SIMD floating-point error",
};

/* SDM 3A 6.11 */
struct gate {
	u16 offset_low, selector, type, offset_high;
};
#define GATE_INTERRUPT 0x8e00 /* clears IF */
#define GATE_USER      0x6000 /* int n in user mode may use it */
#define GATE_TASK      0x8500
#define VECTORS	       129

static struct gate idt[VECTORS];

extern char boot_guard[]; /* boot/x86/head.S: below the stack of kmain() */

static void set_gate(unsigned vector, const char *entry, u16 type)
{
	u32 offset = (u32)entry;

	idt[vector] = (struct gate){ (u16)offset, SEL_KERNEL_CS, type,
				     (u16)(offset >> 16) };
}

/* Loads GDT, TSS and IDT, and takes the page below kmain()'s stack away. */
void traps_init(void)
{
	struct {
		u16 limit;
		struct gate *base;
	} __attribute__((packed)) idtr = { sizeof(idt) - 1, idt };

	gdt_init();
	for (unsigned i = 0; i < VECTOR_IRQ + 16; i++)
		set_gate(i, trap_vectors + 16 * i, GATE_INTERRUPT);
	idt[8] = (struct gate){ 0, SEL_DOUBLE_FAULT, GATE_TASK, 0 };
	set_gate(VECTOR_SYSCALL, syscall_entry, GATE_INTERRUPT | GATE_USER);
	__asm__ volatile("lidt %0" ::"m"(idtr));

	pte_set(kernel_pte((vaddr_t)boot_guard), (pte_t){ 0 });
	tlb_flush_kernel((vaddr_t)boot_guard, (vaddr_t)boot_guard + PAGE_SIZE);
	if (bootinfo.platform.ignored_mib)
		printk("memory: %u MiB above 4 GiB: not used\n",
		       bootinfo.platform.ignored_mib);
}

/* The error code in words. */
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

void trap_page(struct regs *regs)
{
	unsigned flags = 0;
	vaddr_t addr;

	__asm__ volatile("mov %%cr2, %0" : "=r"(addr));
	if (regs->eflags & EFLAGS_IF)
		irq_enable();
	if (regs->error & PF_PRESENT)
		flags |= FAULT_PROT;
	if (regs->error & PF_WRITE)
		flags |= FAULT_WRITE;
	if (regs->error & PF_USER)
		flags |= FAULT_USER;
	else if (addr == regs->eip)
		flags |= FAULT_EXEC;
	trap_page_fault(regs, addr, flags, page_fault_cause(regs->error));
	irq_disable();
}

void trap_other(struct regs *regs)
{
	const char *name = NULL;

	if (regs->vector < ARRAY_SIZE(names))
		name = names[regs->vector];
	else if (regs->vector == VECTOR_SYSCALL)
		name = "int 0x80";
	trap_unexpected(regs, name ? name : "unknown exception");
}
