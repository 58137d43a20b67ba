/*
 * pgtable_arch.h - the contract of mm/pgtable.h on ARMv7-A, short descriptors.
 *
 * First level: 4,096 descriptors, 1 MiB each, four of them one slot of the
 * contract:
 *
 *   31           20 19 18 17 16 15  14..12  11..10 9 8..5 4  3 2 1 0
 *   [ section base ] 0  0  nG S  AP2 TEX2..0 AP1..0 0 0   XN C B 1 PXN section
 *   31                       10 9 8..5 4 3  2  1 0
 *   [ table, 1 KiB aligned    ] 0  0   0 0 PXN 0 1                       table
 *
 * Second level: 1,024 entries for a slot, in the four quarters of a page:
 *
 *   31        12 11 10  9   8..6   5..4  3 2 1 0
 *   [ frame     ] nG S AP2 TEX2..0 AP1..0 C B 1 XN                   small page
 *
 * With SCTLR.AFE, AP0 is the access flag and AP2..1 are two plain rights: AP2 forbids
 * writing, AP1 admits the program (ARM DDI 0406C B3.7.1). With SCTLR.TRE, the memory
 * type is TEX0.C.B, an index into PRRR and NMRR, and TEX2..1 are free (B3.8.3). Ours:
 *
 *   TEX1   dirty       the page has been written since it was last clean
 *   TEX2   writable    the mapping's right. The hardware may write only what is
 *                      writable and dirty: AP2 is clear only then, so the
 *                      first write of a clean page faults and is seen
 *   S      ordinary    clear in a `special` entry, whose frame nobody counts
 *                      (zero page, device). One processor: S does nothing else
 *
 * Not valid to the MMU (bits 1..0 are 00), but not none:
 *
 *   [ frame     ] ... bit 2 set                 present without any access
 *   [ slot, 28 bits           ] bit 3 set       swap
 *
 * Left out: large pages and supersections, domains (all are domain 0, client),
 * the split of TTBR0 and TTBR1: the kernel's part is in every directory.
 * boot/arm/head.S reads the numbers; the functions are for C only.
 */
#pragma once

#define PTE_XN	       (1 << 0)
#define PTE_VALID      (1 << 1)
#define PTE_NOACCESS   (1 << 2) /* only where not PTE_VALID */
#define PTE_SWAP       (1 << 3) /* only where not PTE_VALID */
#define PTE_SWAP_SHIFT 4
#define PTE_TYPE       (3 << 2)	 /* C, B: PGPROT_WB to PGPROT_UC; TEX0 is 0 */
#define PTE_YOUNG      (1 << 4)	 /* AP0 */
#define PTE_USER       (1 << 5)	 /* AP1 */
#define PTE_DIRTY      (1 << 7)	 /* TEX1 */
#define PTE_WRITE      (1 << 8)	 /* TEX2 */
#define PTE_RO	       (1 << 9)	 /* AP2 */
#define PTE_COUNTED    (1 << 10) /* S */
#define PTE_NG	       (1 << 11)

/* An entry's bits where a section has them. */
#define L1_SECTION 2
#define L1_TABLE   1
#define L1_PXN	   (1 << 2) /* of a table: not executable by the kernel */
#define SECTION_BITS(pte)                                     \
	(L1_SECTION | ((pte)&0xff0) << 6 | ((pte)&PTE_TYPE) | \
	 ((pte)&PTE_XN) << 4)

#define SECTION_SIZE 0x100000u
#define PGDIR_ORDER  2 /* 16 KiB */

#ifndef __ASSEMBLER__
#include "mm/page.h"
#include "mmu_regs.h"

struct pgdir {
	u32 l1[4096];
} __attribute__((aligned(16384)));

struct mmu_context {
	struct pgdir *pgdir;
	u32 asid; /* generation << 8 | ASID; 0: none yet (mmu.c) */
};

static inline pgprot_t pgprot(unsigned how)
{
	u32 v = PTE_YOUNG | PTE_COUNTED;

	if (!(how & (PGPROT_READ | PGPROT_WRITE | PGPROT_EXEC)))
		return (pgprot_t){ v | PTE_NOACCESS };
	v |= PTE_VALID | (how & PGPROT_TYPE_MASK) >> 2;
	v |= how & PGPROT_WRITE ? PTE_WRITE | PTE_DIRTY : PTE_RO;
	if (!(how & PGPROT_EXEC))
		v |= PTE_XN;
	if (how & PGPROT_USER)
		v |= PTE_USER | PTE_NG;
	return (pgprot_t){ v };
}

/* Settles AP2: the hardware may write what is writable and dirty. */
static inline pte_t pte_settle(u32 v)
{
	u32 both = PTE_WRITE | PTE_DIRTY;

	return (pte_t){ (v & both) == both ? v & ~PTE_RO : v | PTE_RO };
}

static inline pte_t pte_modify(pte_t pte, pgprot_t prot)
{
	u32 keep = (u32)PAGE_MASK | PTE_YOUNG | PTE_DIRTY | PTE_COUNTED;

	return pte_settle((pte.v & keep) | (prot.v & ~keep));
}

#include "mm/pte.h"

PTE_FUNC(bool, executable, (pte.v & (PTE_VALID | PTE_XN)) == PTE_VALID)
PTE_FUNC(bool, special, pte_present(pte) && !(pte.v & PTE_COUNTED))
PTE_FUNC(pte_t, mkspecial, ((pte_t){ pte.v & ~PTE_COUNTED }))

/* The walker reads the tables through the data cache (TTBR0's attributes,
 * boot/arm/head.S): ordering is enough, nothing is cleaned (B3.10.1). */
static inline void mmu_sync(void)
{
	__asm__ volatile("dsb ishst\n\tisb" ::: "memory");
}

static inline pte_t *pgdir_table(const struct pgdir *pgdir, vaddr_t va)
{
	u32 desc = pgdir->l1[va / SLOT_SIZE * 4];

	return (desc & 3) == L1_TABLE ? phys_to_virt(desc & (u32)PAGE_MASK)
				      : NULL;
}

void tlb_flush_page(struct mmu_context *ctx, vaddr_t va);
void tlb_flush_kernel_range(vaddr_t start, vaddr_t end);
void icache_sync_page(struct page *page);

/* Its ASID will not be given out again without a flush of everything. */
static inline void mmu_context_retire(struct mmu_context *ctx)
{
	ctx->asid = 0;
}

static inline void page_sync_icache(struct page *page)
{
	if (unlikely(!(page->flags & PG_SYNCED)))
		icache_sync_page(page);
}

/* The same for addresses of the running program: it has written code there.
 * => start <= end <= TASK_SIZE; 0 or -EFAULT */
int icache_sync_user(u32 start, u32 end);

static inline void tlb_flush_kernel(vaddr_t start, vaddr_t end)
{
	if (end - start != PAGE_SIZE) {
		tlb_flush_kernel_range(start, end);
		return;
	}
	/* kmap_local()'s way, of data: no branch was predicted there. */
	__asm__ volatile("dsb ishst" ::: "memory");
	write_tlbimva((u32)start);
	__asm__ volatile("dsb ish\n\tisb" ::: "memory");
}

#endif
