/*
 * audit.c - the kernel checks itself: on demand, and when init has ended.
 *
 * At the end nothing is left that could hold memory: no process, no file system. So as many pages
 * must be free, and as many objects be allocated in each cache, as before there were any.
 * What differs has leaked, and the cache's name says what it was.
 */
#include "kernel/fs/vfs.h"
#include "kernel/process.h"
#include "mm/kmap.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

#define CACHES_MAX 48

static struct {
	u32 pages; /* allocated, but not as slabs: those keep empty ones */
	u32 objs[CACHES_MAX];
} before;

/* Of what the allocator manages: it gets more while the kernel runs (the initial archive's
 * memory), so free pages alone would not do. */
static u32 count_pages(void)
{
	struct zone_stats zone;
	u32 n = 0;

	drain_stacks();
	for (enum zone_type z = 0; z < NR_ZONES; z++) {
		zone_stats(z, &zone);
		n += zone.managed - zone.free;
	}
	return n - slab_usage().pages;
}

void audit_allocators(void)
{
	page_alloc_validate();
	slab_validate();
	kmap_validate();
	vmalloc_validate();
}

u32 audit_now(void)
{
	struct mm *mm;
	u32 n = 0;

	audit_allocators();
	if (!page_audit_begin())
		return ~0u;
	list_for_each_entry (mm, &all_mms, all)
		n += mm_audit(mm);
	return n + page_audit_end();
}

void audit_begin(void)
{
	struct kmem_cache *cache;
	u32 i = 0;

	before.pages = count_pages();
	list_for_each_entry (cache, &slab_caches, caches) {
		assert(i < CACHES_MAX);
		before.objs[i++] = cache->nr_objs;
	}
}

u32 audit_end(void)
{
	struct kmem_cache *cache;
	u32 i = 0, n = 0, pages;

	vfs_destroy();
	pages = count_pages(); /* first: it also frees objects */
	audit_allocators();
	list_for_each_entry (cache, &slab_caches, caches) {
		if (cache->nr_objs != before.objs[i]) {
			printk("audit: %s: %u objects, %u before\n",
			       cache->name, cache->nr_objs, before.objs[i]);
			n++;
		}
		i++;
	}
	if (pages != before.pages) {
		printk("audit: %u pages allocated, %u before\n", pages,
		       before.pages);
		n++;
	}
	return n;
}
