/*
 * diskpage.c - pages of files that have a home on a disk: read, read ahead, made dirty.
 *
 * Called by filemap.c where a page is not simply there. A page's life:
 *
 *	(not cached) -> LOCKED -> clean -> LOCKED -> DIRTY -> WRITEBACK -> clean ...
 *	            add_run()  read    disk_mkdirty()     writeback.c
 *
 * One that a write fills goes in dirty at once, if there is room at hand (mapping->room).
 *
 * A page enters the tree before it is filled, so that nobody reads it a second time.
 * When filling fails it leaves, and whoever waited for it looks again, tries for himself,
 * and gets his own error.
 *
 * Read-ahead. There is nothing to remember who read what: the cache itself
 * tells. If k pages before a missing one are cached, somebody came from there, and k pages
 * are read in one go, up to RA_MAX:
 *
 *	miss at 0: 4 pages	miss at 4: 4	miss at 8: 8	miss at 16: 16	then 32 each
 *	miss at 1000, 999 is not cached: only 1000
 *
 * So any number of readers get their windows, read() and faults alike, and random access
 * reads single pages. What is known to be wanted (the rest of a read(), WILLNEED) is read
 * whatever the window. Linux keeps a window in each open file, and starts the next read before
 * the reader gets there.
 */
#include "mm/mm.h"
#include "mm/writeback.h"

#include <asm/errno.h>
#include <linux/fadvise.h>

#define RA_MAX	 32u
#define RA_FIRST 4u

struct waitq page_waiters = WAITQ_INIT(page_waiters);

/* ---- locks */

void page_wait(struct page *page, u32 flags)
{
	get_page(page);
	while (page->flags & flags)
		waitq_sleep(&page_waiters);
	put_page(page);
}

static void wake_waiters(void)
{
	if (unlikely(!list_empty(&page_waiters.waiters)))
		waitq_wake_all(&page_waiters);
}

static void page_unlock(struct page *page)
{
	page->flags &= (u16)~PG_LOCKED;
	wake_waiters();
}

void mapping_put(struct mapping *mapping)
{
	if (!--mapping->users)
		wake_waiters();
}

/* ---- reading */

/* How many pages to read from a missing one on. */
static u32 window(const struct mapping *mapping, u32 pgoff, u32 want)
{
	u32 k = 0, n;

	if (!want || mapping->advice == POSIX_FADV_RANDOM)
		return max(want, 1u);
	if (mapping->advice == POSIX_FADV_SEQUENTIAL)
		return RA_MAX;
	while (k < RA_MAX && k < pgoff &&
	       mapping_lookup(mapping, pgoff - k - 1))
		k++;
	n = pgoff ? max(k, 1u) : RA_FIRST;
	/* Later windows begin where the disk's larger blocks do. */
	if (n == RA_MAX)
		n -= pgoff % RA_MAX;
	return max(n, want);
}

/* Puts up to n new pages in, from pgoff to the next that is cached or to the file's end,
 * with a reference each. => how many; 0: no memory, or the first is there now */
static u32 add_run(struct mapping *mapping, u32 pgoff, u32 n,
		   struct page **pages)
{
	u32 end = size_to_pages(mapping->size), i;

	n = pgoff < end ? min(n, end - pgoff) : 1;
	n = min(n, RA_MAX);
	for (i = 0; i < n && !mapping_lookup(mapping, pgoff + i); i++) {
		pages[i] =
			alloc_page(GFP_HIGHUSER |
				   (mapping->ops->read_pages ? 0 : GFP_ZERO));
		if (!pages[i])
			break;
		if (disk_add_page(mapping, pgoff + i, pages[i], false)) {
			put_page(pages[i]);
			break;
		}
		get_page(pages[i]);
	}
	return i;
}

/* The end of filling: those that could not be leave the tree. */
static void finish_run(struct page **pages, u32 n, int err)
{
	for (u32 i = 0; i < n; i++) {
		if (err)
			mapping_remove_page(pages[i]->mapping, pages[i]);
		page_unlock(pages[i]);
		put_page(pages[i]);
	}
}

