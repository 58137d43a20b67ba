/*
 * pte.h - the part of the contract (mm/pgtable.h) that both machines spell alike.
 *
 * pgtable_arch.h includes it where it has named its bits: PTE_VALID, PTE_NOACCESS and
 * PTE_SWAP, of which one is set in whatever is not none; PTE_WRITE, PTE_DIRTY, PTE_YOUNG,
 * PTE_USER; PTE_SWAP_SHIFT. Its pte_settle() makes an entry of bits: those that follow
 * from others (ARM: what the hardware may write) are set there.
 */
#pragma once

/* Young; dirty if writable. */
static inline pte_t pte_make(pfn_t pfn, pgprot_t prot)
{
	return (pte_t){ pfn.n << PAGE_SHIFT | prot.v };
}

/* A function of one entry: pte_NAME(pte) is the value. */
#define PTE_FUNC(type, name, value)              \
	static inline type pte_##name(pte_t pte) \
	{                                        \
		return value;                    \
	}

PTE_FUNC(bool, none, !pte.v)
/* In a valid entry PTE_NOACCESS is a memory type's, and does no harm here. */
PTE_FUNC(bool, present, (pte.v & (PTE_VALID | PTE_NOACCESS)))
PTE_FUNC(bool, swapped,
	 (pte.v & (PTE_VALID | PTE_NOACCESS | PTE_SWAP)) == PTE_SWAP)
PTE_FUNC(bool, writable, (pte.v & PTE_WRITE))
PTE_FUNC(bool, user, (pte.v & PTE_USER))
PTE_FUNC(bool, young, (pte.v & PTE_YOUNG))
PTE_FUNC(bool, dirty, (pte.v & PTE_DIRTY))
/* => present only */
PTE_FUNC(pfn_t, pfn, pfn(pte.v >> PAGE_SHIFT))
/* => the frame is one of mem_map, or nobody looks at the page (special) */
PTE_FUNC(struct page *, page, pfn_to_page(pte_pfn(pte)))
PTE_FUNC(u32, swap_slot, pte.v >> PTE_SWAP_SHIFT)

PTE_FUNC(pte_t, wrprotect, pte_settle(pte.v & ~PTE_WRITE))
PTE_FUNC(pte_t, mkwrite, pte_settle(pte.v | PTE_WRITE))
PTE_FUNC(pte_t, mkclean, pte_settle(pte.v & ~PTE_DIRTY))
PTE_FUNC(pte_t, mkdirty, pte_settle(pte.v | PTE_DIRTY))
PTE_FUNC(pte_t, mkold, ((pte_t){ pte.v & ~PTE_YOUNG }))
PTE_FUNC(pte_t, mkyoung, ((pte_t){ pte.v | PTE_YOUNG }))

static inline pte_t pte_swap(u32 slot)
{
	return (pte_t){ slot << PTE_SWAP_SHIFT | PTE_SWAP };
}

/* One store; the walker sees it at the latest after mmu_sync(). */
static inline void pte_set(pte_t *ptep, pte_t pte)
{
	*(volatile u32 *)&ptep->v = pte.v;
}
