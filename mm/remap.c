/*
 * remap.c - giving a process frames that are no pages of ours: device memory.
 *
 * Nobody counts references to a device's registers and buffers, and some are not even
 * RAM. An area of them is VM_PFNMAP: its entries are all there is to know about it.
 *
 *	area (VM_PFNMAP)  |  page  |  page  |  page  |
 *	                      |        |        |
 *	entries, special      v        v        v
 *	physical memory   |  first |    +1  |    +2  |     type: WB, WT, WC or UC
 *
 * So all entries are made when the area is; a fault where there is none is SIGBUS. fork
 * copies them, mremap moves them, munmap drops them without looking at what they map; in a
 * private area the first write to a page copies it into an ordinary one, as everywhere.
 *
 * Called by drivers from vm_ops->map. kernel/dev/demo_remap.c shows how; the other
 * way, page by page, is vm_ops->fault (kernel/dev/demo_fault.c).
 *
 * Memory type: RAM that the kernel also reaches through its own, write-back map
 * must not be written through both: the two would not be coherent (ARM DDI 0406C
 * A3.5.7, SDM 3A 11.12.4). Linux keeps a record of types (PAT) and refuses to mix them.
 */
#include "mm/mm.h"

int remap_pfn_range(struct vma *vma, vaddr_t addr, pfn_t first, u32 size,
		    u32 type)
{
	u32 rights = VM_SHARED | VM_WRITE;
	pte_t *pte, new;

	assert(vma->flags & VM_PFNMAP);
	assert(addr >= vma->start && addr + size <= vma->end);
	vma->flags &= ~(u32)VM_TYPE_MASK;
	vma->flags |= type / PGPROT_WT << VM_TYPE_SHIFT;
	for (vaddr_t end = addr + size; addr < end;
	     addr += PAGE_SIZE, first.n++) {
		pte = pte_alloc(vma->mm, addr);
		if (!pte)
			return -ENOMEM;
		assert(pte_none(*pte));
		new = pte_mkspecial(pte_make(first, vma_pgprot(vma->flags)));
		/* Nobody wants to know about the first write to a device. */
		if ((vma->flags & rights) == rights)
			new = pte_mkdirty(pte_mkwrite(new));
		if ((vma->flags & VM_EXEC) && pfn_valid(first))
			page_sync_icache(pfn_to_page(first));
		pte_set(pte, new);
	}
	mmu_sync();
	return 0;
}
