/*
 * pgtable.h - THE CONTRACT WITH THE MMU.
 *
 * Everything above this line in mm/ is the same on both machines; what
 * differs is here, implemented twice (pgtable_arch.h and mmu.c in mm/arm and mm/x86).
 *
 * Both machines have two levels, and on both one page of second-level entries
 * maps 4 MiB. On x86 that is the hardware's own table. On ARM a second-level table is
 * 1 KiB and maps 1 MiB; four lie in one page, and four consecutive first-level
 * descriptors point at its quarters. So a page directory is, seen from here,
 *
 *      struct pgdir    1,024 slots of 4 MiB, each of them one of
 *                        empty
 *                        sections (1 MiB each on ARM, one of 4 MiB on x86)
 *                        a table: 1,024 pte_t, one page of low memory
 *
 * Every process has its own struct pgdir. Its kernel part is copied once from
 * kernel_pgdir when it is made; since every kernel table exists from boot, that part
 * never changes, and nothing has to be kept in step.
 *
 * A pte is in one of four states:
 *      none            all bits zero
 *      present         maps a frame
 *      present, but with no access at all (PROT_NONE): not valid to the MMU, keeps
 *                      its frame; pte_present() is true
 *      swap            not present, keeps a swap slot
 *
 * pgtable_arch.h defines, beside what is declared below and what is alike in mm/pte.h:
 *
 *   struct pgdir                   the first level
 *   struct mmu_context             what the MMU must know of an address space:
 *                                  .pgdir, and on ARM its ASID
 *   SECTION_SIZE, PGDIR_ORDER      bytes: 1 MiB, 4 MiB; pages of a directory
 *
 *   pgprot_t pgprot(unsigned how)  from PGPROT_* below
 *   pte_t pte_modify(pte_t, pgprot_t)       other rights, same frame, young,
 *                                           dirty and special bits
 *   bool pte_executable pte_special(pte_t); pte_t pte_mkspecial(pte_t)
 *   void mmu_sync(void)                     earlier pte_set() and pgdir changes are
 *                                           visible to the table walker
 *   pte_t *pgdir_table(const struct pgdir *, vaddr_t)   the slot's table, or NULL
 *   void tlb_flush_page(struct mmu_context *, vaddr_t)
 *   void tlb_flush_kernel(vaddr_t start, vaddr_t end)   page-aligned; end may be 0
 *   void mmu_context_retire(struct mmu_context *) => not in force and never again:
 *                         its entries are taken out without flushing any
 *   void page_sync_icache(struct page *)          before a page is mapped executable for
 *                         a program; costs nothing if it was done since the
 *                         kernel wrote the page last (PG_SYNCED; x86: nothing to do)
 *
 * x86 without PAE cannot forbid execution or reading: there pte_executable() is
 * true for whatever is present with any access. Dirty: x86 hardware sets it. On
 * ARM a clean entry is read-only to the hardware, and the write fault
 * that follows goes through pte_mkdirty(). A hardware-writable entry is dirty on ARM.
 */
#pragma once

#include "mm/page.h"

/* What a mapping allows, and how memory behaves through it. */
enum {
	PGPROT_READ = 1 << 0,
	PGPROT_WRITE = 1 << 1,
	PGPROT_RW = PGPROT_READ | PGPROT_WRITE,
	PGPROT_EXEC = 1 << 2,
	PGPROT_USER = 1 << 3, /* the program, too; else kernel only, global */
	/* memory types, the order of their names in /proc/PID/pagetable */
	PGPROT_WB = 0 << 4, /* write-back: ordinary memory */
	PGPROT_WT = 1 << 4, /* write-through */
	PGPROT_WC = 2 << 4, /* write-combining: ARM normal uncached */
	PGPROT_UC = 3 << 4, /* uncached, ordered: ARM device */
	PGPROT_TYPE_MASK = 3 << 4,
};

#include "pgtable_arch.h"

/* The directory: the slot's table; the slot becomes empty. */
void pgdir_install(struct pgdir *pgdir, vaddr_t va, pte_t *table);
void pgdir_remove(struct pgdir *pgdir, vaddr_t va);
/* A section, in the kernel's directory. */
void section_install(vaddr_t va, paddr_t pa, pgprot_t prot);
/* Whether a section maps the address; *pte: what an entry for its page would hold. */
bool pgdir_section(const struct pgdir *pgdir, vaddr_t va, pte_t *pte);

/* => page-aligned */
void tlb_flush_range(struct mmu_context *ctx, vaddr_t start, vaddr_t end);
/* Flushes nothing on ARM between live address spaces. */
void mmu_switch(struct mmu_context *ctx);
/* Makes a directory with an empty user part and the kernel's. => 0 or -ENOMEM */
int mmu_context_init(struct mmu_context *ctx);
/* => retired, user part empty; nothing of it is left in the TLB for others to hit */
void mmu_context_free(struct mmu_context *ctx);
void clear_page(void *kaddr);
void copy_page(void *to, const void *from);

#define PTRS_PER_TABLE 1024u

/* Where in its slot's table the address has its entry. */
static inline u32 pte_index(vaddr_t va)
{
	return (u32)(va >> PAGE_SHIFT) & (PTRS_PER_TABLE - 1);
}

/* The kernel's own directory; the current one until there are processes. */
extern struct pgdir kernel_pgdir;

/* With kernel_pgdir: for mmu_switch() when no process's is in force. */
extern struct mmu_context kernel_context;

/* The entry of a kernel address that has a table from boot on. */
static inline pte_t *kernel_pte(vaddr_t va)
{
	pte_t *table = pgdir_table(&kernel_pgdir, va);

	assert(table);
	return table + pte_index(va);
}

/* At boot, in this order (mm/paging.c):
 * replaces the start-up code's map by the final one: low memory by sections
 * as far as low_pfn, the image with its permissions, the vmalloc,
 * kmap and fixed slots' tables, nothing else. Takes memory from memblock. */
void paging_init(void);

/* Splits the section that maps va into a table with the same translations.
 * => takes a page from memblock or the page allocator; 0 or -ENOMEM */
int section_split(vaddr_t va);

/* Gives kernel pages [start, end) of low memory other rights, splitting sections
 * where it must. => 0 or -ENOMEM, then nothing has changed */
int set_kernel_prot(vaddr_t start, vaddr_t end, unsigned how);

/* The directory the MMU walks now for user addresses. */
const struct pgdir *mmu_current_pgdir(void);

/* Prints the walk of an address, every descriptor's bits in words.
 * => reads no table that is not in low memory */
void pgtable_describe(const struct pgdir *pgdir, vaddr_t va);
/* The words: of an entry, and what the first level says of a slot that has a table. */
void pte_describe(pte_t pte);
void pgdir_describe(u32 desc);
/* Whether the kernel's own map has the address. */
bool kernel_readable(vaddr_t va);

/* Writes an entry's rights and bits in a few words, for /proc/PID/pagetable: "rw-u" (u: the
 * program may, too), then the descriptor's bits by their names. section: pgdir_section()'s.
 * => the length, as snprintf() */
int pte_format(pte_t pte, bool section, char *buf, u32 size);
/* The same for the first level, of a slot that has a table. */
int pgdir_format(const struct pgdir *pgdir, vaddr_t va, char *buf, u32 size);
