/*
 * writeback.c - dirty pages of disk files: known, limited, and written.
 *
 * Called by who makes pages dirty, by fsync and its like, by the flusher (a thread of
 * kernel/flusher.c), and by who finds no memory and may sleep.
 *
 * A page is dirty from the moment somebody has leave to change it, exactly:
 *
 *	write() ----------------+
 *	write fault ------------+--> PG_DIRTY, tagged in the tree, counted
 *	                                |
 *	    collect(): up to RUN_MAX adjacent ones at once
 *	                                v
 *	        PG_WRITEBACK, clean, read-only to every program
 *	                                |  write_pages()
 *	                                v
 *	                              clean
 *
 * Nothing sleeps between taking the flag, taking the right to write from the entries, and
 * handing the page to the disk. So a program that goes on writing faults, and the page is
 * dirty again, beside PG_WRITEBACK; it will be written again, after the first time.
 *
 * Limits. Memory here is what is free or has pages of disk files. When more than
 * dirty_background_ratio per cent of it is dirty, the flusher writes; at dirty_ratio
 * who wants to dirty one more page writes instead. So most of the cache is
 * clean, and an allocation, which cannot sleep, finds something to drop.
 *
 * Linux limits each writer by the speed of his disk, and writes several files at once.
 */
#include "mm/writeback.h"

#include "mm/kmap.h"
#include "mm/mm.h"

#include <asm/errno.h>

#define RUN_MAX 64u /* pages in one request */
#define FEW	32u /* dirty pages are never too many: one store may need two */

u32 nr_dirty, nr_writeback;
u32 dirty_ratio = 20, dirty_background_ratio = 10;
u32 dirty_expire_centisecs = 3000, dirty_writeback_centisecs = 500;
struct waitq flusher_wait = WAITQ_INIT(flusher_wait);

/* Mappings with dirty pages, those first that have been so for longest. */
static struct list_head dirty_mappings = LIST_INIT(dirty_mappings);

/* ---- errors */

void mapping_note_error(struct mapping *mapping, int err)
{
	/* Many that nobody has heard of yet are one. */
	if (!mapping->wb_unseen)
		mapping->wb_seq++;
	mapping->wb_unseen = true;
	mapping->wb_err = err;
}

u32 mapping_error_sample(const struct mapping *mapping)
{
	return mapping->wb_seq - mapping->wb_unseen;
}

int mapping_error(struct mapping *mapping, u32 *seen)
{
	if (*seen == mapping->wb_seq)
		return 0;
	*seen = mapping->wb_seq;
	mapping->wb_unseen = false;
	return mapping->wb_err;
}

/* ---- which pages are dirty */

static bool many; /* one more may be too many; looked at now and then */

static bool too_many(u32 ratio)
{
	u32 memory = nr_free_pages() + nr_file_pages;

	return nr_dirty + nr_writeback > memory * ratio / 100;
}

void page_tagged(struct page *page)
{
	struct mapping *mapping = page->mapping;

	page->flags |= PG_DIRTY;
	if (!mapping->nr_dirty++) {
		mapping->dirtied_ns = clock_ns();
		list_add_tail(&mapping->dirty, &dirty_mappings);
	}
	if (nr_dirty++ % 8)
		return;
	many = too_many(min(dirty_background_ratio, dirty_ratio));
	if (unlikely(many))
		waitq_wake_all(&flusher_wait);
}

void page_set_dirty(struct page *page)
{
	struct mapping *mapping = page->mapping;

	if (mapping->shmem) {
		page->flags |= PG_DIRTY;
	} else if (!(page->flags & PG_DIRTY)) {
		radix_tag(&mapping->pages, page->pgoff);
		page_tagged(page);
	}
}

void page_clear_dirty(struct page *page)
{
	struct mapping *mapping = page->mapping;

	page->flags &= (u16)~PG_DIRTY;
	radix_untag(&mapping->pages, page->pgoff);
	nr_dirty--;
	if (!--mapping->nr_dirty)
		list_del(&mapping->dirty);
}

/* ---- writing */

