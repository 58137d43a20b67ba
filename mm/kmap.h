/*
 * kmap.h - kernel addresses for pages that may have none.
 */
#pragma once

#include "mm/pgtable.h"
#include "mm/uaccess.h"

/* kmap: an address that lasts until kunmap(). Counted: the same page mapped
 * twice has one address. => may sleep while the window is full */
void *kmap(struct page *page);
void kunmap(struct page *page);

/*
 * The fixed slots of kmap_local(). A stack of KMAP_LOCAL_MAX addresses above
 * FIXMAP_START, whose own page is never mapped:
 *
 *      FIXMAP_START   +1 page    +2 pages   +3 pages
 *      |  nothing  |  page A  |  page B  |  nothing  | ...
 *                              ^ top
 */
#define KMAP_LOCAL_MAX 16
#define KMAP_LOCAL_END (FIXMAP_START + KMAP_LOCAL_MAX * PAGE_SIZE)

extern struct kmap_local_slots {
	vaddr_t top; /* the last address given out; FIXMAP_START: none */
	pte_t *ptes; /* the table of FIXMAP_START's slot */
} kmap_local_slots;

/*
 * kmap_local: the next fixed slot, to be given back in reverse order, before
 * the thread sleeps. => never sleeps, never fails
 *
 * Inline: on the way of every page that is cleared or copied.
 */
static inline void *kmap_local(struct page *page)
{
	struct kmap_local_slots *slots = &kmap_local_slots;
	pgprot_t prot = pgprot(PGPROT_RW);
	vaddr_t va;

	if (!page_is_highmem(page))
		return page_address(page);
	assert(slots->top != KMAP_LOCAL_END);
	va = slots->top += PAGE_SIZE;
	pte_set(slots->ptes + pte_index(va), pte_make(page_to_pfn(page), prot));
	/* The caller's next access must find the entry. On ARM the store is
	 * complete for the table walker only after a DSB, and an ISB keeps
	 * later instructions behind it (ARM DDI 0406C B3.10.1); without them
	 * the access could take a translation fault. x86 needs neither. */
	mmu_sync();
	return (void *)va;
}

/* addr: anywhere in the page */
static inline void kunmap_local(const void *addr)
{
	struct kmap_local_slots *slots = &kmap_local_slots;
	vaddr_t va = slots->top;

	if ((vaddr_t)addr < VMALLOC_START)
		return;				  /* low memory */
	assert((va ^ (vaddr_t)addr) < PAGE_SIZE); /* in the last one's page */
	slots->top = va - PAGE_SIZE;
	pte_set(slots->ptes + pte_index(va), (pte_t){ 0 });
	/* The flush first waits until the store is visible to the walker, which
	 * could otherwise fetch the old entry again (ARM: DSB, TLBIMVA), then
	 * until the TLB has dropped it (DSB, ISB). Not deferred: a pointer used
	 * after this faults here and now instead of reading another page. */
	tlb_flush_kernel(va, va + PAGE_SIZE);
}

/* How many of the slots are taken: 0 whenever another thread may run. */
static inline unsigned kmap_local_depth(void)
{
	return (kmap_local_slots.top - FIXMAP_START) / PAGE_SIZE;
}

/* Bytes [offset, offset + n) of the page to the program or from it, as far as no fault has
 * to be served. => bytes not copied; never sleeps; access_ok() has been asked */
static inline u32 copy_mapped_user(struct page *page, u32 offset, void *user,
				   u32 n, bool to_user)
{
	char *kaddr;
	u32 left;

	user_faults_off++;
	kaddr = (char *)kmap_local(page) + offset;
	left = to_user ? raw_copy_user(user, kaddr, n)
		       : raw_copy_user(kaddr, user, n);
	kunmap_local(kaddr);
	user_faults_off--;
	return left;
}

/* Checks counts against the window's entries; panics at the first difference. */
void kmap_validate(void);
void kmap_init(void);
