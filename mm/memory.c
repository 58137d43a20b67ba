/*
 * memory.c - the page tables of an address space: filling, emptying, changing them.
 *
 * Called by the policy above (mmap.c and its neighbours), by fork and by the
 * fault handler. Ranges lie inside one area. The walk is the same for all:
 *
 *	directory    | slot | slot | slot |        4 MiB each: for_each_run()
 *	                        \
 *	table                    | pte | pte | pte | ...    up to 1,024 in the range
 *
 * What a present entry owes: a reference to its page, one in the page's mapcount, one in the
 * rss counts of its mm. The shared zero page and device frames are `special`: they
 * owe nothing.
 *
 * There is one processor and it is ours until we sleep: entries are changed first and
 * flushed from the TLB once, at the end of the range.
 */
#include "mm/mm.h"

pgprot_t vma_pgprot(u32 vm_flags)
{
	unsigned how = PGPROT_USER;

	/* Never PGPROT_WRITE: the write fault decides, page by page. */
	if (vm_flags & VM_RIGHTS)
		how |= PGPROT_READ;
	if (vm_flags & VM_EXEC)
		how |= PGPROT_EXEC;
	how |= (vm_flags & VM_TYPE_MASK) / (1 << VM_TYPE_SHIFT) * PGPROT_WT;
	return pgprot(how);
}

pte_t *pte_alloc_table(struct mm *mm, vaddr_t addr)
{
	struct page *page = alloc_page(GFP_KERNEL | GFP_ZERO);
	pte_t *table;

	if (!page)
		return NULL;
	page->flags |= PG_TABLE;
	table = page_address(page);
	pgdir_install(mm->mmu.pgdir, addr, table);
	mmu_sync();
	mm->nr_tables++;
	return table + pte_index(addr);
}

void free_tables(struct mm *mm, vaddr_t start, vaddr_t end)
{
	assert(IS_ALIGNED(start | end, SLOT_SIZE));
	for (vaddr_t va = start; va < end; va += SLOT_SIZE) {
		pte_t *table = pgdir_table(mm->mmu.pgdir, va);
		struct page *page;

		if (!table)
			continue;
		pgdir_remove(mm->mmu.pgdir, va);
		tlb_flush_page(&mm->mmu, va);
		page = virt_to_page(table);
		page->flags &= (u16)~PG_TABLE;
		free_page(page);
		mm->nr_tables--;
	}
}

/* ---- removing and changing */

/* Does `run` to the entries of [start, end), and flushes. */
static inline void for_runs(struct vma *vma, vaddr_t start, vaddr_t end,
			    void (*run)(const struct vma *, pte_t *, u32 n))
{
	bool any = false;
	vaddr_t va;
	pte_t *pte;
	u32 n;

	for_each_run (vma->mm, va, n, pte, start, end) {
		run(vma, pte, n);
		any = true;
	}
	if (any)
		tlb_flush_range(&vma->mm->mmu, start, end);
}

static void unmap_run(const struct vma *vma, pte_t *pte, u32 n)
{
	struct mm *mm = vma->mm;

	for (pte_t *stop = pte + n; pte < stop; pte++) {
		pte_t old = *pte;

		if (pte_none(old))
			continue;
		pte_set(pte, (pte_t){ 0 });
		if (!pte_special(old))
			page_remove_rmap(mm, pte_page(old));
	}
}

void unmap_pages(struct vma *vma, vaddr_t start, vaddr_t end)
{
	vma->mm->peak_rss = mm_peak_rss(vma->mm);
	for_runs(vma, start, end, unmap_run);
}

/* A private page that was already ours alone stays writable without another fault. */
static bool may_stay_writable(const struct vma *vma, pte_t pte)
{
	if (!(vma->flags & VM_WRITE) || !pte_dirty(pte) || pte_special(pte))
		return false;
	if (vma->flags & VM_SHARED)
		return true;
	return page_is_exclusive(pte_page(pte));
}

