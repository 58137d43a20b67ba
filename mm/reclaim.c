/*
 * reclaim.c - memory that can be done without, when there is no other.
 *
 * alloc_pages() comes here before it gives up. All that can be given back without having
 * been saved is what programs have offered by madvise(MADV_FREE) and have not
 * written to since: madvise.c has made those entries clean, the MMU marks an entry dirty at
 * the next write, and no other anonymous page is ever clean.
 *
 *	madvise(FREE)	clean		the page may go; reads still see its bytes
 *	a write		dirty		the program has it back
 *	shortage	clean: none	reads see zeros
 *
 * After a fork both address spaces must have left the page alone: each loses
 * its entry, and the page is free when the last one is gone. The walk
 * begins where the last one ended, at the next address space, so that none is
 * always the first to lose.
 *
 * Linux finds its candidates on lists of pages, the least recently used first; with nothing
 * but these to take, a walk through the page tables is all it needs here.
 */
#include "mm/kmap.h"
#include "mm/mm.h"
#include "mm/vma.h"

#define RECLAIM_BATCH 32u /* enough for a while: a walk is not cheap */

/* The page of an entry that may go. => NULL: it may not */
static struct page *free_candidate(pte_t pte, enum zone_type highest)
{
	struct page *page;

	if (!pte_present(pte) || pte_special(pte) || pte_dirty(pte))
		return NULL;
	page = pfn_to_page(pte_pfn(pte));
	return page->mapping || page_zone(page) > highest ? NULL : page;
}

/* => how many pages it gave back, about `want` at most */
static u32 reclaim_area(struct vma *v, enum zone_type highest, u32 want)
{
	struct mm *mm = v->mm;
	u32 n = 0;
	vaddr_t va, stop;

	for (va = v->start; va < v->end && n < want; va = stop) {
		pte_t *pte = pte_lookup(mm, va);

		stop = min(ALIGN_DOWN(va, SLOT_SIZE) + SLOT_SIZE, v->end);
		for (; pte && va < stop && n < want; va += PAGE_SIZE, pte++) {
			struct page *page = free_candidate(*pte, highest);

			if (!page)
				continue;
			pte_set(pte, (pte_t){ 0 });
			tlb_flush_page(&mm->mmu, va);
			n += page->refs == 1;
			page_remove_rmap(mm, page);
		}
	}
	return n;
}

static u32 reclaim_mm(struct mm *mm, enum zone_type highest, u32 want)
{
	struct vma *v;
	u32 n = 0;

	mm->peak_rss = mm_peak_rss(mm);
	for_each_vma (v, &mm->vmas)
		if (vma_is_anonymous(v) &&
		    !(v->flags & (VM_LOCKED | VM_PFNMAP)))
			n += reclaim_area(v, highest, want - min(n, want));
	return n;
}

bool reclaim_pages(enum zone_type highest)
{
	struct mm *last = list_empty(&all_mms)
				  ? NULL
				  : list_entry(all_mms.prev, struct mm, all);
	struct mm *mm;
	u32 n = 0;

	/* Somebody is looking at a page that might be among those. */
	if (kmap_local_depth() || !last)
		return false;
	do {
		mm = list_first(&all_mms, struct mm, all);
		n += reclaim_mm(mm, highest, RECLAIM_BATCH - n);
		list_del(&mm->all);
		list_add_tail(&mm->all, &all_mms);
	} while (n < RECLAIM_BATCH && mm != last);
	return n;
}
