/*
 * fake_mm.h - an address space over a pretended MMU, for the tests of mmap and its
 * neighbours (test-mmap.c, test-mmap-cases.c).
 *
 * The policy files of mm/ are compiled into the test that includes this, and
 * what they call of memory.c and filemap.c is here: an entry is a number that says
 * which page it would be, in one array for the window [BASE, END). Every
 * function also checks that it is called as mm/mm.h says. Allocations fail
 * at random if fail_one_in says so.
 */
#pragma once

#include <asm/errno.h>
#include <stdlib.h>
#include <string.h>

#include "mm/page.h"
#include "tests/host/host.h"

/* ---- the pretended MMU, instead of tests/host/pgtable_arch.h */
#define PGTABLE_ARCH_H
struct pgdir {
	int unused;
};

struct mmu_context {
	struct pgdir *pgdir;
};

#define BASE	0x40000000ul
#define PAGES	8192u
#define END	(BASE + ((vaddr_t)PAGES << PAGE_SHIFT))
#define SLOTS	(PAGES / 1024)
#define PRESENT 1u

static pte_t ptes[PAGES];
static bool has_table[SLOTS];

static pte_t *pgdir_table(struct pgdir *dir, vaddr_t va)
{
	u32 slot = (u32)((va - BASE) >> 22);

	(void)dir;
	return slot < SLOTS && has_table[slot] ? &ptes[slot * 1024] : NULL;
}

static bool pte_present(pte_t pte)
{
	return pte.v & PRESENT;
}

static pte_t pte_mkold(pte_t pte)
{
	return pte;
}

static pte_t pte_mkclean(pte_t pte)
{
	return pte;
}

static void pte_set(pte_t *pte, pte_t to)
{
	*pte = to;
}

static void tlb_flush_range(struct mmu_context *mmu, vaddr_t start, vaddr_t end)
{
	(void)mmu;
	CHECK(start < end);
}

#include "mm/area.c"
#include "mm/madvise.c"
#include "mm/mlock.c"
#include "mm/mmap.c"
#include "mm/mprotect.c"
#include "mm/mremap.c"

/* ---- what mm/ has elsewhere */

static struct mm mm;
static struct mm_limits limits;
static u32 nr_areas, nr_open, fail_one_in; /* 0: memory never runs out */
static bool out_of_memory;		   /* it has, in this call */
static u32 next_id;
u32 total_pages = 100000;

const struct mm_limits *mm_limits(void)
{
	return &limits;
}

static bool fails(void)
{
	bool fail = fail_one_in && rnd(fail_one_in) == 0;

	out_of_memory |= fail;
	return fail;
}

struct vma *vma_alloc(void)
{
	struct vma *v = fails() ? NULL : malloc(sizeof(*v));

	nr_areas += !!v;
	return v;
}

void vma_free(struct vma *v)
{
	nr_areas -= !!v;
	free(v);
}

static pte_t *pte_at(vaddr_t addr)
{
	assert(addr >= BASE && addr < END);
	return &ptes[(addr - BASE) >> PAGE_SHIFT];
}

static void touch(vaddr_t addr)
{
	has_table[(addr - BASE) >> 22] = true;
	if (!pte_at(addr)->v)
		pte_at(addr)->v = ++next_id * 2 + PRESENT;
}

static void check_inside(const struct vma *v, vaddr_t start, vaddr_t end)
{
	CHECK(v->start <= start && start < end && end <= v->end);
}

void unmap_pages(struct vma *v, vaddr_t start, vaddr_t end)
{
	check_inside(v, start, end);
	for (; start < end; start += PAGE_SIZE)
		pte_at(start)->v = 0;
}

void protect_pages(struct vma *v, vaddr_t start, vaddr_t end)
{
	check_inside(v, start, end);
}

int move_pages(struct mm *m, vaddr_t from, vaddr_t to, u32 len)
{
	check_inside(vma_lookup(&m->vmas, from), from, from + len);
	check_inside(vma_lookup(&m->vmas, to), to, to + len);
	has_table[(to - BASE) >> 22] = true; /* stays if it fails later */
	if (fails())
		return -ENOMEM;
	for (u32 i = 0; i < len; i += PAGE_SIZE) {
		CHECK(!pte_at(to + i)->v);
		has_table[(to + i - BASE) >> 22] = true;
		*pte_at(to + i) = *pte_at(from + i);
		pte_at(from + i)->v = 0;
	}
	return 0;
}

void free_tables(struct mm *m, vaddr_t start, vaddr_t end)
{
	CHECK(m == &mm && IS_ALIGNED(start | end, SLOT_SIZE) && start < end);
	CHECK(!vma_intersect(&mm.vmas, start, end));
	for (; start < end; start += SLOT_SIZE)
		if (start >= BASE && start < END)
			has_table[(start - BASE) >> 22] = false;
}

void mapping_punch(struct mapping *mapping, u64 start, u64 end)
{
	(void)mapping, (void)start, (void)end; /* nothing is ever cached here */
}

int mm_populate(struct mm *m, vaddr_t start, vaddr_t end, u32 access)
{
	for (; start < end; start += PAGE_SIZE) {
		struct vma *v = vma_lookup(&m->vmas, start);

		if (!v)
			return -ENOMEM;
		if (!(v->flags & (access ? access : VM_RIGHTS)))
			return -EFAULT;
		touch(start);
	}
	return 0;
}

/* What is mapped when it is not anonymous. */
static struct mapping fake_mapping = { .vmas = LIST_INIT(fake_mapping.vmas) };

void mapping_readahead(struct mapping *mapping, u32 first, u32 end)
{
	(void)mapping, (void)first, (void)end;
}

bool mapping_resident(struct mapping *mapping, u32 pgoff)
{
	(void)mapping;
	return pgoff & 1;
}

static void object_open(struct vma *v)
{
	(void)v;
	nr_open++;
}

static void object_close(struct vma *v)
{
	(void)v;
	nr_open--;
}

static const struct vm_ops object_ops = { .open = object_open,
					  .close = object_close };

/* An address space with nothing in it, and no limits. */
static void start_empty(void)
{
	for (struct vma *v; (v = mm.vmas.first);) {
		vma_remove(&mm.vmas, v);
		area_close(v);
	}
	memset(&mm, 0, sizeof(mm));
	memset(ptes, 0, sizeof(ptes));
	memset(has_table, 0, sizeof(has_table));
	vma_tree_init(&mm.vmas, 0, TASK_SIZE);
	mm.layout.mmap_base = END;
	committed_pages = 0;
	fail_one_in = 0;
	limits = (struct mm_limits){ ~0u, ~0u, ~0u, ~0u };
	total_pages = 100000;
	max_map_count = 65530;
}
