/*
 * madvise.c - madvise and mincore: what a program says about its memory, and
 * asks about it.
 *
 *	DONTNEED		takes the pages away at once
 *	FREE			lets memory shortage take them: until then they keep
 *				their bytes; a write takes the permission back
 *	COLD, PAGEOUT		makes them the next to be taken
 *	POPULATE_READ, _WRITE	faults them in
 *	DONTFORK ... DODUMP,	flags of the area, which is cut where the range
 *	NORMAL ... SEQUENTIAL	begins and ends
 *	WILLNEED		reads a file's pages from its disk
 *
 * Areas are done from the lowest up. A hole is passed over, and is
 * reported (ENOMEM) only after the rest of the range is done. Any other error ends it.
 *
 * What Linux has only when configured with it is EINVAL here: transparent huge
 * pages, merging of equal pages, memory-failure injection. REMOVE needs an object
 * whose only home is memory (EOPNOTSUPP).
 */
#include "mm/area.h"

/* ---------------------------------------------------------------- pages */

/* Makes present entries look unused, and for MADV_FREE also unwritten, so
 * that reclaim takes the pages first and without saving them. The next write
 * makes an entry dirty again, and its page stays. */
static noinline void age_pages(struct vma *v, vaddr_t start, vaddr_t end,
			       bool clean)
{
	pte_t *pte, old;
	vaddr_t addr;
	u32 n;

	for_each_run (v->mm, addr, n, pte, start, end)
		for (pte_t *stop = pte + n; pte < stop; pte++) {
			if (!pte_present(*pte))
				continue;
			old = pte_mkold(*pte);
			pte_set(pte, clean ? pte_mkclean(old) : old);
		}
	tlb_flush_range(&v->mm->mmu, start, end);
}

/* DONTNEED, FREE; COLD, PAGEOUT. */
static int drop_pages(struct vma *v, vaddr_t start, vaddr_t end, int advice)
{
	u32 forbidden = VM_PFNMAP;

	if (advice != MADV_DONTNEED_LOCKED)
		forbidden |= VM_LOCKED;
	if (v->flags & forbidden)
		return -EINVAL;
	if (advice == MADV_FREE && !vma_is_anonymous(v))
		return -EINVAL;
	if (advice == MADV_DONTNEED || advice == MADV_DONTNEED_LOCKED)
		unmap_pages(v, start, end);
	else
		age_pages(v, start, end, advice == MADV_FREE);
	return 0;
}

/* Where the area does not allow the access EINVAL, not EFAULT: that says that
 * there is no page to be had. => may sleep */
static int populate(struct vma *v, vaddr_t start, vaddr_t end, u32 access)
{
	if (!(v->flags & access) || (v->flags & VM_PFNMAP))
		return -EINVAL;
	return mm_populate(v->mm, start, end, access);
}

/* REMOVE: a hole in the object. => may sleep */
static int punch(const struct vma *v, vaddr_t start, vaddr_t end)
{
	u32 rights = VM_SHARED | VM_WRITE;
	u64 pos = (u64)vma_pgoff(v, start) << PAGE_SHIFT;

	if ((v->flags & VM_LOCKED) || !v->mapping)
		return -EINVAL;
	if ((v->flags & rights) != rights)
		return -EACCES;
	if (!v->mapping->shmem)
		return -EOPNOTSUPP;
	if (v->mapping->sealed)
		return -EPERM;
	mapping_punch(v->mapping, pos, pos + (end - start));
	return 0;
}

/* ---------------------------------------------------------------- flags */

