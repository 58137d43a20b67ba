/*
 * vma.h - virtual memory areas, and the tree that holds those of an address
 * space.
 *
 * A struct vma says what the addresses [start, end) mean: which rights, and
 * what is behind them. It says nothing of what is in memory: that is in the
 * page tables alone.
 *
 * Pure: no page tables, no allocation, no locks; also compiled for the host,
 * where tests/host/test-vma.c drives it against a naive model. Whoever
 * changes the tree does the rest (references to the object, page tables,
 * counts): mm/area.c.
 */
#pragma once

#include "mm/env.h"
#include "mm/layout.h"

/* vma->flags. The first three are the rights, as PROT_* has them. A right's
 * VM_MAY* is four bits above it. */
enum {
	VM_READ = 1 << 0,
	VM_WRITE = 1 << 1,
	VM_EXEC = 1 << 2,
	VM_SHARED = 1 << 3,  /* MAP_SHARED */
	VM_MAYREAD = 1 << 4, /* mprotect may grant it */
	VM_MAYWRITE = 1 << 5,
	VM_MAYEXEC = 1 << 6,
	VM_GROWSDOWN = 1 << 7,
	VM_LOCKED = 1 << 8, /* mlock: faulted in and kept */
	VM_LOCKONFAULT = 1 << 9,
	VM_DONTCOPY = 1 << 10, /* MADV_DONTFORK */
	VM_WIPEONFORK = 1 << 11,
	VM_PFNMAP = 1 << 12, /* frames that are not counted (devices) */
	VM_DONTEXPAND = 1 << 13,
	VM_NORESERVE = 1 << 14,
	VM_ACCOUNT = 1 << 15,  /* counts towards committed memory */
	VM_SEQ_READ = 1 << 16, /* madvise hints */
	VM_RAND_READ = 1 << 17,
	VM_DONTDUMP = 1 << 18,
	/* the memory type of a device's frames, PGPROT_WB to PGPROT_UC
	 * (pgtable.h); ordinary pages in the area are always write-back */
	VM_TYPE_SHIFT = 19,
	VM_TYPE_MASK = 3 << VM_TYPE_SHIFT,
	VM_FORKED = 1 << 21, /* had pages at fork: no new area joins it, as
				on Linux, where its pages are its parent's */
};
#define VM_RIGHTS     (VM_READ | VM_WRITE | VM_EXEC)
#define VM_MAY_RIGHTS (VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC)
#define VM_LOCK_FLAGS (VM_LOCKED | VM_LOCKONFAULT)
/* Areas that neither grow, nor merge, nor can be locked. */
#define VM_SPECIAL (VM_PFNMAP | VM_DONTEXPAND)

/* Below an area that grows down so much is kept free of new mappings. */
#define STACK_GUARD_GAP ((vaddr_t)256 * PAGE_SIZE)

struct mm;
struct file;	/* kernel/fs: opaque here */
struct mapping; /* mm/filemap.h: an object's page cache */
struct vm_ops;

enum { LEFT, RIGHT };

struct vma {
	vaddr_t start, end;	       /* [start, end), page-aligned */
	struct vma *next, *prev;       /* in address order */
	struct vma *parent, *child[2]; /* tree */
	u32 sum;	   /* of this subtree: the largest gap before any of its
			areas, pages << 8, and its height */
	u32 flags;	   /* VM_* */
	u32 pgoff;	   /* page of the object at start; private anonymous:
			    always start >> PAGE_SHIFT, so that whatever lies
			    side by side can merge */
	struct file *file; /* held through ops->open; NULL: anonymous */
	struct mapping *mapping;  /* the object's pages; NULL: private
				     anonymous, or a device */
	const struct vm_ops *ops; /* NULL: private anonymous */
	struct list_head shared;  /* on mapping->vmas */
	struct mm *mm;
};
_Static_assert(sizeof(void *) != 4 || sizeof(struct vma) == 64,
	       "struct vma has grown");

struct vma_tree {
	struct vma *root, *first, *last;
	struct vma *cached; /* the last one found: faults come in runs */
	u32 count;
	u32 changes;   /* ever: what sleeps compares it before and after */
	u32 unchecked; /* changes since the last vma_validate(), when DEBUG */
	vaddr_t low, high; /* the span gaps are counted in: [low, high) */
};

#define for_each_vma(v, tree) for (v = (tree)->first; v; v = v->next)

static inline u32 vma_pages(const struct vma *v)
{
	return (u32)((v->end - v->start) >> PAGE_SHIFT);
}

/* The object's page at an address of the area. */
static inline u32 vma_pgoff(const struct vma *v, vaddr_t addr)
{
	return v->pgoff + (u32)((addr - v->start) >> PAGE_SHIFT);
}

