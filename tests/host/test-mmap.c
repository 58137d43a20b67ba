/*
 * test-mmap.c - mmap and its neighbours against an array with one element a page.
 *
 * The policy files of mm/ are compiled into this one, over a pretended MMU: an
 * entry is a number that says which page it would be. The model does each
 * call page by page. After it, both must agree on what every page is:
 * mapped or not, flags, object and page of it, entry. In half of the runs
 * memory runs out at random: then a call that fails must have changed nothing,
 * or, where Linux does a range piece by piece, only a beginning of it.
 */
#include <asm/errno.h>
#include <stdlib.h>
#include <string.h>

#include "mm/page.h"
#include "tests/host/host.h"

/* ---- the pretended MMU, instead of tests/host/pgtable_arch.h */
#define PGTABLE_ARCH_H
typedef struct {
	u32 v;
} pte_t;

typedef struct {
	u32 v;
} pgprot_t;

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
	free(v);
	nr_areas--;
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

int move_pages(struct vma *old, vaddr_t from, struct vma *new, vaddr_t to,
	       u32 len)
{
	check_inside(old, from, from + len);
	check_inside(new, to, to + len);
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

void vma_link_mapping(struct vma *v)
{
	list_init(&v->shared);
}

void vma_unlink_mapping(struct vma *v)
{
	CHECK(list_empty(&v->shared));
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

/* ---- the model */

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

/* ---- the calls */

static u32 some_page, some_n; /* the range of this call */

static void pick_range(void)
{
	some_n = 1 + rnd(rnd(8) ? 8 : 300);
	/* the lowest quarter is left free: there is always a place */
	some_page = PAGES / 4 + rnd(PAGES * 3 / 4 - some_n);
	if (rnd(2)) { /* near another one, to merge */
		some_page = PAGES - 1 - rnd(512);
		some_n = 1 + rnd(8);
		if (some_page + some_n > PAGES)
			some_page = PAGES - some_n;
	}
}

static u32 model_vm_flags(u32 prot, u32 flags)
{
	u32 vm = MAPPED | VM_MAY_RIGHTS | prot | mm.def_flags;

	if (flags & MAP_NORESERVE)
		vm |= VM_NORESERVE;
	if (flags & MAP_GROWSDOWN)
		vm |= VM_GROWSDOWN;
	if (flags & MAP_LOCKED)
		vm |= VM_LOCKED;
	if (flags & MAP_SHARED)
		vm |= VM_SHARED;
	if (vm_accountable(vm))
		vm |= VM_ACCOUNT;
	return vm;
}

static void call_mmap(void)
{
	static const u32 how[] = { 0, 0, MAP_FIXED, MAP_FIXED,
				   MAP_FIXED_NOREPLACE };
	bool object = rnd(4) == 0;
	struct mmap_object obj = { .mapping = (struct mapping *)&mm,
				   .ops = &object_ops,
				   .pgoff = rnd(2) ? some_page : rnd(100),
				   .may = VM_MAY_RIGHTS };
	u32 prot = rnd(8), flags = how[rnd(ARRAY_SIZE(how))], vm, at;
	vaddr_t hint = addr_of(some_page);
	bool fixed = flags, none = rnd(2);
	long got;

	flags |= object && rnd(2) ? MAP_SHARED : MAP_PRIVATE;
	flags |= object ? 0 : MAP_ANONYMOUS;
	flags |= rnd(8) ? 0 : MAP_NORESERVE;
	flags |= rnd(8) ? 0 : MAP_LOCKED;
	flags |= rnd(8) ? 0 : MAP_POPULATE;
	flags |= rnd(20) || object ? 0 : MAP_GROWSDOWN;
	if (mm.vmas.count > 400)
		return;
	if (!fixed && none)
		hint = 0;
	got = mm_mmap(&mm, hint, some_n * PAGE_SIZE - rnd(PAGE_SIZE), prot,
		      flags, object ? &obj : NULL);
	if (gave_up(got, -ENOMEM, false))
		return;
	at = some_page;
	if ((flags & MAP_FIXED_NOREPLACE) && model_any(at, some_n)) {
		CHECK(got == -EEXIST);
		return;
	}
	for (u32 i = 0; !fixed && i < some_n; i++)
		none |= !model_free(some_page + i);
	if (!fixed && none)
		at = model_place(some_n);
	CHECK(got == (long)addr_of(at));
	if (got != (long)addr_of(at))
		return;
	vm = model_vm_flags(prot, flags);
	model_clear(at, some_n);
	for (u32 i = 0; i < some_n; i++) {
		model[at + i].flags = vm;
		model[at + i].object = object;
		model[at + i].pgoff = object ? obj.pgoff + i : 0;
	}
	if (wants_populate(vm, flags))
		model_populate(at, some_n);
}

static void call_munmap(void)
{
	long got = mm_munmap(&mm, addr_of(some_page), some_n * PAGE_SIZE);

	if (gave_up(got, -ENOMEM, false))
		return;
	CHECK(!got);
	model_clear(some_page, some_n);
}

static void call_mprotect(void)
{
	u32 prot = rnd(8), run = model_run(some_page, some_n);
	long got =
		mm_mprotect(&mm, addr_of(some_page), some_n * PAGE_SIZE, prot);

	if (gave_up(got, -ENOMEM, true))
		return;
	CHECK(got == (run < some_n ? -ENOMEM : 0));
	for (u32 i = 0; i < run; i++) {
		u32 *f = &model[some_page + i].flags;

		if ((*f & VM_RIGHTS) == prot)
			continue;
		*f = (*f & ~(VM_RIGHTS | VM_ACCOUNT)) | prot;
		if (vm_accountable(*f))
			*f |= VM_ACCOUNT;
		model[some_page + i].pte = ptes[some_page + i].v; /* locked */
	}
}

static void call_lock(void)
{
	bool lock = rnd(3) == 0, allowed = true;
	u32 vm = lock ? VM_LOCKED | (rnd(2) ? VM_LOCKONFAULT : 0) : 0;
	u32 run = model_run(some_page, some_n);
	vaddr_t addr = addr_of(some_page) + rnd(2) * 5;
	long got, want = run < some_n ? -ENOMEM : 0;

	got = lock ? mm_mlock(&mm, addr, some_n * PAGE_SIZE - 5, vm)
		   : mm_munlock(&mm, addr, some_n * PAGE_SIZE - 5);
	if (gave_up(got, -ENOMEM, true))
		return;
	for (u32 i = 0; i < run; i++) {
		u32 *f = &model[some_page + i].flags;

		*f = (*f & ~VM_LOCK_FLAGS) | vm;
		allowed &= !!(*f & VM_RIGHTS);
	}
	if (!want && vm == VM_LOCKED) {
		model_populate(some_page, some_n);
		want = allowed ? 0 : -ENOMEM;
	}
	CHECK(got == want);
}

static void call_madvise(void)
{
	static const int advices[] = { MADV_DONTNEED, MADV_DONTNEED_LOCKED,
				       MADV_DONTFORK, MADV_DOFORK,
				       MADV_RANDOM,   MADV_NORMAL };
	int advice = advices[rnd(ARRAY_SIZE(advices))];
	long got =
		mm_madvise(&mm, addr_of(some_page), some_n * PAGE_SIZE, advice);
	long want = 0;

	if (gave_up(got, -EAGAIN, true))
		return;
	for (u32 i = 0; i < some_n; i++) {
		struct page_model *p = &model[some_page + i];

		if (!p->flags) {
			want = -ENOMEM;
			continue;
		}
		if (advice == MADV_DONTNEED && (p->flags & VM_LOCKED)) {
			want = -EINVAL;
			break;
		}
		if (advice == MADV_DONTNEED || advice == MADV_DONTNEED_LOCKED)
			p->pte = 0;
		else if (advice == MADV_RANDOM)
			p->flags |= VM_RAND_READ;
		else if (advice == MADV_NORMAL)
			p->flags &= ~VM_RAND_READ;
		else if (advice == MADV_DONTFORK)
			p->flags |= VM_DONTCOPY;
		else
			p->flags &= ~VM_DONTCOPY;
	}
	CHECK(got == want);
}

/* Whether a range lies in one area, to be moved or grown as a whole. */
static bool model_one_area(u32 page, u32 n)
{
	struct vma *v = vma_lookup(&mm.vmas, addr_of(page));

	return v && addr_of(page + n) <= v->end;
}

/* DONTUNMAP unlocks all of the area it leaves behind. */
static void model_unlock_area(u32 page)
{
	struct page_model was = before[page];

	for (u32 i = page;
	     i < PAGES && before[i].flags == was.flags &&
	     before[i].object == was.object &&
	     before[i].pgoff == was.pgoff + was.object * (i - page);
	     i++)
		model[i].flags &= ~VM_LOCK_FLAGS;
	for (u32 i = page;
	     i-- && before[i].flags == was.flags &&
	     before[i].object == was.object &&
	     before[i].pgoff == was.pgoff - was.object * (page - i);)
		model[i].flags &= ~VM_LOCK_FLAGS;
}

static void model_move(u32 from, u32 n, u32 to, u32 new_n, bool stays)
{
	struct page_model first = before[from];

	for (u32 i = 0; i < new_n; i++) {
		model[to + i] = first;
		model[to + i].pgoff += first.object ? i : 0;
		model[to + i].pte = i < n ? before[from + i].pte : 0;
	}
	if (!stays)
		model_clear(from, n);
	else
		for (u32 i = 0; i < n; i++)
			model[from + i].pte = 0;
	if (stays)
		model_unlock_area(from);
	if ((first.flags & VM_LOCK_FLAGS) == VM_LOCKED)
		model_populate(to, new_n);
}

static void call_mremap(void)
{
	u32 n = 1 + rnd(8), from = some_page, to = PAGES - 8 - rnd(PAGES / 2),
	    moved, at;
	u32 flags = MREMAP_MAYMOVE | (rnd(2) ? MREMAP_FIXED : 0);
	bool one, grown = true;
	long got;

	if (rnd(4) == 0) {
		flags |= MREMAP_DONTUNMAP;
		n = some_n = min(some_n, 8);
	}
	some_n = min(some_n, 300);
	if (from + n > PAGES) /* it could grow out of the window */
		return;
	moved = min(n, some_n);
	one = model_one_area(from, moved);
	if (!(flags & MREMAP_FIXED))
		to = 0;
	got = mm_mremap(&mm, addr_of(from), some_n * PAGE_SIZE, n * PAGE_SIZE,
			flags, flags & MREMAP_FIXED ? addr_of(to) : 0);
	if (gave_up(got, -ENOMEM, flags & MREMAP_FIXED))
		return;
	if ((flags & MREMAP_FIXED) && from < to + n && to < from + some_n) {
		CHECK(got == -EINVAL);
		return;
	}
	if (!model[from].flags) {
		CHECK(got == -EFAULT);
		return;
	}
	if (flags & MREMAP_FIXED) {
		if (!one) {
			CHECK(got == -EFAULT);
			return;
		}
		model_clear(to, n);
		model_clear(from + moved, some_n - moved);
		CHECK(got == (long)addr_of(to));
		model_move(from, moved, to, n, flags & MREMAP_DONTUNMAP);
		return;
	}
	if (!(flags & MREMAP_DONTUNMAP) && n <= some_n) {
		CHECK(got == (long)addr_of(from));
		model_clear(from + n, some_n - n);
		return;
	}
	if (!one) {
		CHECK(got == -EFAULT);
		return;
	}
	at = from;
	for (u32 i = some_n; i < n; i++)
		grown &= !model[from + i].flags;
	if ((flags & MREMAP_DONTUNMAP) || !grown)
		at = model_place(n);
	CHECK(got == (long)addr_of(at));
	if (at != from) {
		model_move(from, moved, at, n, flags & MREMAP_DONTUNMAP);
		return;
	}
	for (u32 i = some_n; i < n; i++) {
		model[from + i] = model[from];
		model[from + i].pgoff += model[from].object ? i : 0;
		model[from + i].pte = 0;
	}
	if ((model[from].flags & VM_LOCK_FLAGS) == VM_LOCKED)
		model_populate(from + some_n, n - some_n);
}

static void call_touch(void)
{
	for (u32 i = 0; i < some_n; i++)
		if (model[some_page + i].flags) {
			touch(addr_of(some_page + i));
			model[some_page + i].pte = ptes[some_page + i].v;
		}
}

static void start_empty(void)
{
	while (mm.vmas.first)
		area_remove(mm.vmas.first);
	memset(&mm, 0, sizeof(mm));
	memset(ptes, 0, sizeof(ptes));
	memset(has_table, 0, sizeof(has_table));
	memset(model, 0, sizeof(model));
	vma_tree_init(&mm.vmas, 0, TASK_SIZE);
	mm.mmap_base = END;
	committed_pages = 0;
	fail_one_in = 0;
	limits = (struct mm_limits){ ~0u, ~0u, ~0u, ~0u };
	total_pages = 100000;
	max_map_count = 65530;
}

static void random_calls(void)
{
	static void (*const calls[])(void) = {
		call_mmap,  call_mmap,	  call_munmap, call_mprotect,
		call_touch, call_madvise, call_mremap, call_lock,
	};

	start_empty();
	for (u32 i = 0; i < host_ops; i++) {
		if (i % 4096 == 0) {
			start_empty();
			fail_one_in = i & 4096 ? 6 : 0;
		}
		pick_range();
		out_of_memory = false;
		memcpy(before, model, sizeof(model));
		if (mm.total_vm > PAGES / 3)
			call_munmap();
		else
			calls[rnd(ARRAY_SIZE(calls))]();
		check_all();
	}
	start_empty();
	CHECK(!nr_areas && !nr_open);
}

/* ---- corner cases, one call each */

#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define RW   (VM_READ | VM_WRITE)

static long map(vaddr_t addr, u32 len, u32 flags)
{
	return mm_mmap(&mm, addr, len, RW, flags, NULL);
}

static void mmap_errors(void)
{
	struct mmap_object ro = { .ops = &object_ops, .may = VM_MAYREAD };

	start_empty();
	CHECK(map(0, 0, ANON) == -EINVAL);
	CHECK(map(0, ~0u, ANON) == -ENOMEM);
	CHECK(map(0, TASK_SIZE + PAGE_SIZE, ANON) == -ENOMEM);
	CHECK(map(0, PAGE_SIZE, MAP_ANONYMOUS) == -EINVAL);
	CHECK(map(0, PAGE_SIZE, MAP_SHARED_VALIDATE | MAP_ANONYMOUS) ==
	      -EINVAL);
	CHECK(map(0, PAGE_SIZE, ANON | MAP_HUGETLB) == -EINVAL);
	CHECK(map(BASE + 1, PAGE_SIZE, ANON | MAP_FIXED) == -EINVAL);
	CHECK(map(0, PAGE_SIZE, ANON | MAP_FIXED) == -EPERM);
	CHECK(map(0xf000, PAGE_SIZE, ANON | MAP_FIXED) == -EPERM);
	CHECK(map(TASK_SIZE, PAGE_SIZE, ANON | MAP_FIXED) == -ENOMEM);
	CHECK(map(TASK_SIZE + 1, PAGE_SIZE, ANON | MAP_FIXED) == -ENOMEM);
	CHECK(mm_mmap(&mm, 0, PAGE_SIZE, RW, MAP_SHARED, &ro) == -EACCES);
	CHECK(mm_mmap(&mm, 0, PAGE_SIZE, VM_READ,
		      MAP_SHARED_VALIDATE | MAP_SYNC, &ro) == -EOPNOTSUPP);
	CHECK(mm_mmap(&mm, 0, PAGE_SIZE, RW, MAP_PRIVATE | MAP_GROWSDOWN,
		      &ro) == -EINVAL);
	ro.pgoff = ~0u;
	CHECK(mm_mmap(&mm, 0, PAGE_SIZE, RW, MAP_PRIVATE, &ro) == -EOVERFLOW);
	CHECK(!mm.vmas.count);
	CHECK(map(0x1234, PAGE_SIZE, ANON) == USER_START);
	CHECK(map(USER_START + 0x1fff, PAGE_SIZE, ANON) == 0x11000);
}

static void limits_hold(void)
{
	start_empty();
	limits.as = 4 * PAGE_SIZE;
	CHECK(map(BASE, 4 * PAGE_SIZE, ANON | MAP_FIXED) == (long)BASE);
	CHECK(map(0, PAGE_SIZE, ANON) == -ENOMEM);
	CHECK(map(BASE, 4 * PAGE_SIZE, ANON | MAP_FIXED) == (long)BASE);
	CHECK(mm_mremap(&mm, BASE, PAGE_SIZE, 5 * PAGE_SIZE, MREMAP_MAYMOVE,
			0) == -ENOMEM);
	limits.as = ~0u;
	limits.data = 4 * PAGE_SIZE;
	CHECK(map(0, PAGE_SIZE, ANON) == -ENOMEM);
	CHECK(mm_mmap(&mm, BASE + 0x10000, PAGE_SIZE, VM_READ, ANON | MAP_FIXED,
		      NULL) > 0);
	CHECK(mm_mprotect(&mm, BASE + 0x10000, PAGE_SIZE, RW) == -ENOMEM);
	limits.data = ~0u;
	total_pages = 10;
	CHECK(map(0, 11 * PAGE_SIZE, ANON) == -ENOMEM);
	CHECK(map(0, 11 * PAGE_SIZE, ANON | MAP_NORESERVE) > 0);
	limits.memlock = 2 * PAGE_SIZE;
	CHECK(map(0, 3 * PAGE_SIZE, ANON | MAP_LOCKED) == -EAGAIN);
	CHECK(mm_mlock(&mm, BASE, 3 * PAGE_SIZE, VM_LOCKED) == -ENOMEM);
	CHECK(!mm_mlock(&mm, BASE, 2 * PAGE_SIZE, VM_LOCKED));
	CHECK(!mm_mlock(&mm, BASE, 2 * PAGE_SIZE, VM_LOCKED));
	CHECK(mm_mlockall(&mm, MCL_CURRENT) == -ENOMEM);
	limits.memlock = 0;
	CHECK(mm_mlock(&mm, BASE, PAGE_SIZE, VM_LOCKED) == -EPERM);
	CHECK(mm_mlockall(&mm, MCL_CURRENT) == -EPERM);
	CHECK(mm_mlockall(&mm, MCL_ONFAULT) == -EINVAL);
	CHECK(!mm_munlockall(&mm) && !mm.locked_vm);
}

static void map_count_holds(void)
{
	start_empty();
	max_map_count = 3;
	CHECK(map(BASE, 9 * PAGE_SIZE, ANON | MAP_FIXED) == (long)BASE);
	CHECK(!mm_munmap(&mm, BASE + 2 * PAGE_SIZE, PAGE_SIZE));
	CHECK(!mm_munmap(&mm, BASE + 4 * PAGE_SIZE, PAGE_SIZE));
	CHECK(mm_munmap(&mm, BASE + 6 * PAGE_SIZE, PAGE_SIZE) == -ENOMEM);
	CHECK(mm_mprotect(&mm, BASE, PAGE_SIZE, 0) == -ENOMEM);
	CHECK(mm_madvise(&mm, BASE, PAGE_SIZE, MADV_DONTFORK) == -EAGAIN);
	CHECK(map(BASE + 0x10000, PAGE_SIZE, ANON | MAP_FIXED) > 0);
	CHECK(map(BASE + 0x20000, PAGE_SIZE, ANON | MAP_FIXED) == -ENOMEM);
	CHECK(mm.vmas.count == 4 && mm.total_vm == 8);
}

static void other_errors(void)
{
	start_empty();
	map(BASE, 4 * PAGE_SIZE, ANON | MAP_FIXED);
	CHECK(mm_munmap(&mm, BASE + 1, PAGE_SIZE) == -EINVAL);
	CHECK(mm_munmap(&mm, BASE, 0) == -EINVAL);
	CHECK(mm_munmap(&mm, TASK_SIZE, PAGE_SIZE) == -EINVAL);
	CHECK(mm_munmap(&mm, BASE, ~0u) == -EINVAL);
	CHECK(!mm_munmap(&mm, 0, PAGE_SIZE));
	CHECK(mm_mprotect(&mm, BASE + 1, PAGE_SIZE, 0) == -EINVAL);
	CHECK(mm_mprotect(&mm, BASE, PAGE_SIZE, 0x100) == -EINVAL);
	CHECK(mm_mprotect(&mm, BASE, ~0u, 0) == -ENOMEM);
	CHECK(mm_mprotect(&mm, BASE, PAGE_SIZE, PROT_GROWSDOWN) == -EINVAL);
	CHECK(mm_madvise(&mm, BASE, PAGE_SIZE, MADV_HUGEPAGE) == -EINVAL);
	CHECK(mm_madvise(&mm, BASE, PAGE_SIZE, MADV_MERGEABLE) == -EINVAL);
	CHECK(mm_madvise(&mm, BASE, PAGE_SIZE, 1234) == -EINVAL);
	CHECK(mm_madvise(&mm, BASE, ~0u, MADV_NORMAL) == -EINVAL);
	CHECK(!mm_madvise(&mm, 0, 0, MADV_NORMAL));
	CHECK(mm_madvise(&mm, BASE, PAGE_SIZE, MADV_REMOVE) == -EINVAL);
	CHECK(!mm_madvise(&mm, BASE, PAGE_SIZE, MADV_FREE));
	CHECK(mm_mremap(&mm, BASE, 0, PAGE_SIZE, MREMAP_MAYMOVE, 0) == -EINVAL);
	CHECK(mm_mremap(&mm, BASE, PAGE_SIZE, 0, MREMAP_MAYMOVE, 0) == -EINVAL);
	CHECK(mm_mremap(&mm, BASE, PAGE_SIZE, PAGE_SIZE, MREMAP_FIXED, END) ==
	      -EINVAL);
	CHECK(mm_mremap(&mm, BASE, 8 * PAGE_SIZE, 9 * PAGE_SIZE, MREMAP_MAYMOVE,
			0) == -EFAULT);
	CHECK(mm_mremap(&mm, BASE, PAGE_SIZE, 2 * PAGE_SIZE, 0, 0) == -ENOMEM);
}

static void duplicates_shared(void)
{
	struct mmap_object obj = { .ops = &object_ops,
				   .mapping = (struct mapping *)&mm,
				   .may = VM_MAY_RIGHTS };
	long at;

	start_empty();
	mm_mmap(&mm, BASE, 4 * PAGE_SIZE, RW, MAP_SHARED | MAP_FIXED, &obj);
	at = mm_mremap(&mm, BASE + PAGE_SIZE, 0, 2 * PAGE_SIZE, MREMAP_MAYMOVE,
		       0);
	CHECK(at == (long)(END - 2 * PAGE_SIZE) && mm.total_vm == 6);
	CHECK(vma_lookup(&mm.vmas, (vaddr_t)at)->pgoff == 1 && nr_open == 2);
}

static void brk_moves(void)
{
	vaddr_t start = BASE + 5;

	start_empty();
	mm.start_brk = mm.brk = start;
	CHECK(mm_brk(&mm, 0) == start);
	CHECK(mm_brk(&mm, start + 100) == start + 100 && mm.total_vm == 0);
	CHECK(mm_brk(&mm, start + 8192) == start + 8192 && mm.total_vm == 2);
	CHECK(mm_brk(&mm, ~0u) == start + 8192);
	map(BASE + 6 * PAGE_SIZE, PAGE_SIZE, ANON | MAP_FIXED);
	CHECK(mm_brk(&mm, BASE + 6 * PAGE_SIZE) == start + 8192);
	CHECK(mm_brk(&mm, BASE + 5 * PAGE_SIZE) == BASE + 5 * PAGE_SIZE);
	limits.data = 3 * PAGE_SIZE;
	CHECK(mm_brk(&mm, BASE + 4 * PAGE_SIZE) == BASE + 5 * PAGE_SIZE);
	CHECK(mm_brk(&mm, start + 1) == start + 1 && mm.total_vm == 1);
	CHECK(mm.vmas.count == 1);
}

static void mincore_tells(void)
{
	u8 vec[4] = { 9, 9, 9, 9 };

	start_empty();
	map(BASE, 2 * PAGE_SIZE, ANON | MAP_FIXED);
	touch(BASE + PAGE_SIZE);
	CHECK(mm_mincore(&mm, BASE, 4, vec) == 2);
	CHECK(vec[0] == 0 && vec[1] == 1 && vec[2] == 9);
	CHECK(mm_mincore(&mm, BASE + 2 * PAGE_SIZE, 1, vec) == -ENOMEM);
	start_empty();
}

int main(void)
{
	host_start(40000);
	test("random calls agree with an array of pages", random_calls);
	test("mmap refuses what Linux refuses", mmap_errors);
	test("limits hold", limits_hold);
	test("max_map_count holds, and nothing is half done", map_count_holds);
	test("the others refuse what Linux refuses", other_errors);
	test("mremap of length 0 duplicates a shared mapping",
	     duplicates_shared);
	test("brk grows, shrinks and stops", brk_moves);
	test("mincore tells what was touched", mincore_tells);
	return host_done();
}
