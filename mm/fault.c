/*
 * fault.c - the cases of a page fault.
 *
 * Every fault at a user address, taken by the program or by the kernel on its behalf, ends in
 * one of these:
 *
 *	found                              read               write
 *	---------------------------------  -----------------  --------------------------
 *	no area, none that grows to here   FAULT_MAPERR       FAULT_MAPERR
 *	area without the right             FAULT_ACCERR       FAULT_ACCERR
 *	nothing there, anonymous           zero page          a zeroed page
 *	nothing there, object              the object's page  shared: that page, after
 *	                                                      page_mkwrite; private: a copy
 *	page beyond the object's end       FAULT_BUS          FAULT_BUS
 *	present, read-only, area writable  (young again)      sole owner: take it;
 *	                                                      shared: page_mkwrite; else copy
 *	no memory left                     FAULT_OOM          FAULT_OOM
 *
 * What the result means to the program (SIGSEGV, SIGBUS, SIGKILL) is the caller's.
 *
 * An object's fault and page_mkwrite may sleep. If other threads have changed the areas
 * then, the page is let go and the instruction simply faults again.
 *
 * Linux also has huge pages, userfaultfd, NUMA hints and swap; Quire has none of them.
 */
#include "mm/area.h"
#include "mm/kmap.h"

/* All that the cases need to know. */
struct fault {
	struct mm *mm;
	struct vma *vma;
	vaddr_t addr; /* page-aligned */
	pte_t *pte;
	bool write;
};

/* The page of zeros that every untouched anonymous page reads as; never counted. */
static struct page *zero_page;

void fault_init(void)
{
	zero_page = alloc_page(GFP_KERNEL | GFP_ZERO);
	assert(zero_page);
}

/* ---- putting an entry in place */

static void set_entry(struct fault *f, pte_t pte)
{
	bool replaced = !pte_none(*f->pte);

	pte_set(f->pte, pte);
	mmu_sync();
	if (replaced)
		tlb_flush_page(&f->mm->mmu, f->addr);
}

/* What an entry is after it was found in a write fault. */
static pte_t pte_written(pte_t pte)
{
	return pte_mkdirty(pte_mkyoung(pte_mkwrite(pte)));
}

/* Maps the page; the reference the caller holds becomes the entry's. */
static void map_page(struct fault *f, struct page *page, bool writable)
{
	pgprot_t prot = vma_pgprot(f->vma->flags & ~(u32)VM_TYPE_MASK);
	pte_t pte = pte_make(page_to_pfn(page), prot);

	page->mapcount++;
	f->mm->rss[page_rss(page)]++;
	if (f->vma->flags & VM_EXEC)
		page_sync_icache(page);
	set_entry(f, writable ? pte_written(pte) : pte);
}

/* ---- anonymous memory */

static enum fault_result read_zero_page(struct fault *f)
{
	pte_t pte = pte_make(page_to_pfn(zero_page), vma_pgprot(f->vma->flags));

	set_entry(f, pte_mkspecial(pte));
	return FAULT_OK;
}

static enum fault_result write_new_page(struct fault *f)
{
	struct page *page = alloc_page(GFP_HIGHUSER | GFP_ZERO);

	if (!page)
		return FAULT_OOM;
	map_page(f, page, true);
	return FAULT_OK;
}

/* ---- copy on write */

void copy_highpage(struct page *to, struct page *from)
{
	void *src = kmap_local(from), *dst = kmap_local(to);

	copy_page(dst, src);
	kunmap_local(dst);
	kunmap_local(src);
}

/* Gives the area a page of its own with what `from` holds. */
static enum fault_result copy_to_new_page(struct fault *f, struct page *from)
{
	struct page *page = alloc_page(GFP_HIGHUSER);

	if (!page)
		return FAULT_OOM;
	copy_highpage(page, from);
	map_page(f, page, true);
	return FAULT_OK;
}

/* The same with what a device's frame holds. The kernel has no address for it, but the
 * program has, and may read there: it is present. */
static enum fault_result copy_frame(struct fault *f)
{
	struct page *page = alloc_page(GFP_HIGHUSER);

	if (!page)
		return FAULT_OOM;
	if (copy_mapped_user(page, 0, (void *)f->addr, PAGE_SIZE, false)) {
		put_page(page);
		return FAULT_BUS;
	}
	map_page(f, page, true);
	return FAULT_OK;
}

/* A private area's present page is written: take it when nobody else has it, else copy. */
static enum fault_result write_private(struct fault *f)
{
	pte_t old = *f->pte;
	struct page *page = pte_page(old);
	enum fault_result result;

