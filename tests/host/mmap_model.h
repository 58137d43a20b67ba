/*
 * mmap_model.h - what test-mmap.c believes of every page of the window, and what
 * it checks after each call.
 */
#pragma once

#include "tests/host/fake_mm.h"

struct page_model {
	u32 flags; /* 0: not mapped */
	u32 pgoff; /* objects only */
	u32 pte;
	bool object;
};
static struct page_model model[PAGES], before[PAGES];
#define MAPPED (1u << 31) /* in .flags: mapped, even with no flag at all */

static vaddr_t addr_of(u32 page)
{
	return BASE + ((vaddr_t)page << PAGE_SHIFT);
}

static void model_from_tree(void)
{
	struct vma *v;

	memset(model, 0, sizeof(model));
	for_each_vma (v, &mm.vmas)
		for (vaddr_t at = v->start; at < v->end; at += PAGE_SIZE) {
			struct page_model *p = &model[(at - BASE) >> 12];

			p->flags = v->flags | MAPPED;
			p->object = v->ops;
			p->pgoff = v->ops ? vma_pgoff(v, at) : 0;
		}
	for (u32 i = 0; i < PAGES; i++)
		model[i].pte = ptes[i].v;
}

/* The tree, counts and entries agree with the model and with themselves. */
static void check_all(void)
{
	static struct page_model want[PAGES];
	struct mm sum = { 0 };
	u32 objects = 0;
	struct vma *v;

	vma_validate(&mm.vmas);
	memcpy(want, model, sizeof(want));
	model_from_tree();
	for (u32 i = 0; i < PAGES; i++) {
		CHECK(want[i].flags == model[i].flags);
		CHECK(want[i].object == model[i].object);
		CHECK(want[i].pgoff == model[i].pgoff);
		CHECK(want[i].pte == model[i].pte);
		CHECK(!model[i].pte || model[i].flags);
		CHECK(!model[i].pte || has_table[i / 1024]);
	}
	for_each_vma (v, &mm.vmas) {
		CHECK(!v->next || !vma_can_merge(v, v->next));
		objects += !!v->ops;
		mm_account(&sum, v->flags, (s32)vma_pages(v));
	}
	committed_pages -= sum.committed;
	CHECK(committed_pages == mm.committed);
	CHECK(sum.total_vm == mm.total_vm && sum.data_vm == mm.data_vm);
	CHECK(sum.stack_vm == mm.stack_vm && sum.exec_vm == mm.exec_vm);
	CHECK(sum.locked_vm == mm.locked_vm && sum.committed == mm.committed);
	CHECK(nr_open == objects && nr_areas == mm.vmas.count);
	for (u32 s = 0; s < SLOTS; s++)
		CHECK(!has_table[s] ||
		      vma_intersect(&mm.vmas, addr_of(s * 1024),
				    addr_of(s * 1024 + 1024)));
}

/* After a call that ran out of memory: nothing has changed, unless `partly`. */
static bool gave_up(long result, long error, bool partly)
{
	if (!out_of_memory || result != error)
		return false;
	if (partly)
		model_from_tree();
	else
		memcpy(model, before, sizeof(model));
	return true;
}

static bool model_free(u32 page)
{
	u32 next = page;

	if (page >= PAGES || model[page].flags)
		return page >= PAGES;
	while (next < PAGES && !model[next].flags)
		next++;
	return next == PAGES || !(model[next].flags & VM_GROWSDOWN) ||
	       page + 256 < next;
}

/* The highest place for n pages. */
static u32 model_place(u32 n)
{
	static bool ok[PAGES];
	bool free = true, stack = false;
	u32 run = 0, at = PAGES, dist = 0;

	for (u32 i = PAGES; i--;) { /* model_free() of all, in one go */
		free = !model[i].flags;
		stack = free ? stack : model[i].flags & VM_GROWSDOWN;
		dist = free ? dist + 1 : 0;
		ok[i] = free && (!stack || dist > 256);
		run = ok[i] ? run + 1 : 0;
		if (run >= n) {
			at = i;
			break;
		}
	}
	CHECK(at < PAGES); /* the test never fills its window */
	return at;
}

static void model_clear(u32 page, u32 n)
{
	memset(&model[page], 0, n * sizeof(*model));
}

static bool model_any(u32 page, u32 n)
{
	while (n--)
		if (model[page++].flags)
			return true;
	return false;
}

/* Pages of a range, up to the first hole. */
static u32 model_run(u32 page, u32 n)
{
	u32 i = 0;

	while (i < n && model[page + i].flags)
		i++;
	return i;
}

static void model_populate(u32 page, u32 n)
{
	for (u32 i = 0; i < n && (model[page + i].flags & VM_RIGHTS); i++)
		model[page + i].pte = ptes[page + i].v; /* whatever it is */
}
