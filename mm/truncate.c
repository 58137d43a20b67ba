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

/* Removes the pages from `first` on from every area; private copies too. */
static void unmap_from(struct mapping *mapping, u32 first)
{
	struct vma *vma;

	list_for_each_entry (vma, &mapping->vmas, shared) {
		u32 from = max(first, vma->pgoff);

		if (from < vma->pgoff + vma_pages(vma))
			unmap_pages(vma, vma_address(vma, from), vma->end);
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

/* Clears bytes [start, end), which lie in one page. */
static void clear_part(struct mapping *mapping, u64 start, u64 end)
{
	u32 pgoff = (u32)(start >> PAGE_SHIFT);
	struct page *page;
	char *kaddr;

	if (start == end)
		return;
	page = mapping->shmem ? mapping_lookup(mapping, pgoff)
			      : get_disk_page(mapping, pgoff);
	if (!page)
		return;
	kaddr = kmap_local(page);
	memset(kaddr + start % PAGE_SIZE, 0, (u32)(end - start));
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
	u64 size = mapping->size;

	if (!mapping->shmem)
		clear_part(mapping, size, ALIGN_UP(size, PAGE_SIZE));
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
	unmap_from(mapping, first);
	drop_pages(mapping, first, ~0u);
	clear_part(mapping, size, ALIGN_UP(size, PAGE_SIZE));
}

void mapping_punch(struct mapping *mapping, u64 start, u64 end)
{
	u64 from = ALIGN_UP(start, PAGE_SIZE), to = ALIGN_DOWN(end, PAGE_SIZE);

	if (from > to) { /* inside one page */
		clear_part(mapping, start, end);
		return;
	}
	clear_part(mapping, start, from);
	drop_pages(mapping, (u32)(from >> PAGE_SHIFT), (u32)(to >> PAGE_SHIFT));
	clear_part(mapping, to, end);
}

void mapping_drop(struct mapping *mapping)
{
	assert(list_empty(&mapping->vmas));
	while (mapping->users)
		waitq_sleep(&page_waiters);
	drop_pages(mapping, 0, ~0u);
	assert(!mapping->pages.root && !mapping->nr_pages);
}