/* => how many were tried to be read, *err is of the first; 0: no memory, or it is there */
static u32 read_run(struct mapping *mapping, u32 pgoff, u32 n, int *err)
{
	struct page *pages[RA_MAX];

	n = add_run(mapping, pgoff, n, pages);
	*err = 0;
	if (!n || !mapping->ops->read_pages)
		goto out;
	*err = mapping->ops->read_pages(mapping, pages, n);
	if (*err && n > 1) {
		finish_run(pages + 1, n - 1, *err);
		*err = mapping->ops->read_pages(mapping, pages, 1);
		finish_run(pages, 1, *err);
		return n;
	}
out:
	finish_run(pages, n, *err);
	return n;
}

int disk_find_page(struct mapping *mapping, u32 pgoff, u32 want,
		   struct page **page)
{
	int err = 0, was_read = 0;

	mapping->users++;
	while (!err) {
		*page = mapping_lookup(mapping, pgoff);
		if (*page && !((*page)->flags & PG_LOCKED)) {
			(*page)->flags &= (u16)~PG_IDLE;
			break;
		}
		was_read = 1;
		if (*page)
			page_wait(*page, PG_LOCKED);
		else if (!read_run(mapping, pgoff, window(mapping, pgoff, want),
				   &err) &&
			 !mapping_lookup(mapping, pgoff) && !writeback_some())
			err = -ENOMEM;
	}
	mapping_put(mapping);
	return err ? err : was_read;
}

void mapping_readahead(struct mapping *mapping, u32 first, u32 end)
{
	int err = 0;

	end = min(end, size_to_pages(mapping->size));
	if (mapping->shmem)
		return;
	mapping->users++;
	while (first < end && !err) {
		u32 n = 1;

		if (!mapping_lookup(mapping, first))
			n = read_run(mapping, first, end - first, &err);
		if (!n)
			break;
		first += n;
	}
	mapping_put(mapping);
}

/* ---- about to be changed */

/* Of a page that is locked, which ends. */
static int mkdirty_locked(struct mapping *mapping, struct page *page)
{
	int err = 0;

	mapping->users++;
	if (mapping_has_room(mapping, page->pgoff))
		mapping->room++;
	else if (mapping->ops->page_mkwrite)
		err = mapping->ops->page_mkwrite(mapping, page);
	if (!err)
		page_set_dirty(page);
	page_unlock(page);
	mapping_put(mapping);
	return err;
}

int disk_mkdirty(struct mapping *mapping, struct page *page)
{
	/* It need not be the mapping's any more: nothing is read from there. */
	if (page->flags & PG_LOCKED)
		page_wait(page, PG_LOCKED);
	if (page->mapping != mapping)
		return -EAGAIN;
	if (page->flags & PG_DIRTY)
		return 0;
	page->flags |= PG_LOCKED;
	return mkdirty_locked(mapping, page);
}

/* ---- new pages */

static inline void page_added(struct mapping *mapping, u32 pgoff,
			      struct page *page)
{
	page->mapping = mapping;
	page->pgoff = pgoff;
	mapping->nr_pages++;
	reclaim_add(page);
}

/* A new page that is locked has to wait for its room. */
static int find_room(struct mapping *mapping, struct page *page)
{
	int err;

	get_page(page);
	err = mkdirty_locked(mapping, page);
	if (err)
		mapping_remove_page(mapping, page);
	else
		put_page(page);
	return err;
}

int disk_add_page(struct mapping *mapping, u32 pgoff, struct page *page,
		  bool whole)
{
	bool (*hook)(enum zone_type) = reclaim_hook;
	int err;

	/* A file that grows, in most cases. */
	if (whole && mapping_has_room(mapping, pgoff) &&
	    radix_join_tagged(&mapping->pages, pgoff, page)) {
		mapping->room++;
		page_added(mapping, pgoff, page);
		page_tagged(page);
		return 0;
	}
	/* Reclaim takes pages out of this very tree: it must not be asked halfway. */
	do {
		reclaim_hook = NULL;
		err = radix_insert(&mapping->pages, pgoff, page);
		reclaim_hook = hook;
	} while (err == -ENOMEM && reclaim_pages(ZONE_NORMAL));
	if (err)
		return err;
	page_added(mapping, pgoff, page);
	page->flags |= PG_LOCKED;
	return whole ? find_room(mapping, page) : 0;
}
