/*
 * area.c - areas with all that hangs on them.
 *
 * vma.c changes the tree. Who only did that would leave behind wrong counts
 * and an object that does not know who maps it. The functions here do a
 * change as a whole:
 *
 *	the tree		vma_insert(), vma_split() ...
 *	the object		ops->open for each area more, ops->close for
 *				each one less, and the list mapping->vmas
 *	the counts of mm	total_vm, data_vm, locked_vm, committed ...
 *
 * So at any time an object has been opened as often as there are areas of it.
 *
 * Memory is taken before anything changes: two new areas where the inside of one gets
 * other flags, one where it is taken away, none where a border can simply be moved.
 */
#include "mm/area.h"

u32 max_map_count = 65530;
u32 overcommit_memory = OVERCOMMIT_GUESS, overcommit_ratio = 50;
u32 committed_pages;

/* ---------------------------------------------------------------- counts */

/* What RLIMIT_DATA limits: private and writable, but not a stack. */
static inline bool is_data(u32 flags)
{
	u32 of = VM_WRITE | VM_SHARED | VM_GROWSDOWN;

	return (flags & of) == VM_WRITE;
}

bool mm_may_expand(const struct mm *mm, u32 flags, u32 npages)
{
	const struct mm_limits *limits = mm_limits();

	if (mm->total_vm + npages > limits->as >> PAGE_SHIFT)
		return false;
	return !is_data(flags) ||
	       mm->data_vm + npages <= limits->data >> PAGE_SHIFT;
}

u32 mm_commit_limit(void)
{
	return total_pages / 100 * overcommit_ratio +
	       total_pages % 100 * overcommit_ratio / 100;
}

/* Mode 0 refuses only what could not be there even if nothing else were; for
 * the rest, programs ask for more than they use. Mode 2 promises what there is. */
bool mm_may_commit(u32 npages)
{
	if (unlikely(overcommit_memory == OVERCOMMIT_NEVER))
		return committed_pages + npages <= mm_commit_limit();
	return overcommit_memory == OVERCOMMIT_ALWAYS || npages <= total_pages;
}

bool mm_may_lock(const struct mm *mm, u32 npages)
{
	u32 limit = mm_limits()->memlock;

	return limit == ~0u || mm->locked_vm + npages <= limit >> PAGE_SHIFT;
}

void mm_account(struct mm *mm, u32 flags, s32 npages)
{
	mm->total_vm += npages;
	if (mm->total_vm > mm->peak_vm)
		mm->peak_vm = mm->total_vm;
	if ((flags & (VM_EXEC | VM_WRITE | VM_GROWSDOWN)) == VM_EXEC)
		mm->exec_vm += npages;
	else if (flags & VM_GROWSDOWN)
		mm->stack_vm += npages;
	else if (is_data(flags))
		mm->data_vm += npages;
	if (flags & VM_LOCKED)
		mm->locked_vm += npages;
	if (flags & VM_ACCOUNT) {
		mm->committed += npages;
		committed_pages += npages;
	}
}

/* ---------------------------------------------------------------- areas */

static inline void area_open(struct vma *v)
{
	if (v->mapping)
		list_add_tail(&v->shared, &v->mapping->vmas);
	if (v->ops && v->ops->open)
		v->ops->open(v);
}

void area_close(struct vma *v)
{
	if (v->mapping)
		list_del(&v->shared);
	if (v->ops && v->ops->close)
		v->ops->close(v);
	vma_free(v);
}

inline void area_insert(struct vma *v, struct vma *next)
{
	list_init(&v->shared);
	vma_insert(&v->mm->vmas, v, next);
	area_open(v);
}

struct vma *area_merge(struct vma *v)
{
	struct vma_tree *tree = &v->mm->vmas;

	if (v->prev && vma_can_merge(v->prev, v)) {
		v = v->prev;
		area_close(vma_absorb_next(tree, v));
	}
	if (v->next && vma_can_merge(v, v->next))
		area_close(vma_absorb_next(tree, v));
	return v;
}

/* Cuts v at addr: `upper`, whatever was in it, becomes what lies above. */
static inline void area_split(struct vma *v, vaddr_t addr, struct vma *upper)
{
	vma_split(&v->mm->vmas, v, addr, upper);
	area_open(upper);
}

/* Cuts v in up to three. => the part [start, end), or NULL: out of memory, or
 * too many areas; then v is as before */
static struct vma *cut_out(struct vma *v, vaddr_t start, vaddr_t end)
{
	bool below = start > v->start, above = end < v->end;
	u32 count = v->mm->vmas.count + below + above;
	struct vma *mid = v, *upper = v;

	if ((below || above) && count > max_map_count)
		return NULL;
	if (below && !(mid = vma_alloc()))
		return NULL;
	if (above && !(upper = vma_alloc())) {
		if (below)
			vma_free(mid);
		return NULL;
	}
	if (below)
		area_split(v, start, mid);
	if (above)
		area_split(mid, end, upper);
	return mid;
}

/* Gives [start, end) of v to the neighbour that already says what it is to
 * say, if there is one. => that neighbour, or NULL */
static struct vma *give_away(struct vma *v, vaddr_t start, vaddr_t end,
			     u32 flags)
{
	struct vma_tree *tree = &v->mm->vmas;
	struct vma part = *v;

	part.start = start;
	part.end = end;
	part.pgoff = vma_pgoff(v, start);
	part.flags = flags;
	if (start == v->start && end < v->end && v->prev &&
	    vma_can_merge(v->prev, &part)) {
		vma_shift(tree, v->prev, end);
		return v->prev;
	}
	if (end == v->end && start > v->start && v->next &&
	    vma_can_merge(&part, v->next)) {
		vma_shift(tree, v, start);
		return v->next;
	}
	return NULL;
}

