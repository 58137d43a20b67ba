/*
 * paging.c - the kernel's own map: made at boot, split where rights change.
 *
 * The start-up code turns the MMU on with a rough map in kernel_pgdir: sections,
 * everything allowed, and some RAM a second time where it lies, for the moment of
 * the switch. paging_init() makes it into the one every process has a copy of:
 *
 *      slot                    how                    rights
 *      0 .. PAGE_OFFSET        empty                  the program's, later
 *      the image's slot        a table                text R-X, rodata R--,
 *                                                     the rest RW-
 *      other low memory        sections               RW-
 *      a slot with holes,      a table, RAM only      RW-
 *        or the last part
 *      above low memory        empty
 *      vmalloc, kmap, fixed    tables, still empty    set entry by entry
 *
 * Sections first: one descriptor and one TLB entry for 1 or 4 MiB. Where rights
 * differ inside a slot, section_split() puts a table with the same translations
 * in its place, and set_kernel_prot() then changes single entries of it.
 *
 * Invariants:
 * - a slot has sections or a table, never both;
 * - the slots of the kernel's windows get their tables here, so the kernel part
 *   of a directory is final before the first process copies it. That is also
 *   why section_split() of kernel memory belongs to the time before processes.
 *
 * ARM asks that an entry be made invalid before its size changes (ARM DDI 0406C
 * B3.10.1, on TLB conflicts). A kernel cannot do that to the code it is running. Old
 * and new entries give the same frame and memory type, and the flush follows at
 * once, so either serves in between. Linux also merges entries back into sections.
 */
#include "mm/memblock.h"
#include "mm/pgtable.h"

/* A cleared table. => NULL when out of memory, after page_init() only */
static pte_t *table_alloc(void)
{
	struct page *page;

	if (!mem_map)
		return memblock_alloc(PAGE_SIZE, PAGE_SIZE);
	page = alloc_page(GFP_KERNEL | GFP_ZERO);
	if (!page)
		return NULL;
	page->flags |= PG_TABLE;
	return page_address(page);
}

int section_split(vaddr_t va)
{
	vaddr_t slot = ALIGN_DOWN(va, SLOT_SIZE);
	pte_t *table, pte;

	if (pgdir_table(&kernel_pgdir, va))
		return 0;
	assert(pgdir_section(&kernel_pgdir, va, &pte));
	table = table_alloc();
	if (!table)
		return -ENOMEM;
	for (u32 i = 0; i < PTRS_PER_TABLE; i++)
		if (pgdir_section(&kernel_pgdir, slot + i * PAGE_SIZE, &pte))
			pte_set(table + i, pte);
	/* The entries before the descriptor that makes them reachable. */
	mmu_sync();
	pgdir_install(&kernel_pgdir, slot, table);
	mmu_sync();
	tlb_flush_kernel(slot, slot + SLOT_SIZE);
	return 0;
}

/* Changes what is mapped in [start, end), a part of one slot. */
static void slot_set_prot(vaddr_t start, vaddr_t end, pgprot_t prot)
{
	pte_t *table = pgdir_table(&kernel_pgdir, start), *ptep, pte;
	vaddr_t va;

	for (va = start; table && va < end; va += PAGE_SIZE) {
		ptep = table + pte_index(va);
		/* Made anew: a kernel entry is always young and dirty. */
		if (pte_present(*ptep))
			pte_set(ptep, pte_make(pte_pfn(*ptep), prot));
	}
	for (va = start; !table && va < end; va += SECTION_SIZE)
		if (pgdir_section(&kernel_pgdir, va, &pte))
			section_install(va, virt_to_phys((void *)va), prot);
}

int set_kernel_prot(vaddr_t start, vaddr_t end, unsigned how)
{
	vaddr_t va, next;
	int err = 0;

	assert(IS_ALIGNED(start | end, PAGE_SIZE));
	assert(start >= PAGE_OFFSET && start <= end && end <= VMALLOC_START);
	if (start == end)
		return 0;
	/* Only the first slot and the last can be covered in part. */
	if (!IS_ALIGNED(start, SLOT_SIZE))
		err = section_split(start);
	if (!err && !IS_ALIGNED(end, SLOT_SIZE))
		err = section_split(end - 1);
	if (err)
		return err;
	for (va = start; va < end; va = next) {
		next = min(end, ALIGN_DOWN(va, SLOT_SIZE) + SLOT_SIZE);
		slot_set_prot(va, next, pgprot(how));
	}
	mmu_sync();
	tlb_flush_kernel(start, end);
	return 0;
}

/* ---- directories of address spaces */

struct pgdir kernel_pgdir __attribute__((section(".bss.pgdir")));
struct mmu_context kernel_context = { .pgdir = &kernel_pgdir };

int mmu_context_init(struct mmu_context *ctx)
{
	struct page *page = alloc_pages(GFP_KERNEL, PGDIR_ORDER);
	/* Whole pages that have only the program's part, which is empty. */
	const u32 users = TASK_SIZE / SECTION_SIZE * 4 / PAGE_SIZE;

	_Static_assert(sizeof(struct pgdir) == PAGE_SIZE << PGDIR_ORDER, "");
	if (!page)
		return -ENOMEM;
	*ctx = (struct mmu_context){ .pgdir = page_address(page) };
	for (u32 i = 0; i < 1 << PGDIR_ORDER; i++) {
		void *to = (char *)ctx->pgdir + i * PAGE_SIZE;

		if (i < users)
			clear_page(to);
		else
			copy_page(to, (char *)&kernel_pgdir + i * PAGE_SIZE);
	}
	mmu_sync();
	return 0;
}

