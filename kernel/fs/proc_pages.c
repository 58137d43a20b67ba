/*
 * proc_pages.c - /proc/PID/pagemap, pagetable and mem, /proc/kpagecount and kpageflags: what
 * the page tables hold, what is in it, and what becomes of each frame.
 *
 * pagemap is for programs: 64 bits for every page from address 0 on, at 8 times the page's
 * number, as Linux has them (Documentation/admin-guide/mm/pagemap.rst):
 *
 *	63 present   61 a file's or shared   56 mapped once   55 written
 *	54..0 the frame, for root alone
 *
 * kpagecount and kpageflags have as much for every frame from 0 on: how often page tables map
 * it, and flags KPF_*. So a program can follow its pages: shared by fork, copied, freed.
 *
 * pagetable is for people: a line for each run of entries with equal bits and consecutive
 * frames, the bits as the machine's manual calls them (pte_format(), mm/ARCH/mmu.c).
 *
 *	00010000-00014000 page    4a123-4a126 r-xu  S=1 nG=1 ...
 *	virtual           level   frames      rights  the descriptor's bits
 *
 * A second-level table that holds anything has a line of its own, its frame and the bits of the
 * first level; the pages that follow are what is in it.
 */
#include "kernel/fs/proc.h"
#include "kernel/process.h"
#include "mm/kmap.h"
#include "mm/uaccess.h"

#include <linux/kernel-page-flags.h>

#define PART 64u /* entries that are made at a time */

/* What the entries tell of: nothing for kpage*. */
struct source {
	struct mm *mm;
	bool frames; /* show them */
};

/* Fills what the program asked for, of `end` entries of 64 bits, a part at a time:
 * copying may change the tables. => bytes, -EINVAL, -EFAULT */
static long read_entries(void *buf, u32 n, u64 *pos, u32 end,
			 u64 (*entry)(const struct source *from, u32 i),
			 const struct source *from)
{
	u64 part[PART];
	u32 done = 0;

	if (*pos % sizeof(u64) || n % sizeof(u64))
		return -EINVAL;
	while (done < n && *pos / sizeof(u64) < end) {
		u32 first = (u32)(*pos / sizeof(u64));
		u32 count = min((n - done) / (u32)sizeof(u64), PART);

		count = min(count, end - first);
		for (u32 i = 0; i < count; i++)
			part[i] = entry(from, first + i);
		if (copy_to_user((char *)buf + done, part, count * sizeof(u64)))
			return -EFAULT;
		done += count * (u32)sizeof(u64);
		*pos += count * sizeof(u64);
	}
	return (long)done;
}

/* ---- pagemap */

#define PM_PRESENT    (1ull << 63)
#define PM_FILE	      (1ull << 61)
#define PM_EXCLUSIVE  (1ull << 56)
#define PM_SOFT_DIRTY (1ull << 55)

static u64 pagemap_entry(const struct source *from, u32 i)
{
	const pte_t *pte = pte_lookup(from->mm, (vaddr_t)i << PAGE_SHIFT);
	const struct page *page;
	u64 entry;

	if (!pte || pte_none(*pte))
		return 0;
	entry = PM_PRESENT | (from->frames ? pte_pfn(*pte).n : 0);
	if (pte_dirty(*pte))
		entry |= PM_SOFT_DIRTY;
	if (pte_special(*pte))
		return entry;
	page = pfn_to_page(pte_pfn(*pte));
	if (page->mapping)
		entry |= PM_FILE;
	if (page->mapcount == 1)
		entry |= PM_EXCLUSIVE;
	return entry;
}

static long pagemap_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	scoped_mm *mm = proc_file_mm(file);
	struct source from = { mm, file->private };
	u32 end = TASK_SIZE / PAGE_SIZE;

	return mm ? read_entries(buf, n, pos, end, pagemap_entry, &from) : 0;
}

/* Whether frames are shown is decided here, as on Linux: the file may be handed on. */
static int pagemap_open(struct file *file)
{
	file->private = privileged() ? file : NULL;
	return 0;
}

const struct file_ops pagemap_ops = { .open = pagemap_open,
				      .read = pagemap_read };

/* ---- mem */

/* => 0, or -EIO: nothing there, or no right to it. Linux also writes where the program may not,
 * unless configured with PROC_MEM_NO_FORCE */
static int copy_user_page(void *mm, u64 pos, char *part, u32 len, bool write)
{
	vaddr_t page_at = (vaddr_t)pos & PAGE_MASK;
	struct page *page;

	if (pos >= TASK_SIZE || get_user_pages(mm, page_at, 1, write, &page))
		return -EIO;
	page_part(page, pos % PAGE_SIZE, part, len, write);
	put_user_pages(&page, 1, write);
	return 0;
}

static long mem_copy(struct file *file, char *buf, u32 n, u64 *pos, bool write)
{
	scoped_mm *mm = proc_file_mm(file);

	return mm ? copy_parts(buf, n, pos, write, copy_user_page, mm) : 0;
}

static long mem_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	return mem_copy(file, buf, n, pos, false);
}

static long mem_write(struct file *file, const void *buf, u32 n, u64 *pos)
{
	return mem_copy(file, (char *)(vaddr_t)buf, n, pos, true);
}

const struct file_ops memory_ops = { .read = mem_read,
				     .write = mem_write,
				     .addresses = true };

