/*
 * truncate.c - taking pages out of the page cache: truncation, holes, the end of a file.
 *
 * Called by the file systems when a file shrinks, gets a hole, or goes. Who has
 * the pages mapped must lose them first: an entry left behind would show bytes
 * that are no longer the file's.
 *
 *	             size                          hole
 *	| page 0 | page 1 ..|ppp| page 2 |	| 0 |zzz| gone | gone |zz| 4 |
 *	         the tail ^ is cleared,		the edges are cleared, what is
 *	         page 2 is unmapped, freed	wholly inside is unmapped, freed
 *
 * Truncation takes private copies beyond the end, too, so that touching them is
 * SIGBUS; a hole leaves them, as they are no longer the file's. Both as on Linux.
 */
#include "mm/filemap.h"
#include "mm/kmap.h"
#include "mm/mm.h"

static void remove_page(struct mapping *mapping, struct page *page)
{
	radix_delete(&mapping->pages, page->pgoff);
	page->mapping = NULL;
	page->flags &= (u16)~PG_DIRTY;
	mapping->nr_pages--;
	if (mapping->ops->uncharge)
		mapping->ops->uncharge(mapping);
	put_page(page);
}

/* Removes pages [first, end) from every area; private copies too. */
static void unmap_range(struct mapping *mapping, u32 first, u32 end)
{
	struct vma *vma;

	list_for_each_entry (vma, &mapping->vmas, shared) {
		u64 vma_end = (u64)vma->pgoff +
			      ((vma->end - vma->start) >> PAGE_SHIFT);
		u32 from = max(first, vma->pgoff);
		u32 to = (u32)min((u64)end, vma_end);

		if (from < to)
			unmap_pages(vma,
				    vma->start + ((vaddr_t)(from - vma->pgoff)
						  << PAGE_SHIFT),
				    vma->start + ((vaddr_t)(to - vma->pgoff)
						  << PAGE_SHIFT));
	}
}

/* Removes this very page from every area that maps it. */
static void unmap_page(struct mapping *mapping, const struct page *page)
{
	struct vma *vma;

	if (!page->mapcount)
		return;
	list_for_each_entry (vma, &mapping->vmas, shared) {
		vaddr_t va = vma->start + ((vaddr_t)(page->pgoff - vma->pgoff)
					   << PAGE_SHIFT);
		const pte_t *pte;

		if (page->pgoff < vma->pgoff || va < vma->start ||
		    va >= vma->end)
			continue;
		pte = pte_lookup(vma->mm, va);
		if (pte && pte_present(*pte) &&
		    pte_pfn(*pte).n == page_to_pfn(page).n)
			unmap_pages(vma, va, va + PAGE_SIZE);
	}
}

/* Clears bytes [from, to) of the page that pos lies in, if it is cached. */
static void clear_part(struct mapping *mapping, u64 pos, u32 from, u32 to)
{
	struct page *page = mapping_lookup(mapping, (u32)(pos >> PAGE_SHIFT));
	char *kaddr;

	if (!page || from == to)
		return;
	kaddr = kmap_local(page);
	memset(kaddr + from, 0, to - from);
	kunmap_local(kaddr);
	page->flags |= PG_DIRTY;
}

/* Drops the cached pages [first, end). */
static void drop_pages(struct mapping *mapping, u32 first, u32 end)
{
	struct page *page;

	while (first < end && (page = radix_next(&mapping->pages, &first))) {
		if (first >= end)
			break;
		unmap_page(mapping, page);
		remove_page(mapping, page);
		first++;
	}
}

void mapping_truncate(struct mapping *mapping, u64 size)
{
	u64 old = mapping->size;
	u32 first = size_to_pages(size);

	mapping->size = size;
	if (size >= old)
		return;
	unmap_range(mapping, first, ~0u);
	drop_pages(mapping, first, ~0u);
	if (size & (PAGE_SIZE - 1))
		clear_part(mapping, size, (u32)size & (PAGE_SIZE - 1),
			   PAGE_SIZE);
}

void mapping_punch(struct mapping *mapping, u64 start, u64 end)
{
	u32 first = size_to_pages(start), last = (u32)(end >> PAGE_SHIFT);
	u32 from = (u32)start & (PAGE_SIZE - 1),
	    to = (u32)end & (PAGE_SIZE - 1);

	if (first > last) { /* inside one page */
		clear_part(mapping, start, from, to);
		return;
	}
	if (from)
		clear_part(mapping, start, from, PAGE_SIZE);
	drop_pages(mapping, first, last);
	if (to)
		clear_part(mapping, end, 0, to);
}

void mapping_drop(struct mapping *mapping)
{
	assert(list_empty(&mapping->vmas));
	drop_pages(mapping, 0, ~0u);
	assert(!mapping->pages.root && !mapping->nr_pages);
}
