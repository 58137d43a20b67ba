/*
 * proc_kpage.c - /proc/kpagecount and /proc/kpageflags: what becomes of each frame.
 *
 * 64 bits for every frame from 0 on, at 8 times its number (Documentation/admin-guide/mm/
 * pagemap.rst): how often page tables map it, and flags KPF_*. With the frames that
 * /proc/PID/pagemap shows, a program can follow its pages: shared by fork, copied, freed.
 *
 *	pagemap: address -> frame ---> kpagecount: times mapped
 *	                          `--> kpageflags: what it is
 */
#include "kernel/fs/proc_mm.h"
#include "mm/uaccess.h"

#include <asm/errno.h>
#include <linux/kernel-page-flags.h>

#define PART 64u /* entries that are made at a time */

static u64 count_of(const struct page *page)
{
	return page && !(page->flags & PG_SLAB) ? (u64)page->mapcount : 0;
}

static u64 flags_of(const struct page *page)
{
	u64 flags = 0;

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

/* Fills what the program asked for, a part at a time. => bytes, -EINVAL, -EFAULT */
static long kpage_read(void *buf, u32 n, u64 *pos,
		       u64 (*value)(const struct page *))
{
	u64 part[PART];
	u32 done = 0;

	if (*pos % sizeof(u64) || n % sizeof(u64))
		return -EINVAL;
	while (done < n && *pos / sizeof(u64) < max_pfn) {
		u32 first = (u32)(*pos / sizeof(u64));
		u32 count = min((n - done) / (u32)sizeof(u64), PART);

		count = min(count, max_pfn - first);
		for (u32 i = 0; i < count; i++)
			part[i] = value(pfn_valid(pfn(first + i))
						? pfn_to_page(pfn(first + i))
						: NULL);
		if (copy_to_user((char *)buf + done, part, count * sizeof(u64)))
			return done ? (long)done : -EFAULT;
		done += count * (u32)sizeof(u64);
		*pos += count * sizeof(u64);
	}
	return (long)done;
}

static long kpagecount_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	(void)file;
	return kpage_read(buf, n, pos, count_of);
}

static long kpageflags_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	(void)file;
	return kpage_read(buf, n, pos, flags_of);
}

const struct file_ops kpagecount_ops = { .read = kpagecount_read };
const struct file_ops kpageflags_ops = { .read = kpageflags_read };
