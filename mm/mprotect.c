/*
 * mprotect.c - mprotect: other rights for what is mapped.
 *
 * The range may cover several areas and parts of them. From the lowest up, each
 * gets its new flags (area_change() cuts and merges) and then its page-table
 * entries the new rights. Where a right may not be had, where memory runs out,
 * or where there is a hole, it ends with an error, and what came before
 * stays changed: so does Linux.
 *
 * A private area is promised its memory, and counted by RLIMIT_DATA, while it is
 * writable. (Linux lets the promise outlive the right once pages have been
 * written; then two areas with the same rights may be unable to merge.)
 */
#include "mm/area.h"

/* What limits say to a part of an area that gets `flags`; settles VM_ACCOUNT. */
static int check_write(const struct vma *v, u32 npages, u32 *flags)
{
	*flags &= ~VM_ACCOUNT;
	if (!(*flags & VM_WRITE))
		return 0;
	if (!mm_may_expand(v->mm, *flags, npages) &&
	    mm_may_expand(v->mm, v->flags, npages))
		return -ENOMEM;
	if (!vm_accountable(*flags))
		return 0;
	if (!(v->flags & VM_ACCOUNT) && !mm_may_commit(npages))
		return -ENOMEM;
	*flags |= VM_ACCOUNT;
	return 0;
}

/* => may sleep */
static int protect_part(struct vma *v, vaddr_t start, vaddr_t end, u32 rights)
{
	u32 old = v->flags, flags = (old & ~VM_RIGHTS) | rights;
	struct mm *mm = v->mm;
	int err;

	if (rights & ~(flags >> 4)) /* VM_MAY* down to the rights */
		return -EACCES;
	if (flags == old)
		return 0;
	err = check_write(v, (u32)((end - start) >> PAGE_SHIFT), &flags);
	if (err)
		return err;
	v = area_change(v, start, end, flags);
	if (!v)
		return -ENOMEM;
	protect_pages(v, start, end);
	/* locked pages that can be written at last: copied now, not by a fault */
	if ((old & (VM_WRITE | VM_SHARED | VM_LOCK_FLAGS)) == VM_LOCKED &&
	    (flags & VM_WRITE))
		mm_populate(mm, start, end, 0);
	return 0;
}

/* PROT_GROWSDOWN: from the beginning of a stack on. */
static int find_start(const struct vma *v, vaddr_t *start, vaddr_t end,
		      u32 grows)
{
	if (!v)
		return -ENOMEM;
	if (grows & PROT_GROWSDOWN) {
		if (v->start >= end)
			return -ENOMEM;
		*start = v->start;
		return v->flags & VM_GROWSDOWN ? 0 : -EINVAL;
	}
	if (v->start > *start)
		return -ENOMEM;
	return grows & PROT_GROWSUP ? -EINVAL : 0; /* nothing here grows up */
}

int mm_mprotect(struct mm *mm, vaddr_t addr, u32 len, u32 prot)
{
	u32 grows = prot & (PROT_GROWSDOWN | PROT_GROWSUP);
	vaddr_t end, stop;
	struct vma *v;
	int err;

	prot &= ~grows;
	if (grows == (PROT_GROWSDOWN | PROT_GROWSUP) ||
	    !IS_ALIGNED(addr, PAGE_SIZE))
		return -EINVAL;
	if (!len)
		return 0;
	end = (u32)(addr + PAGE_ALIGN(len));
	if (end <= addr)
		return -ENOMEM;
	if (prot & ~(VM_RIGHTS | PROT_SEM))
		return -EINVAL;
	v = vma_find(&mm->vmas, addr);
	err = find_start(v, &addr, end, grows);
	while (!err) {
		stop = min(v->end, end);
		err = protect_part(v, addr, stop, prot & VM_RIGHTS);
		addr = stop;
		if (err || addr >= end)
			break;
		v = vma_lookup(&mm->vmas, addr);
		if (!v)
			err = -ENOMEM;
	}
	return err;
}
