/*
 * page_init.c - from memblock's ranges to mem_map, zones and free pages.
 *
 * kmain() calls page_init() once, when low memory has its final map. The cost
 * counts: 1 GiB of RAM has 262,144 struct pages. mem_map is cleared in one
 * go, and all zero is what a page inside a free block looks like; so only the
 * first page of each free block and the reserved pages are written again:
 *
 *   RAM       [===========================]   hole   [==============]
 *   reserved  [image]             [mem_map]
 *   mem_map   RRRRRRR B.....B......RRRRRRRRRRRRRRRRRR B......B......
 *             R PG_RESERVED   B PG_BUDDY   . zero, never touched
 *
 * mem_map has entries for holes, too: there are few, and a table of pieces (Linux's
 * SPARSEMEM) would make pfn_to_page() more than an addition.
 */
#include "mm/memblock.h"
#include "mm/page.h"

static void mark_reserved(u32 start, u32 end)
{
	for (; start < end; start++)
		pfn_to_page(pfn(start))->flags = PG_RESERVED;
}

/* The largest block that starts at the frame and ends at or before `end`. */
static unsigned block_order(u32 start, u32 end)
{
	unsigned order = 0;

	while (order < MAX_ORDER && IS_ALIGNED(start, 2u << order) &&
	       start + (2u << order) <= end)
		order++;
	return order;
}

/* Gives frames [start, end) to the allocator, in blocks as large as can be. */
static void give_frames(u32 start, u32 end)
{
	while (start < end) {
		struct page *page = pfn_to_page(pfn(start));
		struct zone *zone = &zones[page_zone(page)];
		u32 zone_end = page_to_pfn(zone->end).n;
		unsigned order = block_order(start, min(end, zone_end));

		free_block(zone, page, order);
		zone->stats.managed += 1u << order;
		start += 1u << order;
	}
}

static void init_zone(enum zone_type z, const char *name, u32 start, u32 end)
{
	struct zone *zone = &zones[z];
	u64 bytes = memblock_ram_between((u64)start << PAGE_SHIFT,
					 (u64)end << PAGE_SHIFT);

	for (unsigned order = 0; order <= MAX_ORDER; order++)
		list_init(&zone->blocks[order]);
	zone->first = pfn_to_page(pfn(start));
	zone->end = pfn_to_page(pfn(end));
	zone->stats.name = name;
	zone->stats.present = (u32)(bytes >> PAGE_SHIFT);
}

/* Lets each zone keep something for those who cannot use a higher one: the more
 * memory there is above it, the less do the others need it. (Linux has
 * lowmem_reserve_ratio for the same.) */
static void set_reserves(void)
{
	for (enum zone_type z = 0; z < NR_ZONES; z++) {
		u32 above = 0;

		for (unsigned from = z + 1; from < NR_ZONES; from++) {
			above += zones[from].stats.managed;
			zones[z].reserve[from] =
				min(above / 32, zones[z].stats.managed / 8);
		}
	}
}

/* A zone without memory passes its requests to the next one below, or, at the
 * bottom (ARM has no ZONE_DMA), to the next one above. */
static void set_starts(void)
{
	struct zone *zone = zones;

	while (!zone->stats.managed)
		if (++zone == zones + NR_ZONES)
			panic("no memory is left for the page allocator");
	for (enum zone_type z = 0; z < NR_ZONES; z++) {
		if (zones[z].stats.managed)
			zone = &zones[z];
		zone_for[z] = zone;
	}
}

void page_init(void)
{
	u32 at, start, end, dma_end;

	assert(memblock.nr_ram && low_pfn);
	min_pfn = (paddr_t)phys_base >> PAGE_SHIFT;
	max_pfn = (u32)(memblock.ram[memblock.nr_ram - 1].end >> PAGE_SHIFT);
	low_pfn = min(low_pfn, max_pfn);
	mem_map = memblock_alloc((max_pfn - min_pfn) * sizeof(struct page),
				 PAGE_SIZE);
	dma_end = max(min_pfn, (u32)DMA_END >> PAGE_SHIFT);
	dma_end = min(dma_end, low_pfn);
	init_zone(ZONE_DMA, "DMA", min_pfn, dma_end);
	init_zone(ZONE_NORMAL, "NORMAL", dma_end, low_pfn);
	init_zone(ZONE_HIGHMEM, "HIGHMEM", low_pfn, max_pfn);
	for (at = min_pfn; memblock_next_free(at, &start, &end); at = end) {
		mark_reserved(at, start);
		give_frames(start, end);
	}
	mark_reserved(at, max_pfn);
	set_reserves();
	set_starts();
}

void free_reserved(u64 start, u64 end)
{
	u32 from = (u32)((start + PAGE_SIZE - 1) >> PAGE_SHIFT);
	u32 to = (u32)(end >> PAGE_SHIFT);

	for (u32 n = from; n < to; n++) {
		struct page *page = pfn_to_page(pfn(n));

		assert(page->flags == PG_RESERVED);
		page->flags = 0;
	}
	give_frames(from, to);
	set_reserves();
}
