/*
 * radix.c - a radix tree: pointers by a 32-bit index.
 *
 * For filemap.c, where the index is the number of a page of a file. Six bits of it
 * choose the way at each level, the highest first:
 *
 *	index 70 = 1 : 6	height 2
 *
 *	root -> | . | * | . |		slot 1: indexes 64 to 127
 *	              \
 *	               | . ... * ... |	slot 6: the item
 *
 * The tree is only as high as its largest index needs. Height 0 has no node at all:
 * root itself is the item of index 0, which is all that a file of one page wants.
 *
 * Invariants: every node has an item below it; the height is the least one that can
 * hold what was inserted since the tree was last empty. Also compiled for the host,
 * where tests/host drives it against an array.
 *
 * Items can be tagged. In every node a bit for each slot says whether anything below
 * is, so that what is tagged (dirty pages) is found without looking at the rest.
 * Linux's xarray also stores ranges as one entry, and has three kinds of marks.
 */
#include "mm/radix.h"
#include "mm/slab.h"

static struct kmem_cache nodes;

void radix_init(void)
{
	kmem_cache_init(&nodes, "radix_node", sizeof(struct radix_node), 0);
}

static struct radix_node *node_alloc(void)
{
	struct radix_node *node = kmem_cache_alloc(&nodes);

	if (node)
		memset(node, 0, sizeof(*node));
	return node;
}

/* Whether a tree of this height has a place for index. */
static inline bool fits(u32 height, u32 index)
{
	/* Six levels hold 36 bits: every index. */
	return height >= 6 || !(index >> (height * RADIX_BITS));
}

/* The way to go in a node of `level` (1: its slots are items). */
static inline u32 way(u32 level, u32 index)
{
	return index >> ((level - 1) * RADIX_BITS) & (RADIX_WAY - 1);
}

void *radix_lookup(const struct radix *tree, u32 index)
{
	void *p = tree->root;
	u32 shift = tree->height * RADIX_BITS;

	if (!fits(tree->height, index))
		return NULL;
	while (shift && p) {
		shift -= RADIX_BITS;
		p = ((struct radix_node *)p)
			    ->slots[index >> shift & (RADIX_WAY - 1)];
	}
	return p;
}

/* The node with the slot of index. => NULL: there is none, or height is 0 */
static inline struct radix_node *find_leaf(const struct radix *tree, u32 index)
{
	struct radix_node *node = tree->root;
	u32 shift = tree->height * RADIX_BITS;

	if (!shift || !fits(tree->height, index))
		return NULL;
	while ((shift -= RADIX_BITS) && node)
		node = node->slots[index >> shift & (RADIX_WAY - 1)];
	return node;
}

void *const *radix_run(const struct radix *tree, u32 index, u32 *n)
{
	struct radix_node *leaf = find_leaf(tree, index);
	u32 first = index & (RADIX_WAY - 1);

	*n = tree->height ? RADIX_WAY - first : 1;
	if (!tree->height && tree->root && !index)
		return (void *const *)&tree->root;
	return leaf ? leaf->slots + first : NULL;
}

/* Adds levels at the top until index fits. */
static int grow(struct radix *tree, u32 index)
{
	while (!fits(tree->height, index)) {
		if (tree->root) {
			struct radix_node *node = node_alloc();

			if (!node)
				return -ENOMEM;
			node->slots[0] = tree->root;
			node->count = 1;
			node->tags[0] = tree->tagged;
			tree->root = node;
		}
		tree->height++;
	}
	return 0;
}

/* Frees the empty nodes on the way to index. => whether this one was */
static bool free_empty(struct radix_node *node, u32 level, u32 index)
{
	void **slot = &node->slots[way(level, index)];

	if (level > 1 && *slot && free_empty(*slot, level - 1, index)) {
		*slot = NULL;
		node->count--;
	}
	if (node->count)
		return false;
	kmem_cache_free(&nodes, node);
	return true;
}

static void prune(struct radix *tree, u32 index)
{
	if (tree->root && free_empty(tree->root, tree->height, index))
		tree->root = NULL;
	if (!tree->root)
		tree->height = 0;
}

int radix_insert(struct radix *tree, u32 index, void *item)
{
	int err = grow(tree, index);
	void **slot = &tree->root;
	struct radix_node *node = NULL;

	if (err)
		return err;
	for (u32 level = tree->height; level; level--) {
		if (!*slot) {
			*slot = node_alloc();
			if (!*slot) {
				prune(tree, index);
				return -ENOMEM;
			}
			if (node)
				node->count++;
		}
		node = *slot;
		slot = &node->slots[way(level, index)];
	}
	if (*slot)
		return -EEXIST;
	*slot = item;
	if (node)
		node->count++;
	return 0;
}

static inline bool has_tag(const struct radix_node *node, u32 slot)
{
	return node->tags[slot / 32] >> slot % 32 & 1;
}

void radix_tag(struct radix *tree, u32 index)
{
	struct radix_node *node = tree->root;

	tree->tagged = 1;
	for (u32 level = tree->height; level; level--) {
		u32 slot = way(level, index);

		node->tags[slot / 32] |= 1u << slot % 32;
		node = node->slots[slot];
	}
}

bool radix_join_tagged(struct radix *tree, u32 index, void *item)
{
	struct radix_node *leaf = find_leaf(tree, index);
	u32 slot = way(1, index);

	/* Its neighbours' tags are its own, further up. */
	if (!leaf || leaf->slots[slot] || !(leaf->tags[0] | leaf->tags[1]))
		return false;
	leaf->slots[slot] = item;
	leaf->count++;
	leaf->tags[slot / 32] |= 1u << slot % 32;
	return true;
}

/* => whether anything is still tagged below the node */
static u32 untag(struct radix_node *node, u32 level, u32 index)
{
	u32 slot = way(level, index);

	if (level == 1 || !untag(node->slots[slot], level - 1, index))
		node->tags[slot / 32] &= ~(1u << slot % 32);
	return node->tags[0] | node->tags[1];
}

void radix_untag(struct radix *tree, u32 index)
{
	if (!tree->height || !untag(tree->root, tree->height, index))
		tree->tagged = 0;
}

void *radix_delete(struct radix *tree, u32 index)
{
	void *item = radix_lookup(tree, index);
	struct radix_node *node = find_leaf(tree, index);

	if (!item)
		return NULL;
	if (!node) {
		tree->root = NULL;
		tree->tagged = 0;
		return item;
	}
	if (has_tag(node, way(1, index)))
		radix_untag(tree, index);
	node->slots[way(1, index)] = NULL;
	node->count--;
	if (!node->count)
		prune(tree, index);
	return item;
}

static inline void *next(const struct radix *tree, u32 *index, bool tagged)
{
	u32 i = *index;

	while (fits(tree->height, i)) {
		u32 level = tree->height;
		void *p = tree->root;

		while (level && p) {
			const struct radix_node *node = p;
			u32 slot = way(level, i);

			p = tagged && !has_tag(node, slot) ? NULL
							   : node->slots[slot];
			level--;
		}
		if (p) {
			*index = i;
			return p;
		}
		if (!tree->root || !tree->height)
			return NULL;
		/* the first one under the next slot of this level */
		i = ((i >> level * RADIX_BITS) + 1) << level * RADIX_BITS;
		if (!i)
			return NULL;
	}
	return NULL;
}

void *radix_next(const struct radix *tree, u32 *index)
{
	return next(tree, index, false);
}

void *radix_next_tagged(const struct radix *tree, u32 *index)
{
	return tree->tagged ? next(tree, index, true) : NULL;
}
