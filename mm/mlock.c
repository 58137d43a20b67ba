/*
 * mlock.c - mlock, munlock, mlockall, munlockall.
 *
 * VM_LOCKED says of an area that its pages are to be in memory and stay there.
 * Locking sets the flag first, over the whole range, and then fetches the
 * pages; with VM_LOCKONFAULT they are fetched by their faults, and stay from
 * then on. def_flags has what areas mapped later get (MCL_FUTURE).
 *
 * locked_vm counts pages of locked areas, whether they are there or not, and
 * RLIMIT_MEMLOCK limits it. Areas of devices (VM_SPECIAL) have
 * nothing to lock: they are passed over in silence.
 */
#include "mm/area.h"

/* Gives a part of an area these of VM_LOCK_FLAGS. => 0 or -ENOMEM */
static int lock_part(struct vma *v, vaddr_t start, vaddr_t end, u32 lock)
{
	u32 flags = (v->flags & ~VM_LOCK_FLAGS) | lock;

	if (flags == v->flags || (v->flags & VM_SPECIAL))
		return 0;
	return area_change(v, start, end, flags) ? 0 : -ENOMEM;
}

/* The same for a range. => -ENOMEM at a hole, too; what came before is done */
static int lock_range(struct mm *mm, vaddr_t start, vaddr_t end, u32 lock)
{
	vaddr_t stop;
	int err = 0;

	while (!err && start < end) {
		struct vma *v = vma_lookup(&mm->vmas, start);

		if (!v)
			return -ENOMEM;
		stop = min(v->end, end);
		err = lock_part(v, start, stop, lock);
		start = stop;
	}
	return err;
}

/* Extends a range to whole pages, in 32 bits. => 0, or -EINVAL: it wraps */
static int whole_pages(vaddr_t *addr, u32 len, vaddr_t *end)
{
	vaddr_t start = *addr & PAGE_MASK;

	len = PAGE_ALIGN(len + (u32)(*addr - start));
	*addr = start;
	*end = (u32)(start + len);
	return *end < start ? -EINVAL : 0;
}

int mm_mlock(struct mm *mm, vaddr_t addr, u32 len, u32 vm_flags)
{
	vaddr_t end;
	u32 npages;
	int err, wraps = whole_pages(&addr, len, &end);

	if (!mm_limits()->memlock)
		return -EPERM;
	npages = (u32)(end - addr) >> PAGE_SHIFT;
	if (!mm_may_lock(mm, npages) &&
	    (wraps ||
	     !mm_may_lock(mm, npages - mm_pages_in(mm, addr, end, VM_LOCKED))))
		return -ENOMEM;
	err = wraps ?: lock_range(mm, addr, end, vm_flags);
	if (err || (vm_flags & VM_LOCKONFAULT) || addr == end)
		return err;
	/* as POSIX has it: no right to a page ENOMEM, no memory EAGAIN */
	err = mm_populate(mm, addr, end, 0);
	if (err == -EFAULT)
		return -ENOMEM;
	return err == -ENOMEM ? -EAGAIN : err;
}

int mm_munlock(struct mm *mm, vaddr_t addr, u32 len)
{
	vaddr_t end;
	int err = whole_pages(&addr, len, &end);

	return err ?: lock_range(mm, addr, end, 0);
}

/* Locks all there is so (an area that cannot is left, as on Linux), or fetches what is. */
static void for_all(struct mm *mm, bool populate, u32 lock)
{
	struct vma *v;
	vaddr_t at = 0;

	while ((v = vma_find(&mm->vmas, at))) {
		at = v->end;
		if (!populate)
			lock_part(v, v->start, v->end, lock);
		else if ((v->flags & VM_LOCK_FLAGS) == VM_LOCKED)
			mm_populate(mm, v->start, v->end, 0);
	}
}

int mm_mlockall(struct mm *mm, u32 mcl_flags)
{
	u32 lock = VM_LOCKED, limit = mm_limits()->memlock;

	if (!mcl_flags || mcl_flags == MCL_ONFAULT ||
	    (mcl_flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)))
		return -EINVAL;
	if (!limit)
		return -EPERM;
	if ((mcl_flags & MCL_CURRENT) && limit != ~0u &&
	    mm->total_vm > limit >> PAGE_SHIFT)
		return -ENOMEM;
	if (mcl_flags & MCL_ONFAULT)
		lock |= VM_LOCKONFAULT;
	mm->def_flags &= ~VM_LOCK_FLAGS;
	if (mcl_flags & MCL_FUTURE)
		mm->def_flags |= lock;
	if (mcl_flags & MCL_CURRENT) {
		for_all(mm, false, lock);
		for_all(mm, true, 0);
	}
	return 0;
}

int mm_munlockall(struct mm *mm)
{
	mm->def_flags &= ~VM_LOCK_FLAGS;
	for_all(mm, false, 0);
	return 0;
}
