/*
 * vma.c - the tree of virtual memory areas.
 *
 * Every area is in two structures at once, of which neither needs memory of
 * its own: a list in address order (next, prev), and a binary search tree
 * (parent, child[]).
 *
 *	low                                                    high
 *	 |....[4,6)....[10,12)...[15,17)...[20,25)..............|
 *
 *	               [10,12)  own gap 4, gap 4
 *	              /       \
 *	[4,6)  own gap 4     [20,25)  own gap 3, gap 3
 *	                     /
 *	               [15,17)  own gap 3
 *
 * An area's own gap is the free space between it and the area before it, less the
 * guard gap if it is a stack; `gap` is the largest own gap in a subtree. A search
 * for free space goes down only where `gap` says there is enough, and so takes as
 * long as finding an address. (The space after the last area is looked at apart.)
 *
 * The tree is balanced by height: two siblings differ by two at most. (An AVL tree
 * allows one, and rotates to and fro where an area comes and goes again.) Above two
 * equal children a height may stay that is one too large: what comes and goes then
 * changes heights nearby only. `height` and `gap` follow from the children's, so one
 * function, fix(), serves every change: from its place it goes up, computes both
 * anew, rotates where the tree leans, and stops as soon as nothing changes. A
 * red-black tree rotates a little less; this is a third of its code.
 *
 * Invariants, checked by vma_validate():
 *	- areas are not empty, page-aligned, in [low, high), in order, disjoint
 *	- the list is the tree's in-order walk; count is its length
 *	- heights, balance and gaps are as said above
 *
 * Linux has a maple tree here (a B-tree of ranges), for lock-free readers.
 */
#include "mm/vma.h"

/* ---------------------------------------------------------------- balance */

static inline u32 sum(const struct vma *v)
{
	return v ? v->sum : 0;
}

/* What an area says of its subtree, from what its children l and r say. The
 * largest gap decides which of two sums is the larger. */
static inline u32 sum_up(const struct vma_tree *tree, const struct vma *v,
			 u32 l, u32 r)
{
	vaddr_t own = vma_gap_end(tree, v) - vma_gap_start(tree, v);
	u32 gap = (u32)(own >> (PAGE_SHIFT - VMA_GAP_SHIFT));
	u32 hl = l & VMA_HEIGHT_MASK, hr = r & VMA_HEIGHT_MASK;

	gap = max(gap, l);
	gap = max(gap, r);
	return (gap & ~VMA_HEIGHT_MASK) + 1 + max(hl, hr);
}

static inline void update(const struct vma_tree *tree, struct vma *v)
{
	v->sum = sum_up(tree, v, sum(v->child[LEFT]), sum(v->child[RIGHT]));
}

static inline void set_child(struct vma *v, int side, struct vma *child)
{
	v->child[side] = child;
	if (child)
		child->parent = v;
}

/* Hangs `new` (or nothing) where `old` hangs. */
static void replace(struct vma_tree *tree, struct vma *old, struct vma *new)
{
	struct vma *parent = old->parent;

	if (!parent)
		tree->root = new;
	else
		parent->child[parent->child[RIGHT] == old] = new;
	if (new)
		new->parent = parent;
}

/* v goes down to the side `dir`; its other child takes its place. */
static struct vma *rotate(struct vma_tree *tree, struct vma *v, int dir)
{
	struct vma *top = v->child[!dir];

	replace(tree, v, top);
	set_child(v, !dir, top->child[dir]);
	set_child(top, dir, v);
	update(tree, v);
	update(tree, top);
	return top;
}

/* Makes a subtree flat again that leans to a side. => its new top */
static noinline struct vma *rebalance(struct vma_tree *tree, struct vma *v,
				      int side)
{
	struct vma *child = v->child[side];

	if (vma_height(child->child[!side]) > vma_height(child->child[side]))
		rotate(tree, child, side);
	return rotate(tree, v, !side);
}

/* Whether both children are there, of the same height. */
static inline bool even(const struct vma *v)
{
	return v->child[LEFT] &&
	       vma_height(v->child[LEFT]) == vma_height(v->child[RIGHT]);
}

/* The gap in a child's sum has grown: no need to look at anything else. */
static inline void gap_grown(struct vma *v, u32 child_sum)
{
	u32 gap = child_sum & ~VMA_HEIGHT_MASK;

	for (; v && v->sum < gap; v = v->parent)
		v->sum = gap | (v->sum & VMA_HEIGHT_MASK);
}