void mmu_context_free(struct mmu_context *ctx)
{
	assert(ctx->pgdir != mmu_current_pgdir());
	free_pages(virt_to_page(ctx->pgdir), PGDIR_ORDER);
	ctx->pgdir = NULL;
}

/* ---- the final map */

static bool all_ram(u64 start, u32 size)
{
	return memblock_ram_between(start, start + size) == size;
}

static vaddr_t low_end(void)
{
	return PAGE_OFFSET + ((low_pfn << PAGE_SHIFT) - phys_base);
}

/* Maps low memory by sections, for now a little more where its end or a hole
 * lies inside one: from here on memblock_alloc()'s memory can be reached. */
static void map_sections(void)
{
	pgprot_t rw = pgprot(PGPROT_RW), rwx = pgprot(PGPROT_RW | PGPROT_EXEC);
	vaddr_t image_end = ALIGN_UP((vaddr_t)__kernel_end, SLOT_SIZE);
	vaddr_t end = ALIGN_UP(low_end(), SECTION_SIZE);

	assert(IS_ALIGNED(phys_base, SECTION_SIZE));
	for (vaddr_t va = PAGE_OFFSET; va < end; va += SECTION_SIZE)
		section_install(va, virt_to_phys((void *)va),
				va < image_end ? rwx : rw);
	mmu_sync();
}

/* Takes out of a slot of low memory what is not low memory. */
static void trim_slot(vaddr_t slot)
{
	paddr_t pa = virt_to_phys((void *)slot);
	vaddr_t end = low_end();

	if (slot + SLOT_SIZE <= end && all_ram(pa, SLOT_SIZE))
		return;
	section_split(slot);
	for (vaddr_t va = slot; va < slot + SLOT_SIZE; va += PAGE_SIZE) {
		pa = virt_to_phys((void *)va);
		if (va >= end || !all_ram(pa, PAGE_SIZE))
			pte_set(kernel_pte(va), (pte_t){ 0 });
	}
}

/* Gives each part of the image its rights, and the rest of its slot RW. */
static void protect_image(void)
{
	vaddr_t text = (vaddr_t)__text_start, text_end = (vaddr_t)__text_end;
	vaddr_t rodata = (vaddr_t)__rodata_start;
	vaddr_t data = (vaddr_t)__data_start;
	vaddr_t end = ALIGN_UP((vaddr_t)__kernel_end, SLOT_SIZE);

	assert(text_end == rodata && (vaddr_t)__rodata_end == data);
	set_kernel_prot(PAGE_OFFSET, text, PGPROT_RW);
	set_kernel_prot(text, text_end, PGPROT_READ | PGPROT_EXEC);
	set_kernel_prot(rodata, data, PGPROT_READ);
	set_kernel_prot(data, end, PGPROT_RW);
}

/* Every slot outside low memory: an empty table, or nothing at all. */
static void map_the_rest(void)
{
	vaddr_t low = ALIGN_UP(low_end(), SLOT_SIZE), va;

	for (u32 i = 0; i < PTRS_PER_TABLE; i++) {
		va = i * SLOT_SIZE;
		if (va >= PAGE_OFFSET && va < low)
			continue;
		if (va < VMALLOC_START)
			pgdir_remove(&kernel_pgdir, va);
		else if (!pgdir_table(&kernel_pgdir, va))
			pgdir_install(&kernel_pgdir, va, table_alloc());
	}
}

void paging_init(void)
{
	vaddr_t end = low_end();

	map_sections();
	for (vaddr_t slot = PAGE_OFFSET; slot < end; slot += SLOT_SIZE)
		trim_slot(slot);
	protect_image();
	map_the_rest();
	mmu_sync();
	tlb_flush_kernel(0, PAGE_MASK);
}

/* ---- for an oops */

bool kernel_readable(vaddr_t va)
{
	const pte_t *table = pgdir_table(&kernel_pgdir, va);
	pte_t pte;

	if (!table)
		return pgdir_section(&kernel_pgdir, va, &pte);
	return virt_to_phys(table) >> PAGE_SHIFT < low_pfn &&
	       table[pte_index(va)].v & PTE_VALID;
}

static void describe_entry(u32 index, pte_t pte)
{
	printk("  second level [%u] = 0x%08x: ", index, pte.v);
	if (pte.v & PTE_VALID) {
		printk("page, frame 0x%05x; ", pte_pfn(pte).n);
		pte_describe(pte);
	} else if (pte_present(pte)) {
		printk("frame 0x%05x, no access at all\n", pte_pfn(pte).n);
	} else {
		printk(pte.v ? "no form of ours\n" : "nothing\n");
	}
}

void pgtable_describe(const struct pgdir *pgdir, vaddr_t va)
{
	const u32 size = SECTION_SIZE / PAGE_SIZE; /* of the MMU's own table */
	u32 l1 = (u32)va / SECTION_SIZE, l2 = (u32)va / PAGE_SIZE % size;
	u32 desc = pgdir->l1[l1], base = ALIGN_DOWN(desc, size * sizeof(pte_t));
	const pte_t *table = phys_to_virt(base);
	pte_t pte;

	printk("  first level [%u] = 0x%08x: ", l1, desc);
	if (pgdir_section(pgdir, va, &pte)) {
		printk("section, base 0x%08x; ",
		       ALIGN_DOWN(desc, SECTION_SIZE));
		pte_describe(pte);
	} else if (!pgdir_table(pgdir, va)) {
		printk(desc ? "no form of ours\n" : "nothing\n");
	} else {
		printk("table at 0x%08x", base);
		pgdir_describe(desc);
		printk("\n");
		if ((vaddr_t)table < low_end() &&
		    kernel_readable((vaddr_t)table))
			describe_entry(l2, table[l2]);
		else
			printk("  which is not in low memory\n");
	}
}
