/*
 * area.h - changing the areas of an address space with all that hangs on
 * them. For mmap.c and its neighbours, and for what sets up address spaces.
 */
#pragma once

#include "mm/mm.h"

#include <linux/mman.h>

#define PAGE_ALIGN(x) ALIGN_UP(x, PAGE_SIZE)

/* Whether the limits (RLIMIT_AS, RLIMIT_DATA) allow npages more. */
bool mm_may_expand(const struct mm *mm, u32 flags, u32 npages);
/* Whether so much can be promised: /proc/sys/vm/overcommit_memory. */
bool mm_may_commit(u32 npages);
/* Whether RLIMIT_MEMLOCK allows npages more to be locked. */
bool mm_may_lock(const struct mm *mm, u32 npages);
/* Pages of [start, end) that areas with all these flags have. */
u32 mm_pages_in(struct mm *mm, vaddr_t start, vaddr_t end, u32 flags);
/* Whether a mapping with these flags is promised its memory. */
static inline bool vm_accountable(u32 flags)
{
	u32 of = VM_WRITE | VM_SHARED | VM_NORESERVE;

	return (flags & of) == VM_WRITE;
}

/* Counts npages more, or less, with these flags. */
void mm_account(struct mm *mm, u32 flags, s32 npages);

/* Maps what `area` says (start, end, flags and object; the rest is filled in)
 * over whatever is there, merging with its neighbours.
 * => 0, or -ENOMEM with nothing changed */
int mm_map_area(struct mm *mm, struct vma *area);

/* Where a mapping of len bytes goes: at addr itself when `fixed`, else there
 * if it is free, else where it fits. => an address or -errno; len aligned */
long mm_place(struct mm *mm, vaddr_t addr, vaddr_t len, bool fixed);

/* As mm_munmap, of a proper range. `spare`, unless NULL, is taken, or freed,
 * whatever happens. => 0 or -ENOMEM; with a spare and room for one area
 * more, always 0 */
int mm_unmap_range(struct mm *mm, vaddr_t start, vaddr_t end,
		   struct vma *spare);

/* A new area in the tree: its object learns of it. */
void area_insert(struct vma *v, struct vma *next);
/* Frees an area that has left the tree: its object learns of that. */
void area_close(struct vma *v);
/* Merges v with its neighbours if they say the same. => what holds v now */
struct vma *area_merge(struct vma *v);
/* Gives [start, end), inside v, other flags. => the area it now lies in, or
 * NULL: out of memory, or too many areas; nothing has changed */
struct vma *area_change(struct vma *v, vaddr_t start, vaddr_t end, u32 flags);