static noinline void protect_run(const struct vma *vma, pte_t *pte, u32 n)
{
	u32 type = vma->flags & VM_TYPE_MASK;
	pgprot_t ordinary = vma_pgprot(vma->flags & ~type);
	pgprot_t device = type ? vma_pgprot(vma->flags) : ordinary;

	for (pte_t *stop = pte + n; pte < stop; pte++) {
		pte_t old = *pte, new;

		if (!pte_present(old))
			continue;
		new = pte_modify(old, pte_special(old) ? device : ordinary);
		if (may_stay_writable(vma, new))
			new = pte_mkwrite(new);
		pte_set(pte, new);
	}
}

void protect_pages(struct vma *vma, vaddr_t start, vaddr_t end)
{
	for_runs(vma, start, end, protect_run);
}

/* ---- moving */

static void move_run(pte_t *from, pte_t *to, u32 n)
{
	for (pte_t *stop = from + n; from < stop; from++, to++) {
		if (pte_none(*from))
			continue;
		pte_set(to, *from);
		pte_set(from, (pte_t){ 0 });
	}
}

int move_pages(struct mm *mm, vaddr_t from, vaddr_t to, u32 len)
{
	const vaddr_t end = to + len;
	pte_t *pte, *dest;
	vaddr_t va;
	u32 n;

	for (va = ALIGN_DOWN(to, SLOT_SIZE); va < end; va += SLOT_SIZE)
		if (!pte_alloc(mm, va))
			return -ENOMEM;
	for_each_run (mm, va, n, pte, from, from + len) {
		/* As far as one table holds the new entries, too. */
		n = min(n, run_length(va - from + to, end));
		dest = pte_lookup(mm, va - from + to);
		assert(dest);
		move_run(pte, dest, n);
	}
	tlb_flush_range(&mm->mmu, from, from + len);
	return 0;
}

/* ---- fork */

/* A page that a device is using must stay the parent's own: the child gets its copy now,
 * since a copy at the parent's next write would leave the device with a page that the
 * parent no longer sees. */
static noinline int copy_pinned(struct vma *vma, struct page *from, pte_t *to)
{
	struct page *page = alloc_page(GFP_HIGHUSER);

	if (!page)
		return -ENOMEM;
	copy_highpage(page, from);
	if (vma->flags & VM_EXEC)
		page_sync_icache(page);
	page->mapcount++;
	vma->mm->rss[RSS_ANON]++;
	pte_set(to, pte_mkdirty(pte_make(page_to_pfn(page),
					 vma_pgprot(vma->flags))));
	return 0;
}

/* Whether copying an entry makes a page of its own. */
static inline bool needs_copy(pte_t pte, bool private)
{
	return private && !pte_special(pte) && unlikely(pte_page(pte)->pins) &&
	       !pte_page(pte)->mapping;
}

/* Copies one table's part. Writable private entries lose their write right in both, which
 * *protected says. */
static int copy_run(struct vma *vma, pte_t *from, pte_t *to, u32 n,
		    bool *protected)
{
	bool private = !(vma->flags & VM_SHARED);
	struct mm *mm = vma->mm;
	int err;

	for (pte_t *stop = from + n; from < stop; from++, to++) {
		pte_t pte = *from;

		if (!pte_present(pte))
			continue;
		if (needs_copy(pte, private)) {
			err = copy_pinned(vma, pte_page(pte), to);
			if (err)
				return err;
			continue;
		}
		if (private && pte_writable(pte)) {
			pte = pte_wrprotect(pte);
			pte_set(from, pte);
			*protected = true;
		}
		if (!pte_special(pte))
			page_add_rmap(mm, pte_page(pte));
		pte_set(to, pte);
	}
	return 0;
}

int copy_pages(struct vma *old, struct vma *new)
{
	bool private = !(old->flags & VM_SHARED), protected = false;
	pte_t *from, *to;
	int err = 0;
	vaddr_t va;
	u32 n;

	/* Shared pages can be found again by a fault. */
	if (!private && !(old->flags & VM_PFNMAP))
		return 0;
	for_each_run (old->mm, va, n, from, old->start, old->end) {
		to = pte_alloc(new->mm, va);
		err = to ? copy_run(new, from, to, n, &protected) : -ENOMEM;
		if (err)
			break;
	}
	if (protected)
		tlb_flush_range(&old->mm->mmu, old->start, old->end);
	return err;
}
