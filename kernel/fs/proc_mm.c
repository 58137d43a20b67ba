/*
 * proc_mm.c - /proc/PID/maps, smaps, smaps_rollup: the areas of an address space as text,
 * in Linux's words (man 5 proc).
 *
 *	00010000-00012000 r-xp 00000000 00:01 7          /bin/echo
 *	start    end      |||| offset   device inode     what is mapped
 *	                  |||+ private (copied on write) or shared
 *	                  r w x: the area's rights, not the entries'
 *
 * smaps adds what of an area is in memory now: struct area_sums, counted from its
 * entries. The zero page is nobody's: like Linux we count it nowhere.
 *
 * Making text takes memory, and so may wait for it. So a line is made whole before it is
 * written, and the next area is looked up by address: the one before may be gone.
 */
#include "kernel/fs/proc.h"
#include "kernel/process.h"
#include "mm/slab.h"

#include <asm/errno.h>
#include <linux/mman.h>

#define NAME_COLUMN 49 /* of 32-bit Linux, from 0 */

/* ---- one line */

static const char *special_name(const struct vma *v)
{
	const struct mm *mm = v->mm;

	if (v->file)
		return NULL;
	if (v->start < mm->layout.brk && v->end > mm->layout.start_brk)
		return "[heap]";
	if (v->start <= mm->layout.start_stack &&
	    v->end >= mm->layout.start_stack)
		return "[stack]";
	return NULL;
}

/* A name as one word of a line: a newline in it becomes \012. */
static char *put_name(char *to, const char *end, const char *name)
{
	for (; *name && to + 5 < end; name++) {
		if (*name == '\n')
			to += snprintf(to, 5, "\\012");
		else
			*to++ = *name;
	}
	return to;
}

/* The line of maps. buf: PATH_MAX for a path, as much for the line. => its length */
static u32 format_area(const struct vma *v, char *buf)
{
	char *path = buf + PATH_MAX, *line = buf, *end = path;
	const struct inode *inode = v->file ? v->file->inode : NULL;
	const char *name = special_name(v);
	u32 dev = inode ? inode->super->dev : 0;
	int n;

	n = snprintf(
		line, PATH_MAX, "%08lx-%08lx %c%c%c%c %08lx %02x:%02x %u ",
		v->start, v->end, v->flags & VM_READ ? 'r' : '-',
		v->flags & VM_WRITE ? 'w' : '-', v->flags & VM_EXEC ? 'x' : '-',
		v->flags & VM_SHARED ? 's' : 'p',
		v->file || v->mapping ? (vaddr_t)v->pgoff << PAGE_SHIFT : 0,
		dev >> 8 & 0xfff, dev & 0xff, inode ? inode->ino : 0);
	line += n;
	if (inode)
		name = dentry_path(v->file->dentry, path, PATH_MAX);
	if (name) {
		while (line < buf + NAME_COLUMN)
			*line++ = ' ';
		line = put_name(line, end, name);
	}
	*line++ = '\n';
	return (u32)(line - buf);
}

/* ---- what of an area is in memory */

/* In pages. */
struct area_sums {
	u32 size, rss, shared_clean, shared_dirty, private_clean, private_dirty;
	u32 referenced, anonymous;
	/* of pages, in 1/4096: each counts for one mapper's part of it */
	u64 pss, pss_dirty, locked;
};

#define PSS_SHIFT 12

static void count_page(struct area_sums *s, const struct page *page, pte_t pte)
{
	bool dirty = pte_dirty(pte) || page->flags & PG_DIRTY;
	u32 part = (1u << PSS_SHIFT) / (u32)page->mapcount;

	s->rss++;
	s->pss += part;
	if (dirty)
		s->pss_dirty += part;
	if (page->mapcount > 1)
		*(dirty ? &s->shared_dirty : &s->shared_clean) += 1;
	else
		*(dirty ? &s->private_dirty : &s->private_clean) += 1;
	if (!page->mapping)
		s->anonymous++;
	if (pte_young(pte))
		s->referenced++;
}

static void count_area(struct area_sums *s, const struct vma *v)
{
	u64 pss = s->pss;
	vaddr_t next;

	s->size += vma_pages(v);
	for (vaddr_t va = v->start; va < v->end; va = next) {
		const pte_t *pte = pte_lookup(v->mm, va);

		next = va + PAGE_SIZE;
		if (!pte)
			next = ALIGN_DOWN(va, SLOT_SIZE) + SLOT_SIZE;
		else if (pte_present(*pte) && !pte_special(*pte) &&
			 !(v->flags & VM_PFNMAP))
			count_page(s, pfn_to_page(pte_pfn(*pte)), *pte);
	}
	if (v->flags & VM_LOCKED)
		s->locked += s->pss - pss;
}

static void show_part(struct seq *seq, const char *name, u64 part)
{
	seq_printf(seq, "%-16s%8u kB\n", name,
		   (u32)(part * (PAGE_SIZE / KiB) >> PSS_SHIFT));
}

static void show_sums(struct seq *seq, const struct area_sums *s)
{
	show_kb(seq, "Rss:", s->rss);
	show_part(seq, "Pss:", s->pss);
	show_part(seq, "Pss_Dirty:", s->pss_dirty);
	show_kb(seq, "Shared_Clean:", s->shared_clean);
	show_kb(seq, "Shared_Dirty:", s->shared_dirty);
	show_kb(seq, "Private_Clean:", s->private_clean);
	show_kb(seq, "Private_Dirty:", s->private_dirty);
	show_kb(seq, "Referenced:", s->referenced);
	show_kb(seq, "Anonymous:", s->anonymous);
	show_kb(seq, "LazyFree:", 0);
	show_kb(seq, "AnonHugePages:", 0);
	show_kb(seq, "ShmemPmdMapped:", 0);
	show_kb(seq, "FilePmdMapped:", 0);
	show_kb(seq, "Shared_Hugetlb:", 0);
	show_kb(seq, "Private_Hugetlb:", 0);
	show_kb(seq, "Swap:", 0);
	show_kb(seq, "SwapPss:", 0);
	show_part(seq, "Locked:", s->locked);
}

