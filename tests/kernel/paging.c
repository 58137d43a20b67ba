/*
 * paging.c - the kernel's own map (mm/paging.c): what is mapped, with which
 * rights, and that splitting a section changes neither.
 */
#include <asm/errno.h>

#include "kernel/ktest.h"
#include "mm/pgtable.h"

#define RW (PGPROT_READ | PGPROT_WRITE)

/* The translation of a kernel address, by section or table. */
static pte_t translation(vaddr_t va)
{
	const pte_t *table = pgdir_table(&kernel_pgdir, va);
	pte_t pte = { 0 };

	if (table)
		return table[pte_index(va)];
	pgdir_section(&kernel_pgdir, va, &pte);
	return pte;
}

static bool is_section(vaddr_t va)
{
	pte_t pte;

	return pgdir_section(&kernel_pgdir, va, &pte);
}

static bool same(pte_t a, pte_t b)
{
	if (pte_none(a) || pte_none(b))
		return pte_none(a) && pte_none(b);
	return pte_pfn(a).n == pte_pfn(b).n &&
	       pte_writable(a) == pte_writable(b) &&
	       pte_executable(a) == pte_executable(b) &&
	       pte_user(a) == pte_user(b);
}

static vaddr_t low_end(void)
{
	return PAGE_OFFSET + ((low_pfn << PAGE_SHIFT) - phys_base);
}

/* A slot mapped by sections, or 0. */
static vaddr_t section_slot(void)
{
	for (vaddr_t va = PAGE_OFFSET; va < low_end(); va += SLOT_SIZE)
		if (is_section(va))
			return va;
	return 0;
}

/* Puts sections in the place of a table that a test has split. */
static void join_slot(vaddr_t slot)
{
	pte_t *table = pgdir_table(&kernel_pgdir, slot);
	struct page *page = virt_to_page(table);

	for (u32 i = 0; i < SLOT_SIZE; i += SECTION_SIZE)
		section_install(slot + i, virt_to_phys((void *)(slot + i)),
				pgprot(RW));
	mmu_sync();
	tlb_flush_kernel(slot, slot + SLOT_SIZE);
	page->flags &= (u16)~PG_TABLE;
	free_page(page);
}

/* Whether this MMU can make a page not executable: x86 cannot. */
static bool can_forbid_exec(void)
{
	return !pte_executable(pte_make(pfn(0), pgprot(RW)));
}

/* Whether every page of [start, end) maps its frame with just these rights. */
static bool rights(const void *start, const void *end, bool write, bool exec)
{
	exec |= !can_forbid_exec();
	for (vaddr_t va = (vaddr_t)start; va < (vaddr_t)end; va += PAGE_SIZE) {
		pte_t pte = translation(va);

		if (!pte_present(pte) || pte_user(pte) ||
		    pte_writable(pte) != write || pte_executable(pte) != exec ||
		    pte_pfn(pte).n != virt_to_phys((void *)va) >> PAGE_SHIFT)
			return false;
	}
	return true;
}

KTEST(paging_text_is_read_only_and_executable)
{
	EXPECT(rights(__text_start, __text_end, false, true));
}

KTEST(paging_rodata_is_read_only)
{
	EXPECT(rights(__rodata_start, __rodata_end, false, false));
}

KTEST(paging_data_is_writable)
{
	u32 unmapped = 0;

	for (char *page = __data_start; page < __kernel_end; page += PAGE_SIZE)
		if (pte_none(translation((vaddr_t)page)))
			unmapped++;
		else
			EXPECT(rights(page, page + PAGE_SIZE, true, false));
	/* The stack that kmain() runs on may have a guard page, too. */
	EXPECT(unmapped <= 1);
}

KTEST(paging_only_text_is_executable)
{
	u32 wrong = 0;

	if (!can_forbid_exec()) {
		ktest_skip("this MMU cannot forbid execution");
		return;
	}
	for (vaddr_t va = PAGE_OFFSET; va < low_end(); va += PAGE_SIZE) {
		bool text =
			va >= (vaddr_t)__text_start && va < (vaddr_t)__text_end;
		pte_t pte = translation(va);

		wrong += pte_present(pte) && pte_executable(pte) != text;
	}
	EXPECT_EQ(wrong, 0);
}

KTEST(paging_low_memory_is_mapped_as_far_as_low_pfn)
{
	u32 wrong = 0;

	for (vaddr_t va = PAGE_OFFSET; va < low_end(); va += PAGE_SIZE) {
		struct page *page = virt_to_page((void *)va);
		pte_t pte = translation(va);

		/* Not RAM is reserved; RAM may be, too. */
		wrong += !pte_present(pte) && !(page->flags & PG_RESERVED);
		wrong += pte_present(pte) &&
			 pte_pfn(pte).n != page_to_pfn(page).n;
	}
	EXPECT_EQ(wrong, 0);
}

KTEST(paging_nothing_is_mapped_below_the_kernel)
{
	for (vaddr_t va = 0; va < PAGE_OFFSET; va += SECTION_SIZE) {
		EXPECT(!pgdir_table(&kernel_pgdir, va));
		EXPECT(!is_section(va));
	}
}

