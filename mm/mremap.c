/*
 * mremap.c - mremap: a mapping made longer, shorter, or moved with its pages.
 *
 *	shorter			what is left over is unmapped
 *	longer, room above	the area is extended where it is
 *	longer, no room, or a	a second area is made, the page-table entries are
 *	place is given		moved, not the pages, and the first is unmapped
 *	DONTUNMAP		... or stays, with nothing in it
 *	old length 0		the first stays with everything: a shared mapping
 *				is then there twice
 *
 * A move needs memory at three points: the new area, page tables at the new
 * place, and an area more when the old place is in the middle of one. All three
 * are had before anything is taken away, so that an error leaves the mapping
 * where it was.
 */
#include "mm/area.h"

/* One call's arguments, lengths in whole pages. */
struct remap {
	struct mm *mm;
	vaddr_t addr, old_len, new_len, new_addr;
	u32 flags;
};

/* Whether v can be what is asked for, limits apart. */
static int check_area(const struct remap *r, const struct vma *v,
		      vaddr_t old_len)
{
	u32 npages = (u32)(r->new_len >> PAGE_SHIFT);

	if (!old_len && !(v->flags & VM_SHARED))
		return -EINVAL; /* a fresh private mapping is mmap's business */
	if ((r->flags & MREMAP_DONTUNMAP) && (v->flags & VM_SPECIAL))
		return -EINVAL;
	if (old_len > v->end - r->addr)
		return -EFAULT;
	if (r->new_len == old_len)
		return 0;
	if (vma_pgoff(v, r->addr) + npages < npages)
		return -EINVAL;
	return v->flags & VM_SPECIAL ? -EFAULT : 0;
}

/* Whether limits allow v `more` bytes. */
static int check_growth(const struct vma *v, vaddr_t more)
{
	u32 npages = (u32)(more >> PAGE_SHIFT);

	if ((v->flags & VM_LOCKED) && !mm_may_lock(v->mm, npages))
		return -EAGAIN;
	return mm_may_expand(v->mm, v->flags, npages) ? 0 : -ENOMEM;
}

static inline bool may_promise(const struct vma *v, vaddr_t more)
{
	return !(v->flags & VM_ACCOUNT) || mm_may_commit(more >> PAGE_SHIFT);
}

/* A second area for what v maps from r->addr on, with v's entries.
 * => 0, or -ENOMEM and nothing has changed; `new` is used up */
static int copy_area(const struct remap *r, struct vma *v, struct vma *new)
{
	struct mm *mm = r->mm;
	int err;

	*new = *v;
	new->start = r->new_addr;
	new->end = r->new_addr + r->new_len;
	new->pgoff = vma_is_anonymous(v) ? (u32)(new->start >> PAGE_SHIFT)
					 : vma_pgoff(v, r->addr);
	area_insert(new, vma_find(&mm->vmas, new->start));
	mm_account(mm, new->flags, (s32)vma_pages(new));
	if (!r->old_len)
		return 0;
	err = move_pages(mm, r->addr, new->start, (u32)r->old_len);
	if (err)
		mm_unmap_range(mm, new->start, new->end, NULL);
	return err;
}

/* DONTUNMAP: what stays behind is empty, and no longer locked. */
static void leave_behind(struct vma *v)
{
	s32 npages = (s32)vma_pages(v);

	mm_account(v->mm, v->flags, -npages);
	v->flags &= ~VM_LOCK_FLAGS;
	mm_account(v->mm, v->flags, npages);
	area_merge(v);
}

/* Moves (part of) v to r->new_addr, where nothing is, or, unless that is fixed,
 * where there is room. => the address or -errno, and nothing has changed;
 * old_len <= new_len; may sleep */
static long move_area(struct remap *r, struct vma *v)
{
	long at = mm_place(r->mm, r->new_addr, r->new_len,
			   r->flags & MREMAP_FIXED);
	bool stays = r->flags & MREMAP_DONTUNMAP;
	u32 flags = v->flags, peak = r->mm->peak_vm;
	vaddr_t more = r->new_len - (stays ? 0 : r->old_len);
	struct mm *mm = r->mm;
	struct vma *new, *spare;
	int err;

	if (mm_is_error(at))
		return at;
	r->new_addr = (vaddr_t)at;
	if (mm->vmas.count + 3 >= max_map_count || !may_promise(v, more))
		return -ENOMEM;
	new = vma_alloc();
	spare = vma_alloc();
	if (!new || !spare) {
		vma_free(new);
		vma_free(spare);
		return -ENOMEM;
	}
	err = copy_area(r, v, new);
	if (!err && !stays && r->old_len) {
		mm_unmap_range(mm, r->addr, r->addr + r->old_len, spare);
		spare = NULL;
	}
	vma_free(spare);
	/* nothing was there twice as far as anyone can see */
	mm->peak_vm = max(peak, mm->total_vm);
	if (err)
		return err;
	if (stays)
		leave_behind(v);
	area_merge(vma_find(&mm->vmas, r->new_addr));
	if ((flags & VM_LOCK_FLAGS) == VM_LOCKED && r->new_len > r->old_len)
		mm_populate(mm, r->new_addr + r->old_len,
			    r->new_addr + r->new_len, 0);
	return at;
}

