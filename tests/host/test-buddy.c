/*
 * test-buddy.c - mm/page.c and page_init.c against a byte per frame that says
 * whether it is taken.
 */
#include <string.h>

#include "mm/kmap.h"
#include "mm/memblock.h"
#include "tests/host/host.h"

#define MAX_LIVE 3000

static struct live {
	struct page *page;
	unsigned order;
	u32 stamp; /* its pages' first words hold stamp, stamp + 1 ... */
} live[MAX_LIVE];
static unsigned nr_live;
static u8 taken[1 << 20]; /* by frame: not for the allocator to hand out */
static u32 model_free;

/* A machine with a hole and reserved parts in all zones. */
static void machine(u32 base, u32 ram_mib, u32 low_mib)
{
	u32 start, end, at = 0;

	host_machine(base, (u64)low_mib * MiB);
	memblock_add(base, 640 * KiB);
	memblock_add(base + MiB, (u64)(ram_mib - 1) * MiB);
	memblock_reserve(base, 200 * KiB + 1);
	memblock_reserve(base + ram_mib * MiB - 100 * KiB, 50 * KiB);
	memblock_alloc(70000, 16384);
	page_init();
	memset(taken, 1, sizeof(taken));
	for (nr_live = model_free = 0; memblock_next_free(at, &start, &end);
	     at = end) {
		memset(taken + start, 0, end - start);
		model_free += end - start;
	}
}

static void stamp_pages(struct live *l, bool check)
{
	for (u32 i = 0; i < 1u << l->order; i++) {
		u32 *kaddr = kmap_local(l->page + i);

		if (check)
			CHECK(*kaddr == l->stamp + i);
		*kaddr = l->stamp + i;
		kunmap_local(kaddr);
	}
}

static bool model_alloc(gfp_t gfp, unsigned order)
{
	struct page *page = alloc_pages(gfp, order);
	struct live *l = &live[nr_live];
	u32 n;

	if (!page)
		return false;
	n = page_to_pfn(page).n;
	CHECK(n % (1u << order) == 0 && page->refs == 1 && !page->flags);
	CHECK(!memchr(taken + n, 1, 1u << order));
	CHECK((unsigned)page_zone(page) <= (gfp & GFP_ZONE_MASK) ||
	      (gfp == GFP_DMA && zones[ZONE_NORMAL].first == mem_map));
	memset(taken + n, 1, 1u << order);
	model_free -= 1u << order;
	*l = (struct live){ page, order, rnd(1u << 31) };
	stamp_pages(l, false);
	nr_live++;
	return true;
}

static void model_release(unsigned i)
{
	struct live l = live[i];

	stamp_pages(&l, true);
	memset(taken + page_to_pfn(l.page).n, 0, 1u << l.order);
	model_free += 1u << l.order;
	free_pages(l.page, l.order);
	live[i] = live[--nr_live];
}

static unsigned random_order(void)
{
	return rnd(4) ? 0 : rnd(8) ? rnd(4) : rnd(MAX_ORDER + 1);
}

static void check_all_back(void)
{
	struct zone_stats s;

	while (nr_live)
		model_release(nr_live - 1);
	drain_hot_pages();
	page_alloc_validate();
	for (enum zone_type z = 0; z < NR_ZONES; z++) {
		zone_stats(z, &s);
		CHECK(s.free == s.managed && s.hot == 0);
		CHECK(s.allocs == s.frees);
	}
}

/* Grows and shrinks by turns, into exhaustion sometimes. */
static void drive(u32 base, u32 ram_mib, u32 low_mib, unsigned ops)
{
	machine(base, ram_mib, low_mib);
	CHECK(nr_free_pages() == model_free);
	for (unsigned op = 0; op < ops; op++) {
		u32 grow = op / 4096 % 2 ? 6 : 4;

		if (nr_live < MAX_LIVE && rnd(10) < grow)
			model_alloc((gfp_t)rnd(NR_ZONES), random_order());
		else if (nr_live)
			model_release(rnd(nr_live));
		CHECK(nr_free_pages() == model_free);
		if (op % 8192 == 0)
			page_alloc_validate();
		if (op % 50000 == 0)
			drain_hot_pages();
	}
	check_all_back();
}

static void pc_64m(void)
{
	drive(0, 64, 32, host_ops / 2);
}

static void pc_16m(void)
{
	drive(0, 16, 896, host_ops / 8);
}

static void odd_base(void)
{
	drive(0x40100000, 47, 21, host_ops / 8);
}

static void low_16m(void)
{
	drive(0, 64, 16, host_ops / 8);
}

static void top_of_memory(void)
{
	drive(0xfc000000, 64, 40, host_ops / 8);
}

