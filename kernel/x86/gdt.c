/*
 * gdt.c - segments, and the task that a double fault switches to.
 *
 * Paging does the work; segments are flat, [0, 4 GiB), and differ only in
 * privilege. Entries are where Linux has them, for programs see their numbers:
 *
 *	 6 ..  8   TLS of the current thread, set by set_thread_area
 *	12, 13     kernel code, data       14, 15   user code, data
 *	16         TSS: from it comes the stack when a trap leaves user mode
 *	17         TSS of the double fault
 *
 * When the stack runs into its guard page, the processor cannot push the
 * page fault's frame either: a double fault. Its gate is a task gate, so the
 * processor stores all registers in the first TSS and takes new ones, a good
 * stack among them, from the second (SDM 3A 6.15, 7.3).
 */
#include "kernel/sched.h"
#include "mm/pgtable.h"
#include "traps_arch.h"

enum { GDT_TSS = 16, GDT_DOUBLE_FAULT = 17, GDT_ENTRIES = 18 };
_Static_assert(SEL_DOUBLE_FAULT == GDT_DOUBLE_FAULT * 8, "selector");

#define FLAT(rights) DESC(0u, 0xfffffu, rights, 0xcu) /* 32 bits, in pages */

static u64 gdt[GDT_ENTRIES] = {
	[SEL_KERNEL_CS / 8] = FLAT(0x9bu),
	[SEL_KERNEL_DS / 8] = FLAT(0x93u),
	[SEL_USER_CS / 8] = FLAT(0xfbu),
	[SEL_USER_DS / 8] = FLAT(0xf3u),
};

/* SDM 3A 7.2.1; 16-bit fields take a whole word. */
struct tss {
	u32 link, esp0, ss0, esp1, ss1, esp2, ss2;
	u32 cr3, eip, eflags;
	u32 eax, ecx, edx, ebx, esp, ebp, esi, edi;
	u32 es, cs, ss, ds, fs, gs;
	u32 ldt;
	u16 trap, iomap; /* offset of the port bitmap; beyond the end: none */
};

static struct tss tss, double_fault_tss;
static u8 double_fault_stack[PAGE_SIZE] __attribute__((aligned(16)));

/* Runs as a task, so no register of the fault is in a register any more. */
static noreturn void double_fault(void)
{
	struct regs regs = {
		.es = tss.es,
		.ds = tss.ds,
		.edi = tss.edi,
		.esi = tss.esi,
		.ebp = tss.ebp,
		.pusha_esp = tss.esp - REGS_PUSHED,
		.ebx = tss.ebx,
		.edx = tss.edx,
		.ecx = tss.ecx,
		.eax = tss.eax,
		.vector = 8,
		.eip = tss.eip,
		.cs = tss.cs,
		.eflags = tss.eflags,
		.esp = tss.esp,
		.ss = tss.ss,
	};
	vaddr_t addr;

	/* Clear NT: with it, an iret here would go back to the broken task. */
	__asm__ volatile("pushf\n\tandl $~0x4000, (%%esp)\n\tpopf" ::
				 : "memory", "cc");
	__asm__ volatile("mov %%cr2, %0" : "=r"(addr));
	/* A push onto the page below, or a frame that reached further. */
	if (addr >= PAGE_OFFSET && addr - tss.esp + PAGE_SIZE < 2 * PAGE_SIZE)
		trap_stack_overflow(&regs, addr);
	trap_unexpected(&regs, "double fault");
	panic("double fault");
}

static void set_tss_desc(unsigned entry, const struct tss *t)
{
	gdt[entry] = DESC((vaddr_t)t, sizeof(*t) - 1, 0x89u, 0u);
}

void gdt_set_thread(const struct thread *t)
{
	for (u32 i = 0; i < NR_TLS; i++)
		gdt[GDT_TLS + i] = t->arch.tls[i];
	tss.esp0 = (u32)t->stack + STACK_SIZE;
}

void gdt_init(void)
{
	struct {
		u16 limit;
		u64 *base;
	} __attribute__((packed)) gdtr = { sizeof(gdt) - 1, gdt };

	tss.ss0 = SEL_KERNEL_DS;
	tss.iomap = double_fault_tss.iomap = sizeof(struct tss);
	double_fault_tss.cr3 = virt_to_phys(&kernel_pgdir);
	double_fault_tss.eip = (u32)double_fault;
	double_fault_tss.eflags = 2;
	double_fault_tss.esp = (u32)(double_fault_stack + PAGE_SIZE - 4);
	double_fault_tss.cs = SEL_KERNEL_CS;
	double_fault_tss.ss = SEL_KERNEL_DS;
	double_fault_tss.ds = double_fault_tss.es = SEL_USER_DS;
	set_tss_desc(GDT_TSS, &tss);
	set_tss_desc(GDT_DOUBLE_FAULT, &double_fault_tss);

	/* No local table: after reset it is at 0, and programs can name its segments. */
	__asm__ volatile("lgdt %0\n\t"
			 "ljmp %1, $1f\n"
			 "1:\tmov %2, %%ss\n\t"
			 "mov %3, %%ds\n\t"
			 "mov %3, %%es\n\t"
			 "mov %4, %%fs\n\t"
			 "mov %4, %%gs\n\t"
			 "ltr %w5\n\t"
			 "lldt %w4"
			 :
			 : "m"(gdtr), "i"(SEL_KERNEL_CS), "r"(SEL_KERNEL_DS),
			   "r"(SEL_USER_DS), "r"(0), "r"(GDT_TSS * 8)
			 : "memory");
}
