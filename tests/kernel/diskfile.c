/*
 * diskfile.c - the page cache of disk files against a disk that is an array: races, errors,
 * read-ahead, writeback, reclaim. Its transfers let others run in the middle, page by page.
 */
#include "kernel/ktest.h"

#include "kernel/sched.h"
#include "mm/kmap.h"
#include "mm/mm.h"
#include "mm/vmalloc.h"
#include "mm/writeback.h"

#include <asm/errno.h>
#include <linux/fadvise.h>

#define PAGES 256u

/* Page i of the disk is PAGES words in a row of which only the first counts. */
static struct disk {
	struct mapping file;
	u32 words[PAGES]; /* what is on the disk */
	u8 reads[PAGES], writes[PAGES];
	bool busy[PAGES];	 /* a transfer is under way */
	u32 nr_reads, nr_writes; /* calls */
	u32 bad;       /* this page cannot be transferred; ~0: all can */
	u32 full;      /* from here on there is no room; ~0 */
	u32 asked;     /* how often there was */
	u32 threads;   /* that still run */
	bool overlaps; /* two transfers of a page at a time */
} * d;
static struct waitq done = WAITQ_INIT(done);

static u32 *word_of(struct page *page)
{
	return kmap_local(page);
}

static int transfer(struct page **pages, u32 n, bool write)
{
	int err = 0;

	for (u32 i = 0; i < n; i++) {
		u32 at = pages[i]->pgoff, *word;

		d->overlaps |= d->busy[at];
		d->busy[at] = true;
		err = at == d->bad ? -EIO : err;
		word = word_of(pages[i]);
		if (write)
			d->words[at] = *word;
		else
			*word = at < size_to_pages(d->file.size) ? d->words[at]
								 : 0;
		kunmap_local(word);
		(write ? d->writes : d->reads)[at]++;
		yield();
		d->busy[at] = false;
	}
	return err;
}

static int read_pages(struct mapping *file, struct page **pages, u32 n)
{
	(void)file;
	d->nr_reads++;
	return transfer(pages, n, false);
}

static int write_pages(struct mapping *file, struct page **pages, u32 n)
{
	(void)file;
	d->nr_writes++;
	return transfer(pages, n, true);
}

static int page_mkwrite(struct mapping *file, struct page *page)
{
	(void)file;
	d->asked++;
	yield();
	return page->pgoff >= d->full ? -ENOSPC : 0;
}

static const struct mapping_ops ops = { .read_pages = read_pages,
					.write_pages = write_pages,
					.page_mkwrite = page_mkwrite };

static void begin(void)
{
	d = vmalloc(sizeof(*d));
	EXPECT(d);
	memset(d, 0, sizeof(*d));
	mapping_init(&d->file, &ops, NULL);
	d->file.size = PAGES * PAGE_SIZE;
	d->bad = d->full = ~0u;
	for (u32 i = 0; i < PAGES; i++)
		d->words[i] = 1000 + i;
}

static void finish(void)
{
	EXPECT(!d->overlaps);
	mapping_drop(&d->file);
	EXPECT_EQ(nr_dirty, 0);
	EXPECT_EQ(nr_writeback, 0);
	EXPECT_EQ(nr_file_pages, 0);
	vfree(d);
}

/* => the first word, or -errno */
static long get(u32 at)
{
	struct page *page;
	int err = mapping_get_page(&d->file, at, &page);
	u32 *word, value;

	if (err)
		return err;
	word = word_of(page);
	value = *word;
	kunmap_local(word);
	put_page(page);
	return (long)value;
}

static int put(u32 at, u32 value)
{
	return mapping_fill(&d->file, &value, sizeof(value),
			    (u64)at << PAGE_SHIFT);
}

static void start(void (*fn)(void *))
{
	d->threads++;
	EXPECT(kthread_start("test", fn, NULL) != NULL);
}

static void end_thread(void)
{
	d->threads--;
	waitq_wake_all(&done);
}

static void wait_threads(void)
{
	while (d->threads)
		waitq_sleep(&done);
	yield(); /* the last one's stack is freed by who runs after it */
	yield();
}

/* ---- reading */

static void read_all(void *unused)
{
	(void)unused;
	for (u32 i = 0; i < 100; i++)
		EXPECT_EQ(get(i), 1000 + i);
	end_thread();
}

KTEST(diskfile_many_readers_read_each_page_once)
{
	begin();
	for (u32 i = 0; i < 3; i++)
		start(read_all);
	wait_threads();
	for (u32 i = 0; i < 100; i++)
		EXPECT_EQ(d->reads[i], 1);
	finish();
}

