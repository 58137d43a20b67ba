/*
 * slab.c - caches of small objects, and kmalloc.
 *
 * For everyone in the kernel who needs less than a page. A cache has objects of one
 * size. Its memory comes page by page; a page cut into objects is a slab:
 *
 *   struct kmem_cache
 *     partial <-> page <-> page        slabs with a free object
 *     full    <-> page <-> page        slabs without
 *
 *   struct page    .free ------+       .inuse = 3      .cache -> the cache
 *                              v
 *   the page   | used | used | free | used | free | free | (rest) |
 *                                '------------^ '-----^ '-> NULL
 *
 * The free objects are linked through their own first word. The first slab of
 * `partial` serves: an allocation takes the head of its list, a free puts it back
 * there, so that what is handed out next is what was used last. The slab of an
 * object is found from its address, through mem_map.
 *
 * Invariants, which slab_validate() checks:
 *   - a slab is on `partial` if it has a free object, else on `full`
 *   - .inuse is what is not on the free list
 *   - at most one slab of a cache is empty: the next one goes back to page.c
 *
 * Debug builds put a word behind each object that says whether it is allocated,
 * and fill free objects with POISON_FREE, new ones with POISON_NEW: a write beyond
 * the end, after the free, and a second free panic and name the object.
 *
 * Left out: slabs of several pages (an object over half a page wastes some),
 * constructors, merging of like caches, per-processor slabs, shrinkers.
 */
#include "mm/slab.h"

#define SLAB_ALIGN     8 /* no type of ours needs more: u64 */
#define POISON_NEW     0xa5
#define WORD_FREE      0x0badf4eeu
#define WORD_ALLOCATED 0xa110ca7eu

struct list_head slab_caches = LIST_INIT(slab_caches);
u32 kmalloc_large_pages;

static const struct {
	u32 size;
	const char *name;
} classes[] = {
	{ 16, "kmalloc-16" },	  { 32, "kmalloc-32" },
	{ 64, "kmalloc-64" },	  { 96, "kmalloc-96" },
	{ 128, "kmalloc-128" },	  { 192, "kmalloc-192" },
	{ 256, "kmalloc-256" },	  { 512, "kmalloc-512" },
	{ 1024, "kmalloc-1024" }, { KMALLOC_SMALL, "kmalloc-2048" },
};
static struct kmem_cache kmalloc_caches[ARRAY_SIZE(classes)];
struct kmem_cache *kmalloc_class[KMALLOC_SMALL / 16 + 1];

/* ---- debug: what is around and in an object */

static u32 *state_word(struct kmem_cache *cache, void *obj)
{
	return (u32 *)(void *)((char *)obj + ALIGN_UP(cache->objsize, 4));
}

static noreturn void bad_object(struct kmem_cache *cache, const void *obj,
				const char *what)
{
	panic("%s: object %p: %s", cache->name, obj, what);
}

static void check_word(struct kmem_cache *cache, void *obj, u32 want)
{
	u32 word = *state_word(cache, obj);

	if (word == want)
		return;
	if (word == WORD_FREE)
		bad_object(cache, obj, "double free");
	if (word == WORD_ALLOCATED)
		bad_object(cache, obj, "on the free list, but allocated");
	bad_object(cache, obj, "written to beyond its end");
}

/* A free object: all but its link must still be poison. */
static void check_free(struct kmem_cache *cache, void *obj)
{
	const u8 *bytes = obj;

	check_word(cache, obj, WORD_FREE);
	for (u32 i = sizeof(void *); i < cache->objsize; i++)
		if (bytes[i] != POISON_FREE)
			bad_object(cache, obj, "written to after it was freed");
}

static void mark_free(struct kmem_cache *cache, void *obj)
{
	memset(obj, POISON_FREE, cache->objsize);
	*state_word(cache, obj) = WORD_FREE;
}

static void mark_allocated(struct kmem_cache *cache, void *obj)
{
	check_free(cache, obj);
	memset(obj, POISON_NEW, cache->objsize);
	*state_word(cache, obj) = WORD_ALLOCATED;
}