/* Whether the place asked for can be: inside the program's part, and
 * apart from the old one. */
static int check_place(const struct remap *r)
{
	if (!IS_ALIGNED(r->new_addr, PAGE_SIZE) || r->new_len > TASK_SIZE ||
	    r->new_addr > TASK_SIZE - r->new_len)
		return -EINVAL;
	if (r->addr + r->old_len > r->new_addr &&
	    r->new_addr + r->new_len > r->addr)
		return -EINVAL;
	return r->mm->vmas.count + 5 >= max_map_count ? -ENOMEM : 0;
}

/* MREMAP_FIXED, MREMAP_DONTUNMAP: to a new place, whatever the lengths. What
 * was there is lost even if there is no memory for the move, as on Linux. */
static long remap_to(struct remap *r)
{
	vaddr_t keep = min(r->old_len, r->new_len), more = r->new_len - keep;
	bool fixed = r->flags & MREMAP_FIXED;
	struct mm *mm = r->mm;
	struct vma *v;
	int err = check_place(r);

	if (err)
		return err;
	v = vma_lookup(&mm->vmas, r->addr);
	err = v ? check_area(r, v, keep) : -EFAULT;
	if (!err && fixed && r->new_addr < USER_START)
		err = -EPERM;
	if (!err && fixed)
		err = mm_munmap(mm, r->new_addr, r->new_len);
	if (!err && r->old_len > keep)
		err = mm_munmap(mm, r->addr + keep, r->old_len - keep);
	if (err)
		return err;
	r->old_len = keep;
	v = vma_lookup(&mm->vmas, r->addr);
	if (!v) /* gone while an object was closed */
		return -EFAULT;
	if (r->flags & MREMAP_DONTUNMAP)
		more = keep;
	if (more)
		err = check_growth(v, more);
	return err ?: move_area(r, v);
}

/* Extends v where it is. => may sleep */
static long extend(struct vma *v, vaddr_t addr, vaddr_t more)
{
	struct mm *mm = v->mm;
	u32 flags = v->flags;
	vaddr_t end = v->end;

	if (!may_promise(v, more))
		return -ENOMEM;
	vma_resize(&mm->vmas, v, v->start, end + more);
	mm_account(mm, flags, (s32)(more >> PAGE_SHIFT));
	area_merge(v);
	if ((flags & VM_LOCK_FLAGS) == VM_LOCKED)
		mm_populate(mm, end, end + more, 0);
	return (long)addr;
}

static long grow(struct remap *r, struct vma *v)
{
	vaddr_t more = r->new_len - r->old_len;
	int err = check_area(r, v, r->old_len) ?: check_growth(v, more);

	if (err)
		return err;
	if (r->addr + r->old_len == v->end && v->end <= TASK_SIZE - more &&
	    (!v->next || v->end + more <= v->next->start))
		return extend(v, r->addr, more);
	if (!(r->flags & MREMAP_MAYMOVE))
		return -ENOMEM;
	r->new_addr = 0;
	return move_area(r, v);
}

long mm_mremap(struct mm *mm, vaddr_t addr, u32 old_len, u32 new_len, u32 flags,
	       vaddr_t new_addr)
{
	struct remap r = {
		mm,	  addr, PAGE_ALIGN(old_len), PAGE_ALIGN(new_len),
		new_addr, flags
	};
	u32 known = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
	struct vma *v;
	int err = 0;

	if ((flags & ~known) || !IS_ALIGNED(addr, PAGE_SIZE) || !r.new_len)
		return -EINVAL;
	if ((flags & MREMAP_FIXED) && !(flags & MREMAP_MAYMOVE))
		return -EINVAL;
	if ((flags & MREMAP_DONTUNMAP) &&
	    (!(flags & MREMAP_MAYMOVE) || r.old_len != r.new_len))
		return -EINVAL;
	if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP))
		return remap_to(&r);
	v = vma_lookup(&mm->vmas, addr);
	if (!v)
		return -EFAULT;
	if (r.old_len < r.new_len)
		return grow(&r, v);
	if (r.old_len > r.new_len)
		err = mm_munmap(mm, addr + r.new_len, r.old_len - r.new_len);
	return err ?: (long)addr;
}