/* Makes right v and what is above it, as far up as anything changes. */
static void fix(struct vma_tree *tree, struct vma *v)
{
	u32 old, l, r;
	int lean;

	for (; v; v = v->parent) {
		old = v->sum;
		l = sum(v->child[LEFT]);
		r = sum(v->child[RIGHT]);
		lean = (int)(r & VMA_HEIGHT_MASK) - (int)(l & VMA_HEIGHT_MASK);
		if (unlikely(lean < -VMA_LEAN_MAX || lean > VMA_LEAN_MAX))
			v = rebalance(tree, v, lean < 0 ? LEFT : RIGHT);
		else
			v->sum = sum_up(tree, v, l, r);
		if ((v->sum ^ old) & VMA_HEIGHT_MASK) {
			if (vma_height(v) < (old & VMA_HEIGHT_MASK) && even(v))
				v->sum++; /* one too large may stay */
			if ((v->sum ^ old) & VMA_HEIGHT_MASK)
				continue;
		}
		if (v->sum >= old) {
			gap_grown(v->parent, v->sum); /* or nothing has */
			break;
		}
	}
}

/* After every change: validates so often that it costs a constant each. */
static inline void changed(struct vma_tree *tree)
{
	tree->changes++;
	if (DEBUG && ++tree->unchecked >= tree->count / 16) {
		vma_validate(tree);
		tree->unchecked = 0;
	}
}

/* ---------------------------------------------------------------- changes */

void vma_tree_init(struct vma_tree *tree, vaddr_t low, vaddr_t high)
{
	*tree = (struct vma_tree){ .low = low, .high = high };
}

struct vma *vma_find(struct vma_tree *tree, vaddr_t addr)
{
	struct vma *v = tree->cached, *found = NULL;

	if (v && addr >= v->end) { /* the next one, or what is before it? */
		v = v->next;
		if (v && addr < v->end)
			return tree->cached = v;
	} else if (v &&
		   (addr >= v->start || !v->prev || addr >= v->prev->end)) {
		return v;
	}
	v = tree->root;
	while (v) {
		if (addr >= v->end) {
			v = v->child[RIGHT];
			continue;
		}
		found = v;
		if (addr >= v->start)
			break;
		v = v->child[LEFT];
	}
	if (found)
		tree->cached = found;
	return found;
}

/* No descent is needed to insert: either `next` has no left child, or the
 * area before it is the last one of its left subtree and has no right child. */
void vma_insert(struct vma_tree *tree, struct vma *v, struct vma *next)
{
	struct vma *prev = next ? next->prev : tree->last;

	assert(v->start < v->end && v->start >= vma_gap_start(tree, next) &&
	       v->end <= (next ? next->start : tree->high));
	v->prev = prev;
	v->next = next;
	*(prev ? &prev->next : &tree->first) = v;
	*(next ? &next->prev : &tree->last) = v;

	v->parent = v->child[LEFT] = v->child[RIGHT] = NULL;
	update(tree, v);
	if (next && !next->child[LEFT])
		set_child(next, LEFT, v);
	else if (prev)
		set_child(prev, RIGHT, v);
	else
		tree->root = v;
	tree->cached = v; /* it will be used soon */
	tree->count++;
	fix(tree, v->parent);
	if (v->parent != next)
		fix(tree, next); /* the gap before it has shrunk */
	changed(tree);
}

/* Takes v, which has two children, out of the tree: v->next, which has no
 * left child, takes its place. => where the tree below has changed */
static struct vma *replace_by_next(struct vma_tree *tree, struct vma *v)
{
	struct vma *next = v->next, *from;

	assert(next); /* v has a right child */
	from = next->parent == v ? next : next->parent;
	replace(tree, next, next->child[RIGHT]);
	replace(tree, v, next);
	set_child(next, LEFT, v->child[LEFT]);
	set_child(next, RIGHT, v->child[RIGHT]);
	next->sum = v->sum;
	return from;
}

void vma_remove(struct vma_tree *tree, struct vma *v)
{
	struct vma *next = v->next, *prev = v->prev, *from = v->parent;

	*(prev ? &prev->next : &tree->first) = next;
	*(next ? &next->prev : &tree->last) = prev;
	if (v->child[LEFT] && v->child[RIGHT])
		from = replace_by_next(tree, v);
	else
		replace(tree, v, v->child[!v->child[LEFT]]);
	if (tree->cached == v)
		tree->cached = next;
	tree->count--;
	fix(tree, from);
	if (from != next)
		fix(tree, next); /* the gap before it has grown */
	changed(tree);
}

static void set_start(struct vma *v, vaddr_t start)
{
	v->pgoff += (u32)(start >> PAGE_SHIFT) - (u32)(v->start >> PAGE_SHIFT);
	v->start = start;
}

