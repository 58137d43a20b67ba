/*
 * page.h - struct page, the zones, and the page allocator's interface.
 */
#pragma once

#include "mm/env.h"
#include "mm/layout.h"

#define MAX_ORDER 10 /* the largest block: 2^10 pages, 4 MiB */

enum zone_type { ZONE_DMA, ZONE_NORMAL, ZONE_HIGHMEM, NR_ZONES };

/* struct page flags */
enum {
	PG_RESERVED = 1 << 0, /* never the allocator's: image, holes */
	PG_BUDDY = 1 << 1,    /* the head of a free block of 2^order pages */
	PG_HOT = 1 << 2,      /* free, on its zone's hot list */
	PG_SLAB = 1 << 3,     /* owned by a slab cache */
	PG_TABLE = 1 << 4,    /* second-level entries */
	PG_POISON = 1 << 5,   /* free and filled with POISON_FREE (DEBUG) */
	PG_SYNCED = 1 << 6,   /* instruction fetches see what it holds */
};

/* What freed memory is filled with in debug builds. */
#define POISON_FREE 0xf5

/* One for each frame of RAM, in the array mem_map. 32 bytes: a page of these
 * describes half a megabyte, 1 GiB costs 8 MiB. All zero is a page inside a
 * free block (not its head), so that most of mem_map is never touched at boot.
 * The zone is not kept here: it follows from the place in mem_map. */
struct page {
	u16 flags; /* PG_*: the owner's, or the allocator's while free */
	u8 order;  /* of the block this page heads, free or allocated */
	s32 refs;  /* references; 0 = free. The allocator returns 1 */
	union {
		s32 mapcount; /* entries of user page tables; 0 when freed */
		u32 inuse;    /* PG_SLAB: its objects that are allocated */
	};
	struct list_head list; /* free block: its free list; else the owner's */
	union {
		void *mapping; /* page cache: struct address_space; NULL if not */
		struct kmem_cache *cache; /* PG_SLAB */
	};
	union {
		u32 pgoff;  /* page cache: which page of the file */
		void *free; /* PG_SLAB: its free objects, linked through them */
	};
	u16 kmap_slot; /* kmap.c: 1 + its slot in the kmap window, or 0 */
	u16 pins;      /* references of get_user_pages(): whoever has the page
			  alone may keep it although there are more */
};
_Static_assert(sizeof(void *) != 4 || sizeof(struct page) == 32,
	       "struct page has grown");

/* mem_map[0] describes frame min_pfn; frames are [min_pfn, max_pfn). */
extern struct page *mem_map;
extern u32 min_pfn, max_pfn;
extern u32 low_pfn; /* end of low memory; from here on frames are HIGHMEM */

struct zone_stats {
	const char *name;
	u32 present;			/* frames of RAM, reserved ones too */
	u32 managed;			/* pages that are the allocator's */
	u32 free;			/* free now, hot ones included */
	u32 free_blocks[MAX_ORDER + 1]; /* per order */
	u32 hot;			/* free pages on the hot list */
	u64 allocs, frees;		/* calls served from this zone */
	u64 failures;			/* calls that wanted this zone */
};
void zone_stats(enum zone_type zone, struct zone_stats *stats);

#define HOT_MAX	  64 /* pages on a zone's hot stack at most */
#define HOT_BATCH 32 /* that many move between it and the buddy lists */
#define HOT_ORDER 5  /* HOT_BATCH pages as one block */

/* All but the first line is page.c's and page_init.c's alone. */
struct zone {
	struct page *first, *end; /* its part of mem_map */
	struct zone_stats stats;  /* .free: in blocks; hot pages not included */
	u32 nr_hot;
	struct page *hot[HOT_MAX];
	struct list_head blocks[MAX_ORDER + 1]; /* free blocks, per order */
	/* Pages that a request for zone i must leave here, by i. */
	u32 reserve[NR_ZONES];
};
extern struct zone zones[NR_ZONES];
/* Where a request for zone i starts: the nearest zone that has memory. */
extern struct zone *zone_for[NR_ZONES];
/* Puts 2^order pages on the lists, merged with their buddies. => aligned */
void free_block(struct zone *zone, struct page *page, unsigned order);

static inline pfn_t pfn(u32 n)
{
	return (pfn_t){ n };
}

