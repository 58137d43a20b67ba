/*
 * test-mmap.c - random calls of mmap and its neighbours against an array with one
 * element a page.
 *
 * The model does each call page by page. After it, both must agree on what
 * every page is: mapped or not, flags, object and page of it, entry; the
 * counts must be those of the areas, and no two areas be left that could be one.
 * In half of the runs memory runs out at random: then a call that fails must have
 * changed nothing, or, where Linux does a range piece by piece, only a beginning.
 */
#include "tests/host/mmap_model.h"

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
	struct mmap_object obj = { .mapping = &fake_mapping,
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

/* Where the area of the page some_page ended before the call. */
static vaddr_t area_end;

static void note_areas(void)
{
	struct vma *v = vma_lookup(&mm.vmas, addr_of(some_page));

	area_end = v ? v->end : 0;
}

static bool was_one_area(u32 page, u32 n)
{
	return addr_of(page + n) <= area_end;
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

/* MREMAP_FIXED: from page `from`, some_n pages, n at page `to`. */
static void check_fixed(long got, u32 from, u32 to, u32 n, bool stays)
{
	u32 moved = min(n, some_n);

	if (from < to + n && to < from + some_n) {
		CHECK(got == -EINVAL);
		return;
	}
	if (!model[from].flags || !was_one_area(from, moved)) {
		CHECK(got == -EFAULT);
		return;
	}
	CHECK(got == (long)addr_of(to));
	model_clear(to, n);
	model_clear(from + moved, some_n - moved);
	model_move(from, moved, to, n, stays);
}

/* Otherwise: the place is found. */
static void check_found(long got, u32 from, u32 n, bool stays)
{
	bool in_place = !stays;
	u32 at = from;

	if (!stays && n <= some_n && model[from].flags) {
		CHECK(got == (long)addr_of(from));
		model_clear(from + n, some_n - n);
		return;
	}
	if (!model[from].flags || !was_one_area(from, some_n)) {
		CHECK(got == -EFAULT);
		return;
	}
	for (u32 i = some_n; i < n; i++) /* else it is not its area's end */
		in_place &= !model[from + i].flags;
	if (!in_place)
		at = model_place(n);
	CHECK(got == (long)addr_of(at));
	if (!in_place) {
		model_move(from, some_n, at, n, stays);
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

static void call_mremap(void)
{
	u32 n = 1 + rnd(8), from = some_page, to = PAGES - 8 - rnd(PAGES / 2);
	u32 flags = MREMAP_MAYMOVE | (rnd(2) ? MREMAP_FIXED : 0);
	bool stays = rnd(4) == 0, fixed = flags & MREMAP_FIXED;
	long got;

	if (stays) {
		flags |= MREMAP_DONTUNMAP;
		some_n = n;
	}
	if (from + n > PAGES) /* it could grow out of the window */
		return;
	note_areas();
	got = mm_mremap(&mm, addr_of(from), some_n * PAGE_SIZE, n * PAGE_SIZE,
			flags, fixed ? addr_of(to) : 0);
	if (gave_up(got, -ENOMEM, fixed))
		return;
	if (fixed)
		check_fixed(got, from, to, n, stays);
	else
		check_found(got, from, n, stays);
}

static void call_touch(void)
{
	for (u32 i = 0; i < some_n; i++)
		if (model[some_page + i].flags) {
			touch(addr_of(some_page + i));
			model[some_page + i].pte = ptes[some_page + i].v;
		}
}

static void clear_all(void)
{
	start_empty();
	memset(model, 0, sizeof(model));
}

static void random_calls(void)
{
	static void (*const calls[])(void) = {
		call_mmap,  call_mmap,	  call_munmap, call_mprotect,
		call_touch, call_madvise, call_mremap, call_lock,
	};

	clear_all();
	for (u32 i = 0; i < host_ops; i++) {
		if (i % 4096 == 0) {
			clear_all();
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

int main(void)
{
	host_start(40000);
	test("random calls agree with an array of pages", random_calls);
	return host_done();
}
