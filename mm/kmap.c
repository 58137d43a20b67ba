/*
 * kmap.c - kernel addresses for pages of high memory.
 *
 * The kernel has no address for a page beyond low memory. Who wants to read or
 * write it borrows one, in one of two ways (a page of low memory has its own).
 *
 * kmap() - the window: 1,024 entries, 4 MiB at PKMAP_START. The address lasts as
 * long as the borrower likes. All who borrow one page share an entry, which
 * page->kmap_slot tells.
 *
 *      slots[]    page  users
 *        0         A      2      in use
 *        1         B      0      stale: mapped, nobody's
 *        2         -      0      empty
 *        3 <- next
 *
 * A flush costs more than an entry, so kunmap() leaves the entry in place, stale,
 * for who maps the page again. Entries are given out in turn, and when the turn
 * comes round all stale ones are emptied and flushed together. A page that is
 * freed may have a stale entry: it names a frame, whoever its next owner is.
 *
 * kmap_local() (kmap.h) - a stack of 16 fixed entries above FIXMAP_START. Nothing
 * to search or wait for, but given back in reverse order, and before sleeping,
 * since the next thread would use the same ones. One flush each.
 *
 * Invariants (kmap_validate):
 * - a slot's entry maps its page, or is none where there is no page;
 * - page->kmap_slot is 1 + the slot, and a page in use is an allocated one;
 * - of the fixed slots' entries, those up to the top are mapped, no others.
 *
 * Linux's kmap_local entries are each processor's, and go with a thread that sleeps.
 */
#include "mm/kmap.h"

#define NR_SLOTS PTRS_PER_TABLE

static struct kmap_slot {
	struct page *page; /* what it maps, or NULL: empty */
	u32 users;	   /* kmap() less kunmap(); 0 with a page: stale */
} slots[NR_SLOTS] __attribute__((section(".bss.slots"))); /* linker.ld */
static u32 next;      /* the slot to try first */
static pte_t *window; /* the entries of slots[] */
static struct waitq slot_unmapped = WAITQ_INIT(slot_unmapped);

struct kmap_local_slots kmap_local_slots = { .top = FIXMAP_START };

void kmap_init(void)
{
	window = kernel_pte(PKMAP_START);
	kmap_local_slots.ptes = kernel_pte(FIXMAP_START);
}

/* ---- the window */

static void flush_stale(void)
{
	for (u32 i = 0; i < NR_SLOTS; i++) {
		if (!slots[i].page || slots[i].users)
			continue;
		pte_set(window + i, (pte_t){ 0 });
		slots[i].page->kmap_slot = 0;
		slots[i].page = NULL;
	}
	mmu_sync();
	tlb_flush_kernel(PKMAP_START, PKMAP_START + SLOT_SIZE);
}

/* Finds an empty slot, in turn from `next`. => NR_SLOTS when all are in use */
static u32 find_slot(void)
{
	/* Twice round: the flush at the wrap empties what was passed, too. */
	for (u32 tries = 0; tries < 2 * NR_SLOTS; tries++) {
		u32 slot = next;

		next = (next + 1) % NR_SLOTS;
		if (slot == 0)
			flush_stale();
		if (!slots[slot].page)
			return slot;
	}
	return NR_SLOTS;
}

/* Gives the page a slot. => may sleep */
static void map_page(struct page *page)
{
	u32 slot;

	while ((slot = find_slot()) == NR_SLOTS) {
		waitq_sleep(&slot_unmapped);
		/* Meanwhile another thread may have mapped this very page. */
		if (page->kmap_slot)
			return;
	}
	slots[slot].page = page;
	page->kmap_slot = (u16)(slot + 1);
	/* It was none and flushed: the TLB has nothing of it to forget. */
	pte_set(window + slot, pte_make(page_to_pfn(page), pgprot(PGPROT_RW)));
	mmu_sync();
}

void *kmap(struct page *page)
{
	u32 slot;

	assert(page->refs > 0);
	if (!page_is_highmem(page))
		return page_address(page);
	if (!page->kmap_slot)
		map_page(page);
	slot = page->kmap_slot - 1u;
	slots[slot].users++;
	return (void *)(PKMAP_START + slot * PAGE_SIZE);
}

void kunmap(struct page *page)
{
	struct kmap_slot *slot;

	if (!page_is_highmem(page))
		return;
	assert(page->kmap_slot);
	slot = slots + page->kmap_slot - 1;
	assert(slot->page == page && slot->users > 0);
	if (--slot->users == 0)
		waitq_wake_all(&slot_unmapped);
}

/* ---- audit */

static void validate_slot(u32 i)
{
	const struct kmap_slot *slot = slots + i;
	pte_t pte = window[i];

	if (!slot->page) {
		assert(pte_none(pte) && !slot->users);
		return;
	}
	assert(page_is_highmem(slot->page));
	assert(slot->page->kmap_slot == i + 1);
	assert(!slot->users || slot->page->refs > 0);
	assert(pte_present(pte) && pte_writable(pte) && !pte_user(pte));
	assert(pte_pfn(pte).n == page_to_pfn(slot->page).n);
}

void kmap_validate(void)
{
	for (u32 i = 0; i < NR_SLOTS; i++)
		validate_slot(i);
	assert(kmap_local_depth() <= KMAP_LOCAL_MAX);
	for (unsigned n = 0; n <= KMAP_LOCAL_MAX; n++)
		assert(pte_none(kmap_local_slots.ptes[n]) ==
		       (n == 0 || n > kmap_local_depth()));
}