/* The page of an object that the caller says is ours. */
static struct page *object_page(const void *obj)
{
	struct page *page = virt_to_page(obj);

	if (DEBUG && (page < mem_map || page_is_highmem(page)))
		panic("free of %p: not an address of low memory", obj);
	return page;
}

/* Whether the pointer is to the start of an object of this slab. */
static bool is_object(const struct page *page, const void *obj)
{
	u32 offset = (u32)((vaddr_t)obj - (vaddr_t)page_address(page));

	return offset < PAGE_SIZE && offset % page->cache->size == 0 &&
	       offset / page->cache->size < page->cache->per_slab;
}

/* ---- slabs */

/* Adds a slab to `partial`. => false when out of memory */
static noinline bool slab_new(struct kmem_cache *cache)
{
	struct page *page = alloc_page(GFP_KERNEL);
	char *obj;

	if (!page)
		return false;
	page->flags = PG_SLAB;
	page->cache = cache;
	page->inuse = 0;
	page->free = NULL;
	/* backwards, so that objects are handed out in order of address */
	obj = (char *)page_address(page) + cache->per_slab * cache->size;
	for (u32 i = 0; i < cache->per_slab; i++) {
		obj -= cache->size;
		if (DEBUG)
			mark_free(cache, obj);
		*(void **)(void *)obj = page->free;
		page->free = obj;
	}
	list_add(&page->list, &cache->partial);
	cache->nr_slabs++;
	return true;
}

static void slab_release(struct page *page)
{
	struct kmem_cache *cache = page->cache;

	if (DEBUG)
		for (void **obj = page->free; obj; obj = *obj)
			check_free(cache, obj);
	list_del(&page->list);
	cache->nr_slabs--;
	page->flags = 0;
	page->cache = NULL;
	page->free = NULL;
	free_page(page);
}

static noinline void slab_move(struct page *page, struct list_head *to)
{
	list_del(&page->list);
	list_add(&page->list, to);
}

/* An object came back to a slab that was full, or was its last one. */
static noinline void slab_freed(struct page *page, bool was_full)
{
	struct kmem_cache *cache = page->cache;

	if (was_full)
		slab_move(page, &cache->partial);
	/* Empty, and not the only slab to allocate from? */
	if (!page->inuse && cache->partial.next != cache->partial.prev)
		slab_release(page);
}

/* ---- caches */

void kmem_cache_init(struct kmem_cache *cache, const char *name, u32 size,
		     u32 align)
{
	u32 objsize = max(size, (u32)sizeof(void *)), need = objsize;

	align = max(align, (u32)SLAB_ALIGN);
	assert(IS_ALIGNED(align, align));
	if (DEBUG)
		need = ALIGN_UP(need, 4) + sizeof(u32); /* the state word */
	*cache = (struct kmem_cache){ .name = name, .objsize = objsize };
	cache->size = ALIGN_UP(need, align);
	cache->per_slab = PAGE_SIZE / cache->size;
	assert(cache->per_slab);
	list_init(&cache->partial);
	list_init(&cache->full);
	list_add_tail(&cache->caches, &slab_caches);
}

void *kmem_cache_alloc(struct kmem_cache *cache)
{
	struct page *page;
	void **obj, *next;

	if (alloc_should_fail())
		return NULL;
	if (unlikely(list_empty(&cache->partial)) && !slab_new(cache))
		return NULL;
	page = list_first(&cache->partial, struct page, list);
	obj = page->free;
	if (DEBUG && !is_object(page, obj))
		bad_object(cache, obj, "free list damaged");
	next = *obj;
	page->free = next;
	page->inuse++;
	cache->nr_objs++;
	if (unlikely(!next))
		slab_move(page, &cache->full);
	if (DEBUG)
		mark_allocated(cache, obj);
	return obj;
}

/* => the object is of this slab */
static void slab_free(struct page *page, void **obj)
{
	struct kmem_cache *cache = page->cache;
	bool was_full = !page->free;

	if (DEBUG) {
		if (!is_object(page, obj))
			bad_object(cache, obj, "not the start of an object");
		check_word(cache, obj, WORD_ALLOCATED);
		mark_free(cache, obj);
	} else if (unlikely(obj == page->free)) {
		bad_object(cache, obj, "double free");
	}
	*obj = page->free;
	page->free = obj;
	page->inuse--;
	cache->nr_objs--;
	if (unlikely(was_full || !page->inuse))
		slab_freed(page, was_full);
}

