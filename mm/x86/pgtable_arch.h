/*
 * pgtable_arch.h - the contract of mm/pgtable.h on x86, 32-bit paging.
 *
 * First level: 1,024 entries, one slot of the contract each (SDM 3A 4.3):
 *
 *   31            22 21  13 12  11..9 8 7 6 5 4   3   2  1  0
 *   [ section base ] 0 .. 0 PAT  0    G 1 D A PCD PWT US RW 1    section
 *   [ table, 4 KiB aligned      ] 0   0 0 0 A PCD PWT US RW 1    table
 *
 * Second level, 1,024 entries of 4 KiB:
 *
 *   31                        12 11..9 8 7   6 5 4   3   2  1  0
 *   [ frame                     ] AVL  G PAT D A PCD PWT US RW 1   page
 *
 * The hardware sets A on use and D on writing. PCD and PWT choose one of the
 * four memory types that boot/x86/head.S has put into the PAT, in the order of
 * PGPROT_WB to PGPROT_UC. Entries of the kernel are global: they stay in the
 * TLB when CR3 is loaded. AVL is ours, and of it we use one bit:
 *
 *   AVL0   special     a frame nobody counts (zero page, device)
 *
 * Not valid to the MMU (bit 0 is clear), but not none:
 *
 *   [ frame     ] ... bit 4 set                 present without any access
 *   [ slot, 27 bits        ] 0 1 0 0 0          swap
 *
 * Left out: PAE and with it NX, which the oldest machine we run on has not.
 * boot/x86/head.S reads the numbers; the functions are for C only.
 */
#pragma once

#define PTE_VALID      (1 << 0) /* P */
#define PTE_WRITE      (1 << 1) /* RW */
#define PTE_USER       (1 << 2)
#define PTE_SWAP       (1 << 3) /* only where not PTE_VALID */
#define PTE_SWAP_SHIFT 5
#define PTE_NOACCESS   (1 << 4) /* only where not PTE_VALID */
#define PTE_TYPE       (3 << 3) /* PCD, PWT */
#define PTE_YOUNG      (1 << 5) /* A */
#define PTE_DIRTY      (1 << 6) /* D */
#define PTE_PAT	       (1 << 7)
#define PTE_GLOBAL     (1 << 8)
#define PTE_SPECIAL    (1 << 9)
#define PDE_PS	       (1 << 7) /* first level: a section */

#define SECTION_SIZE 0x400000u
#define PGDIR_ORDER  0 /* 4 KiB */

#ifndef __ASSEMBLER__
#include "mm/page.h"

struct pgdir {
	u32 l1[1024];
} __attribute__((aligned(4096)));

struct mmu_context {
	struct pgdir *pgdir;
};

static inline pgprot_t pgprot(unsigned how)
{
	u32 v = PTE_VALID | PTE_YOUNG | (how & PGPROT_TYPE_MASK) >> 1;

	if (!(how & (PGPROT_READ | PGPROT_WRITE | PGPROT_EXEC)))
		return (pgprot_t){ PTE_NOACCESS | PTE_YOUNG };
	if (how & PGPROT_WRITE)
		v |= PTE_WRITE | PTE_DIRTY;
	v |= how & PGPROT_USER ? PTE_USER : PTE_GLOBAL;
	return (pgprot_t){ v };
}

/* The hardware keeps each bit apart: nothing follows. */
static inline pte_t pte_settle(u32 v)
{
	return (pte_t){ v };
}

static inline pte_t pte_modify(pte_t pte, pgprot_t prot)
{
	u32 keep = (u32)PAGE_MASK | PTE_YOUNG | PTE_DIRTY | PTE_SPECIAL;

	return (pte_t){ (pte.v & keep) | (prot.v & ~keep) };
}

#include "mm/pte.h"

PTE_FUNC(bool, executable, (pte.v & PTE_VALID))
PTE_FUNC(bool, special, pte_present(pte) && pte.v & PTE_SPECIAL)
PTE_FUNC(pte_t, mkspecial, ((pte_t){ pte.v | PTE_SPECIAL }))

/* The walker sees stores in their order (SDM 3A 4.10.2.4, 8.2): the compiler
 * alone must keep to it. */
static inline void mmu_sync(void)
{
	__asm__ volatile("" ::: "memory");
}

static inline pte_t *pgdir_table(const struct pgdir *pgdir, vaddr_t va)
{
	u32 desc = pgdir->l1[va / SLOT_SIZE];

	return (desc & (PTE_VALID | PDE_PS)) == PTE_VALID
		       ? phys_to_virt(desc & (u32)PAGE_MASK)
		       : NULL;
}

static inline void invlpg(vaddr_t va)
{
	__asm__ volatile("invlpg (%0)" ::"r"(va) : "memory");
}

/* Of an address space that is not current the TLB holds nothing. */
static inline void tlb_flush_page(struct mmu_context *ctx, vaddr_t va)
{
	(void)ctx;
	invlpg(va);
}

void tlb_flush_kernel_range(vaddr_t start, vaddr_t end);

/* Nothing of it is in the TLB: CR3 has been written since it was in force. */
static inline void mmu_context_retire(struct mmu_context *ctx)
{
	(void)ctx;
}

static inline void tlb_flush_kernel(vaddr_t start, vaddr_t end)
{
	if (end - start == PAGE_SIZE)
		invlpg(start);
	else
		tlb_flush_kernel_range(start, end);
}

/* Instruction fetches see stores to the same physical address (SDM 3A 11.6). */
static inline void page_sync_icache(struct page *page)
{
	(void)page;
}

#endif