static inline struct page *pfn_to_page(pfn_t p)
{
	return mem_map + (p.n - min_pfn);
}

static inline pfn_t page_to_pfn(const struct page *page)
{
	return pfn((u32)(page - mem_map) + min_pfn);
}

/* Whether the frame is RAM that mem_map describes (it may be reserved). */
static inline bool pfn_valid(pfn_t p)
{
	return p.n >= min_pfn && p.n < max_pfn;
}

static inline paddr_t page_to_phys(const struct page *page)
{
	return (paddr_t)(page_to_pfn(page).n << PAGE_SHIFT);
}

static inline struct page *virt_to_page(const void *va)
{
	return pfn_to_page(pfn(virt_to_phys(va) >> PAGE_SHIFT));
}

static inline bool page_is_highmem(const struct page *page)
{
	return page >= zones[ZONE_HIGHMEM].first;
}

static inline enum zone_type page_zone(const struct page *page)
{
	if (page_is_highmem(page))
		return ZONE_HIGHMEM;
	return page >= zones[ZONE_NORMAL].first ? ZONE_NORMAL : ZONE_DMA;
}

/* The kernel's address of a page of low memory. => not for HIGHMEM */
static inline void *page_address(const struct page *page)
{
	return phys_to_virt(page_to_phys(page));
}

/* Where to allocate: the highest zone that will do; lower ones are fallbacks. */
typedef enum {
	GFP_DMA = ZONE_DMA,
	GFP_KERNEL = ZONE_NORMAL,    /* has a kernel address */
	GFP_HIGHUSER = ZONE_HIGHMEM, /* user and page-cache pages */
	GFP_ZONE_MASK = 3,
	GFP_ZERO = 4, /* cleared */
} gfp_t;

/* Takes 2^order pages. => NULL when there are none; on the first refs is 1,
 * flags and mapcount are 0, mapping is NULL */
struct page *alloc_pages(gfp_t gfp, unsigned order);
/* Gives 2^order pages back, which alloc_pages() returned for the same order.
 * => refs of the first must be 1 (the caller's), flags, mapcount, mapping 0 */
void free_pages(struct page *page, unsigned order);

static inline struct page *alloc_page(gfp_t gfp)
{
	return alloc_pages(gfp, 0);
}

static inline void free_page(struct page *page)
{
	free_pages(page, 0);
}

static inline void get_page(struct page *page)
{
	assert(page->refs > 0);
	page->refs++;
}

/* Drops a reference to a single page; the last one frees it. */
static inline void put_page(struct page *page)
{
	assert(page->refs > 0);
	if (page->refs == 1)
		free_page(page);
	else
		page->refs--;
}

/* The switch that makes an allocation fail, to test what its caller does then:
 * alloc_pages() and kmem_cache_alloc() count it down, and the call that
 * reaches 0 returns NULL. 0: off. */
extern u32 fail_nth;
/* Says whether the allocation being made counts; NULL: all do. */
extern bool (*fail_counts)(void);

static inline void fail_alloc_after(u32 n)
{
	fail_nth = n;
	fail_counts = NULL;
}

/* Counts down. => whether this is the one to fail */
bool fail_this_alloc(void);

static inline bool alloc_should_fail(void)
{
	return unlikely(fail_nth) && fail_this_alloc();
}

/* What alloc_pages() calls before it gives up, so that memory that can be done
 * without is given back (reclaim.c). => whether a page of zone `highest` or one
 * below was; NULL: nobody can */
extern bool (*reclaim_hook)(enum zone_type highest);

u32 nr_free_pages(void); /* in all zones */
/* Returns hot pages to the buddy lists, so that blocks can merge. */
void drain_hot_pages(void);
/* Checks every free list against mem_map; panics at the first difference. */
void page_alloc_validate(void);

/* At boot, after paging_init(). Sets min_pfn and max_pfn, builds mem_map for the
 * frames between, sets up the zones and gives every frame of RAM that memblock
 * does not hold reserved to the allocator. => low_pfn is set */
void page_init(void);
/* Gives reserved RAM to the allocator: the whole frames in [start, end), bytes
 * (the initrd, once unpacked). => it is PG_RESERVED until now */
void free_reserved(u64 start, u64 end);