	if (pte_special(old))
		return page == zero_page ? write_new_page(f) : copy_frame(f);
	if (page_is_exclusive(page)) {
		set_entry(f, pte_written(old));
		return FAULT_OK;
	}
	/* Given up, but wanted again: reclaim must not take it meanwhile. */
	if (unlikely(!pte_dirty(old)))
		pte_set(f->pte, pte_mkdirty(old));
	get_page(page); /* and of a file's page: neither this one */
	result = copy_to_new_page(f, page);
	if (result == FAULT_OK)
		page_remove_rmap(f->mm, page);
	put_page(page);
	return result;
}

/* ---- objects */

static enum fault_result result_of(int err)
{
	return err == -ENOMEM ? FAULT_OOM : FAULT_BUS;
}

/* Runs page_mkwrite. => FAULT_OK: go on; *changed: the areas are not what they were, or
 * the page is not the object's any more */
static enum fault_result make_writable(struct fault *f, struct page *page,
				       bool *changed)
{
	u32 changes = f->mm->vmas.changes;
	int err;

	*changed = false;
	if (!f->vma->ops->page_mkwrite)
		return FAULT_OK;
	err = f->vma->ops->page_mkwrite(f->vma, page);
	*changed = f->mm->vmas.changes != changes ||
		   page->mapping != f->vma->mapping;
	return err ? result_of(err) : FAULT_OK;
}

/* The shared page that is mapped read-only is written. */
static enum fault_result write_shared(struct fault *f)
{
	pte_t old = *f->pte;
	struct page *page = pte_page(old);
	enum fault_result result;
	bool changed;

	if (pte_special(old)) {
		set_entry(f, pte_written(old));
		return FAULT_OK;
	}
	get_page(page);
	result = make_writable(f, page, &changed);
	/* The same entry, still: writeback and truncation may have been here. */
	if (result == FAULT_OK && !changed && f->pte->v == old.v)
		set_entry(f, pte_written(old));
	put_page(page);
	return result;
}

/* Fault-around: so many pages, aligned to as many, are mapped with the one asked for. */
#define AROUND_PAGES 16u

/* Maps the neighbours of the page that are cached already. */
static void map_around(struct fault *f)
{
	struct vma *vma = f->vma;
	vaddr_t around = ALIGN_DOWN(f->addr, AROUND_PAGES * PAGE_SIZE);
	vaddr_t va = max(around, vma->start);
	vaddr_t end = min(around + AROUND_PAGES * PAGE_SIZE, vma->end);
	pgprot_t prot = vma_pgprot(vma->flags);
	pte_t *pte = f->pte - ((f->addr - va) >> PAGE_SHIFT);
	u32 left = size_to_pages(vma->mapping->size) - vma_pgoff(vma, f->addr);

	/* A write that failed may have left a page beyond the end. */
	if (left < AROUND_PAGES)
		end = min(end, f->addr + (left << PAGE_SHIFT));
	while (va < end) {
		u32 n, pgoff = vma_pgoff(vma, va);
		struct page *const *run = mapping_run(vma->mapping, pgoff, &n);

		n = min(n, (u32)(end - va) >> PAGE_SHIFT);
		for (u32 i = 0; i < n; i++, va += PAGE_SIZE, pte++) {
			if (!run || !run[i] || !pte_none(*pte) ||
			    run[i]->flags & PG_LOCKED)
				continue;
			if (vma->flags & VM_EXEC)
				page_sync_icache(run[i]);
			page_add_rmap(f->mm, run[i]);
			pte_set(pte, pte_make(page_to_pfn(run[i]), prot));
		}
	}
	mmu_sync();
}

/* Nothing is there yet, and an object is behind the area. */
static enum fault_result fault_object(struct fault *f)
{
	u32 changes = f->mm->vmas.changes;
	bool shared = f->vma->flags & VM_SHARED, changed = false;
	enum fault_result result = FAULT_OK, was_read;
	struct page *page;
	int err;

	if (!f->vma->ops->fault)
		return FAULT_BUS;
	err = f->vma->ops->fault(f->vma, vma_pgoff(f->vma, f->addr), &page);
	if (err < 0)
		return result_of(err);
	was_read = err ? FAULT_MAJOR : FAULT_OK;
	changed = f->mm->vmas.changes != changes;
	if (!changed && f->write && shared)
		result = make_writable(f, page, &changed);
	if (changed || result != FAULT_OK || !pte_none(*f->pte)) {
		put_page(page);
		return result;
	}
	if (f->write && !shared) {
		result = copy_to_new_page(f, page);
		put_page(page);
		return result == FAULT_OK ? was_read : result;
	}
	map_page(f, page, f->write);
	if (!f->write && f->vma->mapping)
		map_around(f);
	return was_read;
}

