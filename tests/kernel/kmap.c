/*
 * kmap.c - kernel addresses for pages of high memory (mm/kmap.c).
 */
#include "kernel/ktest.h"
#include "kernel/sched.h"
#include "mm/kmap.h"
#include "mm/pgtable.h"
#include "mm/vmalloc.h"

#define WINDOW PTRS_PER_TABLE /* entries of the window */

/* A page without a low address. => NULL, and the test is skipped: none */
static struct page *high_page(void)
{
	struct page *page = alloc_page(GFP_HIGHUSER);

	if (page && page_is_highmem(page))
		return page;
	if (page)
		free_page(page);
	ktest_skip("no high memory");
	return NULL;
}

static void free_list(struct list_head *pages)
{
	struct page *page, *tmp;

	list_for_each_entry_safe (page, tmp, pages, list)
		free_page(page);
	list_init(pages);
}

/* Fills the list with n pages of high memory. => false: skipped, list empty */
static bool high_pages(struct list_head *pages, u32 n)
{
	while (n--) {
		struct page *page = high_page();

		if (!page) {
			free_list(pages);
			return false;
		}
		list_add_tail(&page->list, pages);
	}
	return true;
}

static void fill(u32 *words, u32 seed)
{
	for (u32 i = 0; i < PAGE_SIZE / sizeof(u32); i++)
		words[i] = seed + i;
}

static bool filled(const u32 *words, u32 seed)
{
	for (u32 i = 0; i < PAGE_SIZE / sizeof(u32); i++)
		if (words[i] != seed + i)
			return false;
	return true;
}

/* Lets the turn come round once: every stale entry is flushed. */
static void wrap(struct list_head *pages)
{
	struct page *page;

	list_for_each_entry (page, pages, list) {
		kmap(page);
		kunmap(page);
	}
}

KTEST(kmap_low_page_has_the_address_it_always_has)
{
	struct page *page = alloc_page(GFP_KERNEL);

	EXPECT_EQ(kmap(page), page_address(page));
	EXPECT_EQ(kmap_local(page), page_address(page));
	EXPECT_EQ(kmap_local_depth(), 0);
	kunmap_local(page_address(page));
	kunmap(page);
	free_page(page);
}

KTEST(kmap_high_page_gets_an_address_in_the_window)
{
	struct page *page = high_page();
	vaddr_t va;

	if (!page)
		return;
	va = (vaddr_t)kmap(page);
	EXPECT(va >= PKMAP_START && va < PKMAP_START + SLOT_SIZE);
	EXPECT_EQ(pte_pfn(*kernel_pte(va)).n, page_to_pfn(page).n);
	fill((u32 *)va, 1);
	EXPECT(filled((u32 *)va, 1));
	kunmap(page);
	free_page(page);
}

KTEST(kmap_twice_is_one_address)
{
	struct page *page = high_page();
	void *first, *second;

	if (!page)
		return;
	first = kmap(page);
	second = kmap(page);
	EXPECT_EQ(first, second);
	kunmap(page);
	fill(second, 7); /* still mapped: one borrower is left */
	EXPECT(filled(first, 7));
	kunmap(page);
	free_page(page);
}

KTEST(kmap_contents_survive_unmap_and_wrap)
{
	struct list_head pages = LIST_INIT(pages);
	struct page *page = high_page();

	if (!page)
		return;
	if (high_pages(&pages, WINDOW)) {
		fill(kmap(page), 11);
		kunmap(page);
		EXPECT(filled(kmap(page), 11)); /* by its stale entry */
		kunmap(page);
		wrap(&pages);
		EXPECT_EQ(page->kmap_slot, 0);
		EXPECT(filled(kmap(page), 11)); /* by a new one */
		kunmap(page);
		free_list(&pages);
	}
	free_page(page);
}

/* Maps page after page until one gets the address. => that page, or NULL */
static struct page *next_at(struct list_head *pages, const void *addr)
{
	struct page *page;

	list_for_each_entry (page, pages, list) {
		if (kmap(page) == addr)
			return page;
		kunmap(page);
	}
	return NULL;
}

KTEST(kmap_wrap_flushes_what_was_stale)
{
	struct list_head pages = LIST_INIT(pages);
	struct page *page = high_page(), *other;
	u32 *addr;

	if (!page)
		return;
	if (high_pages(&pages, WINDOW)) {
		addr = kmap(page);
		*addr = 31;
		kunmap(page);
		other = next_at(&pages, addr);
		EXPECT(other);
		*addr = 37; /* a stale translation would hit `page` */
		EXPECT_EQ(*(u32 *)kmap(page), 31);
		kunmap(page);
		kunmap(other);
		free_list(&pages);
	}
	free_page(page);
}