KTEST(diskfile_read_ahead_grows_and_random_reads_do_not)
{
	begin();
	for (u32 i = 0; i < 128; i++)
		get(i);
	/* 4 4 8 16 32 32 32 */
	EXPECT_EQ(d->nr_reads, 7);
	mapping_drop(&d->file);
	d->nr_reads = 0;
	memset(d->reads, 0, sizeof(d->reads));
	for (u32 i = 1; i < PAGES; i += 3)
		get(i);
	EXPECT_EQ(d->nr_reads, (PAGES + 1) / 3);
	for (u32 i = 0; i < PAGES; i++)
		EXPECT_EQ(d->reads[i], i % 3 == 1);
	mapping_drop(&d->file);
	d->file.advice = POSIX_FADV_RANDOM;
	memset(d->reads, 0, sizeof(d->reads));
	get(0);
	EXPECT_EQ(d->reads[1], 0);
	mapping_readahead(&d->file, 10, 90);
	for (u32 i = 10; i < 90; i++)
		EXPECT_EQ(d->reads[i], 1);
	EXPECT_EQ(d->reads[90], 0);
	finish();
}

KTEST(diskfile_error_concerns_its_own_page)
{
	begin();
	d->bad = 6;
	for (u32 i = 0; i < 20; i++)
		EXPECT_EQ(get(i), i == 6 ? -EIO : (long)(1000 + i));
	EXPECT_EQ(mapping_lookup(&d->file, 6), NULL);
	d->bad = ~0u;
	EXPECT_EQ(get(6), 1006);
	finish();
}

/* ---- writing */

KTEST(diskfile_adjacent_pages_go_together_and_once)
{
	begin();
	for (u32 i = 0; i < 34; i++)
		if (i < 10 || i == 20 || i >= 30)
			EXPECT_EQ(put(33 - i, i), 0);
	EXPECT_EQ(nr_dirty, 15);
	EXPECT_EQ(mapping_writeback(&d->file, 0, ~0u), 0);
	EXPECT_EQ(d->nr_writes, 3);
	for (u32 i = 0; i < 34; i++) {
		bool written = i < 10 || i == 20 || i >= 30;

		EXPECT_EQ(d->writes[33 - i], written);
		EXPECT_EQ(d->words[33 - i], written ? i : 1033 - i);
	}
	EXPECT_EQ(nr_dirty, 0);
	put(5, 1);
	put(7, 2);
	mapping_writeback(&d->file, 6, 9);
	EXPECT_EQ(nr_dirty, 1);
	EXPECT_EQ(d->words[7], 2);
	finish();
}

static void write_again(void *unused)
{
	(void)unused;
	/* While page 3 is under way. */
	while (!d->busy[3])
		yield();
	put(3, 77);
	mapping_writeback(&d->file, 3, 4);
	EXPECT_EQ(d->words[3], 77);
	end_thread();
}

KTEST(diskfile_written_while_written_is_written_again)
{
	begin();
	put(2, 1);
	put(3, 2);
	put(4, 3);
	start(write_again);
	mapping_writeback(&d->file, 0, ~0u);
	wait_threads();
	EXPECT_EQ(d->writes[3], 2);
	EXPECT_EQ(d->writes[4], 1);
	finish();
}

KTEST(diskfile_error_of_writing_is_told_once_to_each)
{
	u32 a, b, c;

	begin();
	a = mapping_error_sample(&d->file);
	b = mapping_error_sample(&d->file);
	put(9, 1);
	d->bad = 9;
	EXPECT_EQ(mapping_writeback(&d->file, 0, ~0u), -EIO);
	EXPECT_EQ(mapping_error(&d->file, &a), -EIO);
	EXPECT_EQ(mapping_error(&d->file, &a), 0);
	c = mapping_error_sample(&d->file); /* it has been told already */
	EXPECT_EQ(mapping_error(&d->file, &b), -EIO);
	EXPECT_EQ(mapping_error(&d->file, &c), 0);
	put(9, 2);
	mapping_writeback(&d->file, 0, ~0u);
	c = mapping_error_sample(&d->file); /* but this one not */
	EXPECT_EQ(mapping_error(&d->file, &c), -EIO);
	EXPECT_EQ(mapping_error(&d->file, &a), -EIO);
	finish();
}

KTEST(diskfile_full_disk_refuses_and_keeps_nothing)
{
	static u8 page[PAGE_SIZE];

	begin();
	d->full = 5;
	EXPECT_EQ(put(4, 1), 0);
	EXPECT_EQ(put(5, 1), -ENOSPC);
	EXPECT_EQ(mapping_fill(&d->file, page, PAGE_SIZE, 100 * PAGE_SIZE),
		  -ENOSPC);
	EXPECT_EQ(mapping_lookup(&d->file, 100), NULL);
	EXPECT_EQ(nr_dirty, 1);
	finish();
}