/* ---- the way to the cases */

static enum fault_result fault_present(struct fault *f)
{
	pte_t pte = pte_mkyoung(*f->pte);

	if (!f->write || pte_writable(pte)) {
		/* An old TLB entry; or ARM's access flag, or its dirty bit. */
		set_entry(f, f->write ? pte_mkdirty(pte) : pte);
		return FAULT_OK;
	}
	return f->vma->flags & VM_SHARED ? write_shared(f) : write_private(f);
}

/* Grows a stack area down to addr if it may. => whether it did */
static noinline bool grow_stack(struct mm *mm, struct vma *vma, vaddr_t addr)
{
	vaddr_t start = addr & PAGE_MASK;
	u32 grow = (u32)(vma->start - start) >> PAGE_SHIFT;
	struct vma *below = vma->prev;

	if (!(vma->flags & VM_GROWSDOWN) || start < USER_START)
		return false;
	if (below && start < below->end)
		return false;
	if (below && (below->flags & VM_RIGHTS) &&
	    !(below->flags & VM_GROWSDOWN) &&
	    start - below->end < STACK_GUARD_GAP)
		return false;
	if (vma->end - start > mm_limits()->stack || vma->pgoff < grow ||
	    !mm_may_expand(mm, vma->flags, grow) || !mm_may_commit(grow) ||
	    ((vma->flags & VM_LOCKED) && !mm_may_lock(mm, grow)))
		return false;
	mm_account(mm, vma->flags, (s32)grow);
	vma_resize(&mm->vmas, vma, start, vma->end);
	if (vma->flags & VM_LOCKED)
		mm_populate(mm, start, start + (grow << PAGE_SHIFT), 0);
	return true;
}

enum fault_result mm_fault(struct mm *mm, vaddr_t addr, u32 access)
{
	struct fault f = { .mm = mm,
			   .addr = addr & PAGE_MASK,
			   .write = access == VM_WRITE };

	f.vma = vma_find(&mm->vmas, addr);
	if (!f.vma)
		return FAULT_MAPERR;
	if (addr < f.vma->start && !grow_stack(mm, f.vma, addr))
		return FAULT_MAPERR;
	/* A read is refused only where there is no right at all: neither MMU can
	 * forbid reading what may be written or executed. */
	if (!(f.vma->flags & (access == VM_READ ? VM_RIGHTS : access)))
		return FAULT_ACCERR;
	f.pte = pte_alloc(mm, addr);
	if (!f.pte)
		return FAULT_OOM;
	if (pte_present(*f.pte))
		return fault_present(&f);
	if (f.vma->ops)
		return fault_object(&f);
	return f.write ? write_new_page(&f) : read_zero_page(&f);
}

/* ---- faulting in ahead of use */

/* Whether the page at addr is there for this access. A clean one may have been given up
 * (MADV_FREE), so it is not for writing. */
static bool is_there(struct mm *mm, vaddr_t addr, u32 access)
{
	pte_t *pte = pte_lookup(mm, addr);

	return pte && pte_present(*pte) &&
	       (access != VM_WRITE || (pte_writable(*pte) && pte_dirty(*pte)));
}

/* What populating an area means when nobody said: writing where that makes a private
 * page, so that no fault remains; reading else. */
static u32 populate_access(const struct vma *vma)
{
	if ((vma->flags & (VM_WRITE | VM_SHARED)) == VM_WRITE)
		return VM_WRITE;
	return VM_READ;
}

int mm_populate(struct mm *mm, vaddr_t start, vaddr_t end, u32 access)
{
	for (vaddr_t va = start; va < end; va += PAGE_SIZE) {
		struct vma *vma = vma_find(&mm->vmas, va);
		u32 how;

		if (!vma || va < vma->start)
			return -ENOMEM;
		how = access ? access : populate_access(vma);
		while (!is_there(mm, va, how)) {
			enum fault_result result = mm_fault(mm, va, how);

			if (result == FAULT_OOM || result == FAULT_MAPERR)
				return -ENOMEM;
			if (result > FAULT_MAJOR)
				return -EFAULT;
		}
	}
	return 0;
}
