/*
 * vmalloc.c - areas of kernel addresses: vmalloc, ioremap, kernel stacks.
 *
 * After a while free memory lies in single pages, and kmalloc cannot serve a large
 * request. Page tables can: any pages, side by side in kernel addresses. Device
 * registers are shown here, too, and kernel stacks, for the page *not* mapped.
 *
 *      VMALLOC_START                                          VMALLOC_END
 *      |g|  area A  |g|   free   |  area B  |g|area C|g|  free    |
 *       ^            ^ a guard page after each area, never mapped
 *       ^ and one before the first, against the end of low memory
 *
 * A stack that overflows runs into the page below it and faults; as it is aligned to
 * twice its size, the trap code finds its ends in sp alone.
 *
 * `areas` is a list by address; a new area takes the first gap it fits in. There are
 * a few dozen, and one for each thread; the frequent case, a thread's stack, comes
 * from `kept`, a handful of freed stacks that stay mapped. Linux keeps free ranges in
 * trees, flushes the TLB lazily for many areas, and maps large pieces by sections.
 *
 * Invariants (vmalloc_validate):
 * - areas are sorted, and a guard page apart at least;
 * - every page of an area is mapped, no other page between VMALLOC_START and
 *   VMALLOC_END is;
 * - pages of memory belong to one area only and have one reference, its own.
 */
#include "mm/vmalloc.h"
#include "mm/memblock.h"
#include "mm/slab.h"

#define AREAS_START (VMALLOC_START + PAGE_SIZE)
#define STACKS_KEPT 8

struct area {
	struct list_head list; /* in areas, by address */
	vaddr_t start, end;    /* what is mapped, without the guard page */
	bool memory;	       /* pages of ours; else a device's */
};

static struct list_head areas = LIST_INIT(areas);
static struct kmem_cache area_cache;
static u32 nr_pages; /* in areas of memory */

static void *kept[STACKS_KEPT];
static u32 nr_kept;

void vmalloc_init(void)
{
	kmem_cache_init(&area_cache, "vmalloc_area", sizeof(struct area), 0);
}

/* ---- areas */

/* Whether `size` bytes and a guard page fit into [start, limit). */
static bool fits(vaddr_t start, vaddr_t limit, u32 size)
{
	return (u64)start + size + PAGE_SIZE <= limit;
}

/* Takes the first gap for `size` bytes, still unmapped. => NULL: none */
static struct area *area_alloc(u32 size, u32 align, bool memory)
{
	vaddr_t start = ALIGN_UP((vaddr_t)AREAS_START, align);
	struct area *area, *above;

	list_for_each_entry (above, &areas, list) {
		if (fits(start, above->start, size))
			break;
		start = ALIGN_UP(above->end + PAGE_SIZE, align);
	}
	if (&above->list == &areas && !fits(start, VMALLOC_END, size))
		return NULL;
	area = kmem_cache_alloc(&area_cache);
	if (!area)
		return NULL;
	*area = (struct area){ .start = start,
			       .end = start + size,
			       .memory = memory };
	list_add_tail(&area->list, &above->list);
	return area;
}

static struct area *area_find(vaddr_t start)
{
	struct area *area;

	list_for_each_entry (area, &areas, list)
		if (area->start == start)
			return area;
	panic("vmalloc: no area starts at %p", (void *)start);
}

/* Unmaps what is mapped of the area and frees it. */
static void area_free(struct area *area)
{
	struct list_head pages = LIST_INIT(pages);
	struct page *page, *tmp;

	for (vaddr_t va = area->start; va < area->end; va += PAGE_SIZE) {
		pte_t *ptep = kernel_pte(va), pte = *ptep;

		if (pte_none(pte))
			break; /* area_populate() came no further */
		pte_set(ptep, (pte_t){ 0 });
		if (area->memory)
			list_add(&pfn_to_page(pte_pfn(pte))->list, &pages);
	}
	mmu_sync();
	tlb_flush_kernel(area->start, area->end);
	/* Not before the flush: until then the pages can still be reached. */
	list_for_each_entry_safe (page, tmp, &pages, list) {
		nr_pages--;
		free_page(page);
	}
	list_del(&area->list);
	kmem_cache_free(&area_cache, area);
}

/* Maps fresh pages in all of the area. => false: out of memory, area is gone */
static bool area_populate(struct area *area)
{
	pgprot_t prot = pgprot(PGPROT_RW);

	for (vaddr_t va = area->start; va < area->end; va += PAGE_SIZE) {
		struct page *page = alloc_page(GFP_HIGHUSER);

		if (!page) {
			area_free(area);
			return false;
		}
		pte_set(kernel_pte(va), pte_make(page_to_pfn(page), prot));
		nr_pages++;
	}
	mmu_sync();
	return true;
}

