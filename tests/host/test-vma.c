/*
 * test-vma.c - mm/vma.c against an array with one element a page.
 *
 * The model knows, for each page of a small address space, which area holds
 * it. Every operation is first done there, by loops anyone believes,
 * and the tree must come to the same. vma_validate() runs after each.
 */
#include <stdlib.h>
#include <string.h>

#include "mm/vma.h"
#include "tests/host/host.h"

#define LOW   16u /* pages */
#define HIGH  4096u
#define AREAS 512u

static struct vma_tree tree;
static struct vma areas[AREAS]; /* flags 0: not in the tree */
static struct vma *model[HIGH];

static vaddr_t addr_of(u32 page)
{
	return (vaddr_t)page << PAGE_SHIFT;
}

static u32 page_of(vaddr_t addr)
{
	return (u32)(addr >> PAGE_SHIFT);
}

static void model_set(struct vma *v, struct vma *to)
{
	for (u32 p = page_of(v->start); p < page_of(v->end); p++)
		model[p] = to;
}

/* The first area with a page at or after `page`. */
static struct vma *model_find(u32 page)
{
	while (page < HIGH && !model[page])
		page++;
	return page < HIGH ? model[page] : NULL;
}

/* Whether a mapping could take the page: free, and no stack right above. */
static bool model_free(u32 page)
{
	struct vma *next = model_find(page);

	if (model[page])
		return false;
	return !next || !(next->flags & VM_GROWSDOWN) ||
	       page + 256 < page_of(next->start);
}

/* Where n pages fit in [low, high); top-down or bottom-up. 0: nowhere. */
static u32 model_gap(u32 n, u32 low, u32 high, bool topdown)
{
	static u32 run[HIGH + 1]; /* free pages before, without a break */
	u32 best = 0;

	for (u32 p = LOW; p < high; p++) {
		run[p + 1] = p >= low && model_free(p)
				     ? (p > LOW ? run[p] : 0) + 1
				     : 0;
		if (run[p + 1] >= n && (topdown || !best))
			best = p + 1 - n;
	}
	return best;
}

static struct vma *spare(void)
{
	for (u32 tries = 0; tries < 8; tries++) {
		struct vma *v = &areas[rnd(AREAS)];

		if (!v->flags)
			return v;
	}
	return NULL;
}

/* An area somewhere, or NULL. */
static struct vma *any(void)
{
	return model_find(LOW + rnd(HIGH - LOW));
}

static void op_insert(void)
{
	u32 start = LOW + rnd(HIGH - LOW), end = start, n = 1 + rnd(16);
	struct vma *v = spare();

	while (end < HIGH && !model[end] && end - start < n)
		end++;
	if (!v || start == end)
		return;
	memset(v, 0x5a, sizeof(*v));
	v->start = addr_of(start);
	v->end = addr_of(end);
	v->flags = VM_READ | (rnd(16) ? 0 : VM_GROWSDOWN) | (rnd(2) * VM_WRITE);
	v->pgoff = start;
	v->file = NULL;
	v->mapping = NULL;
	v->ops = NULL;
	vma_insert(&tree, v, vma_find(&tree, v->start));
	model_set(v, v);
}

static void op_remove(void)
{
	struct vma *v = any();

	if (!v)
		return;
	vma_remove(&tree, v);
	model_set(v, NULL);
	v->flags = 0;
}

static void op_resize(void)
{
	struct vma *v = any();
	u32 start, end, i, n = rnd(20);

	if (!v)
		return;
	start = page_of(v->start);
	end = page_of(v->end);
	if (rnd(2)) /* trim, or grow as far as there is room */
		start += rnd(end - start);
	else
		for (i = 0; i < n && start > LOW && !model[start - 1]; i++)
			start--;
	if (rnd(2))
		end -= rnd(end - start);
	else
		for (i = 0; i < n && end < HIGH && !model[end]; i++)
			end++;
	model_set(v, NULL);
	vma_resize(&tree, v, addr_of(start), addr_of(end));
	model_set(v, v);
}

static void op_split(void)
{
	struct vma *v = any(), *upper = spare();

	if (!v || !upper || vma_pages(v) < 2)
		return;
	vma_split(&tree, v, v->start + addr_of(1 + rnd(vma_pages(v) - 1)),
		  upper);
	if (rnd(2))
		upper->flags ^= VM_EXEC;
	model_set(upper, upper);
}

static void op_merge(void)
{
	struct vma *v = any(), *next = v ? v->next : NULL;
	bool same;

	if (!next)
		return;
	same = v->end == next->start && v->flags == next->flags;
	CHECK(vma_can_merge(v, next) == same);
	if (!same)
		return;
	CHECK(vma_absorb_next(&tree, v) == next);
	next->flags = 0;
	model_set(v, v);
}

static void op_shift(void)
{
	struct vma *v = any(), *next = v ? v->next : NULL;
	u32 n;

	if (!next || v->end != next->start)
		return;
	n = vma_pages(v) + vma_pages(next);
	vma_shift(&tree, v, v->start + addr_of(1 + rnd(n - 1)));
	model_set(v, v);
	model_set(next, next);
}

