/*
 * page.c - mm/page.c in the kernel: on the real memory map, with whatever zones
 * this boot has. tests/host/test-buddy.c has the random operations.
 */
#include "kernel/ktest.h"
#include "mm/kmap.h"
#include "mm/page.h"

/* Takes blocks until there are none; they are linked by page->list. */
static u32 take_all(struct list_head *taken, gfp_t gfp, unsigned order)
{
	struct page *page;
	u32 n = 0;

	list_init(taken);
	while ((page = alloc_pages(gfp, order))) {
		list_add(&page->list, taken);
		n++;
	}
	return n;
}

static void give_all(struct list_head *taken, unsigned order)
{
	struct page *page, *next;

	list_for_each_entry_safe (page, next, taken, list)
		free_pages(page, order);
}

static u32 blocks_of(unsigned order)
{
	struct zone_stats stats;
	u32 n = 0;

	drain_hot_pages();
	for (enum zone_type z = 0; z < NR_ZONES; z++) {
		zone_stats(z, &stats);
		n += stats.free_blocks[order];
	}
	return n;
}

KTEST(page_zones_add_up)
{
	struct zone_stats stats;
	u32 present = 0;

	for (enum zone_type z = 0; z < NR_ZONES; z++) {
		zone_stats(z, &stats);
		EXPECT(stats.managed <= stats.present);
		EXPECT(stats.free <= stats.managed);
		present += stats.present;
	}
	EXPECT(present <= max_pfn - min_pfn);
	EXPECT(sizeof(struct page) <= 32);
	page_alloc_validate();
}

KTEST(page_splits_and_merges)
{
	u32 large, free = nr_free_pages();
	struct page *page[4];

	large = blocks_of(MAX_ORDER);
	for (unsigned i = 0; i < 4; i++) {
		page[i] = alloc_pages(GFP_KERNEL, i);
		EXPECT(page[i] && page_to_pfn(page[i]).n % (1u << i) == 0);
		EXPECT_EQ(page[i]->refs, 1);
	}
	EXPECT(nr_free_pages() == free - 15);
	page_alloc_validate();
	for (unsigned i = 0; i < 4; i++)
		free_pages(page[i], i);
	EXPECT_EQ(nr_free_pages(), free);
	EXPECT_EQ(blocks_of(MAX_ORDER), large);
	page_alloc_validate();
}

KTEST(page_has_low_address_from_gfp_kernel)
{
	struct page *page = alloc_page(GFP_KERNEL);

	EXPECT(!page_is_highmem(page));
	EXPECT_EQ(virt_to_page(page_address(page)), page);
	free_page(page);
	page = alloc_page(GFP_DMA);
	EXPECT_EQ(page_zone(page) == ZONE_DMA, DMA_END > 0);
	free_page(page);
}

KTEST(page_prefers_highmem_for_users)
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	struct zone_stats stats;

	zone_stats(ZONE_HIGHMEM, &stats);
	EXPECT_EQ(page_is_highmem(page), stats.managed > 0);
	free_page(page);
}

KTEST(page_gfp_zero_clears)
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	u32 *kaddr = kmap_local(page);

	memset(kaddr, 1, PAGE_SIZE);
	kunmap_local(kaddr);
	free_page(page);
	/* the hot list gives the same page back */
	EXPECT_EQ(alloc_page(GFP_HIGHUSER | GFP_ZERO), page);
	kaddr = kmap_local(page);
	for (unsigned i = 0; i < PAGE_SIZE / sizeof(*kaddr); i++)
		EXPECT(kaddr[i] == 0);
	kunmap_local(kaddr);
	free_page(page);
}

KTEST(page_references_are_counted)
{
	u32 free = nr_free_pages();
	struct page *page = alloc_page(GFP_HIGHUSER);

	get_page(page);
	put_page(page);
	EXPECT_EQ(nr_free_pages(), free - 1);
	put_page(page);
	EXPECT_EQ(nr_free_pages(), free);
}

KTEST(page_exhaustion_and_recovery)
{
	u32 large, free = nr_free_pages(), taken;
	struct list_head all, low, dma;

	large = blocks_of(MAX_ORDER);
	taken = take_all(&all, GFP_HIGHUSER, 2) * 4;
	/* users cannot take what is kept back for the kernel */
	EXPECT_EQ(nr_free_pages(), free - taken);
	taken += take_all(&low, GFP_KERNEL, 0);
	taken += take_all(&dma, GFP_DMA, 0);
	EXPECT_EQ(nr_free_pages(), free - taken);
	EXPECT(!alloc_page(GFP_KERNEL));
	EXPECT(!alloc_page(GFP_DMA));
	page_alloc_validate();
	give_all(&dma, 0);
	give_all(&low, 0);
	give_all(&all, 2);
	EXPECT_EQ(nr_free_pages(), free);
	EXPECT_EQ(blocks_of(MAX_ORDER), large);
	page_alloc_validate();
}

KTEST(page_nth_allocation_fails)
{
	struct page *page;

	fail_alloc_after(2);
	page = alloc_page(GFP_KERNEL);
	EXPECT(page);
	EXPECT(!alloc_page(GFP_KERNEL));
	EXPECT_EQ(fail_nth, 0);
	free_page(page);
}