void vma_resize(struct vma_tree *tree, struct vma *v, vaddr_t start,
		vaddr_t end)
{
	bool end_moves = v->end != end;

	assert(start < end && start >= vma_gap_start(tree, v) &&
	       end <= (v->next ? v->next->start : tree->high));
	v->end = end;
	if (v->start != start) {
		set_start(v, start);
		fix(tree, v);
	}
	if (end_moves)
		fix(tree, v->next);
	changed(tree);
}

void vma_split(struct vma_tree *tree, struct vma *v, vaddr_t addr,
	       struct vma *upper)
{
	assert(v->start < addr && addr < v->end);
	*upper = *v;
	list_init(&upper->shared);
	set_start(upper, addr);
	v->end = addr;
	vma_insert(tree, upper, v->next);
}

void vma_shift(struct vma_tree *tree, struct vma *v, vaddr_t addr)
{
	struct vma *next = v->next;

	assert(v->end == next->start && v->start < addr && addr < next->end);
	v->end = addr;
	set_start(next, addr);
	changed(tree);
}

bool vma_can_merge(const struct vma *lower, const struct vma *upper)
{
	return lower->end == upper->start && lower->flags == upper->flags &&
	       vma_pgoff(lower, lower->end) == upper->pgoff &&
	       lower->mapping == upper->mapping && lower->file == upper->file &&
	       lower->ops == upper->ops && !(lower->flags & VM_SPECIAL);
}

struct vma *vma_absorb_next(struct vma_tree *tree, struct vma *v)
{
	struct vma *next = v->next;

	assert(v->end == next->start);
	v->end = next->end;
	vma_remove(tree, next);
	return next;
}

/* ---------------------------------------------------------------- free space */

/* The outermost area of v's subtree on a side that has npages before it.
 * => v->gap says that there is one */
static struct vma *outermost_gap(const struct vma_tree *tree, struct vma *v,
				 u32 npages, int side)
{
	struct vma *child;

	for (;;) {
		child = v->child[side];
		if (vma_gap(child) >= npages)
			v = child;
		else if (vma_own_gap(tree, v) >= npages)
			return v;
		else
			v = v->child[!side];
	}
}

/* The nearest area on one side of v that has npages before it, or NULL. */
static struct vma *nearest_gap(const struct vma_tree *tree, struct vma *v,
			       u32 npages, int side)
{
	struct vma *below;

	while (vma_gap(v->child[side]) < npages) {
		do {
			below = v;
			v = v->parent;
			if (!v)
				return NULL;
		} while (v->child[side] == below);
		if (vma_own_gap(tree, v) >= npages)
			return v;
	}
	return outermost_gap(tree, v->child[side], npages, !side);
}

static inline bool fits(vaddr_t start, vaddr_t end, vaddr_t len)
{
	return start <= end && end - start >= len;
}

/* Only the gap at the upper bound may reach beyond it. Among those further
 * down the highest that is large enough is the answer, or there is none. */
vaddr_t vma_gap_topdown(struct vma_tree *tree, vaddr_t len, vaddr_t low,
			vaddr_t high)
{
	struct vma *v = vma_find(tree, high), *root = tree->root;
	vaddr_t start = vma_gap_start(tree, v), end = vma_gap_end(tree, v);
	u32 npages = (u32)(len >> PAGE_SHIFT);

	start = max(start, low);
	end = min(end, high);
	if (!fits(start, end, len)) {
		if (v)
			v = nearest_gap(tree, v, npages, LEFT);
		else if (root && vma_gap(root) >= npages)
			v = outermost_gap(tree, root, npages, RIGHT);
		if (!v)
			return 0;
		end = vma_gap_end(tree, v);
		if (!fits(low, end, len))
			return 0;
	}
	if (v)
		tree->cached = v;
	return end - len;
}

vaddr_t vma_gap_bottomup(struct vma_tree *tree, vaddr_t len, vaddr_t low,
			 vaddr_t high)
{
	struct vma *v = vma_find(tree, low);
	vaddr_t start = vma_gap_start(tree, v), end = vma_gap_end(tree, v);
	u32 npages = (u32)(len >> PAGE_SHIFT);

	start = max(start, low);
	if (v && !fits(start, end, len)) {
		v = nearest_gap(tree, v, npages, RIGHT);
		start = vma_gap_start(tree, v);
		end = vma_gap_end(tree, v);
	}
	end = min(end, high);
	if (!fits(start, end, len))
		return 0;
	if (v)
		tree->cached = v;
	return start;
}