/* ---- vmalloc */

static void *memory_alloc(u32 size, u32 align)
{
	struct area *area;

	/* Hopeless ones first: nothing is taken only to be given back. */
	if (!size || size > VMALLOC_END - AREAS_START)
		return NULL;
	size = ALIGN_UP(size, PAGE_SIZE);
	if (size / PAGE_SIZE > nr_free_pages())
		return NULL;
	area = area_alloc(size, align, true);
	if (!area || !area_populate(area))
		return NULL;
	return (void *)area->start;
}

void *vmalloc(u32 size)
{
	return memory_alloc(size, PAGE_SIZE);
}

static void release(vaddr_t start, bool memory)
{
	if (start) {
		struct area *area = area_find(start);

		assert(area->memory == memory);
		area_free(area);
	}
}

void vfree(void *addr)
{
	release((vaddr_t)addr, true);
}

u32 vmalloc_pages(void)
{
	return nr_pages;
}

/* ---- ioremap */

volatile void *ioremap(paddr_t pa, u32 size)
{
	u32 offset = pa & (PAGE_SIZE - 1);
	u64 start = pa - offset, end = ALIGN_UP((u64)pa + size, PAGE_SIZE);
	pgprot_t prot = pgprot(PGPROT_RW | PGPROT_UC);
	struct area *area;

	if (!size || end > 1ull << 32 ||
	    end - start > VMALLOC_END - AREAS_START)
		return NULL;
	/* Two memory types for one frame: what a read gives is undefined
	 * (ARM DDI 0406C A3.5.7, SDM 3A 11.12.4). */
	if (memblock_ram_between(start, end))
		return NULL;
	area = area_alloc((u32)(end - start), PAGE_SIZE, false);
	if (!area)
		return NULL;
	for (vaddr_t va = area->start; va < area->end; va += PAGE_SIZE) {
		u32 frame = (u32)(start >> PAGE_SHIFT);

		pte_set(kernel_pte(va), pte_make(pfn(frame), prot));
		start += PAGE_SIZE;
	}
	mmu_sync();
	return (volatile void *)(area->start + offset);
}

void iounmap(volatile void *addr)
{
	release((vaddr_t)addr & PAGE_MASK, false);
}

/* ---- kernel stacks */

void *stack_alloc(void)
{
	if (nr_kept)
		return kept[--nr_kept];
	return memory_alloc(STACK_SIZE, 2 * STACK_SIZE);
}

void stack_free(void *stack)
{
	assert(IS_ALIGNED((vaddr_t)stack, 2 * STACK_SIZE));
	if (nr_kept < STACKS_KEPT)
		kept[nr_kept++] = stack;
	else
		vfree(stack);
}

void drain_stacks(void)
{
	while (nr_kept)
		vfree(kept[--nr_kept]);
}

/* ---- audit */

static void validate_unmapped(vaddr_t start, vaddr_t end)
{
	for (vaddr_t va = start; va < end; va += PAGE_SIZE)
		assert(pte_none(*kernel_pte(va)));
}

/* Returns how many pages of memory the area has. */
static u32 validate_area(const struct area *area)
{
	for (vaddr_t va = area->start; va < area->end; va += PAGE_SIZE) {
		pte_t pte = *kernel_pte(va);
		struct page *page = pfn_to_page(pte_pfn(pte));

		assert(pte_present(pte) && pte_writable(pte) && !pte_user(pte));
		if (!area->memory)
			continue;
		assert(pfn_valid(pte_pfn(pte)) && page->refs == 1);
		assert(!(page->flags & (PG_RESERVED | PG_BUDDY | PG_HOT)));
	}
	return area->memory ? (area->end - area->start) / PAGE_SIZE : 0;
}

void vmalloc_validate(void)
{
	vaddr_t free_from = VMALLOC_START;
	const struct area *area;
	u32 pages = 0;

	list_for_each_entry (area, &areas, list) {
		assert(area->start >= free_from + PAGE_SIZE);
		assert(area->start < area->end);
		validate_unmapped(free_from, area->start);
		pages += validate_area(area);
		free_from = area->end;
	}
	assert(free_from + PAGE_SIZE <= VMALLOC_END);
	validate_unmapped(free_from, VMALLOC_END);
	assert(pages == nr_pages);
}