struct vma *area_change(struct vma *v, vaddr_t start, vaddr_t end, u32 flags)
{
	s32 npages = (s32)((end - start) >> PAGE_SHIFT);
	u32 old_flags = v->flags;
	struct mm *mm = v->mm;
	struct vma *part;

	assert(v->start <= start && start < end && end <= v->end);
	part = give_away(v, start, end, flags);
	if (!part) {
		part = cut_out(v, start, end);
		if (!part)
			return NULL;
		part->flags = flags;
		part = area_merge(part);
	}
	mm_account(mm, old_flags, -npages);
	mm_account(mm, flags, npages);
	return part;
}

/* ---------------------------------------------------------------- map, unmap */

u32 mm_pages_in(struct mm *mm, vaddr_t start, vaddr_t end, u32 flags)
{
	struct vma *v = vma_find(&mm->vmas, start);
	u32 bytes = 0;

	for (; v && v->start < end; v = v->next)
		if ((v->flags & flags) == flags)
			bytes += min(end, v->end) - max(start, v->start);
	return bytes >> PAGE_SHIFT;
}

/* Puts an area where nothing is: part of a neighbour, or a new one.
 * => 0 or -ENOMEM; `new`, unless NULL, is taken or freed */
static int put_area(const struct vma *area, struct vma *next, struct vma *new)
{
	struct vma_tree *tree = &area->mm->vmas;
	struct vma *prev = next ? next->prev : tree->last;

	if (prev && vma_can_merge(prev, area)) {
		vma_resize(tree, prev, prev->start, area->end);
		area_merge(prev);
	} else if (next && vma_can_merge(area, next)) {
		vma_resize(tree, next, area->start, next->end);
	} else {
		if (!new)
			new = vma_alloc();
		if (!new)
			return -ENOMEM;
		*new = *area;
		area_insert(new, next);
		return 0;
	}
	vma_free(new);
	return 0;
}

int mm_map_area(struct mm *mm, struct vma *area)
{
	struct vma *next = vma_find(&mm->vmas, area->start), *new = NULL;
	u32 npages = vma_pages(area);
	int err;

	if (!mm_may_expand(mm, area->flags, npages) &&
	    !mm_may_expand(mm, area->flags,
			   npages - mm_pages_in(mm, area->start, area->end, 0)))
		return -ENOMEM;
	if (vm_accountable(area->flags)) {
		if (!mm_may_commit(npages))
			return -ENOMEM;
		area->flags |= VM_ACCOUNT;
	}
	if (area->flags & VM_SPECIAL)
		area->flags &= ~VM_LOCK_FLAGS;
	area->mm = mm;
	if (vma_is_anonymous(area))
		area->pgoff = (u32)(area->start >> PAGE_SHIFT);

	if (next && next->start < area->end) {
		new = vma_alloc();
		if (!new)
			return -ENOMEM;
		err = mm_unmap_range(mm, area->start, area->end, NULL);
		if (err) {
			vma_free(new);
			return err;
		}
		next = vma_find(&mm->vmas, area->start);
	}
	err = put_area(area, next, new);
	if (!err)
		mm_account(mm, area->flags, (s32)npages);
	return err;
}

/* Unmaps what [start, end) has of an area. `spare` becomes what lies above a hole. */
static void unmap_part(struct vma *v, vaddr_t start, vaddr_t end,
		       struct vma *spare)
{
	start = max(start, v->start);
	end = min(end, v->end);
	unmap_pages(v, start, end);
	mm_account(v->mm, v->flags, -(s32)((end - start) >> PAGE_SHIFT));
	if (start > v->start) {
		if (end < v->end) {
			assert(spare); /* a hole: the caller knew */
			area_split(v, end, spare);
		}
		vma_resize(&v->mm->vmas, v, v->start, start);
	} else if (end < v->end) {
		vma_resize(&v->mm->vmas, v, end, v->end);
	} else {
		vma_remove(&v->mm->vmas, v);
		area_close(v);
	}
}

/* Frees the page tables around [start, end) that no area needs any more. */
static void free_tables_around(struct mm *mm, vaddr_t start, vaddr_t end)
{
	struct vma *next = vma_find(&mm->vmas, end);
	struct vma *prev = next ? next->prev : mm->vmas.last;

	start = ALIGN_DOWN(start, (vaddr_t)SLOT_SIZE);
	end = ALIGN_UP(end, (vaddr_t)SLOT_SIZE);
	if (prev && prev->end > start)
		start = ALIGN_UP(prev->end, (vaddr_t)SLOT_SIZE);
	if (next && next->start < end)
		end = ALIGN_DOWN(next->start, (vaddr_t)SLOT_SIZE);
	if (start < end)
		free_tables(mm, start, end);
}

/* An object's close may sleep, and others may change the address space then:
 * the next area is looked for anew (tree->cached has it). */
int mm_unmap_range(struct mm *mm, vaddr_t start, vaddr_t end, struct vma *spare)
{
	struct vma *v = vma_intersect(&mm->vmas, start, end), *upper = NULL;
	vaddr_t at = start, stop;

	if (v && v->start < start && v->end > end) { /* a hole in one area */
		if (mm->vmas.count < max_map_count)
			upper = spare ?: vma_alloc();
		if (!upper) {
			vma_free(spare);
			return -ENOMEM;
		}
		spare = NULL;
	}
	for (; v; at = stop) {
		stop = v->end;
		unmap_part(v, at, end, upper);
		v = stop < end ? vma_intersect(&mm->vmas, stop, end) : NULL;
	}
	free_tables_around(mm, start, end);
	if (spare)
		vma_free(spare);
	return 0;
}
