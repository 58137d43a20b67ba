/*
 * page_zone.h - struct zone, between page.c and page_init.c only.
 */
#pragma once

#include "mm/page.h"

#define HOT_MAX	  64 /* pages on a zone's hot stack at most */
#define HOT_BATCH 32 /* that many move between it and the buddy lists */
#define HOT_ORDER 5  /* HOT_BATCH pages as one block */

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

static inline u32 zone_free(const struct zone *zone)
{
	return zone->stats.free + zone->nr_hot;
}

/* Puts 2^order pages on the lists, merged with their buddies. => aligned */
void free_block(struct zone *zone, struct page *page, unsigned order);
