/*
 * vmalloc.c - areas of kernel addresses (mm/vmalloc.c).
 */
#include "kernel/ktest.h"
#include "mm/pgtable.h"
#include "mm/vmalloc.h"

#define NPAGES 16

static pte_t pte_at(const volatile void *addr)
{
	return *kernel_pte((vaddr_t)addr);
}

/* Makes the next pages the allocator hands out lie apart. */
static void scatter_free_pages(void)
{
	struct page *pages[2 * NPAGES];

	for (u32 i = 0; i < ARRAY_SIZE(pages); i++)
		pages[i] = alloc_page(GFP_HIGHUSER);
	for (u32 i = 0; i < ARRAY_SIZE(pages); i += 2)
		free_page(pages[i]);
	for (u32 i = 1; i < ARRAY_SIZE(pages); i += 2)
		free_page(pages[i]);
}

/* Addresses of a device: frames that are not RAM on this machine. */
static paddr_t device_pa(void)
{
	static const paddr_t candidates[] = { 0xf0000000, 0x10000000 };

	for (u32 i = 0; i < ARRAY_SIZE(candidates); i++) {
		volatile void *addr = ioremap(candidates[i], 8 * MiB);

		iounmap(addr);
		if (addr)
			return candidates[i];
	}
	ktest_fail(__FILE__, __LINE__, "no frames that are not RAM");
	return 0;
}

KTEST(vmalloc_contents_are_kept)
{
	u32 n = NPAGES * PAGE_SIZE / sizeof(u32), wrong = 0;
	u32 *words = vmalloc(NPAGES * PAGE_SIZE);

	EXPECT(words);
	for (u32 i = 0; i < n; i++)
		words[i] = i;
	for (u32 i = 0; i < n; i++)
		wrong += words[i] != i;
	EXPECT_EQ(wrong, 0);
	vfree(words);
}

KTEST(vmalloc_need_not_be_contiguous_physically)
{
	u32 apart = 0;
	char *addr;

	scatter_free_pages();
	addr = vmalloc(NPAGES * PAGE_SIZE);
	for (u32 i = 1; i < NPAGES; i++)
		apart += pte_pfn(pte_at(addr + i * PAGE_SIZE)).n !=
			 pte_pfn(pte_at(addr + (i - 1) * PAGE_SIZE)).n + 1;
	EXPECT(apart > 0);
	vfree(addr);
}

KTEST(vmalloc_takes_high_memory_first)
{
	struct zone_stats high;
	void *addr;

	zone_stats(ZONE_HIGHMEM, &high);
	if (high.free < NPAGES) {
		ktest_skip("no high memory");
		return;
	}
	addr = vmalloc(1);
	EXPECT(page_is_highmem(pfn_to_page(pte_pfn(pte_at(addr)))));
	vfree(addr);
}

KTEST(vmalloc_areas_have_guard_pages)
{
	char *a = vmalloc(3 * PAGE_SIZE), *b = vmalloc(PAGE_SIZE);

	EXPECT(pte_none(pte_at(a - PAGE_SIZE)));
	EXPECT(pte_present(pte_at(a)));
	EXPECT(pte_present(pte_at(a + 2 * PAGE_SIZE)));
	EXPECT(pte_none(pte_at(a + 3 * PAGE_SIZE)));
	EXPECT(pte_none(pte_at(b - PAGE_SIZE)));
	EXPECT(pte_none(pte_at(b + PAGE_SIZE)));
	vfree(a);
	vfree(b);
}

KTEST(vmalloc_counts_its_pages)
{
	u32 before = vmalloc_pages();
	void *addr = vmalloc(2 * PAGE_SIZE + 1);

	EXPECT_EQ(vmalloc_pages(), before + 3);
	vfree(addr);
	EXPECT_EQ(vmalloc_pages(), before);
	EXPECT(pte_none(pte_at(addr)));
}

KTEST(vmalloc_fills_the_first_gap)
{
	void *a = vmalloc(4 * PAGE_SIZE), *b = vmalloc(PAGE_SIZE), *c;

	vfree(a);
	c = vmalloc(4 * PAGE_SIZE);
	EXPECT_EQ(c, a);
	vmalloc_validate();
	vfree(c);
	vfree(b);
}

KTEST(vmalloc_refuses_nothing_and_too_much)
{
	u32 before = nr_free_pages();

	EXPECT(!vmalloc(0));
	EXPECT(!vmalloc(VMALLOC_END - VMALLOC_START));
	EXPECT(!vmalloc(~0u));
	if (before < (VMALLOC_END - VMALLOC_START) / PAGE_SIZE - 64)
		EXPECT(!vmalloc((before + 1) * PAGE_SIZE));
	EXPECT_EQ(nr_free_pages(), before);
	vfree(NULL);
}

