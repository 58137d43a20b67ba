/*
 * slab.h - caches of small objects, and kmalloc on top of them.
 */
#pragma once

#include "mm/page.h"

/* A slab is one page: its struct page has the free list and the counts. */
struct kmem_cache {
	const char *name;
	u32 size;		  /* the distance between objects, bytes */
	u32 objsize;		  /* what was asked for, at least a pointer's */
	u32 per_slab;		  /* objects in a slab */
	u32 nr_slabs;		  /* full, partial and empty ones */
	u32 nr_objs;		  /* allocated now */
	struct list_head partial; /* slabs with a free object, by page->list */
	struct list_head full;	  /* slabs without */
	struct list_head caches;  /* in slab_caches */
};

/* All caches, by ->caches. */
extern struct list_head slab_caches;

/* Makes a cache, of objects of at most a page; align: a power of two, or 0 for
 * that of any type. Takes no memory yet. */
void kmem_cache_init(struct kmem_cache *cache, const char *name, u32 size,
		     u32 align);
/* => NULL when out of memory; contents undefined */
void *kmem_cache_alloc(struct kmem_cache *cache);
void kmem_cache_free(struct kmem_cache *cache, void *obj);

#define KMALLOC_SMALL 2048 /* beyond, kmalloc() takes whole pages */
/* The caches of kmalloc(): [i] serves sizes (16 * (i - 1), 16 * i]. */
extern struct kmem_cache *kmalloc_class[KMALLOC_SMALL / 16 + 1];
void *kmalloc_large(u32 size);

/* Up to 4 MiB; more than half a page comes straight from the page allocator.
 * => NULL when out of memory or too large; physically contiguous; aligned to 8;
 * an object of its own even for size 0 */
static inline void *kmalloc(u32 size)
{
	if (unlikely(size > KMALLOC_SMALL))
		return kmalloc_large(size);
	return kmem_cache_alloc(kmalloc_class[(size + 15) / 16]);
}

void *kzalloc(u32 size);
void kfree(void *obj); /* NULL is let through */
static inline void scoped_kfree(void *obj)
{
	kfree(*(void **)obj);
}
/* scoped_mem char *p = kmalloc(n): p is freed when its block is left, in whatever way. */
#define scoped_mem __attribute__((cleanup(scoped_kfree)))
/* What a scoped pointer has outlives the block. => it */
static inline void *scoped_keep(void *pointer)
{
	void *kept = *(void **)pointer;

	*(void **)pointer = NULL;
	return kept;
}

/* Pages in all slabs, and objects allocated in all caches. */
struct slab_usage {
	u32 pages, objects;
};
struct slab_usage slab_usage(void);
/* Pages that kmalloc() took straight from the page allocator. */
extern u32 kmalloc_large_pages;

void slab_init(void);
/* Checks every slab's free list and counts; panics at the first difference. */
void slab_validate(void);
