/*
 * rmap.c - from a page of the page cache to the entries that map it.
 *
 * Who must take a page away from all programs, or their right to write it, or must know whether
 * they use it, asks here: truncation, writeback, reclaim.
 *
 *	page --- mapping, pgoff
 *	            |
 *	            v
 *	         mapping->vmas: area, area, ...	pgoff says where in each the page would be
 *	                          |
 *	                          v
 *	                        its entry, if it maps this very page: a private area may
 *	                        have a copy there
 *
 * The cost is a look at every area of the object. Linux keeps the areas in an interval tree,
 * and finds anonymous pages' entries in the same manner (anon_vma), which it needs for swap.
 */
#include "mm/mm.h"

/* The entry with which the area maps this very page. => NULL: it does not */
static pte_t *entry_of(const struct vma *vma, const struct page *page,
		       vaddr_t *va)
{
	pte_t *pte;

	if (page->pgoff - vma->pgoff >= vma_pages(vma))
		return NULL;
	*va = vma_address(vma, page->pgoff);
	pte = pte_lookup(vma->mm, *va);
	if (!pte || !pte_present(*pte) || pte_special(*pte))
		return NULL;
	return pte_page(*pte) == page ? pte : NULL;
}

#define for_each_entry_of(page, vma, va, pte)                               \
	list_for_each_entry (vma, &((struct mapping *)page->mapping)->vmas, \
			     shared)                                        \
		if (page->mapcount && (pte = entry_of(vma, page, &va)))

void page_unmap(const struct page *page)
{
	struct vma *vma;
	vaddr_t va;
	const pte_t *pte;

	for_each_entry_of(page, vma, va, pte)
		unmap_pages(vma, va, va + PAGE_SIZE);
}

void page_wrprotect(const struct page *page)
{
	struct vma *vma;
	vaddr_t va;
	pte_t *pte;

	for_each_entry_of(page, vma, va, pte)
	{
		/* Not only read-only: mprotect() makes dirty entries writable. */
		if (!pte_writable(*pte) && !pte_dirty(*pte))
			continue;
		pte_set(pte, pte_wrprotect(pte_mkclean(*pte)));
		tlb_flush_page(&vma->mm->mmu, va);
	}
}

bool page_test_young(const struct page *page)
{
	struct vma *vma;
	bool young = false;
	vaddr_t va;
	pte_t *pte;

	for_each_entry_of(page, vma, va, pte)
	{
		young |= (vma->flags & VM_LOCKED) != 0;
		if (!pte_young(*pte))
			continue;
		young = true;
		pte_set(pte, pte_mkold(*pte));
		tlb_flush_page(&vma->mm->mmu, va);
	}
	return young;
}
