/*
 * pte.h - the part of the contract (mm/pgtable.h) that both machines spell alike.
 *
 * pgtable_arch.h includes it where it has named its bits: PTE_VALID, PTE_NOACCESS and
 * PTE_SWAP, of which one is set in whatever is not none; PTE_WRITE, PTE_DIRTY, PTE_YOUNG,
 * PTE_USER; PTE_SWAP_SHIFT. Its pte_settle() makes an entry of bits: those that follow
 * from others (ARM: what the hardware may write) are set there.
 */
#ifndef MM_PTE_H
#define MM_PTE_H

static inline pte_t pte_make(pfn_t pfn, pgprot_t prot)
{
	return (pte_t){ pfn.n << PAGE_SHIFT | prot.v };
}

static inline bool pte_none(pte_t pte)
{
	return !pte.v;
}

static inline bool pte_present(pte_t pte)
{
	/* In a valid entry PTE_NOACCESS is a memory type's, and does no harm here. */
	return pte.v & (PTE_VALID | PTE_NOACCESS);
}

static inline bool pte_swapped(pte_t pte)
{
	return (pte.v & (PTE_VALID | PTE_NOACCESS | PTE_SWAP)) == PTE_SWAP;
}

static inline bool pte_writable(pte_t pte)
{
	return pte.v & PTE_WRITE;
}

static inline bool pte_user(pte_t pte)
{
	return pte.v & PTE_USER;
}

static inline bool pte_young(pte_t pte)
{
	return pte.v & PTE_YOUNG;
}

static inline bool pte_dirty(pte_t pte)
{
	return pte.v & PTE_DIRTY;
}

static inline pfn_t pte_pfn(pte_t pte)
{
	return pfn(pte.v >> PAGE_SHIFT);
}

static inline pte_t pte_wrprotect(pte_t pte)
{
	return pte_settle(pte.v & ~PTE_WRITE);
}

static inline pte_t pte_mkwrite(pte_t pte)
{
	return pte_settle(pte.v | PTE_WRITE);
}

static inline pte_t pte_mkclean(pte_t pte)
{
	return pte_settle(pte.v & ~PTE_DIRTY);
}

static inline pte_t pte_mkdirty(pte_t pte)
{
	return pte_settle(pte.v | PTE_DIRTY);
}

static inline pte_t pte_mkold(pte_t pte)
{
	return (pte_t){ pte.v & ~PTE_YOUNG };
}

static inline pte_t pte_mkyoung(pte_t pte)
{
	return (pte_t){ pte.v | PTE_YOUNG };
}

static inline pte_t pte_swap(u32 slot)
{
	return (pte_t){ slot << PTE_SWAP_SHIFT | PTE_SWAP };
}

static inline u32 pte_swap_slot(pte_t pte)
{
	return pte.v >> PTE_SWAP_SHIFT;
}

static inline void pte_set(pte_t *ptep, pte_t pte)
{
	*(volatile u32 *)&ptep->v = pte.v;
}

/* ---- mm/ARCH/mmu.c, said in mm/pgtable.h */

void pgdir_install(struct pgdir *pgdir, vaddr_t va, pte_t *table);
void pgdir_remove(struct pgdir *pgdir, vaddr_t va);
void pgdir_install_section(struct pgdir *pgdir, vaddr_t va, paddr_t pa,
			   pgprot_t prot);
bool pgdir_section(struct pgdir *pgdir, vaddr_t va, pte_t *pte);
void tlb_flush_range(struct mmu_context *ctx, vaddr_t start, vaddr_t end);
void tlb_flush_all(struct mmu_context *ctx);
void mmu_switch(struct mmu_context *ctx);
int mmu_context_init(struct mmu_context *ctx);
void mmu_context_free(struct mmu_context *ctx);
void clear_page(void *kaddr);
void copy_page(void *to, const void *from);

#endif