/* ---- kpagecount, kpageflags */

static const struct page *page_at(u32 n)
{
	return pfn_valid(pfn(n)) ? pfn_to_page(pfn(n)) : NULL;
}

static u64 count_of(const struct source *unused, u32 n)
{
	const struct page *page = page_at(n);

	(void)unused;
	return page && !(page->flags & PG_SLAB) ? (u64)page->mapcount : 0;
}

static u64 flags_of(const struct source *unused, u32 n)
{
	const struct page *page = page_at(n);
	u64 flags = 0;

	(void)unused;
	if (!page)
		return 1ull << KPF_NOPAGE;
	if (page->flags & PG_SLAB)
		return 1ull << KPF_SLAB;
	if (page->flags & PG_BUDDY)
		return 1ull << KPF_BUDDY;
	if (page->flags & PG_TABLE)
		flags |= 1ull << KPF_PGTABLE;
	if (page->mapcount > 0)
		flags |= 1ull << KPF_MMAP;
	if (page->refs <= 0)
		return flags;
	if (page->mapping)
		flags |= 1ull << KPF_LRU | 1ull << KPF_UPTODATE;
	else if (page->mapcount > 0)
		flags |= 1ull << KPF_ANON | 1ull << KPF_SWAPBACKED;
	if (page->flags & PG_DIRTY)
		flags |= 1ull << KPF_DIRTY;
	return flags;
}

static long kpage_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	bool counts = file->ops == &kpagecount_ops;

	return read_entries(buf, n, pos, max_pfn, counts ? count_of : flags_of,
			    NULL);
}

const struct file_ops kpagecount_ops = { .read = kpage_read };
const struct file_ops kpageflags_ops = { .read = kpage_read };

/* ---- pagetable */

struct run {
	struct seq *seq;
	vaddr_t start, size; /* size 0: none yet */
	pte_t first;
	bool section;
};

static void end_run(struct run *r)
{
	u32 pages = (u32)(r->size >> PAGE_SHIFT);
	char text[160];

	if (!r->size)
		return;
	pte_format(r->first, r->section, text, sizeof(text));
	/* The last one may end where the address space does. */
	seq_printf(r->seq, "%08lx-%08llx %s", r->start, (u64)r->start + r->size,
		   r->section ? "section" : "page   ");
	seq_printf(r->seq, " %05x-%05x %s\n", pte_pfn(r->first).n,
		   pte_pfn(r->first).n + pages - 1, text);
	r->size = 0;
}

/* The next entry in address order. On both machines the frame is an entry's upper bits: one
 * that goes on where the run ends, with equal bits, is the run's size more than its first. */
static void add_entry(struct run *r, vaddr_t va, pte_t pte, bool section)
{
	vaddr_t size = section ? SECTION_SIZE : PAGE_SIZE;

	if (r->size && va == r->start + r->size && section == r->section &&
	    pte.v == r->first.v + (u32)r->size) {
		r->size += size;
		return;
	}
	end_run(r);
	r->start = va;
	r->size = size;
	r->first = pte;
	r->section = section;
}

static void show_table(struct run *r, const struct pgdir *pgdir, vaddr_t slot,
		       const pte_t *table)
{
	u32 frame = virt_to_phys(table) >> PAGE_SHIFT;
	char text[80];

	end_run(r);
	pgdir_format(pgdir, slot, text, sizeof(text));
	seq_printf(r->seq, "%08lx-%08llx table   %05x-%05x %s\n", slot,
		   (u64)slot + SLOT_SIZE, frame, frame, text);
}

static void walk_slot(struct run *r, struct pgdir *pgdir, vaddr_t slot)
{
	const pte_t *table = pgdir_table(pgdir, slot);
	bool shown = false;
	pte_t pte;

	if (!table) {
		for (u32 at = 0; at < SLOT_SIZE; at += SECTION_SIZE)
			if (pgdir_section(pgdir, slot + at, &pte))
				add_entry(r, slot + at, pte, true);
		return;
	}
	for (u32 i = 0; i < PTRS_PER_TABLE && table; i++) {
		pte = table[i];
		if (pte_none(pte))
			continue;
		if (!shown)
			show_table(r, pgdir, slot, table);
		shown = true;
		add_entry(r, slot + i * PAGE_SIZE, pte, false);
		/* Text takes memory, and that may take time: still there? */
		table = pgdir_table(pgdir, slot);
	}
}

static void walk(struct seq *seq, struct pgdir *pgdir, u32 first, u32 end)
{
	struct run r = { .seq = seq };

	for (u32 slot = first; slot < end; slot++)
		walk_slot(&r, pgdir, (vaddr_t)slot * SLOT_SIZE);
	end_run(&r);
}

void show_pagetable(struct seq *seq, struct process *p)
{
	scoped_mm *mm = p->mm ? mm_get(p->mm) : NULL;

	if (mm)
		walk(seq, mm->mmu.pgdir, 0, TASK_SIZE / SLOT_SIZE);
}

/* The kernel's part, the same in every directory. */
void show_kernel_pagetable(struct seq *seq, NO_PROCESS)
{
	walk(seq, &kernel_pgdir, PAGE_OFFSET / SLOT_SIZE,
	     (u32)(((u64)1 << 32) / SLOT_SIZE));
}
