/*
 * page.c - the page allocator: zones, the buddy system, hot pages.
 *
 * Everything that needs memory ends here: slab.c, the page tables, vmalloc, user
 * pages, the page cache. page_init() (page_init.c) fills the zones once.
 *
 *   mem_map   [ DMA | NORMAL           | HIGHMEM                        ]
 *               ^zones[0].first          ^zones[2].first, frame low_pfn
 *
 *   a zone    blocks[0]  <-> page <-> page         1 page each
 *             blocks[1]  <-> page                  2 pages, aligned to 2
 *              ...
 *             blocks[10] <-> page <-> page <-> ..  1,024 pages, 4 MiB
 *             hot[]      page page page            a stack of single pages
 *
 * The buddy of a block of 2^order frames is the one whose frame number differs
 * in bit `order` only. A block is split in halves until one has the size asked for;
 * a freed block whose buddy is free, too, becomes one with it, and so on. Single
 * pages mostly come from and return to the zone's hot stack, where the last page
 * freed, still in the processor's cache, is the next one handed out.
 *
 * A request names the highest zone that will do, and falls back to the lower
 * ones. A lower zone keeps some pages back for those who can use nothing else:
 * see `reserve`.
 *
 * Invariants, which page_alloc_validate() checks:
 *   - PG_BUDDY is on the first page of each block on a list, and on no other
 *   - two free buddies of one order never stand side by side: they are one block
 *   - PG_HOT is on the pages of the hot stacks, and on no other
 *   - a free page has refs 0; so has every page of a block but the first
 *
 * Left out: migration types and compaction (nobody needs large blocks late),
 * watermarks (reclaim runs when it is needed), per-processor lists and locks.
 */
#include "mm/kmap.h"
#include "mm/pgtable.h"

struct page *mem_map;
u32 min_pfn, max_pfn, low_pfn;
/* For larger blocks the whole cache might go in vain. */
#define RECLAIM_ORDER_MAX 3u

u32 fail_nth;
bool (*fail_counts)(void);
bool (*reclaim_hook)(enum zone_type highest);

struct zone zones[NR_ZONES];
struct zone *zone_for[NR_ZONES];

static u32 zone_free(const struct zone *zone)
{
	return zone->stats.free + zone->nr_hot;
}

/* ---- poison: who writes to a page after freeing it is found out */

static void poison_pages(struct page *page, unsigned order)
{
	for (struct page *p = page; p < page + (1u << order); p++) {
		void *kaddr = kmap_local(p);

		memset(kaddr, POISON_FREE, PAGE_SIZE);
		kunmap_local(kaddr);
		p->flags = PG_POISON;
	}
}

static void check_poison(struct page *page)
{
	u32 *kaddr = kmap_local(page);

	for (unsigned i = 0; i < PAGE_SIZE / sizeof(*kaddr); i++)
		if (unlikely(kaddr[i] != POISON_FREE * 0x01010101u))
			panic("page %x was written to after it was freed: %x "
			      "at offset %u",
			      page_to_pfn(page).n, kaddr[i],
			      i * (unsigned)sizeof(*kaddr));
	kunmap_local(kaddr);
}

static void unpoison_pages(struct page *page, unsigned order)
{
	for (struct page *p = page; p < page + (1u << order); p++) {
		if (p->flags & PG_POISON)
			check_poison(p);
		p->flags = 0;
	}
}

/* ---- the buddy system */

static void push_block(struct zone *zone, struct page *page, unsigned order)
{
	page->flags |= PG_BUDDY;
	page->order = (u8)order;
	list_add(&page->list, &zone->blocks[order]);
	zone->stats.free_blocks[order]++;
}

static void remove_block(struct zone *zone, struct page *page)
{
	page->flags &= (u16)~PG_BUDDY;
	list_del(&page->list);
	zone->stats.free_blocks[page->order]--;
}

/* The free block that this one of the zone merges with, or NULL. */
static inline struct page *free_buddy(const struct zone *zone,
				      struct page *page, unsigned order)
{
	u32 n = page_to_pfn(page).n;
	struct page *buddy = page + (s32)((n ^ (1u << order)) - n);

	if (buddy < zone->first || buddy >= zone->end || order == MAX_ORDER)
		return NULL;
	return buddy->flags & PG_BUDDY && buddy->order == order ? buddy : NULL;
}