KTEST(kmap_wrap_keeps_what_is_in_use)
{
	struct list_head pages = LIST_INIT(pages);
	struct page *page = high_page();
	void *addr;

	if (!page)
		return;
	if (high_pages(&pages, WINDOW)) {
		addr = kmap(page);
		fill(addr, 13);
		wrap(&pages);
		wrap(&pages);
		EXPECT_EQ(kmap(page), addr);
		EXPECT(filled(addr, 13));
		kunmap(page);
		kunmap(page);
		free_list(&pages);
	}
	free_page(page);
}

KTEST(kmap_stale_entry_serves_the_next_owner)
{
	struct page *first = high_page(), *second;
	u32 *addr, *local;

	if (!first)
		return;
	addr = kmap(first);
	*addr = 17;
	kunmap(first);
	free_page(first); /* its entry stays, stale */
	kmap_validate();
	second = high_page();
	EXPECT_EQ(second, first); /* the hot list is last in, first out */
	addr = kmap(second);
	EXPECT_EQ(pte_pfn(*kernel_pte((vaddr_t)addr)).n, page_to_pfn(second).n);
	*addr = 19;
	local = kmap_local(second);
	EXPECT_EQ(*local, 19);
	kunmap_local(local);
	kunmap(second);
	free_page(second);
}

/* ---- a full window */

static struct {
	struct page *page;
	void *addr;
	bool started;
} waiter;

static void map_and_note(void *arg)
{
	(void)arg;
	waiter.started = true;
	waiter.addr = kmap(waiter.page);
}

static void expect_waiter_wakes(struct page *victim, const void *victim_addr)
{
	EXPECT(kthread_start("waiter", map_and_note, NULL));
	yield();
	EXPECT(waiter.started);
	EXPECT(!waiter.addr); /* asleep: there is no entry for it */
	kunmap(victim);
	yield();
	EXPECT_EQ(waiter.addr, victim_addr);
	EXPECT_EQ(kmap(waiter.page), waiter.addr);
	kunmap(waiter.page);
	kunmap(waiter.page);
}

KTEST(kmap_waits_while_the_window_is_full)
{
	struct list_head pages = LIST_INIT(pages);
	struct page *page, *first;
	void *addr;

	waiter.page = high_page();
	waiter.addr = NULL;
	waiter.started = false;
	if (!waiter.page)
		return;
	if (high_pages(&pages, WINDOW)) {
		list_for_each_entry (page, &pages, list)
			kmap(page);
		first = list_first(&pages, struct page, list);
		addr = kmap(first);
		kunmap(first);
		expect_waiter_wakes(first, addr);
		list_for_each_entry (page, &pages, list)
			if (page != first)
				kunmap(page);
		free_list(&pages);
	}
	free_page(waiter.page);
	drain_stacks();
}

/* ---- kmap_local */

KTEST(kmap_local_nests)
{
	struct list_head pages = LIST_INIT(pages);
	struct page *page;
	u32 *addr[KMAP_LOCAL_MAX], n = 0;

	if (!high_pages(&pages, KMAP_LOCAL_MAX))
		return;
	list_for_each_entry (page, &pages, list) {
		addr[n] = kmap_local(page);
		*addr[n] = n;
		n++;
	}
	EXPECT_EQ(kmap_local_depth(), KMAP_LOCAL_MAX);
	while (n--) {
		EXPECT_EQ(*addr[n], n);
		kunmap_local(addr[n] + 5); /* anywhere in the page */
		EXPECT(pte_none(*kernel_pte((vaddr_t)addr[n])));
		EXPECT_EQ(kmap_local_depth(), n);
	}
	free_list(&pages);
}

KTEST(kmap_local_slot_shows_each_page_in_turn)
{
	struct page *a = high_page(), *b = a ? high_page() : NULL;
	u32 *addr;

	if (!b)
		return;
	addr = kmap_local(a);
	*addr = 23;
	kunmap_local(addr);
	EXPECT_EQ(kmap_local(b), addr);
	*addr = 29; /* a stale translation would hit page a */
	kunmap_local(addr);
	EXPECT_EQ(*(u32 *)kmap(a), 23);
	EXPECT_EQ(*(u32 *)kmap(b), 29);
	kunmap(b);
	kunmap(a);
	free_page(b);
	free_page(a);
}
