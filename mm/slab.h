/*
 * slab.h - caches of small objects, and kmalloc on top of them.
 */
#ifndef MM_SLAB_H
#define MM_SLAB_H

#include "mm/page.h"

struct kmem_cache {
	const char *name;
	u32 size;  /* the distance between objects, bytes */
	u32 objsize; /* what was asked for */
	u32 order; /* pages in a slab: 2^order */
	u32 per_slab;		/* objects in a slab */
	struct list_head partial; /* slabs with free objects, by page->list... */
	struct list_head caches;  /* all caches */
	u32 nr_slabs, nr_objs;	/* nr_objs: allocated now */
	u64 allocs;
};

/* Makes a cache. => panics when out of memory: caches are made at boot */
void kmem_cache_init(struct kmem_cache *cache, const char *name, u32 size,
		     u32 align);
/* => NULL when out of memory; contents undefined */
void *kmem_cache_alloc(struct kmem_cache *cache);
void kmem_cache_free(struct kmem_cache *cache, void *obj);

/* Up to 4 MiB; more than half a page comes straight from the page allocator.
 * => NULL when out of memory or too large; physically contiguous */
void *kmalloc(u32 size);
void *kzalloc(u32 size);
void kfree(void *obj); /* NULL is let through */

void slab_init(void);
/* Checks every slab's free list and counts; panics at the first difference. */
void slab_validate(void);

#endif
