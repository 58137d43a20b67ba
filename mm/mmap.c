/*
 * mmap.c - mmap, munmap and brk: what may be mapped, and where.
 *
 * mmap() decides, in Linux's order, so that of two errors the right one is
 * reported:
 *
 *	1. length			EINVAL, ENOMEM, EOVERFLOW
 *	2. number of areas		ENOMEM
 *	3. address	mm_place()	ENOMEM, EINVAL, EPERM
 *	4. FIXED_NOREPLACE		EEXIST
 *	5. MAP_LOCKED			EPERM, EAGAIN
 *	6. type and object		EINVAL, EOPNOTSUPP, EACCES, EPERM
 *	7. limits, memory mm_map_area()	ENOMEM
 *
 * and leaves the page tables alone: pages come by faults. Only MAP_POPULATE and
 * locked areas have them fetched at once, where an error is none of mmap's.
 *
 * Where: top-down from mmap_base, which lies below the stack's limit; if there
 * is nothing left, or under the legacy layout, bottom-up.
 *
 *	0           64 KiB     program  brk ->         <- mmap_base   stack
 *	|..never....|..........|####|~~~~..................#####|.......~~~#|
 *
 * Left out: huge pages, memory keys, MAP_32BIT, MAP_SYNC (no DAX), and mapping
 * below 64 KiB, which Linux allows root.
 */
#include "mm/area.h"

/* Where the search from below begins when there is no room above. */
#define BOTTOM_UP_BASE (TASK_SIZE / 3)

/* What MAP_SHARED_VALIDATE knows: Linux's set, without FIXED_NOREPLACE there,
 * too. MAP_HUGE_* are the bits of a size. */
#define KNOWN_FLAGS                                                        \
	(MAP_SHARED_VALIDATE | MAP_FIXED | MAP_ANONYMOUS | MAP_DENYWRITE | \
	 MAP_EXECUTABLE | MAP_GROWSDOWN | MAP_LOCKED | MAP_NORESERVE |     \
	 MAP_POPULATE | MAP_NONBLOCK | MAP_STACK | MAP_HUGETLB |           \
	 MAP_HUGE_2MB | MAP_HUGE_1GB)

/* ---------------------------------------------------------------- where */

static bool is_free(struct mm *mm, vaddr_t start, vaddr_t len)
{
	const struct vma *next = vma_find(&mm->vmas, start);

	return start >= USER_START && start <= TASK_SIZE - len &&
	       (!next || start + len <= vma_start_gap(next));
}

static vaddr_t find_free(struct mm *mm, vaddr_t len)
{
	if (mm->layout.legacy_layout)
		return vma_gap_bottomup(&mm->vmas, len, mm->layout.mmap_base,
					TASK_SIZE);
	return vma_gap_topdown(&mm->vmas, len, USER_START, mm->layout.mmap_base)
		       ?: vma_gap_bottomup(&mm->vmas, len, BOTTOM_UP_BASE,
					   TASK_SIZE);
}

long mm_place(struct mm *mm, vaddr_t addr, vaddr_t len, bool fixed)
{
	if (len > TASK_SIZE)
		return -ENOMEM;
	if (fixed) {
		if (addr > TASK_SIZE - len)
			return -ENOMEM;
		if (!IS_ALIGNED(addr, PAGE_SIZE))
			return -EINVAL;
		return addr < USER_START ? -EPERM : (long)addr;
	}
	if (addr && is_free(mm, addr, len))
		return (long)addr;
	addr = find_free(mm, len);
	return (long)addr ?: -ENOMEM;
}

/* A hint: rounded down, and up to the lowest address that may be mapped. */
static vaddr_t round_hint(vaddr_t addr)
{
	addr &= PAGE_MASK;
	return addr && addr < USER_START ? USER_START : addr;
}

/* ---------------------------------------------------------------- mmap */

static u32 flags_of(const struct mm *mm, u32 prot, u32 flags)
{
	return (prot & VM_RIGHTS) | VM_MAY_RIGHTS | mm->def_flags |
	       (flags & MAP_GROWSDOWN ? VM_GROWSDOWN : 0) |
	       (flags & MAP_LOCKED ? VM_LOCKED : 0) |
	       ((flags & MAP_NORESERVE) && overcommit_memory != OVERCOMMIT_NEVER
			? VM_NORESERVE
			: 0);
}

/* Refuses a type of mapping its object cannot have; adds to area->flags what
 * follows from type and object. */
static int check_object(struct vma *area, u32 flags,
			const struct mmap_object *obj)
{
	u32 type = flags & MAP_TYPE, may = obj ? obj->may : VM_MAY_RIGHTS;

	if (type == MAP_SHARED_VALIDATE && !(flags & MAP_ANONYMOUS)) {
		if (flags & ~KNOWN_FLAGS)
			return -EOPNOTSUPP;
		type = MAP_SHARED;
	}
	if (type == MAP_PRIVATE)
		may |= VM_MAYWRITE;
	else if (type == MAP_SHARED)
		area->flags |= VM_SHARED;
	else
		return -EINVAL;

	if ((area->flags & VM_WRITE) && !(may & VM_MAYWRITE))
		return -EACCES;
	if (!(may & VM_MAYREAD))
		return -EACCES;
	if ((area->flags & VM_EXEC) && !(may & VM_MAYEXEC))
		return -EPERM;
	if ((area->flags & VM_GROWSDOWN) && (obj || type == MAP_SHARED))
		return -EINVAL;
	area->flags &= ~VM_MAY_RIGHTS;
	area->flags |= may & (VM_MAY_RIGHTS | VM_SPECIAL);
	if (obj) {
		area->file = obj->file;
		area->mapping = obj->mapping;
		area->ops = obj->ops;
		area->pgoff = obj->pgoff;
	}
	assert(obj || !(area->flags & VM_SHARED));
	return 0;
}

