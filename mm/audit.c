/*
 * audit.c - the memory of address spaces, checked against itself.
 *
 * Everything is known twice. mm_audit() walks one address space's page tables and holds them against
 * its areas and its counts; page_audit() then holds what all of them together map
 * against each page's own count:
 *
 *	areas  <-->  page tables  <-->  nr_tables, rss[], total_vm ...
 *	               |  added up over all address spaces
 *	               v
 *	            page->mapcount  <-->  page->refs (one more for the page cache)
 *
 * Pages of disk files are counted by their flags, and the tags in the trees must say the same.
 *
 * Run after each user test and by reading /proc/audit. Differences are printed, one line each,
 * and counted; nothing is repaired.
 */
#include "mm/area.h"
#include "mm/vmalloc.h"
#include "mm/writeback.h"

/* How often each frame is mapped by what was walked so far; NULL: not being counted. */
static u16 *mapped;

static u32 differences;

#define differ(...)                            \
	do {                                   \
		printk("audit: " __VA_ARGS__); \
		differences++;                 \
	} while (0)

/* ---- one address space */

struct walk {
	struct mm *mm;
	u32 nr_tables, rss[NR_RSS];
};

/* A present entry must lie in an area and allow no more than it does. */
static void check_entry(struct walk *w, vaddr_t va, pte_t pte)
{
	const struct vma *vma = vma_lookup(&w->mm->vmas, va);
	const struct page *page = pte_page(pte);
	u32 frame = pte_pfn(pte).n;
	void *at = (void *)va;

	if (!vma) {
		differ("%p is mapped, but in no area\n", at);
		return;
	}
	if (pte_writable(pte) && !(vma->flags & VM_WRITE))
		differ("%p is writable, its area is not\n", at);
	if (pte_special(pte))
		return;
	if (!pfn_valid(pte_pfn(pte))) {
		differ("%p maps frame 0x%x, which is no RAM\n", at, frame);
		return;
	}
	if (page->refs < 1 || page->mapcount < 1)
		differ("%p maps page 0x%x with %d references, mapcount %d\n",
		       at, frame, (int)page->refs, (int)page->mapcount);
	if (!page->mapping && (vma->flags & VM_SHARED))
		differ("%p is shared, its page is nobody's\n", at);
	w->rss[page_rss(page)]++;
	if (mapped)
		mapped[page - mem_map]++;
}

static void walk_table(struct walk *w, vaddr_t slot, const pte_t *table)
{
	struct vma *vma = vma_find(&w->mm->vmas, slot);

	w->nr_tables++;
	if (!vma || vma->start >= slot + SLOT_SIZE)
		differ("the table of %p has no area\n", (void *)slot);
	for (u32 i = 0; i < PTRS_PER_TABLE; i++)
		if (pte_present(table[i]))
			check_entry(w, slot + (vaddr_t)i * PAGE_SIZE, table[i]);
}

static void check_count(const char *what, u32 counted, u32 kept)
{
	if (counted != kept)
		differ("%s: %u counted, %u kept\n", what, counted, kept);
}

static void check_areas(struct mm *mm)
{
	u32 total = 0, locked = 0, n = 0;
	const struct vma *vma;

	vma_validate(&mm->vmas);
	for_each_vma (vma, &mm->vmas) {
		n++;
		total += vma_pages(vma);
		if (vma->flags & VM_LOCKED)
			locked += vma_pages(vma);
		if (vma->mm != mm)
			differ("the area at %p is another mm's\n",
			       (void *)vma->start);
	}
	check_count("areas", n, mm->vmas.count);
	check_count("total_vm", total, mm->total_vm);
	check_count("locked_vm", locked, mm->locked_vm);
}

u32 mm_audit(struct mm *mm)
{
	static const char *const rss_names[NR_RSS] = { "rss anon", "rss file",
						       "rss shmem" };
	struct walk w = { .mm = mm };
	u32 before = differences;

	check_areas(mm);
	for (vaddr_t slot = 0; slot < TASK_SIZE; slot += SLOT_SIZE) {
		const pte_t *table = pgdir_table(mm->mmu.pgdir, slot);

		if (table)
			walk_table(&w, slot, table);
	}
	check_count("tables", w.nr_tables, mm->nr_tables);
	for (u32 i = 0; i < NR_RSS; i++)
		check_count(rss_names[i], w.rss[i], mm->rss[i]);
	return differences - before;
}

/* ---- pages of disk files */

static void check_file_page(const struct page *page, u32 *dirty, u32 *writeback,
			    u32 *cached)
{
	const struct mapping *mapping = page->mapping;
	u32 index = page->pgoff;
	bool is_dirty = page->flags & PG_DIRTY;

	if (!mapping || mapping->shmem)
		return;
	*dirty += is_dirty;
	*writeback += !!(page->flags & PG_WRITEBACK);
	++*cached;
	if (mapping_lookup(mapping, index) != page)
		differ("page 0x%x is not in its file's tree\n",
		       page_to_pfn(page).n);
	if (is_dirty != (radix_next_tagged(&mapping->pages, &index) == page))
		differ("page 0x%x: its tag is not its dirty flag\n",
		       page_to_pfn(page).n);
	/* Who fills it or writes it has a reference. */
	if (page->flags & (PG_LOCKED | PG_WRITEBACK) &&
	    page->refs < page->mapcount + 2)
		differ("page 0x%x is locked by nobody\n", page_to_pfn(page).n);
}

/* ---- all of them */

bool page_audit_begin(void)
{
	u32 size = (max_pfn - min_pfn) * sizeof(*mapped);

	assert(!mapped);
	mapped = vmalloc(size);
	if (mapped)
		memset(mapped, 0, size);
	return mapped;
}

u32 page_audit_end(void)
{
	u32 before = differences, dirty = 0, writeback = 0, cached = 0;

	for (u32 n = min_pfn; n < max_pfn; n++) {
		const struct page *page = pfn_to_page(pfn(n));
		int refs = page->refs, mapcount = page->mapcount;
		int times = mapped[n - min_pfn];

		if (page->flags & (PG_SLAB | PG_BUDDY | PG_HOT) || refs <= 0)
			continue;
		check_file_page(page, &dirty, &writeback, &cached);
		if (mapcount != times)
			differ("page 0x%x: mapped %d times, mapcount %d\n", n,
			       times, mapcount);
		if (mapcount > 0 && refs < mapcount + !!page->mapping)
			differ("page 0x%x: %d references, but mapped %d "
			       "times\n",
			       n, refs, mapcount);
	}
	check_count("nr_dirty", dirty, nr_dirty);
	check_count("nr_writeback", writeback, nr_writeback);
	check_count("nr_file_pages", cached, nr_file_pages);
	vfree(mapped);
	mapped = NULL;
	return differences - before;
}
