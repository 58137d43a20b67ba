/*
 * memblock.c - physical memory before there is a page allocator.
 *
 * The start-up code of each machine calls memblock_add() for every range of RAM
 * the loader names; kmain() applies mem= and reserves what is in use; then
 * paging_init() and page_init() take what they need with memblock_alloc():
 *
 *   ram        [==============]        [==============================]
 *   reserved    [image][initrd]                  [tables][mem_map]
 *                                             low_pfn ^  <- top-down
 *
 * From the top of low memory down, which leaves ZONE_DMA to those who need it.
 *
 * Invariants of both lists: sorted, no range empty, a gap between any two, all of it
 * below 4 GiB. Bytes, not frames: loaders name odd addresses. memblock_next_free()
 * rounds, inwards for RAM and outwards for what is reserved.
 *
 * Left out: freeing, memory nodes, growing lists.
 */
#include "mm/memblock.h"
#include "mm/page.h"

#define PHYS_END (1ull << 32)

struct memblock memblock;

static void add_range(struct memblock_range *list, unsigned *nr, u64 start,
		      u64 size)
{
	struct memblock_range range = { start, PHYS_END };
	unsigned at = 0, last;

	if (start >= PHYS_END || size == 0)
		return;
	if (size < PHYS_END - start)
		range.end = start + size;
	while (at < *nr && list[at].end < start)
		at++;
	/* [at, last) are the ranges it overlaps or adjoins, and replaces. */
	for (last = at; last < *nr && list[last].start <= range.end; last++) {
		range.start = min(range.start, list[last].start);
		range.end = max(range.end, list[last].end);
	}
	if (*nr - (last - at) >= MEMBLOCK_MAX)
		panic("memory map: more than %u ranges", MEMBLOCK_MAX);
	memmove(list + at + 1, list + last, (*nr - last) * sizeof(*list));
	list[at] = range;
	*nr += at + 1 - last;
}

void memblock_add(u64 start, u64 size)
{
	u64 end = size > UINT64_MAX - start ? UINT64_MAX : start + size;

	if (end > PHYS_END)
		memblock.beyond += end - max(start, PHYS_END);
	add_range(memblock.ram, &memblock.nr_ram, start, size);
}

void memblock_reserve(u64 start, u64 size)
{
	add_range(memblock.reserved, &memblock.nr_reserved, start, size);
}

void memblock_limit(u64 size)
{
	unsigned i;

	for (i = 0; i < memblock.nr_ram && size; i++) {
		struct memblock_range *r = &memblock.ram[i];

		if (r->end - r->start > size)
			r->end = r->start + size;
		size -= r->end - r->start;
	}
	memblock.nr_ram = i;
}

u64 memblock_ram_between(u64 start, u64 end)
{
	u64 size = 0;

	for (const struct memblock_range *r = memblock.ram;
	     r < memblock.ram + memblock.nr_ram && r->start < end; r++)
		if (r->end > start)
			size += min(end, r->end) - max(start, r->start);
	return size;
}

/* The highest place for `size` bytes in [start, end) that touches nothing
 * reserved, or 0. */
static u64 find_place(u64 start, u64 end, u32 size, u32 align)
{
	unsigned i = memblock.nr_reserved;

	while (end >= start + size) {
		u64 place = ALIGN_DOWN(end - size, align);

		while (i && memblock.reserved[i - 1].start >= place + size)
			i--;
		if (place < start)
			return 0;
		if (!i || memblock.reserved[i - 1].end <= place)
			return place;
		end = memblock.reserved[i - 1].start;
	}
	return 0;
}

void *memblock_alloc(u32 size, u32 align)
{
	u64 low_start = (paddr_t)phys_base,
	    low_end = (u64)low_pfn << PAGE_SHIFT;
	u64 place = 0;

	assert(size && align && IS_ALIGNED(align, align) && !mem_map);
	for (unsigned i = memblock.nr_ram; i-- && !place;)
		place = find_place(max(memblock.ram[i].start, low_start),
				   min(memblock.ram[i].end, low_end), size,
				   align);
	if (!place)
		panic("out of low memory at boot: no room for %u KiB",
		      (size + KiB - 1) / KiB);
	memblock_reserve(place, size);
	return memset(phys_to_virt((paddr_t)place), 0, size);
}

static u32 frames_up(u64 bytes)
{
	return (u32)((bytes + PAGE_SIZE - 1) >> PAGE_SHIFT);
}

bool memblock_next_free(u32 from, u32 *start, u32 *end)
{
	for (unsigned i = 0; i < memblock.nr_ram; i++) {
		*start = max(from, frames_up(memblock.ram[i].start));
		*end = (u32)(memblock.ram[i].end >> PAGE_SHIFT);
		for (unsigned j = 0; j < memblock.nr_reserved; j++) {
			const struct memblock_range *r = &memblock.reserved[j];
			u32 taken = (u32)(r->start >> PAGE_SHIFT);

			if (taken <= *start)
				*start = max(*start, frames_up(r->end));
			else
				*end = min(*end, taken);
		}
		if (*start < *end)
			return true;
	}
	return false;
}