KTEST(vmalloc_gives_all_back_when_memory_runs_out)
{
	u32 before = vmalloc_pages(), failed = 0;
	void *addr;

	do {
		fail_alloc_after(++failed);
		addr = vmalloc(NPAGES * PAGE_SIZE);
		fail_alloc_after(0);
		EXPECT_EQ(vmalloc_pages(), before + (addr ? NPAGES : 0));
		vmalloc_validate();
	} while (!addr);
	EXPECT(failed > NPAGES);
	vfree(addr);
}

KTEST(vmalloc_address_space_runs_out_and_recovers)
{
	static volatile void *chunks[64];
	paddr_t pa = device_pa();
	u32 n = 0;

	/* Device registers: address space only, no memory. */
	while (n < ARRAY_SIZE(chunks) && (chunks[n] = ioremap(pa, 4 * MiB)))
		n++;
	EXPECT(n >= 20 && n < ARRAY_SIZE(chunks));
	EXPECT(!ioremap(pa, 4 * MiB));
	EXPECT(!vmalloc(4 * MiB));
	vmalloc_validate();
	iounmap(chunks[n / 2]);
	chunks[n / 2] = ioremap(pa, 4 * MiB);
	EXPECT(chunks[n / 2]);
	while (n--)
		iounmap(chunks[n]);
}

KTEST(ioremap_keeps_the_offset_and_maps_the_frames)
{
	paddr_t pa = device_pa();
	volatile char *addr = ioremap(pa + 0xffe, 4);

	EXPECT(addr);
	EXPECT_EQ((vaddr_t)addr & (PAGE_SIZE - 1), 0xffe);
	EXPECT_EQ(pte_pfn(pte_at(addr)).n, pa >> PAGE_SHIFT);
	EXPECT_EQ(pte_pfn(pte_at(addr + 2)).n, (pa >> PAGE_SHIFT) + 1);
	EXPECT(pte_none(pte_at(addr + 2 + PAGE_SIZE)));
	EXPECT(!pte_executable(pte_at(addr)) ||
	       pte_executable(pte_make(pfn(0), pgprot(PGPROT_READ))));
	iounmap(addr);
}

KTEST(ioremap_refuses_ram_and_nonsense)
{
	struct page *high = alloc_page(GFP_HIGHUSER);
	paddr_t pa = device_pa();

	EXPECT(!ioremap(pa, 0));
	EXPECT(!ioremap(0xfffff000, 0x1001));
	EXPECT(!ioremap(0xffffffff, 2));
	EXPECT(!ioremap(pa, ~0u));
	EXPECT(!ioremap(virt_to_phys(__data_start), PAGE_SIZE));
	EXPECT(!ioremap(page_to_phys(high), 4));
	iounmap(NULL);
	free_page(high);
}

KTEST(stack_has_an_unmapped_page_below)
{
	char *stack = stack_alloc();

	EXPECT(stack);
	EXPECT(IS_ALIGNED((vaddr_t)stack, 2 * STACK_SIZE));
	EXPECT(pte_none(pte_at(stack - PAGE_SIZE)));
	EXPECT(pte_writable(pte_at(stack)));
	EXPECT(pte_writable(pte_at(stack + STACK_SIZE - 1)));
	EXPECT(pte_none(pte_at(stack + STACK_SIZE)));
	memset(stack, 0x5a, STACK_SIZE);
	stack_free(stack);
	drain_stacks();
}

KTEST(stack_is_reused_while_it_is_mapped)
{
	void *stack = stack_alloc();
	u32 pages = vmalloc_pages();

	stack_free(stack);
	EXPECT_EQ(vmalloc_pages(), pages);
	EXPECT_EQ(stack_alloc(), stack);
	stack_free(stack);
	drain_stacks();
	EXPECT(pte_none(pte_at(stack)));
}

KTEST(stack_many_at_once)
{
	void *stacks[64];
	u32 before;

	drain_stacks();
	before = vmalloc_pages();
	for (u32 i = 0; i < ARRAY_SIZE(stacks); i++)
		stacks[i] = stack_alloc();
	EXPECT_EQ(vmalloc_pages(), before + 64 * STACK_SIZE / PAGE_SIZE);
	vmalloc_validate();
	for (u32 i = 0; i < ARRAY_SIZE(stacks); i++)
		stack_free(stacks[i]);
	/* Only a handful is kept. */
	EXPECT(vmalloc_pages() < before + 32 * STACK_SIZE / PAGE_SIZE);
	drain_stacks();
	EXPECT_EQ(vmalloc_pages(), before);
}
