/*
 * mmu.c - page directories, the TLB and address spaces on x86.
 *
 * pgtable_arch.h has the pictures of the entries and what is inline.
 *
 * CR3 names the current directory, and loading it empties the TLB of all that
 * is not global. So the TLB knows one address space at a time: what is flushed
 * for another is gone already, and there are no names of address spaces to hand
 * out (PCIDs exist in 64-bit mode only).
 *
 * Global entries, the kernel's, go one by one with invlpg or all together when
 * CR4.PGE is cleared (SDM 3A 4.10.4.1). One processor: nobody else is told.
 */
#include "mm/pgtable.h"

/* One page at a time pays up to here, then the whole TLB is cheaper. */
#define FLUSH_PAGES_MAX 32u

#define CR4_PGE (1u << 7)

#define CR_FUNCS(cr)                                                       \
	static inline u32 read_##cr(void)                                  \
	{                                                                  \
		u32 v;                                                     \
		__asm__ volatile("mov %%" #cr ", %0" : "=r"(v)::"memory"); \
		return v;                                                  \
	}                                                                  \
	static inline void write_##cr(u32 v)                               \
	{                                                                  \
		__asm__ volatile("mov %0, %%" #cr ::"r"(v) : "memory");    \
	}
CR_FUNCS(cr3)
CR_FUNCS(cr4)

/* ---- the directory */

void pgdir_install(struct pgdir *pgdir, vaddr_t va, pte_t *table)
{
	u32 v = virt_to_phys(table) | PTE_VALID | PTE_WRITE;

	assert(IS_ALIGNED((vaddr_t)table, PAGE_SIZE));
	/* Both levels must allow what is to be allowed (SDM 3A 4.6). */
	if (va < TASK_SIZE)
		v |= PTE_USER;
	pgdir->l1[va / SLOT_SIZE] = v;
}

void pgdir_remove(struct pgdir *pgdir, vaddr_t va)
{
	pgdir->l1[va / SLOT_SIZE] = 0;
}

void section_install(vaddr_t va, paddr_t pa, pgprot_t prot)
{
	assert(IS_ALIGNED(va | pa, SECTION_SIZE) && (prot.v & PTE_VALID));
	kernel_pgdir.l1[va / SECTION_SIZE] = pa | prot.v | PDE_PS;
}

bool pgdir_section(const struct pgdir *pgdir, vaddr_t va, pte_t *pte)
{
	u32 desc = pgdir->l1[va / SECTION_SIZE];

	if ((desc & (PTE_VALID | PDE_PS)) != (PTE_VALID | PDE_PS))
		return false;
	/* The frame, and a section's bits where an entry has them. */
	pte->v = ALIGN_DOWN(desc, SECTION_SIZE) |
		 (u32)(va & (SECTION_SIZE - 1) & PAGE_MASK) |
		 (desc & 0xfff & ~PDE_PS) | (desc >> 5 & PTE_PAT);
	return true;
}

const struct pgdir *mmu_current_pgdir(void)
{
	return phys_to_virt(read_cr3() & (u32)PAGE_MASK);
}

/* ---- the TLB */

void tlb_flush_range(struct mmu_context *ctx, vaddr_t start, vaddr_t end)
{
	u32 cr3 = read_cr3();

	if (cr3 != virt_to_phys(ctx->pgdir))
		return;
	if (end - start > FLUSH_PAGES_MAX * PAGE_SIZE) {
		write_cr3(cr3);
		return;
	}
	for (; start < end; start += PAGE_SIZE)
		invlpg(start);
}

void tlb_flush_kernel_range(vaddr_t start, vaddr_t end)
{
	u32 npages = (u32)(end - start) / PAGE_SIZE, cr4 = read_cr4();

	if (npages > FLUSH_PAGES_MAX) {
		write_cr4(cr4 & ~CR4_PGE);
		write_cr4(cr4);
		return;
	}
	for (; npages; npages--, start += PAGE_SIZE)
		invlpg(start);
}

/* ---- address spaces */

void mmu_switch(struct mmu_context *ctx)
{
	paddr_t cr3 = virt_to_phys(ctx->pgdir);

	if (read_cr3() != cr3)
		write_cr3(cr3);
}

/* ---- for an oops */

/* What both levels have. */
static void describe_rights(u32 v)
{
	printk("%s; %s; %s", v & PTE_WRITE ? "RW: writable" : "read-only",
	       v & PTE_USER ? "US: the program's" : "the kernel's",
	       v & PTE_YOUNG ? "A: accessed" : "not accessed");
}

void pgdir_describe(u32 desc)
{
	printk("; ");
	describe_rights(desc);
}

void pte_describe(pte_t pte)
{
	static const char *const types[] = { "write-back", "write-through",
					     "write-combining", "uncached" };
	u32 v = pte.v;

	describe_rights(v);
	printk("; %s; %s; PCD=%u PWT=%u PAT=%u: %s; software: %s%s\n",
	       v & PTE_DIRTY ? "D: dirty" : "clean",
	       v & PTE_GLOBAL ? "G: global" : "one address space's", v >> 4 & 1,
	       v >> 3 & 1, !!(v & PTE_PAT), types[v >> 3 & 3],
	       v & PTE_SPECIAL ? "special" : "counted",
	       v & 0xc00 ? ", unknown bits" : "");
}

int pte_format(pte_t pte, bool section, char *buf, u32 size)
{
	static const char *const types[] = { "WB", "WT", "WC", "UC" };
	u32 v = pte.v;
	bool valid = v & PTE_VALID;

	return snprintf(buf, size,
			"%c%c%c%c G=%u PS=%u PAT=%u D=%u A=%u PCD=%u PWT=%u "
			"U=%u W=%u P=%u %s%s",
			valid ? 'r' : '-', valid && v & PTE_WRITE ? 'w' : '-',
			valid ? 'x' : '-', v & PTE_USER ? 'u' : '-',
			!!(v & PTE_GLOBAL), section, !!(v & PTE_PAT),
			!!(v & PTE_DIRTY), !!(v & PTE_YOUNG),
			valid && v >> 4 & 1, valid && v >> 3 & 1,
			!!(v & PTE_USER), !!(v & PTE_WRITE), valid,
			valid ? types[v >> 3 & 3] : "no access",
			v & PTE_SPECIAL ? " special" : "");
}

int pgdir_format(const struct pgdir *pgdir, vaddr_t va, char *buf, u32 size)
{
	u32 v = pgdir->l1[va / SLOT_SIZE];

	return snprintf(buf, size,
			"r%cx%c PS=0 A=%u PCD=%u PWT=%u U=%u W=%u P=%u",
			v & PTE_WRITE ? 'w' : '-', v & PTE_USER ? 'u' : '-',
			!!(v & PTE_YOUNG), v >> 4 & 1, v >> 3 & 1,
			!!(v & PTE_USER), !!(v & PTE_WRITE), v & PTE_VALID);
}