void kmem_cache_free(struct kmem_cache *cache, void *obj)
{
	struct page *page = object_page(obj);

	if (unlikely(!(page->flags & PG_SLAB) || page->cache != cache))
		bad_object(cache, obj, "freed to a cache it is not from");
	slab_free(page, obj);
}

/* ---- kmalloc */

static unsigned order_for(u32 size)
{
	unsigned order = 0;

	while (order <= MAX_ORDER && (PAGE_SIZE << order) < size)
		order++;
	return order;
}

void *kmalloc_large(u32 size)
{
	struct page *page = alloc_pages(GFP_KERNEL, order_for(size));

	if (!page)
		return NULL;
	kmalloc_large_pages += 1u << page->order;
	return page_address(page);
}

static noinline void kfree_large(struct page *page, void *obj)
{
	if (page->refs != 1 || page->flags || obj != page_address(page))
		panic("kfree: %p is not allocated (a double free?)", obj);
	kmalloc_large_pages -= 1u << page->order;
	free_pages(page, page->order);
}

void *kzalloc(u32 size)
{
	void *obj = kmalloc(size);

	return obj ? memset(obj, 0, size) : NULL;
}

void kfree(void *obj)
{
	struct page *page;

	if (!obj)
		return;
	page = object_page(obj);
	if (likely(page->flags & PG_SLAB))
		slab_free(page, obj);
	else
		kfree_large(page, obj);
}

void slab_init(void)
{
	for (u32 c = 0, i = 0; c < ARRAY_SIZE(classes); c++) {
		kmem_cache_init(&kmalloc_caches[c], classes[c].name,
				classes[c].size, SLAB_ALIGN);
		for (; i <= classes[c].size / 16; i++)
			kmalloc_class[i] = &kmalloc_caches[c];
	}
}

/* ---- counts and checks */

struct slab_usage slab_usage(void)
{
	struct slab_usage usage = { 0, 0 };
	struct kmem_cache *cache;

	list_for_each_entry (cache, &slab_caches, caches) {
		usage.pages += cache->nr_slabs;
		usage.objects += cache->nr_objs;
	}
	return usage;
}

static void validate_slab(struct kmem_cache *cache, struct page *page)
{
	u32 free = 0;

	if (page->flags != PG_SLAB || page->cache != cache || page->refs != 1)
		panic("%s: slab %p: flags %x, refs %d", cache->name,
		      page_address(page), page->flags, (int)page->refs);
	for (void **obj = page->free; obj; obj = *obj) {
		if (!is_object(page, obj) || ++free > cache->per_slab)
			bad_object(cache, obj, "free list damaged");
		if (DEBUG)
			check_free(cache, obj);
	}
	if (free + page->inuse != cache->per_slab)
		panic("%s: slab %p: %u free and %u in use of %u", cache->name,
		      page_address(page), free, page->inuse, cache->per_slab);
}

static void validate_cache(struct kmem_cache *cache)
{
	u32 slabs = 0, objs = 0, empty = 0;
	struct list_head *list = &cache->partial;
	struct page *page;

	for (int full = 0; full < 2; full++, list = &cache->full)
		list_for_each_entry (page, list, list) {
			validate_slab(cache, page);
			assert((page->inuse == cache->per_slab) == full);
			empty += !page->inuse;
			objs += page->inuse;
			slabs++;
		}
	if (slabs != cache->nr_slabs || objs != cache->nr_objs || empty > 1)
		panic("%s: %u slabs with %u objects, %u empty; counted %u, %u",
		      cache->name, slabs, objs, empty, cache->nr_slabs,
		      cache->nr_objs);
}

void slab_validate(void)
{
	struct kmem_cache *cache;

	list_for_each_entry (cache, &slab_caches, caches)
		validate_cache(cache);
}
