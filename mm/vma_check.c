/*
 * vma_check.c - checks a tree of areas against its own invariants.
 *
 * vma_validate() is called after changes of the tree in debug builds, by the
 * audit, and by the tests. It believes nothing it has not seen: from the list
 * it goes to each area, and asks whether the tree, walked by its own links
 * alone, would come to the same next one, and whether height and gap follow
 * from the children. It stops at the first difference: what comes after
 * it would only be its consequences.
 */
#include "mm/vma.h"

/* The next area as the tree alone has it. */
static const struct vma *tree_next(const struct vma *v)
{
	const struct vma *below;

	if (v->child[RIGHT]) {
		v = v->child[RIGHT];
		while (v->child[LEFT])
			v = v->child[LEFT];
		return v;
	}
	do {
		below = v;
		v = v->parent;
	} while (v && v->child[RIGHT] == below);
	return v;
}

static const char *fault_of_range(const struct vma_tree *tree,
				  const struct vma *v)
{
	if (v->start >= v->end || !IS_ALIGNED(v->start | v->end, PAGE_SIZE))
		return "is empty or not page-aligned";
	if (v->start < (v->prev ? v->prev->end : tree->low) ||
	    v->end > tree->high)
		return "overlaps the one before it, or is out of bounds";
	if (!v->ops && v->pgoff != v->start >> PAGE_SHIFT)
		return "is anonymous, but has another pgoff";
	return NULL;
}

static const char *fault_of_links(const struct vma_tree *tree,
				  const struct vma *v)
{
	const struct vma *up = v->parent;

	if (v->next ? v->next->prev != v : tree->last != v)
		return "is not its next one's prev";
	if (up ? up->child[LEFT] != v && up->child[RIGHT] != v
	       : tree->root != v)
		return "is not its parent's child";
	if (tree_next(v) != v->next)
		return "has another next in the tree than in the list";
	return NULL;
}

static const char *fault_of_sums(const struct vma_tree *tree,
				 const struct vma *v)
{
	const struct vma *l = v->child[LEFT], *r = v->child[RIGHT];
	u32 hl = vma_height(l), hr = vma_height(r);
	u32 gap = vma_own_gap(tree, v), gl = vma_gap(l), gr = vma_gap(r);

	if (hl > hr + VMA_LEAN_MAX || hr > hl + VMA_LEAN_MAX)
		return "leans";
	if (vma_height(v) != 1 + max(hl, hr) &&
	    (hl != hr || !hl || vma_height(v) != 2 + hl))
		return "has a wrong height";
	gap = max(gap, gl);
	gap = max(gap, gr);
	return vma_gap(v) != gap ? "has a wrong gap" : NULL;
}

void vma_validate(const struct vma_tree *tree)
{
	const struct vma *v, *prev = NULL;
	const char *fault = NULL;
	bool cached_seen = !tree->cached;
	u32 count = 0;

	for_each_vma (v, tree) {
		if (v->prev != prev)
			fault = "has a wrong prev";
		fault = fault ?: fault_of_range(tree, v)
			      ?: fault_of_links(tree, v)
			      ?: fault_of_sums(tree, v);
		if (fault)
			panic("area %lx-%lx %s", v->start, v->end, fault);
		cached_seen |= v == tree->cached;
		prev = v;
		count++;
	}
	if (count != tree->count || prev != tree->last || !cached_seen)
		panic("areas: %u in the list, %u counted; cached: %p", count,
		      tree->count, (void *)tree->cached);
}
