/*
 * test-mmap-cases.c - what mmap and its neighbours answer in the corner cases: one call
 * each, one errno each, as on Linux.
 */
#include "tests/host/fake_mm.h"

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
				   .mapping = &fake_mapping,
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
	mm.layout.start_brk = mm.layout.brk = start;
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
	host_start(1);
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
