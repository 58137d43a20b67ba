/*
 * gup.c - get_user_pages(): the program's pages, lent to a device.
 *
 * A device that fills a program's buffer works with physical memory, whatever process is
 * running. It needs the pages themselves, and they must stay: not freed, not replaced.
 *
 *	program's buffer   |....####|########|##......|   faulted in first
 *	                        |        |        |
 *	entries                 v        v        v
 *	pages               [ page ] [ page ] [ page ]    refs + 1, pins + 1
 *	                        ^        ^        ^
 *	device                  pages[0] pages[1] pages[2]
 *
 * What may happen while they are lent, and why it does no harm:
 *
 *	munmap, exit	the entry's reference goes, the device's keeps the page
 *	fork		the page stays the parent's; the child gets a copy at once
 *			(memory.c: copy_pinned)
 *	a write after	pins do not count where COW asks whether a page is the
 *	mprotect	area's alone (page_is_exclusive)
 *	truncate	the page leaves the file, and goes when it is given back
 *
 * To be written, the page must be the program's to write: the fault that is run is a
 * write fault, so that COW and page_mkwrite have been done. Linux also knows pins that
 * may last for ever (FOLL_LONGTERM).
 */
#include "mm/mm.h"
#include "mm/writeback.h"

/* The page at addr if the entry allows the access. => NULL: a fault must come first */
static struct page *find_page(struct mm *mm, vaddr_t addr, bool write)
{
	pte_t *pte = pte_lookup(mm, addr);

	if (!pte || !pte_present(*pte) || (write && !pte_writable(*pte)))
		return NULL;
	/* What the device does, no hardware marks in the entry. */
	if (write)
		pte_set(pte, pte_mkdirty(pte_mkyoung(*pte)));
	return pte_page(*pte);
}

static int pin_page(struct mm *mm, vaddr_t addr, bool write, struct page **page)
{
	u32 right = write ? VM_WRITE : VM_READ;

	for (;;) {
		const struct vma *vma = vma_lookup(&mm->vmas, addr);
		enum fault_result result;

		if (vma && ((vma->flags & VM_PFNMAP) || !(vma->flags & right)))
			return -EFAULT;
		*page = vma ? find_page(mm, addr, write) : NULL;
		if (*page)
			break;
		result = mm_fault(mm, addr, right);
		if (result == FAULT_OOM)
			return -ENOMEM;
		if (result > FAULT_MAJOR)
			return -EFAULT;
	}
	if ((*page)->pins == 0xffff)
		return -ENOMEM;
	get_page(*page);
	(*page)->pins++;
	return 0;
}

int get_user_pages(struct mm *mm, vaddr_t start, u32 npages, bool write,
		   struct page **pages)
{
	int err;

	for (u32 i = 0; i < npages; i++) {
		err = pin_page(mm, start + i * PAGE_SIZE, write, &pages[i]);
		if (err) {
			put_user_pages(pages, i, false);
			return err;
		}
	}
	return 0;
}

void put_user_pages(struct page **pages, u32 npages, bool written)
{
	for (u32 i = 0; i < npages; i++) {
		struct page *page = pages[i];

		assert(page->pins > 0);
		if (written && page->mapping)
			page_set_dirty(page);
		if (written)
			page->flags &= (u16)~PG_SYNCED;
		page->pins--;
		put_page(page);
	}
}
