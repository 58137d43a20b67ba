/*
 * reclaim.c - memory that can be done without, when there is no other.
 *
 * alloc_pages() comes here before it gives up. It cannot sleep, so all that can be given back
 * is what need not be saved first.
 *
 * Pages of disk files that are clean go first. They lie on a ring for each zone, and
 * a hand goes round (CLOCK): what was used since it came by last gets another round.
 *
 *	-> page -> page -> page -> page ->	used: found by read() or write() (not PG_IDLE),
 *	   ^ hand				or through an entry (young)
 *
 * Its entries go first; a locked area keeps its pages, and so does whoever has a reference.
 *
 * Then what programs have offered by madvise(MADV_FREE) and have not
 * written to since: madvise.c has made those entries clean, the MMU marks an entry dirty at
 * the next write, and no other anonymous page is ever clean.
 *
 *	madvise(FREE)	clean		the page may go; reads still see its bytes
 *	a write		dirty		the program has it back
 *	shortage	clean: none	reads see zeros
 *
 * After a fork the page is free when every address space has lost its entry. The walk
 * begins at the next one each time, so that none is always the first to lose.
 *
 * Linux has lists of pages used once and of pages used again, so that a large file that is
 * read once does not push out the rest.
 */
#include "mm/kmap.h"
#include "mm/mm.h"
#include "mm/writeback.h"

#define RECLAIM_BATCH 32u /* enough for a while: a walk is not cheap */

/* ---- clean pages of disk files */

static struct list_head clocks[NR_ZONES] = { LIST_INIT(clocks[0]),
					     LIST_INIT(clocks[1]),
					     LIST_INIT(clocks[2]) };
static u32 on_clock[NR_ZONES];
u32 nr_file_pages;

void reclaim_add(struct page *page)
{
	enum zone_type zone = page_zone(page);

	list_add_tail(&page->list, &clocks[zone]);
	on_clock[zone]++;
	nr_file_pages++;
	page->flags |= PG_IDLE;
}

void reclaim_remove(struct page *page)
{
	if (page->flags & PG_DIRTY)
		page_clear_dirty(page);
	list_del(&page->list);
	on_clock[page_zone(page)]--;
	nr_file_pages--;
}

/* Clean, and nobody but the cache and entries has it. */
static bool may_drop(const struct page *page)
{
	return !(page->flags & (PG_DIRTY | PG_LOCKED | PG_WRITEBACK)) &&
	       page->refs == page->mapcount + 1;
}

static bool was_used(struct page *page)
{
	bool used = !(page->flags & PG_IDLE);

	page->flags |= PG_IDLE;
	return (page->mapcount && page_test_young(page)) || used;
}

/* => how many pages were dropped, `want` at most; all are passed twice at most */
static u32 reclaim_files(enum zone_type zone, u32 want)
{
	struct list_head *clock = &clocks[zone];
	u32 n = 0;

	for (u32 left = 2 * on_clock[zone]; left && n < want; left--) {
		struct page *page = list_first(clock, struct page, list);

		list_del(&page->list);
		list_add_tail(&page->list, clock);
		if (!may_drop(page) || was_used(page))
			continue;
		page_unmap(page);
		mapping_remove_page(page->mapping, page);
		n++;
	}
	return n;
}

void reclaim_range(struct mapping *mapping, u32 first, u32 end)
{
	struct page *page;

	if (mapping->shmem)
		return;
	while (first < end && (page = radix_next(&mapping->pages, &first)) &&
	       first++ < end)
		if (may_drop(page) && !page->mapcount)
			mapping_remove_page(mapping, page);
}

void reclaim_all(void)
{
	for (enum zone_type z = 0; z < NR_ZONES; z++) {
		struct page *page, *next;

		list_for_each_entry_safe (page, next, &clocks[z], list)
			if (may_drop(page) && !page->mapcount)
				mapping_remove_page(page->mapping, page);
	}
}

/* ---- MADV_FREE */

/* The page of an entry that may go. => NULL: it may not */
static struct page *free_candidate(pte_t pte, enum zone_type highest)
{
	struct page *page = pte_page(pte);

	if (!pte_present(pte) || pte_special(pte) || pte_dirty(pte))
		return NULL;
	return page->mapping || page_zone(page) > highest ? NULL : page;
}

/* => how many pages it gave back, about `want` at most */
static u32 reclaim_area(struct vma *v, enum zone_type highest, u32 want)
{
	struct mm *mm = v->mm;
	struct page *page;
	u32 n = 0, run;
	vaddr_t va;
	pte_t *pte;

	for_each_run (mm, va, run, pte, v->start, v->end)
		for (u32 i = 0; i < run && n < want; i++, pte++) {
			page = free_candidate(*pte, highest);
			if (!page)
				continue;
			pte_set(pte, (pte_t){ 0 });
			tlb_flush_page(&mm->mmu, va + i * PAGE_SIZE);
			n += page->refs == 1;
			page_remove_rmap(mm, page);
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

static u32 reclaim_mms(enum zone_type highest)
{
	struct mm *mm, *last = list_entry(all_mms.prev, struct mm, all);
	u32 n = 0;

	if (list_empty(&all_mms))
		return 0;
	do {
		mm = list_first(&all_mms, struct mm, all);
		n += reclaim_mm(mm, highest, RECLAIM_BATCH - n);
		list_del(&mm->all);
		list_add_tail(&mm->all, &all_mms);
	} while (n < RECLAIM_BATCH && mm != last);
	return n;
}

bool reclaim_pages(enum zone_type highest)
{
	u32 n = 0;

	/* Somebody is looking at a page that might be among those. */
	if (kmap_local_depth())
		return false;
	for (u32 z = highest + 1u; z-- && n < RECLAIM_BATCH;)
		n += reclaim_files((enum zone_type)z, RECLAIM_BATCH - n);
	return n || reclaim_mms(highest);
}