/* The address of the object's page. => it lies in the area, or is its end */
static inline vaddr_t vma_address(const struct vma *v, u32 pgoff)
{
	return v->start + ((vaddr_t)(pgoff - v->pgoff) << PAGE_SHIFT);
}

static inline bool vma_is_anonymous(const struct vma *v)
{
	return !v->ops;
}

/* Where the area begins as a neighbour sees it: below its guard gap. */
static inline vaddr_t vma_start_gap(const struct vma *v)
{
	if (!(v->flags & VM_GROWSDOWN))
		return v->start;
	return v->start > STACK_GUARD_GAP ? v->start - STACK_GUARD_GAP : 0;
}

/* The two parts of v->sum. A leaf's height is 1. */
#define VMA_GAP_SHIFT	8
#define VMA_HEIGHT_MASK ((1u << VMA_GAP_SHIFT) - 1)
#define VMA_LEAN_MAX	2 /* the most by which siblings' heights differ */

static inline u32 vma_height(const struct vma *v)
{
	return v ? v->sum & VMA_HEIGHT_MASK : 0;
}

static inline u32 vma_gap(const struct vma *v)
{
	return v ? v->sum >> VMA_GAP_SHIFT : 0;
}

/* The free space before an area; before NULL: after the last one. */
static inline vaddr_t vma_gap_start(const struct vma_tree *tree,
				    const struct vma *v)
{
	const struct vma *prev = v ? v->prev : tree->last;

	return prev ? prev->end : tree->low;
}

static inline vaddr_t vma_gap_end(const struct vma_tree *tree,
				  const struct vma *v)
{
	vaddr_t start, end;

	if (!v)
		return tree->high;
	if (likely(!(v->flags & VM_GROWSDOWN)))
		return v->start;
	start = vma_gap_start(tree, v);
	end = vma_start_gap(v);
	return max(start, end);
}

static inline u32 vma_own_gap(const struct vma_tree *tree, const struct vma *v)
{
	return (vma_gap_end(tree, v) - vma_gap_start(tree, v)) >> PAGE_SHIFT;
}

/* An empty tree for areas inside [low, high). */
void vma_tree_init(struct vma_tree *tree, vaddr_t low, vaddr_t high);

/* The first area with end > addr: the one that holds addr, or else the one
 * above it. => NULL when there is none; tree->cached is the answer */
struct vma *vma_find(struct vma_tree *tree, vaddr_t addr);

/* The area that holds addr. => NULL when none does */
static inline struct vma *vma_lookup(struct vma_tree *tree, vaddr_t addr)
{
	struct vma *v = vma_find(tree, addr);

	return v && v->start <= addr ? v : NULL;
}

/* The first area that has a page of [start, end). => NULL when none has */
static inline struct vma *vma_intersect(struct vma_tree *tree, vaddr_t start,
					vaddr_t end)
{
	struct vma *v = vma_find(tree, start);

	return v && v->start < end ? v : NULL;
}

/* Puts an area before `next`, as vma_find(v->start) returns it (NULL: at the
 * end). => v overlaps nothing */
void vma_insert(struct vma_tree *tree, struct vma *v, struct vma *next);
void vma_remove(struct vma_tree *tree, struct vma *v);

/* Changes where an area begins and ends; pgoff follows start.
 * => it overlaps nothing and keeps its place in the order */
void vma_resize(struct vma_tree *tree, struct vma *v, vaddr_t start,
		vaddr_t end);
/* Cuts v at addr: `upper`, whatever was in it, becomes [addr, end).
 * => inside v, page-aligned; upper->shared is on no list */
void vma_split(struct vma_tree *tree, struct vma *v, vaddr_t addr,
	       struct vma *upper);
/* Moves the border between v and v->next, which touch, to addr. */
void vma_shift(struct vma_tree *tree, struct vma *v, vaddr_t addr);
/* Whether one area could say what both say. => neither need be in a tree */
bool vma_can_merge(const struct vma *lower, const struct vma *upper);
/* Extends v over v->next, which leaves the tree and is returned. */
struct vma *vma_absorb_next(struct vma_tree *tree, struct vma *v);

/* The highest, and the lowest, place for len bytes in [low, high), guard gaps
 * respected, in O(log n). => an address, or 0: none; tree->cached is then the
 * area above the place, if there is one */
vaddr_t vma_gap_topdown(struct vma_tree *tree, vaddr_t len, vaddr_t low,
			vaddr_t high);
vaddr_t vma_gap_bottomup(struct vma_tree *tree, vaddr_t len, vaddr_t low,
			 vaddr_t high);

/* Checks order, links, list, heights, gaps and count; panics at the first
 * difference. => O(n) */
void vma_validate(const struct vma_tree *tree);