static void op_find(void)
{
	u32 page = rnd(HIGH), end = page + 1 + rnd(40);
	struct vma *want = model_find(page);
	vaddr_t addr = addr_of(page);

	CHECK(vma_find(&tree, addr + rnd(PAGE_SIZE)) == want);
	CHECK(vma_lookup(&tree, addr) == model[page]);
	if (want && page_of(want->start) >= end)
		want = NULL;
	CHECK(vma_intersect(&tree, addr, addr_of(end)) == want);
}

static void op_gap(void)
{
	u32 low = LOW, high = HIGH, n = 1 + rnd(rnd(3) ? 12 : 200);
	bool topdown = rnd(2);
	vaddr_t found;

	if (rnd(4) == 0)
		low += rnd(HIGH - LOW);
	if (rnd(4) == 0)
		high = low + rnd(HIGH - low);
	found = (topdown ? vma_gap_topdown : vma_gap_bottomup)(
		&tree, addr_of(n), addr_of(low), addr_of(high));
	CHECK(found == addr_of(model_gap(n, low, high, topdown)));
}

/* The tree says what the model says, and keeps its own promises. */
static void check_all(void)
{
	struct vma *v;
	u32 page = LOW;

	vma_validate(&tree);
	for_each_vma (v, &tree) {
		CHECK(v->pgoff == page_of(v->start));
		for (; page < page_of(v->start); page++)
			CHECK(!model[page]);
		for (; page < page_of(v->end); page++)
			CHECK(model[page] == v);
	}
	for (; page < HIGH; page++)
		CHECK(!model[page]);
}

static void start_empty(void)
{
	vma_tree_init(&tree, addr_of(LOW), addr_of(HIGH));
	memset(areas, 0, sizeof(areas));
	memset(model, 0, sizeof(model));
}

static void random_operations(void)
{
	static void (*const ops[])(void) = { op_insert, op_remove, op_resize,
					     op_split,	op_merge,  op_shift,
					     op_find,	op_find };

	start_empty();
	for (u32 i = 0; i < host_ops; i++) {
		/* phases: the tree grows, and shrinks again */
		if (rnd(4) == 0)
			(i >> 10 & 1 ? op_remove : op_insert)();
		else
			ops[rnd(ARRAY_SIZE(ops))]();
		if (i % 32 == 0)
			op_gap();
		if (i % 1024 == 0)
			check_all();
	}
	check_all();
}

static void gap_searches(void)
{
	for (u32 round = 0; round < 200; round++) {
		start_empty();
		for (u32 i = rnd(400); i; i--)
			op_insert();
		for (u32 i = 0; i < 40; i++) {
			op_gap();
			op_remove();
		}
	}
}

/* 60,000 areas in a row, each way in and out: the tree stays flat. */
static void many(void)
{
	u32 n = 60000;
	struct vma *all = calloc(n, sizeof(*all)), *v;

	vma_tree_init(&tree, 0, addr_of(3 * n));
	for (u32 i = 0; i < n; i++) {
		v = &all[i];
		v->start = addr_of(2 * i + 1);
		v->end = addr_of(2 * i + 2);
		v->pgoff = 2 * i + 1;
		v->flags = VM_READ;
		vma_insert(&tree, v, vma_find(&tree, v->start));
	}
	vma_validate(&tree);
	CHECK(tree.count == n && vma_height(tree.root) <= 17);
	CHECK(vma_gap_bottomup(&tree, addr_of(2), 0, addr_of(3 * n)) ==
	      addr_of(2 * n));
	for (u32 i = 0; i < n; i++) {
		v = &all[(u64)i * 7919 % n];
		vma_remove(&tree, v);
	}
	CHECK(!tree.count && !tree.root && !tree.first && !tree.cached);
	free(all);
}

/* What vma_validate() is for. */
static struct vma a = { .start = 0x10000, .end = 0x12000, .pgoff = 0x10 };
static struct vma b = { .start = 0x14000, .end = 0x15000, .pgoff = 0x14 };
static struct vma c = { .start = 0x20000, .end = 0x22000, .pgoff = 0x20 };

static void start_three(void)
{
	vma_tree_init(&tree, 0, addr_of(HIGH));
	a.end = 0x12000;
	vma_insert(&tree, &a, NULL);
	vma_insert(&tree, &b, NULL);
	vma_insert(&tree, &c, NULL);
}

static void break_gap(void)
{
	tree.root->sum += 1u << VMA_GAP_SHIFT;
	vma_validate(&tree);
}

static void break_height(void)
{
	tree.root->sum--;
	vma_validate(&tree);
}

static void break_list(void)
{
	a.next = &c;
	c.prev = &a;
	vma_validate(&tree);
}

static void break_order(void)
{
	a.end = 0x15000;
	vma_validate(&tree);
}

static void broken_trees(void)
{
	start_three();
	CHECK(panics(break_gap, "wrong gap"));
	start_three();
	CHECK(panics(break_height, "wrong height"));
	start_three();
	CHECK(panics(break_list, "another next"));
	start_three();
	CHECK(panics(break_order, "overlaps"));
}

int main(void)
{
	host_start(1000000);
	test("random operations agree with an array of pages",
	     random_operations);
	test("gap searches agree with an array of pages", gap_searches);
	test("60,000 areas keep the tree flat", many);
	test("a broken tree does not pass vma_validate()", broken_trees);
	return host_done();
}