/* What lies beyond the end in the file's last page is to be zeros on the disk. */
static void clear_tail(const struct mapping *mapping, struct page *page)
{
	u32 used = (u32)mapping->size & (PAGE_SIZE - 1);
	char *kaddr;

	if (page->pgoff != mapping->size >> PAGE_SHIFT || !used)
		return;
	kaddr = kmap_local(page);
	memset(kaddr + used, 0, PAGE_SIZE - used);
	kunmap_local(kaddr);
}

static void start_writing(struct mapping *mapping, struct page *page)
{
	page_clear_dirty(page);
	page->flags |= PG_WRITEBACK;
	nr_writeback++;
	mapping->nr_writeback++;
	get_page(page);
	page_wrprotect(page);
	clear_tail(mapping, page);
}

/* Whether a page can join those that are going to be written. */
static bool is_writable(const struct page *page)
{
	return page && (page->flags & (PG_DIRTY | PG_WRITEBACK)) == PG_DIRTY;
}

/* The next dirty pages in [*at, end), adjacent ones, from *at on. => how many; 0: none is
 * left. May sleep before */
static u32 collect(struct mapping *mapping, u32 *at, u32 end,
		   struct page **pages)
{
	struct page *page;
	u32 n = 0;

	for (;;) {
		page = radix_next_tagged(&mapping->pages, at);
		if (!page || *at >= end)
			return 0;
		if (!(page->flags & PG_WRITEBACK))
			break;
		page_wait(page, PG_WRITEBACK);
	}
	do {
		pages[n++] = page;
		start_writing(mapping, page);
		page = mapping_lookup(mapping, *at + n);
	} while (n < RUN_MAX && n < end - *at && is_writable(page));
	return n;
}

static int write_run(struct mapping *mapping, struct page **pages, u32 n)
{
	int err = mapping->ops->write_pages(mapping, pages, n);

	if (err)
		mapping_note_error(mapping, err);
	for (u32 i = 0; i < n; i++) {
		pages[i]->flags &= (u16)~PG_WRITEBACK;
		put_page(pages[i]);
	}
	nr_writeback -= n;
	mapping->nr_writeback -= n;
	waitq_wake_all(&page_waiters);
	return err;
}

/* For what others are writing. */
static void wait_range(struct mapping *mapping, u32 first, u32 end)
{
	struct page *page;

	while (mapping->nr_writeback && first < end &&
	       (page = radix_next(&mapping->pages, &first)) && first < end) {
		page_wait(page, PG_WRITEBACK);
		first++;
	}
}

int mapping_writeback(struct mapping *mapping, u32 first, u32 end)
{
	struct page *pages[RUN_MAX];
	u32 at = first, n;
	int err = 0, result = 0;

	if (mapping->shmem)
		return 0;
	mapping->users++;
	while ((n = collect(mapping, &at, end, pages))) {
		err = write_run(mapping, pages, n);
		result = err ? err : result;
		at += n;
	}
	wait_range(mapping, first, end);
	mapping_put(mapping);
	return result;
}

/* ---- who writes */

static struct mapping *oldest(void)
{
	return list_empty(&dirty_mappings)
		       ? NULL
		       : list_first(&dirty_mappings, struct mapping, dirty);
}

/* What becomes dirty meanwhile counts from now. */
static void write_oldest(void)
{
	struct mapping *mapping = oldest();

	assert(mapping);
	mapping->dirtied_ns = clock_ns();
	list_del(&mapping->dirty);
	list_add_tail(&mapping->dirty, &dirty_mappings);
	mapping_writeback(mapping, 0, ~0u);
}

bool writeback_some(void)
{
	if (oldest())
		write_oldest();
	else if (nr_writeback)
		waitq_sleep(&page_waiters);
	else
		return false;
	return true;
}

int writeback_throttle(void)
{
	while (unlikely(many) && nr_dirty + nr_writeback > FEW &&
	       too_many(dirty_ratio)) {
		if (fatal_signal_pending())
			return -EINTR;
		if (!writeback_some())
			break;
	}
	return 0;
}

void writeback_flush(void)
{
	u64 age = centisecs_to_ns(dirty_expire_centisecs);
	const struct mapping *mapping;

	while ((mapping = oldest()) &&
	       (too_many(dirty_background_ratio) ||
		mapping->dirtied_ns + age <= clock_ns()))
		write_oldest();
}
