/*
 * memblock.h - physical memory before there is a page allocator.
 *
 * Two short sorted lists of physical ranges: what is RAM and what of it is
 * taken (the image, the initrd, page tables, mem_map). page_init() turns what
 * is left into free pages; from then on memblock_alloc() must not be called.
 */
#pragma once

#include "mm/types.h"

#define MEMBLOCK_MAX 32 /* ranges in a list */

struct memblock_range {
	u64 start, end; /* bytes, [start, end) */
};

struct memblock {
	struct memblock_range ram[MEMBLOCK_MAX];
	struct memblock_range reserved[MEMBLOCK_MAX];
	unsigned nr_ram, nr_reserved;
	u64 beyond; /* bytes of RAM above 4 GiB, out of reach of both machines */
};
extern struct memblock memblock;

/* Adds a range; overlapping and adjoining ranges become one. What lies above
 * 4 GiB is left out. */
void memblock_add(u64 start, u64 size);
void memblock_reserve(u64 start, u64 size);
/* Forgets RAM beyond the first `size` bytes of it (mem=). */
void memblock_limit(u64 size);
/* Bytes of [start, end) that are RAM. */
u64 memblock_ram_between(u64 start, u64 end);

/* Takes cleared low memory for good: below low_pfn, aligned (a power of two).
 * => panics with a clear line when there is none; not after page_init() */
void *memblock_alloc(u32 size, u32 align);

/* Finds the first run of whole frames at or after `from` that are RAM and not
 * reserved: frames [*start, *end). => false when there is none */
bool memblock_next_free(u32 from, u32 *start, u32 *end);