void free_block(struct zone *zone, struct page *page, unsigned order)
{
	struct page *buddy;

	zone->stats.free += 1u << order;
	while ((buddy = free_buddy(zone, page, order))) {
		remove_block(zone, buddy);
		page = min(page, buddy);
		order++;
	}
	push_block(zone, page, order);
}

/* Takes a block off the lists, split to size. => NULL when there is none */
static struct page *take_block(struct zone *zone, unsigned order)
{
	struct page *page;
	unsigned have = order;

	while (list_empty(&zone->blocks[have]))
		if (++have > MAX_ORDER)
			return NULL;
	page = list_first(&zone->blocks[have], struct page, list);
	remove_block(zone, page);
	while (have > order) {
		have--;
		push_block(zone, page + (1u << have), have);
	}
	page->order = (u8)order;
	zone->stats.free -= 1u << order;
	return page;
}

/* ---- hot pages */

/* Returns the `n` coldest pages, those at the bottom of the stack. */
static noinline void drain(struct zone *zone, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		zone->hot[i]->flags &= (u16)~PG_HOT;
		free_block(zone, zone->hot[i], 0);
	}
	zone->nr_hot -= n;
	memmove(zone->hot, zone->hot + n, zone->nr_hot * sizeof(*zone->hot));
}

/* Takes whole blocks, the smallest there are first, so that large ones last; what is
 * more than wanted goes on the stack, too, which has room. */
static void refill(struct zone *zone)
{
	unsigned order = 0;

	while (zone->nr_hot < HOT_BATCH) {
		struct page *block;

		while (order < HOT_ORDER && list_empty(&zone->blocks[order]))
			order++;
		block = take_block(zone, order);
		if (!block)
			return;
		for (struct page *p = block + (1u << order); p-- > block;) {
			p->order = 0;
			p->flags |= PG_HOT;
			zone->hot[zone->nr_hot++] = p;
		}
	}
}

void drain_hot_pages(void)
{
	for (struct zone *zone = zones; zone < zones + NR_ZONES; zone++)
		drain(zone, zone->nr_hot);
}

/* ---- allocation */

static struct page *take_from(struct zone *zone, unsigned order)
{
	struct page *page;

	if (order == 0) {
		if (!zone->nr_hot)
			refill(zone);
		return zone->nr_hot ? zone->hot[--zone->nr_hot] : NULL;
	}
	page = take_block(zone, order);
	if (!page && zone->nr_hot) {
		drain(zone, zone->nr_hot);
		page = take_block(zone, order);
	}
	return page;
}

/* What alloc_pages() does when the wanted zone has no hot page ready. */
static noinline struct page *take_slow(struct zone *wanted, unsigned order)
{
	s32 type = (s32)(wanted - zones);
	struct page *page;

	if (order > MAX_ORDER)
		return NULL;
	for (s32 z = type; z >= 0; z--) {
		struct zone *zone = &zones[z];

		if (zone_free(zone) < zone->reserve[type] + (1u << order))
			continue;
		page = take_from(zone, order);
		if (page) {
			zone->stats.allocs++;
			return page;
		}
	}
	wanted->stats.failures++;
	return NULL;
}

/* The same, and again for as long as reclaim gives something back: for a block, too, as
 * neighbours that have gone become one. */
static noinline struct page *take_or_reclaim(struct zone *zone, unsigned order)
{
	struct page *page = take_slow(zone, order);

	while (!page && order <= RECLAIM_ORDER_MAX && reclaim_hook &&
	       reclaim_hook((enum zone_type)(zone - zones)))
		page = take_slow(zone, order);
	return page;
}

noinline bool fail_this_alloc(void)
{
	return (!fail_counts || fail_counts()) && --fail_nth == 0;
}

static noinline struct page *clear_pages(struct page *page, unsigned order)
{
	for (struct page *p = page; p < page + (1u << order); p++) {
		void *kaddr = kmap_local(p);

		clear_page(kaddr);
		kunmap_local(kaddr);
	}
	return page;
}

struct page *alloc_pages(gfp_t gfp, unsigned order)
{
	struct zone *zone = zone_for[gfp & GFP_ZONE_MASK];
	struct page *page;

	if (alloc_should_fail())
		return NULL;
	if (likely(order == 0 && zone->nr_hot)) {
		page = zone->hot[--zone->nr_hot];
		zone->stats.allocs++;
	} else {
		page = take_or_reclaim(zone, order);
		if (!page)
			return NULL;
	}
	page->refs = 1;
	if (DEBUG)
		unpoison_pages(page, order);
	page->flags = 0;
	return gfp & GFP_ZERO ? clear_pages(page, order) : page;
}