static int check_lock(const struct mm *mm, const struct vma *area, u32 flags)
{
	if ((flags & MAP_LOCKED) && !mm_limits()->memlock)
		return -EPERM;
	if ((area->flags & VM_LOCKED) && !mm_may_lock(mm, vma_pages(area)))
		return -EAGAIN;
	return 0;
}

static inline bool wants_populate(u32 vm_flags, u32 flags)
{
	if (vm_flags & VM_LOCKONFAULT)
		return false;
	return (vm_flags & VM_LOCKED) ||
	       (flags & (MAP_POPULATE | MAP_NONBLOCK)) == MAP_POPULATE;
}

/* Lets a device fill its new area. => 0, or -errno and the area is gone */
static int map_device(struct mm *mm, vaddr_t start)
{
	struct vma *v = vma_lookup(&mm->vmas, start);
	int err;

	assert(v); /* just mapped */
	err = v->ops->map(v);
	assert(v->flags & VM_SPECIAL); /* so it has not merged */
	if (err)
		mm_unmap_range(mm, v->start, v->end, NULL);
	return err;
}

long mm_mmap(struct mm *mm, vaddr_t addr, u32 len, u32 prot, u32 flags,
	     const struct mmap_object *obj)
{
	struct vma area = { .flags = flags_of(mm, prot, flags) };
	bool fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
	u32 npages = len / PAGE_SIZE + !!(len % PAGE_SIZE);
	long at;
	int err;

	if (!len || (flags & MAP_HUGETLB))
		return -EINVAL;
	len = PAGE_ALIGN(len);
	if (!len)
		return -ENOMEM;
	if (obj && obj->pgoff + npages < npages)
		return -EOVERFLOW;
	if (mm->vmas.count > max_map_count)
		return -ENOMEM;
	at = mm_place(mm, fixed ? addr : round_hint(addr), len, fixed);
	if (mm_is_error(at))
		return at;
	area.start = (vaddr_t)at;
	area.end = area.start + len;
	if ((flags & MAP_FIXED_NOREPLACE) &&
	    vma_intersect(&mm->vmas, area.start, area.end))
		return -EEXIST;
	err = check_lock(mm, &area, flags) ?: check_object(&area, flags, obj)
		      ?: mm_map_area(mm, &area);
	if (!err && obj && obj->ops->map)
		err = map_device(mm, area.start);
	if (err)
		return err;
	if (wants_populate(area.flags, flags))
		mm_populate(mm, area.start, area.end, 0);
	return at;
}

int mm_munmap(struct mm *mm, vaddr_t addr, u32 len)
{
	if (!IS_ALIGNED(addr, PAGE_SIZE) || addr > TASK_SIZE ||
	    len > TASK_SIZE - addr || !len)
		return -EINVAL;
	return mm_unmap_range(mm, addr, addr + PAGE_ALIGN(len), NULL);
}

/* ---------------------------------------------------------------- brk */

/* A page is left free above the heap, and a stack's guard gap. */
static bool brk_grow(struct mm *mm, vaddr_t old_end, vaddr_t new_end)
{
	const struct vma *next = vma_find(&mm->vmas, old_end);
	struct vma area = { .start = old_end, .end = new_end };

	area.flags = VM_READ | VM_WRITE | VM_MAY_RIGHTS | mm->def_flags;
	if (new_end > TASK_SIZE || mm->vmas.count > max_map_count ||
	    (next && new_end + PAGE_SIZE > vma_start_gap(next)))
		return false;
	if ((area.flags & VM_LOCKED) && !mm_may_lock(mm, vma_pages(&area)))
		return false;
	return !mm_map_area(mm, &area);
}

static bool brk_shrink(struct mm *mm, vaddr_t new_end, vaddr_t old_end)
{
	return vma_intersect(&mm->vmas, new_end, old_end) &&
	       !mm_unmap_range(mm, new_end, old_end, NULL);
}

/* The heap is an anonymous area like any other. Only the end of it that the
 * program asked for is remembered, which need not be a page's. */
vaddr_t mm_brk(struct mm *mm, vaddr_t brk)
{
	vaddr_t old = mm->layout.brk, old_end = PAGE_ALIGN(old), end, data;
	u32 limit = mm_limits()->data;

	if (brk < mm->layout.start_brk || brk > TASK_SIZE)
		return old;
	data = brk - mm->layout.start_brk +
	       (mm->layout.end_data - mm->layout.start_data);
	if (limit != ~0u && data > limit)
		return old;
	end = PAGE_ALIGN(brk);
	if (end < old_end && !brk_shrink(mm, end, old_end))
		return old;
	if (end > old_end && !brk_grow(mm, old_end, end))
		return old;
	mm->layout.brk = brk;
	if (end > old_end && wants_populate(mm->def_flags, 0))
		mm_populate(mm, old_end, end, 0);
	return brk;
}
