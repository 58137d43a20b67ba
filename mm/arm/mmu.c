/*
 * mmu.c - page directories, the TLB and address spaces on ARMv7-A.
 *
 * pgtable_arch.h has the pictures of the descriptors and what is inline.
 *
 * An address space is known to the TLB by an 8-bit ASID, of a generation: when the
 * 255 of one are used up, the whole TLB is flushed and the next begins; an address
 * space with an ASID of an older one gets a new one when it is next switched to.
 *
 *	ctx->asid   generation << 8 | ASID     last_asid   the last given out
 *
 * Invariants: an entry of the TLB that is not global belongs to an ASID of this
 * generation; ASID 0 is never given out: it is current while the kernel has no user
 * address space, and between two writes of a switch. So a context of an old
 * generation, or never switched to, has nothing to flush, nor has one that is freed:
 * its ASID is not given out again before the next generation.
 *
 * Every flush ends with dsb and isb: on return the old translation is not used any
 * more (ARM DDI 0406C B3.10.1). That the generation wraps, after 4,000 million
 * address spaces, is let happen.
 */
#include "mm/kmap.h"

#include "mmu_regs.h"

paddr_t phys_base;

/* One page at a time pays up to here, then the whole ASID or TLB is cheaper. */
#define FLUSH_PAGES_MAX 64u

/* ---- the directory */

void pgdir_install(struct pgdir *pgdir, vaddr_t va, pte_t *table)
{
	u32 *desc = &pgdir->l1[va / SLOT_SIZE * 4];
	u32 v = virt_to_phys(table) | L1_TABLE;

	assert(IS_ALIGNED((vaddr_t)table, PAGE_SIZE));
	if (va < TASK_SIZE)
		v |= L1_PXN;
	for (u32 i = 0; i < 4; i++)
		desc[i] = v + i * 1024;
}

void pgdir_remove(struct pgdir *pgdir, vaddr_t va)
{
	u32 *desc = &pgdir->l1[va / SLOT_SIZE * 4];

	for (u32 i = 0; i < 4; i++)
		desc[i] = 0;
}

void section_install(vaddr_t va, paddr_t pa, pgprot_t prot)
{
	assert(IS_ALIGNED(va | pa, SECTION_SIZE) && (prot.v & PTE_VALID));
	kernel_pgdir.l1[va / SECTION_SIZE] = pa | SECTION_BITS(prot.v);
}

bool pgdir_section(const struct pgdir *pgdir, vaddr_t va, pte_t *pte)
{
	u32 desc = pgdir->l1[va / SECTION_SIZE];

	if (!(desc & L1_SECTION))
		return false;
	/* The frame, and a section's bits where an entry has them. */
	pte->v = ALIGN_DOWN(desc, SECTION_SIZE) |
		 (u32)(va & (SECTION_SIZE - 1) & PAGE_MASK) |
		 (desc >> 6 & 0xff0) | (desc & PTE_TYPE) | PTE_VALID |
		 (desc >> 4 & PTE_XN);
	return true;
}

const struct pgdir *mmu_current_pgdir(void)
{
	return phys_to_virt(ALIGN_DOWN(read_ttbr0(), sizeof(struct pgdir)));
}

/* ---- the TLB */

static u32 last_asid = 1 << 8; /* generation 1, ASID 0 */

/* Whether the TLB may hold anything of an address space. */
static bool asid_live(const struct mmu_context *ctx)
{
	return ctx->asid >> 8 == last_asid >> 8;
}

static void flush_begin(void)
{
	__asm__ volatile("dsb ishst" ::: "memory");
}

/* Branch predictions may be tagged by the address alone (B2.2.9). */
static void flush_end(void)
{
	write_bpiall(0);
	__asm__ volatile("dsb ish\n\tisb" ::: "memory");
}

void tlb_flush_page(struct mmu_context *ctx, vaddr_t va)
{
	if (!asid_live(ctx))
		return;
	flush_begin();
	write_tlbimva((u32)(va & PAGE_MASK) | (ctx->asid & 0xff));
	flush_end();
}

void tlb_flush_range(struct mmu_context *ctx, vaddr_t start, vaddr_t end)
{
	if (!asid_live(ctx))
		return;
	flush_begin();
	if (end - start > FLUSH_PAGES_MAX * PAGE_SIZE)
		write_tlbiasid(ctx->asid & 0xff);
	else
		for (; start < end; start += PAGE_SIZE)
			write_tlbimva((u32)start | (ctx->asid & 0xff));
	flush_end();
}