KTEST(paging_nothing_is_mapped_from_low_memory_to_vmalloc)
{
	u32 mapped = 0;

	for (vaddr_t va = low_end(); va < VMALLOC_START; va += PAGE_SIZE)
		mapped += !pte_none(translation(va));
	EXPECT_EQ(mapped, 0);
}

KTEST(paging_kernel_windows_have_tables)
{
	for (u32 i = 0; i < (0 - VMALLOC_START) / SLOT_SIZE; i++)
		EXPECT(pgdir_table(&kernel_pgdir,
				   VMALLOC_START + i * SLOT_SIZE));
}

/* What a split itself changes: the page of the table, and mem_map. */
static bool changed_by_split(vaddr_t slot, vaddr_t va)
{
	return va == (vaddr_t)pgdir_table(&kernel_pgdir, slot) ||
	       (va + PAGE_SIZE > (vaddr_t)mem_map &&
		va < (vaddr_t)(mem_map + (max_pfn - min_pfn)));
}

KTEST(paging_section_split_keeps_every_translation)
{
	static pte_t before[PTRS_PER_TABLE];
	static u32 words[PTRS_PER_TABLE];
	vaddr_t slot = section_slot(), va = slot;
	u32 moved = 0, differ = 0;

	if (!slot) {
		ktest_skip("no slot of low memory is mapped by sections");
		return;
	}
	for (u32 i = 0; i < PTRS_PER_TABLE; i++, va += PAGE_SIZE) {
		before[i] = translation(va);
		words[i] = *(const u32 *)va;
	}
	EXPECT_EQ(section_split(slot + SLOT_SIZE / 2), 0);
	EXPECT(pgdir_table(&kernel_pgdir, slot) && !is_section(slot));
	va = slot;
	for (u32 i = 0; i < PTRS_PER_TABLE; i++, va += PAGE_SIZE) {
		moved += !same(before[i], translation(va));
		differ += *(const u32 *)va != words[i] &&
			  !changed_by_split(slot, va);
	}
	EXPECT_EQ(moved, 0);
	EXPECT_EQ(differ, 0);
	join_slot(slot);
	for (u32 i = 0; i < PTRS_PER_TABLE; i++)
		moved += !same(before[i], translation(slot + i * PAGE_SIZE));
	EXPECT_EQ(moved, 0);
}

KTEST(paging_section_split_of_a_table_changes_nothing)
{
	vaddr_t va = (vaddr_t)__text_start;
	const pte_t *table = pgdir_table(&kernel_pgdir, va);

	EXPECT(table);
	EXPECT_EQ(section_split(va), 0);
	EXPECT_EQ(pgdir_table(&kernel_pgdir, va), table);
}

KTEST(paging_without_memory_no_right_changes)
{
	vaddr_t slot = section_slot();

	if (!slot) {
		ktest_skip("no slot of low memory is mapped by sections");
		return;
	}
	fail_alloc_after(1);
	EXPECT_EQ(set_kernel_prot(slot, slot + PAGE_SIZE, PGPROT_READ),
		  -ENOMEM);
	EXPECT(is_section(slot));
	EXPECT(pte_writable(translation(slot)));
}

KTEST(paging_rights_of_one_page_change_and_return)
{
	struct page *page = alloc_page(GFP_KERNEL);
	volatile u32 *word = page_address(page);
	vaddr_t va = (vaddr_t)word;
	bool section = is_section(va);

	*word = 1;
	EXPECT_EQ(set_kernel_prot(va, va + PAGE_SIZE, PGPROT_READ), 0);
	EXPECT(rights((void *)va, (void *)(va + PAGE_SIZE), false, false));
	EXPECT_EQ(*word, 1);
	if (va + PAGE_SIZE < low_end())
		EXPECT(pte_writable(translation(va + PAGE_SIZE)) ||
		       va + PAGE_SIZE == (vaddr_t)__text_start);
	EXPECT_EQ(set_kernel_prot(va, va + PAGE_SIZE, RW), 0);
	EXPECT(rights((void *)va, (void *)(va + PAGE_SIZE), true, false));
	*word = 2;
	EXPECT_EQ(*word, 2);
	if (section)
		join_slot(ALIGN_DOWN(va, SLOT_SIZE));
	free_page(page);
}

KTEST(paging_rights_of_a_whole_slot_need_no_split)
{
	vaddr_t slot = section_slot();
	const void *start = (void *)slot, *end = (void *)(slot + SLOT_SIZE);

	if (!slot || !can_forbid_exec()) {
		ktest_skip("no sections, or their rights cannot differ");
		return;
	}
	EXPECT_EQ(set_kernel_prot(slot, slot + SLOT_SIZE, RW | PGPROT_EXEC), 0);
	EXPECT(is_section(slot));
	EXPECT(rights(start, end, true, true));
	EXPECT_EQ(set_kernel_prot(slot, slot + SLOT_SIZE, RW), 0);
	EXPECT(is_section(slot));
	EXPECT(rights(start, end, true, false));
}