/* Two letters for each flag, in the order of Linux's bits. */
static void show_flags(struct seq *seq, u32 flags)
{
	static const struct {
		u32 flag;
		char name[4];
	} names[] = {
		{ VM_READ, "rd" },	 { VM_WRITE, "wr" },
		{ VM_EXEC, "ex" },	 { VM_SHARED, "sh" },
		{ VM_MAYREAD, "mr" },	 { VM_MAYWRITE, "mw" },
		{ VM_MAYEXEC, "me" },	 { 0, "ms" },
		{ VM_GROWSDOWN, "gd" },	 { VM_PFNMAP, "pf" },
		{ VM_LOCKED, "lo" },	 { VM_SEQ_READ, "sr" },
		{ VM_RAND_READ, "rr" },	 { VM_DONTCOPY, "dc" },
		{ VM_DONTEXPAND, "de" }, { VM_LOCKONFAULT, "lf" },
		{ VM_ACCOUNT, "ac" },	 { VM_NORESERVE, "nr" },
		{ VM_WIPEONFORK, "wf" }, { VM_DONTDUMP, "dd" },
	};
	u32 shared = VM_SHARED | VM_MAYWRITE;

	seq_printf(seq, "VmFlags: ");
	for (u32 i = 0; i < ARRAY_SIZE(names); i++) {
		bool set = flags & names[i].flag;

		/* Linux: `ms` is MAP_SHARED, `sh` only what can be written, too */
		if (names[i].flag == VM_SHARED)
			set = (flags & shared) == shared;
		if (!names[i].flag)
			set = flags & VM_SHARED;
		if (set)
			seq_printf(seq, "%s ", names[i].name);
	}
	seq_printf(seq, "\n");
}

/* ---- the files */

/* Calls fn for each area, as long as there is room for text. => may sleep between them */
static void for_areas(struct seq *seq, struct process *p,
		      void (*fn)(void *arg, struct vma *v, char *buf),
		      void *arg)
{
	scoped_mem char *buf = kmalloc(2 * PATH_MAX);
	struct mm *mm = p->mm;
	struct vma *v;
	vaddr_t next = seq->next;

	seq->next = 0;
	if (!mm)
		return;
	if (!buf) {
		seq->failed = true;
		return;
	}
	mm_get(mm);
	for (v = vma_find(&mm->vmas, next); v && !seq_full(seq);
	     v = vma_find(&mm->vmas, next)) {
		next = v->end;
		fn(arg, v, buf);
	}
	if (v)
		seq->next = next;
	mm_put(mm);
}

static void maps_area(void *seq, struct vma *v, char *buf)
{
	seq_write(seq, buf, format_area(v, buf));
}

void show_maps(struct seq *seq, struct process *p)
{
	for_areas(seq, p, maps_area, seq);
}

static void smaps_area(void *arg, struct vma *v, char *buf)
{
	struct area_sums sums;
	struct seq *seq = arg;
	u32 flags = v->flags;

	memset(&sums, 0, sizeof(sums));
	count_area(&sums, v);
	maps_area(seq, v, buf);
	show_kb(seq, "Size:", sums.size);
	show_kb(seq, "KernelPageSize:", 1);
	show_kb(seq, "MMUPageSize:", 1);
	show_sums(seq, &sums);
	seq_printf(seq, "THPeligible:    0\n");
	show_flags(seq, flags);
}

void show_smaps(struct seq *seq, struct process *p)
{
	for_areas(seq, p, smaps_area, seq);
}

struct rollup {
	struct area_sums sums;
	vaddr_t start, end;
};

static void rollup_area(void *arg, struct vma *v, char *buf)
{
	struct rollup *r = arg;

	(void)buf;
	if (!r->end)
		r->start = v->start;
	r->end = v->end;
	count_area(&r->sums, v);
}

void show_smaps_rollup(struct seq *seq, struct process *p)
{
	struct rollup r;

	memset(&r, 0, sizeof(r));
	for_areas(seq, p, rollup_area, &r);
	if (!r.end)
		return;
	seq_printf(seq, "%08lx-%08lx ---p 00000000 00:00 0 %*s[rollup]\n",
		   r.start, r.end, NAME_COLUMN - 40, "");
	show_sums(seq, &r.sums);
}

/* Makes pages look unused (smaps: Referenced): 1 all, 2 those of no file, 3 those of files; but
 * not what is locked. 5: the peak of what is resident is now. 4 is for bits that these machines'
 * entries have no room for, and does nothing, as on Linux. */
int store_clear_refs(struct thread *t, const void *buf, u32 n)
{
	struct mm *mm = t->process->mm;
	struct vma *v;
	u32 what;
	int err = user_number(buf, n, 1, 5, &what);

	if (err)
		return err;
	if (what == 5)
		mm->peak_rss = mm_rss(mm);
	for_each_vma (v, &mm->vmas)
		if (what == 1 || what == (v->mapping ? 3 : 2))
			mm_madvise(mm, v->start, v->end - v->start, MADV_COLD);
	return 0;
}