/* Global entries match any ASID. */
void tlb_flush_kernel_range(vaddr_t start, vaddr_t end)
{
	u32 npages = (u32)(end - start) / PAGE_SIZE;

	flush_begin();
	if (npages > FLUSH_PAGES_MAX)
		write_tlbiall(0);
	else
		for (; npages; npages--, start += PAGE_SIZE)
			write_tlbimva((u32)start);
	flush_end();
}

/* ---- address spaces */

static void asid_new(struct mmu_context *ctx)
{
	if (!(++last_asid & 0xff)) {
		flush_begin();
		write_tlbiall(0);
		flush_end();
		last_asid++;
	}
	ctx->asid = last_asid;
}

void mmu_switch(struct mmu_context *ctx)
{
	/* Never the old ASID with the new tables, nor the reverse: the reserved
	 * one stands between them (B3.10.4). Its tables' user part may be
	 * looked at by then, but nothing uses what that finds. A new
	 * generation begins there, too: the old ASID finds nothing any more. */
	write_contextidr(0);
	isb();
	if (!asid_live(ctx))
		asid_new(ctx);
	write_ttbr0(virt_to_phys(ctx->pgdir) | TTBR_FLAGS);
	isb();
	write_contextidr(ctx->asid & 0xff);
	isb();
}

/* ---- the caches: what was written as data is to be executed */

void icache_sync_page(struct page *page)
{
	/* CTR.DminLine: log2 of words in the smallest line (B4.1.42) */
	u32 line = 4u << ((read_ctr() >> 16) & 15);
	void *kaddr = kmap_local(page);

	for (u32 at = 0; at < PAGE_SIZE; at += line)
		write_dccmvau((u32)kaddr + at);
	__asm__ volatile("dsb ish" ::: "memory");
	write_iciallu(0);
	flush_end();
	kunmap_local(kaddr);
	page->flags |= PG_SYNCED;
}

/* ---- for an oops */

void pte_describe(pte_t pte)
{
	static const char *const types[] = { "write-back", "write-through",
					     "uncached (write-combining)",
					     "device" };
	u32 v = pte.v;

	printk("AP2=%u AP1=%u: kernel %s, program %s; ", !!(v & PTE_RO),
	       !!(v & PTE_USER), v & PTE_RO ? "reads" : "reads and writes",
	       !(v & PTE_USER) ? "nothing"
	       : v & PTE_RO    ? "reads"
			       : "reads and writes");
	printk("%s; %s; TEX0=%u C=%u B=%u: %s; %s; %s; software: %s, %s\n",
	       v & PTE_XN ? "XN: not executable" : "executable",
	       v & PTE_YOUNG ? "AF: accessed" : "not accessed: faults",
	       v >> 6 & 1, v >> 3 & 1, v >> 2 & 1,
	       v >> 6 & 1 ? "unknown" : types[v >> 2 & 3],
	       v & PTE_COUNTED ? "S: shareable" : "not shareable (special)",
	       v & PTE_NG ? "nG: one address space's" : "global",
	       v & PTE_WRITE ? "writable" : "not writable",
	       v & PTE_DIRTY ? "dirty" : "clean");
}

void pgdir_describe(u32 desc)
{
	if (desc & L1_PXN)
		printk(", PXN: the kernel does not execute");
}

int pte_format(pte_t pte, bool section, char *buf, u32 size)
{
	static const char *const types[] = { "WB", "WT", "WC", "device" };
	u32 v = pte.v;
	bool valid = v & PTE_VALID;

	return snprintf(
		buf, size,
		"%c%c%c%c nG=%u S=%u AP2=%u AP1=%u AF=%u TEX=%u C=%u "
		"B=%u XN=%u %s%s%s%s",
		valid ? 'r' : '-', valid && !(v & PTE_RO) ? 'w' : '-',
		valid && !(v & PTE_XN) ? 'x' : '-', v & PTE_USER ? 'u' : '-',
		!!(v & PTE_NG), !!(v & PTE_COUNTED), !!(v & PTE_RO),
		!!(v & PTE_USER), !!(v & PTE_YOUNG), v >> 6 & 7,
		valid && v >> 3 & 1, valid && v >> 2 & 1, v & PTE_XN,
		valid ? types[v >> 2 & 3] : "no access",
		v & PTE_WRITE ? " writable" : "", v & PTE_DIRTY ? " dirty" : "",
		section || v & PTE_COUNTED ? "" : " special");
}

int pgdir_format(const struct pgdir *pgdir, vaddr_t va, char *buf, u32 size)
{
	u32 desc = pgdir->l1[va / SLOT_SIZE * 4];

	/* Rights are the second level's alone, but for the kernel's to execute. */
	return snprintf(buf, size, "---- NS=%u PXN=%u domain=%u", desc >> 3 & 1,
			!!(desc & L1_PXN), desc >> 5 & 15);
}