static void three_gib(void)
{
	struct zone_stats s;

	machine(0x40000000, 3072, 896);
	CHECK(max_pfn == 1 << 20);
	zone_stats(ZONE_HIGHMEM, &s);
	CHECK(s.present == (3072 - 896) * 256);
	page_alloc_validate();
	CHECK(model_alloc(GFP_HIGHUSER, MAX_ORDER));
	CHECK(page_is_highmem(live[0].page));
	check_all_back();
}

static void exhaustion(void)
{
	struct zone_stats dma;

	machine(0, 64, 32);
	while (nr_live < MAX_LIVE && model_alloc(GFP_HIGHUSER, 3))
		;
	zone_stats(ZONE_DMA, &dma);
	CHECK(dma.free >= 64);
	CHECK(!alloc_pages(GFP_HIGHUSER, 3));
	CHECK(model_alloc(GFP_DMA, 3));
	CHECK(page_zone(live[nr_live - 1].page) == ZONE_DMA);
	page_alloc_validate();
	check_all_back();
}

static void zeroed(void)
{
	static const u8 zero[PAGE_SIZE];

	machine(0, 64, 32);
	for (unsigned i = 0; i < 200; i++) {
		gfp_t gfp = rnd(2) ? GFP_HIGHUSER : GFP_KERNEL;
		struct page *page = alloc_pages(gfp | GFP_ZERO, i % 3);

		CHECK(!memcmp(page_address(page + (1 << i % 3) - 1), zero,
			      PAGE_SIZE));
		memset(page_address(page), 1, PAGE_SIZE << i % 3);
		free_pages(page, i % 3);
	}
}

static void fails_nth(void)
{
	struct page *page;

	machine(0, 64, 32);
	fail_alloc_after(2);
	page = alloc_page(GFP_KERNEL);
	CHECK(page);
	CHECK(!alloc_page(GFP_KERNEL));
	free_page(page);
	CHECK((page = alloc_page(GFP_KERNEL)));
	free_page(page);
}

static void gives_reserved_back(void)
{
	u32 before;

	machine(0, 64, 32);
	before = nr_free_pages();
	free_reserved(64 * MiB - 100 * KiB, 64 * MiB - 50 * KiB);
	CHECK(nr_free_pages() == before + 12);
	page_alloc_validate();
	check_all_back();
}

/* ---- deaths */

static struct page *victim;

static void free_victim(void)
{
	free_page(victim);
}

static void free_victim_as_two(void)
{
	free_pages(victim, 1);
}

static void alloc_one(void)
{
	alloc_page(GFP_HIGHUSER);
}

static void deaths(void)
{
	machine(0, 64, 32);
	victim = alloc_page(GFP_HIGHUSER);
	CHECK(panics(free_victim_as_two, "free of page"));
	victim->mapcount = 1;
	CHECK(panics(free_victim, "mapcount 1"));
	victim->mapcount = 0;
	free_page(victim);
	CHECK(panics(free_victim, "double free of page"));
	drain_hot_pages();
	CHECK(panics(free_victim, "double free of page"));
	victim = virt_to_page((void *)(HOST_SHIFT + 0xc0000000));
	CHECK(panics(free_victim, "double free of page"));
}

static void poison(void)
{
	machine(0, 64, 32);
	victim = alloc_page(GFP_HIGHUSER);
	CHECK(page_is_highmem(victim));
	free_page(victim);
	((u8 *)page_address(victim))[1000] = 0;
	CHECK(panics(alloc_one, "was written to after it was freed"));
}

static void validate_finds(void)
{
	machine(0, 64, 32);
	victim = alloc_page(GFP_HIGHUSER);
	page_alloc_validate();
	victim->flags = PG_HOT;
	CHECK(panics(page_alloc_validate, "mem_map has"));
	victim->flags = 0;
	free_page(victim);
	victim->refs = 1;
	CHECK(panics(page_alloc_validate, "hot page"));
}

int main(void)
{
	host_start(1000000);
	test("random: 64 MiB, three zones", pc_64m);
	test("random: 16 MiB, all of it DMA", pc_16m);
	test("random: memory and zones at odd places", odd_base);
	test("random: no NORMAL zone", low_16m);
	test("random: memory that ends at 4 GiB", top_of_memory);
	test("3 GiB up to exactly 4 GiB", three_gib);
	test("exhaustion leaves DMA pages and is recovered from", exhaustion);
	test("GFP_ZERO clears in all zones", zeroed);
	test("the Nth allocation fails", fails_nth);
	test("reserved memory is given back", gives_reserved_back);
	test("wrong frees panic", deaths);
	if (DEBUG)
		test("a write after the free panics", poison);
	test("page_alloc_validate finds damage", validate_finds);
	return host_done();
}
