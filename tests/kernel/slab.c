/*
 * slab.c - mm/slab.c in the kernel. tests/host/test-slab.c has the random
 * operations.
 */
#include "kernel/ktest.h"
#include "mm/slab.h"

#define MANY 300

static void *objs[MANY];
static struct kmem_cache cache;

/* The kernel's caches stay; the test's has given back all its objects, and goes. */
static void end_cache(void)
{
	struct page *page, *next;

	EXPECT_EQ(cache.nr_objs, 0);
	list_for_each_entry_safe (page, next, &cache.partial, list) {
		page->flags = 0;
		page->cache = NULL;
		page->free = NULL;
		free_page(page);
	}
	list_del(&cache.caches);
}

KTEST(slab_objects_are_apart)
{
	u32 free = nr_free_pages();

	kmem_cache_init(&cache, "test", 40, 0);
	for (u32 i = 0; i < MANY; i++) {
		objs[i] = kmem_cache_alloc(&cache);
		EXPECT(objs[i] && IS_ALIGNED((vaddr_t)objs[i], 8));
		memset(objs[i], (int)i & 0xff, 40);
	}
	EXPECT_EQ(cache.nr_objs, MANY);
	slab_validate();
	for (u32 i = 0; i < MANY; i++) {
		for (u32 b = 0; b < 40; b++)
			EXPECT(((u8 *)objs[i])[b] == (i & 0xff));
		kmem_cache_free(&cache, objs[i]);
	}
	EXPECT_EQ(cache.nr_objs, 0);
	EXPECT_EQ(cache.nr_slabs, 1); /* one empty slab is kept */
	slab_validate();
	end_cache();
	EXPECT_EQ(nr_free_pages(), free);
}

KTEST(slab_last_freed_is_next_given)
{
	void *obj = kmalloc(64);

	kfree(obj);
	EXPECT_EQ(kmalloc(64), obj);
	kfree(obj);
}

KTEST(slab_aligns_as_asked)
{
	kmem_cache_init(&cache, "test", 100, 256);
	for (u32 i = 0; i < MANY; i++) {
		objs[i] = kmem_cache_alloc(&cache);
		EXPECT(IS_ALIGNED((vaddr_t)objs[i], 256));
	}
	for (u32 i = 0; i < MANY; i++)
		kmem_cache_free(&cache, objs[i]);
	end_cache();
}

KTEST(slab_kmalloc_of_every_size)
{
	u32 large = kmalloc_large_pages;

	for (u32 size = 0; size <= 4 * MiB; size = size * 5 / 4 + 1) {
		u8 *obj = kmalloc(size);

		EXPECT(obj);
		if (!obj)
			break;
		memset(obj, 0x11, size);
		kfree(obj);
	}
	EXPECT_EQ(kmalloc_large_pages, large);
	EXPECT(!kmalloc(4 * MiB + 1));
	EXPECT(!kmalloc(0xffffffff));
	kfree(NULL);
	slab_validate();
}

KTEST(slab_kzalloc_clears)
{
	u8 *obj = kmalloc(200);

	memset(obj, 1, 200);
	kfree(obj);
	obj = kzalloc(200);
	for (u32 i = 0; i < 200; i++)
		EXPECT(obj[i] == 0);
	kfree(obj);
}

KTEST(slab_nth_allocation_fails)
{
	void *obj;

	fail_alloc_after(2);
	obj = kmalloc(64);
	EXPECT(obj || fail_nth == 0);
	EXPECT(!obj || !kmalloc(64));
	EXPECT_EQ(fail_nth, 0);
	kfree(obj);
	slab_validate();
}
