/*
 * blk.c - disks (kernel/dev/blk.c), without file systems and the page cache. The tests write
 * on the first disk, vda; they are skipped where there is none, or it is read-only.
 */
#include "kernel/dev/blk.h"
#include "kernel/ktest.h"
#include "kernel/sched.h"
#include "mm/kmap.h"

#include <asm/errno.h>

#define PAGES	     24u
#define PAGE_SECTORS (PAGE_SIZE / SECTOR_SIZE)

static struct page *pages[PAGES];

static struct blk_device *scratch_disk(void)
{
	struct blk_device *dev = blk_number(0);

	if (dev && !dev->read_only && dev->nr_sectors >= 1024)
		return dev;
	ktest_skip("no disk to write on");
	return NULL;
}

static void pages_alloc(gfp_t gfp)
{
	for (u32 i = 0; i < PAGES; i++) {
		pages[i] = alloc_page(gfp);
		assert(pages[i]);
	}
}

static void pages_free(void)
{
	for (u32 i = 0; i < PAGES; i++)
		free_page(pages[i]);
}

static void fill(u32 seed)
{
	for (u32 i = 0; i < PAGES; i++) {
		u32 *words = kmap(pages[i]);

		for (u32 w = 0; w < PAGE_SIZE / 4; w++)
			words[w] = seed + i * PAGE_SIZE + w;
		kunmap(pages[i]);
	}
}

/* How many words are not as fill(seed) leaves them. */
static u32 wrong(u32 seed)
{
	u32 n = 0;

	for (u32 i = 0; i < PAGES; i++) {
		const u32 *words = kmap(pages[i]);

		for (u32 w = 0; w < PAGE_SIZE / 4; w++)
			n += words[w] != seed + i * PAGE_SIZE + w;
		kunmap(pages[i]);
	}
	return n;
}

/* All pages, each `stride` sectors behind the one before it. */
static int transfer(struct blk_device *dev, bool write, u32 stride)
{
	struct blk_batch b;

	blk_begin(&b, dev, write);
	for (u32 i = 0; i < PAGES; i++)
		blk_add(&b, 8 + i * stride, pages[i], 0, PAGE_SIZE);
	return blk_wait(&b);
}

static void write_and_read(gfp_t gfp, u32 stride)
{
	struct blk_device *dev = scratch_disk();

	if (!dev)
		return;
	pages_alloc(gfp);
	fill(stride);
	EXPECT_EQ(transfer(dev, true, stride), 0);
	EXPECT_EQ(blk_flush(dev), 0);
	fill(~stride);
	EXPECT_EQ(transfer(dev, false, stride), 0);
	EXPECT_EQ(wrong(stride), 0);
	pages_free();
}

KTEST(blk_adjacent_pages_are_read_as_written)
{
	write_and_read(GFP_HIGHUSER, PAGE_SECTORS);
}

KTEST(blk_more_requests_than_the_pool_has)
{
	write_and_read(GFP_KERNEL, PAGE_SECTORS * 2);
}

KTEST(blk_adjacent_pages_go_in_one_request)
{
	struct blk_device *dev = scratch_disk();
	u32 before;

	if (!dev)
		return;
	pages_alloc(GFP_KERNEL);
	before = dev->stats[true].requests;
	EXPECT_EQ(transfer(dev, true, PAGE_SECTORS), 0);
	EXPECT_EQ(dev->stats[true].requests, before + 1);
	EXPECT_EQ(transfer(dev, true, PAGE_SECTORS * 2), 0);
	EXPECT_EQ(dev->stats[true].requests, before + 1 + PAGES);
	pages_free();
}

KTEST(blk_parts_of_pages)
{
	struct blk_device *dev = scratch_disk();
	struct blk_batch b;

	if (!dev)
		return;
	pages_alloc(GFP_HIGHUSER);
	fill(3);
	EXPECT_EQ(transfer(dev, true, PAGE_SECTORS), 0);
	fill(4);
	blk_begin(&b, dev, false);
	for (u32 s = PAGES * PAGE_SECTORS; s-- > 0;) /* backwards: no joining */
		blk_add(&b, 8 + s, pages[s / PAGE_SECTORS],
			s % PAGE_SECTORS * SECTOR_SIZE, SECTOR_SIZE);
	EXPECT_EQ(blk_wait(&b), 0);
	EXPECT_EQ(wrong(3), 0);
	pages_free();
}

/* Each batch holds back a request that could still grow, more than the pool has. */
KTEST(blk_batches_that_wait_do_not_block_others)
{
	struct blk_device *dev = scratch_disk();
	struct blk_batch b[PAGES];

	if (!dev)
		return;
	pages_alloc(GFP_KERNEL);
	for (u32 i = 0; i < PAGES; i++) {
		blk_begin(&b[i], dev, false);
		blk_add(&b[i], 8 + i * 16, pages[i], 0, PAGE_SIZE);
	}
	for (u32 i = 0; i < PAGES; i++)
		EXPECT_EQ(blk_wait(&b[i]), 0);
	pages_free();
}

static u32 readers;

static void read_often(void *dev)
{
	for (u32 i = 0; i < 8; i++)
		EXPECT_EQ(transfer(dev, false, 8 + i), 0);
	readers--;
}

KTEST(blk_threads_read_at_the_same_time)
{
	struct blk_device *dev = scratch_disk();

	if (!dev)
		return;
	pages_alloc(GFP_HIGHUSER);
	for (readers = 0; readers < 4; readers++)
		EXPECT(kthread_start("reader", read_often, dev));
	while (readers)
		yield();
	yield(); /* the last one ends */
	pages_free();
}

KTEST(blk_beyond_the_end_is_an_error)
{
	struct blk_device *dev = scratch_disk();
	struct blk_batch b;

	if (!dev)
		return;
	pages_alloc(GFP_KERNEL);
	blk_begin(&b, dev, false);
	blk_add(&b, dev->nr_sectors - 1, pages[0], 0, SECTOR_SIZE);
	EXPECT_EQ(blk_wait(&b), 0);
	blk_add(&b, dev->nr_sectors - 1, pages[0], 0, 2 * SECTOR_SIZE);
	EXPECT_EQ(blk_wait(&b), -EIO);
	blk_add(&b, ~0ull, pages[0], 0, SECTOR_SIZE);
	blk_add(&b, 0, pages[1], 0, SECTOR_SIZE);
	EXPECT_EQ(blk_wait(&b), -EIO);
	EXPECT_EQ(blk_wait(&b), 0); /* told once */
	pages_free();
}
