/*
 * test-slab.c - mm/slab.c against a table of what was allocated and what each
 * object must contain.
 */
#include <string.h>

#include "mm/memblock.h"
#include "mm/slab.h"
#include "tests/host/host.h"

#define MAX_LIVE 4000

static struct live {
	u8 *obj;
	struct kmem_cache *cache; /* NULL: kmalloc */
	u32 size;
	u8 fill;
} live[MAX_LIVE];
static unsigned nr_live;
static struct kmem_cache caches[4];
static u32 pages_before;

static void machine(void)
{
	static const u32 sizes[] = { 1, 20, 700, 4000 };

	host_slabs(0x40000000, 48 * MiB, 64 * MiB);
	for (unsigned i = 0; i < ARRAY_SIZE(caches); i++)
		kmem_cache_init(&caches[i], "test", sizes[i], 8u << 2 * i);
	nr_live = 0;
	pages_before = nr_free_pages();
}

static void model_alloc(struct kmem_cache *cache, u32 size)
{
	u8 *obj = cache ? kmem_cache_alloc(cache) : kmalloc(size);

	if (!obj)
		return;
	CHECK((vaddr_t)obj % 8 == 0);
	live[nr_live] = (struct live){ obj, cache, size, (u8)rnd(256) };
	memset(obj, live[nr_live].fill, size);
	nr_live++;
}

/* Contents: the first and last bytes say whether another object overlapped. */
static void model_release(unsigned i)
{
	struct live l = live[i];

	for (u32 b = 0; b < l.size; b = b < 64 ? b + 1 : b + 61)
		CHECK(l.obj[b] == l.fill);
	CHECK(!l.size || l.obj[l.size - 1] == l.fill);
	if (l.cache)
		kmem_cache_free(l.cache, l.obj);
	else
		kfree(l.obj);
	live[i] = live[--nr_live];
}

static u32 random_size(void)
{
	return rnd(100) ? rnd(rnd(10) ? 200 : 2049) : rnd(20000);
}

static u32 live_in(const struct kmem_cache *cache)
{
	u32 n = 0;

	for (unsigned i = 0; i < nr_live; i++)
		n += live[i].cache == cache;
	return n;
}

static void check_counts(void)
{
	slab_validate();
	for (unsigned i = 0; i < ARRAY_SIZE(caches); i++)
		CHECK(caches[i].nr_objs == live_in(&caches[i]));
}

static void check_all_back(void)
{
	struct kmem_cache *cache;
	u32 kept = 0;

	while (nr_live)
		model_release(nr_live - 1);
	list_for_each_entry (cache, &slab_caches, caches) {
		CHECK(cache->nr_objs == 0);
		CHECK(cache->nr_slabs <= 1);
		kept += cache->nr_slabs;
	}
	check_counts();
	page_alloc_validate();
	CHECK(kmalloc_large_pages == 0);
	CHECK(nr_free_pages() + kept == pages_before);
}

static void random_operations(void)
{
	machine();
	for (unsigned op = 0; op < host_ops; op++) {
		u32 which = rnd(8), grow = op / 8192 % 2 ? 6 : 4;
		struct kmem_cache *cache = which < 4 ? &caches[which] : NULL;

		if (nr_live < MAX_LIVE && rnd(10) < grow)
			model_alloc(cache,
				    cache ? cache->objsize : random_size());
		else if (nr_live)
			model_release(rnd(nr_live));
		if (op % 16384 == 0)
			check_counts();
	}
	check_all_back();
}

static void out_of_memory(void)
{
	static void *first; /* all large blocks, linked */
	void **block;
	u32 pages;

	machine();
	first = NULL;
	while ((block = kmalloc(20000))) {
		*block = first;
		first = block;
	}
	pages = kmalloc_large_pages;
	CHECK(pages > 10000 && pages % 8 == 0);
	while (nr_live < MAX_LIVE) {
		unsigned was = nr_live;

		model_alloc(&caches[3], 4000);
		if (nr_live == was)
			break;
	}
	CHECK(!kmem_cache_alloc(&caches[3]));
	slab_validate();
	while ((block = first)) {
		first = *block;
		kfree(block);
	}
	check_all_back();
}

static void fails_nth(void)
{
	machine();
	model_alloc(&caches[1], 20);
	fail_alloc_after(2);
	model_alloc(&caches[1], 20);
	CHECK(nr_live == 2);
	CHECK(!kmalloc(20));
	fail_alloc_after(2); /* the second is the new slab's page */
	CHECK(!kmalloc(1000));
	check_all_back();
}

static void sizes(void)
{
	static const u8 zero[5000];
	u8 *p, *q;

	machine();
	p = kmalloc(0);
	q = kmalloc(0);
	CHECK(p && q && p != q);
	kfree(p);
	kfree(q);
	kfree(NULL);
	CHECK(!kmalloc(4 * MiB + 1));
	CHECK(!kmalloc(0xffffffff));
	p = kmalloc(4 * MiB);
	CHECK(p);
	kfree(p);
	for (u32 size = 1; size < sizeof(zero); size += 7) {
		p = kzalloc(size);
		CHECK(!memcmp(p, zero, size));
		kfree(p);
	}
	check_all_back();
}

/* ---- deaths */

static u8 *victim;

static void free_victim(void)
{
	kfree(victim);
}

static void free_to_other_cache(void)
{
	kmem_cache_free(&caches[0], victim);
}

static void alloc_one(void)
{
	kmem_cache_alloc(&caches[1]);
}

static void deaths(void)
{
	machine();
	victim = kmalloc(60);
	CHECK(panics(free_to_other_cache, "freed to a cache it is not from"));
	kfree(victim);
	CHECK(panics(free_victim, "kmalloc-64: object"));
	machine();
	victim = kmalloc(5000);
	kfree(victim);
	CHECK(panics(free_victim, "is not allocated"));
}

static void double_free_later(void)
{
	u8 *other;

	machine();
	victim = kmalloc(60);
	other = kmalloc(60);
	kfree(victim);
	kfree(other);
	CHECK(panics(free_victim, "double free"));
}

static void overrun(void)
{
	machine();
	victim = kmalloc(64);
	victim[64] = 0;
	CHECK(panics(free_victim, "written to beyond its end"));
	victim = kmalloc(64);
	victim += 8;
	CHECK(panics(free_victim, "not the start of an object"));
}

static void use_after_free(void)
{
	machine();
	victim = kmem_cache_alloc(&caches[1]);
	kmem_cache_free(&caches[1], victim);
	victim[10] = 0;
	CHECK(panics(slab_validate, "written to after it was freed"));
	CHECK(panics(alloc_one, "written to after it was freed"));
	machine();
	victim = kmem_cache_alloc(&caches[1]);
	kmem_cache_free(&caches[1], victim);
	memset(victim, 0x44, 8);
	CHECK(panics(slab_validate, "free list damaged"));
}

int main(void)
{
	host_start(1000000);
	test("random operations", random_operations);
	test("out of memory and back", out_of_memory);
	test("the Nth allocation fails", fails_nth);
	test("every size", sizes);
	test("wrong frees panic", deaths);
	if (DEBUG) {
		test("a double free panics late, too", double_free_later);
		test("a write beyond the end panics", overrun);
		test("a write after the free panics", use_after_free);
	}
	return host_done();
}
