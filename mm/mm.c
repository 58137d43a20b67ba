/*
 * mm.c - address spaces: made empty, copied by fork, taken down.
 *
 * fork copies areas and entries, not pages: what both may write privately becomes
 * read-only in both (memory.c, copy_pages), and the first write copies it (fault.c).
 */
#include "mm/mm.h"
#include "mm/area.h"
#include "mm/slab.h"

static struct kmem_cache mm_cache, vma_cache;
u32 total_pages;
struct list_head all_mms = LIST_INIT(all_mms);

void mm_init(void)
{
	total_pages = nr_free_pages();
	kmem_cache_init(&mm_cache, "mm_struct", sizeof(struct mm), 8);
	kmem_cache_init(&vma_cache, "vm_area_struct", sizeof(struct vma), 64);
	fault_init();
	reclaim_hook = reclaim_pages;
}

struct vma *vma_alloc(void)
{
	return kmem_cache_alloc(&vma_cache);
}

void vma_free(struct vma *vma)
{
	if (vma)
		kmem_cache_free(&vma_cache, vma);
}

struct mm *mm_create(void)
{
	struct mm *mm = kmem_cache_alloc(&mm_cache);

	if (!mm)
		return NULL;
	memset(mm, 0, sizeof(*mm));
	if (mmu_context_init(&mm->mmu)) {
		kmem_cache_free(&mm_cache, mm);
		return NULL;
	}
	vma_tree_init(&mm->vmas, USER_START, TASK_SIZE);
	mm->users = 1;
	list_add_tail(&mm->all, &all_mms);
	return mm;
}

struct mm *mm_get(struct mm *mm)
{
	mm->users++;
	return mm;
}

static void unmap_all(struct mm *mm)
{
	struct vma *vma, *next;

	for_each_vma (vma, &mm->vmas)
		unmap_pages(vma, vma->start, vma->end);
	for_each_vma (vma, &mm->vmas)
		free_tables(mm, ALIGN_DOWN(vma->start, SLOT_SIZE),
			    ALIGN_UP(vma->end, SLOT_SIZE));
	/* All at once: no tree to keep in order on the way. */
	vma = mm->vmas.first;
	vma_tree_init(&mm->vmas, USER_START, TASK_SIZE);
	for (; vma; vma = next) {
		next = vma->next;
		mm_account(mm, vma->flags, -(s32)vma_pages(vma));
		area_close(vma);
	}
}

void mm_put(struct mm *mm)
{
	assert(mm->users > 0);
	if (--mm->users)
		return;
	list_del(&mm->all);
	mmu_context_retire(&mm->mmu);
	unmap_all(mm);
	assert(mm->nr_tables == 0);
	mmu_context_free(&mm->mmu);
	kmem_cache_free(&mm_cache, mm);
}

/* ---- fork */

/* Copies one area, without its entries. => NULL: out of memory */
static struct vma *fork_vma(struct mm *mm, const struct vma *old)
{
	struct vma *vma = vma_alloc();

	if (!vma)
		return NULL;
	*vma = *old;
	vma->mm = mm;
	vma->flags &= ~VM_LOCK_FLAGS;
	area_insert(vma, NULL);
	mm_account(mm, vma->flags, (s32)vma_pages(vma));
	return vma;
}

static int fork_vmas(struct mm *mm, struct mm *old)
{
	struct vma *from, *vma;
	int err;

	for_each_vma (from, &old->vmas) {
		u32 anon = mm->rss[RSS_ANON];

		if (from->flags & VM_DONTCOPY)
			continue;
		if ((from->flags & VM_ACCOUNT) &&
		    !mm_may_commit(vma_pages(from)))
			return -ENOMEM;
		vma = fork_vma(mm, from);
		if (!vma)
			return -ENOMEM;
		if (from->flags & VM_WIPEONFORK)
			continue;
		err = copy_pages(from, vma);
		if (err)
			return err;
		if (mm->rss[RSS_ANON] > anon)
			vma->flags |= VM_FORKED;
	}
	return 0;
}

struct mm *mm_fork(struct mm *old)
{
	struct mm *mm = mm_create();

	if (!mm)
		return NULL;
	mm->layout = old->layout;
	if (fork_vmas(mm, old)) {
		mm_put(mm);
		return NULL;
	}
	return mm;
}