/* ---- truncation against the rest */

static void truncate_it(void *unused)
{
	(void)unused;
	while (!d->busy[10])
		yield();
	mapping_truncate(&d->file, 10 * PAGE_SIZE + 2);
	for (u32 i = 11; i < PAGES; i++)
		EXPECT_EQ(mapping_lookup(&d->file, i), NULL);
	/* Nobody writes to its blocks any more: they may be freed. */
	for (u32 i = 11; i < PAGES; i++)
		EXPECT(!d->busy[i]);
	end_thread();
}

KTEST(diskfile_truncated_while_it_is_read)
{
	begin();
	start(truncate_it);
	d->words[10] = ~0u;
	for (u32 i = 0; i < 20; i++)
		get(i);
	wait_threads();
	/* Two bytes are left of page 10. */
	EXPECT_EQ(get(10), 0xffff);
	d->file.size = 20 * PAGE_SIZE;
	EXPECT_EQ(get(10), 0xffff);
	mapping_writeback(&d->file, 0, ~0u);
	EXPECT_EQ(d->words[10], 0xffff);
	finish();
}

KTEST(diskfile_truncated_while_it_is_written)
{
	begin();
	for (u32 i = 5; i < 20; i++)
		put(i, ~0u);
	start(truncate_it);
	mapping_writeback(&d->file, 0, ~0u);
	wait_threads();
	EXPECT_EQ(get(10), 0xffff);
	finish();
}

KTEST(diskfile_new_pages_find_room_at_once_or_later_or_never)
{
	u32 *bytes = vmalloc(PAGE_SIZE);

	if (!bytes)
		panic("no memory for the test");
	*bytes = 7;
	begin();
	d->file.room_end = 3;
	d->full = 4;
	/* Not its turn: it has to ask. */
	EXPECT_EQ(mapping_fill(&d->file, bytes, PAGE_SIZE, 6 * PAGE_SIZE),
		  -ENOSPC);
	for (u32 i = 0; i < 5; i++)
		EXPECT_EQ(mapping_fill(&d->file, bytes, PAGE_SIZE,
				       (u64)i << PAGE_SHIFT),
			  i < 4 ? 0 : -ENOSPC);
	EXPECT_EQ(d->asked, 3);
	EXPECT_EQ(d->file.room, 3);
	EXPECT_EQ(nr_dirty, 4);
	EXPECT_EQ(nr_file_pages, 4);
	EXPECT_EQ(mapping_writeback(&d->file, 0, ~0u), 0);
	for (u32 i = 0; i < 5; i++)
		EXPECT_EQ(d->words[i], i < 4 ? 7 : 1004);
	EXPECT_EQ(get(4), 1004);
	finish();
	vfree(bytes);
}

/* ---- reclaim */

KTEST(diskfile_clean_pages_are_given_back)
{
	struct page *held;
	u32 n = 0;

	begin();
	for (u32 i = 0; i < PAGES; i++)
		get(i);
	put(7, 1);
	mapping_get_page(&d->file, 8, &held);
	EXPECT_EQ(nr_file_pages, PAGES);
	while (reclaim_pages(ZONE_HIGHMEM))
		n++;
	EXPECT(n);
	EXPECT_EQ(nr_file_pages, 2);
	EXPECT_EQ(mapping_lookup(&d->file, 8), held);
	put_page(held);
	EXPECT_EQ(get(7), 1);
	EXPECT_EQ(get(9), 1009);
	finish();
}

KTEST(diskfile_what_is_used_gets_another_round)
{
	begin();
	mapping_readahead(&d->file, 0, 64);
	get(20);
	reclaim_pages(ZONE_HIGHMEM);
	EXPECT_EQ(nr_file_pages, 32);
	EXPECT(mapping_lookup(&d->file, 20) != NULL);
	EXPECT_EQ(mapping_lookup(&d->file, 21), NULL);
	EXPECT(mapping_lookup(&d->file, 40) != NULL);
	finish();
}

KTEST(diskfile_writers_wait_when_too_much_is_dirty)
{
	u32 ratio = dirty_ratio;

	begin();
	dirty_ratio = 0;
	for (u32 i = 0; i < 64; i++)
		put(i, i);
	EXPECT(nr_dirty <= 33); /* some are never too many */
	EXPECT(d->nr_writes >= 1);
	dirty_ratio = ratio;
	writeback_some();
	EXPECT_EQ(nr_dirty, 0);
	EXPECT_EQ(d->words[9], 9);
	finish();
}