/* Says what is wrong with a page that cannot be freed. */
static noreturn noinline void bad_free(const struct page *page, unsigned order)
{
	u32 n = page_to_pfn(page).n;

	if (!page->refs)
		panic("double free of page %x", n);
	panic("free of page %x, order %u: refs %d, order %u, flags %x, "
	      "mapcount %d, mapping %p",
	      n, order, (int)page->refs, page->order, page->flags,
	      (int)page->mapcount, page->mapping);
}

void free_pages(struct page *page, unsigned order)
{
	struct zone *zone = &zones[page_zone(page)];

	if (unlikely(page->refs != 1 || page->order != order ||
		     page->flags & (u16)~PG_SYNCED || page->mapcount ||
		     page->mapping))
		bad_free(page, order);
	page->refs = 0;
	zone->stats.frees++;
	if (DEBUG)
		poison_pages(page, order);
	if (order) {
		free_block(zone, page, order);
		return;
	}
	if (unlikely(zone->nr_hot == HOT_MAX))
		drain(zone, HOT_BATCH);
	page->flags = PG_HOT | (DEBUG ? PG_POISON : 0);
	zone->hot[zone->nr_hot++] = page;
}

/* ---- figures and checks */

void zone_stats(enum zone_type z, struct zone_stats *stats)
{
	*stats = zones[z].stats;
	stats->free = zone_free(&zones[z]);
	stats->hot = zones[z].nr_hot;
}

u32 nr_free_pages(void)
{
	u32 n = 0;

	for (struct zone *zone = zones; zone < zones + NR_ZONES; zone++)
		n += zone_free(zone);
	return n;
}

static void validate_block(struct zone *zone, struct page *page, unsigned order)
{
	struct page *end = page + (1u << order);

	if (!(page->flags & PG_BUDDY) || page->order != order || page->refs ||
	    page < zone->first || end > zone->end ||
	    !IS_ALIGNED(page_to_pfn(page).n, 1u << order))
		panic("free block %x of order %u: flags %x, order %u, refs %d",
		      page_to_pfn(page).n, order, page->flags, page->order,
		      (int)page->refs);
	if (free_buddy(zone, page, order))
		panic("free block %x of order %u is beside its free buddy",
		      page_to_pfn(page).n, order);
	for (struct page *p = page + 1; p < end; p++)
		if (p->refs || p->flags & (u16)~PG_POISON)
			panic("page %x in a free block: refs %d, flags %x",
			      page_to_pfn(p).n, (int)p->refs, p->flags);
}

static void validate_lists(struct zone *zone)
{
	struct page *page;
	u32 pages = 0;

	for (unsigned order = 0; order <= MAX_ORDER; order++) {
		u32 blocks = 0;

		list_for_each_entry (page, &zone->blocks[order], list) {
			validate_block(zone, page, order);
			blocks++;
		}
		if (blocks != zone->stats.free_blocks[order])
			panic("%s: %u free blocks of order %u, counted %u",
			      zone->stats.name, blocks, order,
			      zone->stats.free_blocks[order]);
		pages += blocks << order;
	}
	if (pages != zone->stats.free)
		panic("%s: %u pages in free blocks, counted %u",
		      zone->stats.name, pages, zone->stats.free);
	for (u32 i = 0; i < zone->nr_hot; i++)
		if (!(zone->hot[i]->flags & PG_HOT) || zone->hot[i]->refs ||
		    &zones[page_zone(zone->hot[i])] != zone)
			panic("hot page %x: flags %x, refs %d",
			      page_to_pfn(zone->hot[i]).n, zone->hot[i]->flags,
			      (int)zone->hot[i]->refs);
}

/* Whether mem_map has free pages that are on no list. */
static void validate_map(const struct zone *zone)
{
	u32 hot = 0, pages = 0;

	for (const struct page *p = zone->first; p < zone->end; p++) {
		if (p->flags & PG_HOT)
			hot++;
		if (p->flags & PG_BUDDY)
			pages += 1u << p->order;
	}
	if (hot != zone->nr_hot || pages != zone->stats.free)
		panic("%s: mem_map has %u free pages and %u hot, the lists %u "
		      "and %u",
		      zone->stats.name, pages, hot, zone->stats.free,
		      zone->nr_hot);
}

void page_alloc_validate(void)
{
	for (struct zone *zone = zones; zone < zones + NR_ZONES; zone++) {
		validate_lists(zone);
		validate_map(zone);
	}
}
