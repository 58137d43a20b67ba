/*
 * vma.h - virtual memory areas, and the tree that holds those of an address space.
 *
 * A struct vma says what the addresses [start, end) mean: which rights, and what is behind
 * them. It says nothing of what is in memory: that is in the page tables alone.
 *
 * Pure: no page tables, no allocation, no locks; also compiled for the host, where
 * tests/host/ drives it against a naive model.
 */
#ifndef MM_VMA_H
#define MM_VMA_H

#include "mm/env.h"
#include "mm/layout.h"
#include "mm/types.h"

/* vma->flags. The first four are the rights as PROT_* has them (VM_READ == PROT_READ). */
enum {
	VM_READ = 1 << 0,
	VM_WRITE = 1 << 1,
	VM_EXEC = 1 << 2,
	VM_SHARED = 1 << 3,   /* MAP_SHARED */
	VM_MAYREAD = 1 << 4,  /* mprotect may grant it */
	VM_MAYWRITE = 1 << 5,
	VM_MAYEXEC = 1 << 6,
	VM_GROWSDOWN = 1 << 7,
	VM_LOCKED = 1 << 8,    /* mlock: faulted in and kept */
	VM_LOCKONFAULT = 1 << 9,
	VM_DONTCOPY = 1 << 10,   /* MADV_DONTFORK */
	VM_WIPEONFORK = 1 << 11,
	VM_PFNMAP = 1 << 12,   /* frames without struct page accounting (devices) */
	VM_DONTEXPAND = 1 << 13,
	VM_NORESERVE = 1 << 14,
	VM_ACCOUNT = 1 << 15,	/* counts towards committed memory */
	VM_SEQ_READ = 1 << 16, /* madvise hints */
	VM_RAND_READ = 1 << 17,
	VM_DONTDUMP = 1 << 18,
};
#define VM_RIGHTS (VM_READ | VM_WRITE | VM_EXEC)

struct mm;
struct file;	/* kernel/fs: opaque here */
struct mapping; /* mm/filemap.h: an object's page cache */
struct vm_ops;

struct vma {
	vaddr_t start, end; /* [start, end), page-aligned */
	struct vma *next, *prev; /* in address order */
	struct vma *parent, *left, *right; /* tree */
	u32 gap;	/* largest gap before any area in this subtree, pages */
	u32 flags : 24; /* VM_* */
	u32 height : 8; /* of this subtree */
	u32 pgoff;	/* page of the object at start; anonymous: start >> PAGE_SHIFT
			   when it was mapped, so that moved parts merge again */
	struct file *file;	/* a reference is held through ops->open; NULL: anonymous */
	struct mapping *mapping; /* the object's pages, or NULL: private anonymous, device */
	const struct vm_ops *ops; /* NULL: private anonymous */
	struct list_head shared; /* on mapping->vmas */
	struct mm *mm;
};
_Static_assert(sizeof(void *) != 4 || sizeof(struct vma) == 64,
	       "struct vma has grown");

struct vma_tree {
	struct vma *root, *first, *last;
	struct vma *cached; /* the last one found: faults come in runs */
	u32 count;
	vaddr_t low, high; /* the span gaps are counted in: [low, high) */
};

#endif