/* What advice changes; areas with one of the flags `never` cannot take it. */
static const struct flag_advice {
	int advice;
	u32 clear, set, never;
} flag_advice[] = {
	{ MADV_NORMAL, VM_RAND_READ | VM_SEQ_READ, 0, 0 },
	{ MADV_RANDOM, VM_SEQ_READ, VM_RAND_READ, 0 },
	{ MADV_SEQUENTIAL, VM_RAND_READ, VM_SEQ_READ, 0 },
	{ MADV_DONTFORK, 0, VM_DONTCOPY, 0 },
	{ MADV_DOFORK, VM_DONTCOPY, 0, VM_PFNMAP },
	{ MADV_WIPEONFORK, 0, VM_WIPEONFORK, 0 },
	{ MADV_KEEPONFORK, VM_WIPEONFORK, 0, 0 },
	{ MADV_DONTDUMP, 0, VM_DONTDUMP, 0 },
	{ MADV_DODUMP, VM_DONTDUMP, 0, VM_SPECIAL },
};

/* EAGAIN, not ENOMEM: that says that there is a hole. */
static int advise_flags(struct vma *v, vaddr_t start, vaddr_t end, int advice)
{
	const struct flag_advice *a = flag_advice;
	u32 flags;

	while (a->advice != advice)
		if (++a == flag_advice + ARRAY_SIZE(flag_advice))
			return -EINVAL;
	if ((v->flags & a->never) ||
	    (advice == MADV_WIPEONFORK && !vma_is_anonymous(v)))
		return -EINVAL;
	flags = (v->flags & ~a->clear) | a->set;
	if (flags == v->flags)
		return 0;
	return area_change(v, start, end, flags) ? 0 : -EAGAIN;
}

static bool known(int advice)
{
	switch (advice) {
	case MADV_NORMAL ... MADV_DONTNEED:
	case MADV_FREE ... MADV_DOFORK:
	case MADV_DONTDUMP ... MADV_DONTNEED_LOCKED:
		return true;
	}
	return false;
}

static int advise_part(struct vma *v, vaddr_t start, vaddr_t end, int advice)
{
	switch (advice) {
	case MADV_DONTNEED:
	case MADV_DONTNEED_LOCKED:
	case MADV_FREE:
	case MADV_COLD:
	case MADV_PAGEOUT:
		return drop_pages(v, start, end, advice);
	case MADV_POPULATE_READ:
		return populate(v, start, end, VM_READ);
	case MADV_POPULATE_WRITE:
		return populate(v, start, end, VM_WRITE);
	case MADV_REMOVE:
		return punch(v, start, end);
	case MADV_WILLNEED:
		if (v->mapping)
			mapping_readahead(v->mapping, vma_pgoff(v, start),
					  vma_pgoff(v, end));
		return 0;
	}
	return advise_flags(v, start, end, advice);
}

int mm_madvise(struct mm *mm, vaddr_t addr, u32 len, int advice)
{
	vaddr_t end, stop;
	struct vma *v;
	int err = 0, hole = 0;

	end = (u32)(addr + PAGE_ALIGN(len));
	if (!known(advice) || !IS_ALIGNED(addr, PAGE_SIZE) || end < addr ||
	    (len && !PAGE_ALIGN(len)))
		return -EINVAL;
	while (!err && addr < end) {
		v = vma_find(&mm->vmas, addr);
		if (!v || v->start > addr)
			hole = -ENOMEM;
		if (!v || v->start >= end)
			break;
		addr = max(addr, v->start);
		stop = min(v->end, end);
		err = advise_part(v, addr, stop, advice);
		addr = stop;
	}
	return err ?: hole;
}

/* ---------------------------------------------------------------- mincore */

/* A page is resident if the program has it, or its object does. */
int mm_mincore(struct mm *mm, vaddr_t addr, u32 npages, u8 *vec)
{
	struct vma *v = vma_lookup(&mm->vmas, addr);
	u32 i;

	if (!v)
		return -ENOMEM;
	npages = min(npages, (u32)((v->end - addr) >> PAGE_SHIFT));
	for (i = 0; i < npages; i++, addr += PAGE_SIZE) {
		const pte_t *pte = pte_lookup(mm, addr);

		vec[i] = pte && pte_present(*pte);
		if (!vec[i] && v->mapping)
			vec[i] = mapping_resident(v->mapping,
						  vma_pgoff(v, addr));
	}
	return (int)npages;
}
