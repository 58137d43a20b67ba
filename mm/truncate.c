/*
 * truncate.c - taking pages out of the page cache: truncation, holes, the end of a file.
 *
 * Called by the file systems when a file shrinks, gets a hole, or goes. Who has the pages
 * mapped loses them first: an entry left behind would show bytes no longer the file's.
 *
 *	             size                          hole
 *	| page 0 | page 1 ..|ppp| page 2 |	| 0 |zzz| gone | gone |zz| 4 |
 *	         the tail ^ is cleared,		the edges are cleared, what is
 *	         page 2 is unmapped, freed	wholly inside is unmapped, freed
 *
 * Truncation takes private copies beyond the end, too, so that touching them is
 * SIGBUS; a hole leaves them, as they are no longer the file's. Both as on Linux.
 */
#include "mm/kmap.h"
#include "mm/mm.h"
#include "mm/writeback.h"

#include <asm/errno.h>

void mapping_remove_page(struct mapping *mapping, struct page *page)
{
	if (!mapping->shmem)
		reclaim_remove(page);
	radix_delete(&mapping->pages, page->pgoff);
	page->mapping = NULL;
	page->flags &= (u16)~PG_CACHE;
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

/* A disk file's: the bytes must go there, too. What cannot be read, or has no room, is
 * an error of writing. => the page with a reference, or NULL */
static struct page *get_disk_page(struct mapping *mapping, u32 pgoff)
{
	struct page *page;
	int err;

	do {
		err = mapping_get_page(mapping, pgoff, &page);
		if (err)
			break;
		err = disk_mkdirty(mapping, page);
		if (!err)
			return page;
		put_page(page);
	} while (err == -EAGAIN);
	mapping_note_error(mapping, err);
	return NULL;
}

/* Clears bytes [from, to) of the page that pos lies in. */
static void clear_part(struct mapping *mapping, u64 pos, u32 from, u32 to)
{
	u32 pgoff = (u32)(pos >> PAGE_SHIFT);
	struct page *page;
	char *kaddr;

	if (from == to)
		return;
	page = mapping->shmem ? mapping_lookup(mapping, pgoff)
			      : get_disk_page(mapping, pgoff);
	if (!page)
		return;
	kaddr = kmap_local(page);
	memset(kaddr + from, 0, to - from);
	kunmap_local(kaddr);
	page_set_dirty(page);
	if (!mapping->shmem)
		put_page(page);
}

/* Drops the cached pages [first, end). */
static void drop_pages(struct mapping *mapping, u32 first, u32 end)
{
	struct page *page;

	while (first < end && (page = radix_next(&mapping->pages, &first))) {
		if (first >= end)
			break;
		if (page->flags & (PG_LOCKED | PG_WRITEBACK)) {
			page_wait(page, PG_LOCKED | PG_WRITEBACK);
			continue;
		}
		page_unmap(page);
		mapping_remove_page(mapping, page);
		first++;
	}
}

void mapping_clear_tail(struct mapping *mapping)
{
	u32 from = (u32)mapping->size & (PAGE_SIZE - 1);

	if (from && !mapping->shmem)
		clear_part(mapping, mapping->size, from, PAGE_SIZE);
}

void mapping_truncate(struct mapping *mapping, u64 size)
{
	u64 old = mapping->size;
	u32 first = size_to_pages(size);

	if (size > old)
		mapping_clear_tail(mapping);
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
	while (mapping->users)
		waitq_sleep(&page_waiters);
	drop_pages(mapping, 0, ~0u);
	assert(!mapping->pages.root && !mapping->nr_pages);
}
