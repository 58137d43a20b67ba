/*
 * sys_sync.c - system calls between a mapping and its file: msync, remap_file_pages; and
 * what a program says about how it will read a file.
 *
 * remap_file_pages() once made one area map pages of a file in any order. Linux now maps
 * over a part of the old area instead, and so do we: an area for every part out of order.
 *
 * The hints (fadvise, readahead) move pages of a file between the cache and its disk; that it
 * will be read in order, or not, is kept for the whole file (Linux: for each open one). A
 * file whose home is memory has no use for them.
 */
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/writeback.h"

#include <linux/fadvise.h>
#include <linux/fs.h>
#include <linux/mman.h>

#define current_mm (current->process->mm)

/* ---- msync */

/* Writes back the part of [start, end) that an area shares with its file. => may sleep */
static int sync_area(const struct vma *v, vaddr_t start, vaddr_t end)
{
	u64 from = (u64)vma_pgoff(v, max(start, v->start)) << PAGE_SHIFT;
	scoped_file *file = NULL;

	if (!v->file || !(v->flags & VM_SHARED))
		return 0;
	file = file_get(v->file); /* the area may go meanwhile */
	return file_sync(file, from,
			 from + min(end, v->end) - max(start, v->start), false);
}

/* The areas from the lowest up. A hole is reported when the rest is done, but ends
 * MS_ASYNC, which has nothing to do, at once. */
static long sync_range(vaddr_t start, vaddr_t end, u32 flags)
{
	int hole = 0, err;
	vaddr_t from;
	struct vma *v;

	while (start < end) {
		v = vma_find(&current_mm->vmas, start);
		if (!v)
			return -ENOMEM;
		if (start < v->start) {
			hole = -ENOMEM;
			if (flags == MS_ASYNC || v->start >= end)
				return hole;
		}
		if ((flags & MS_INVALIDATE) && (v->flags & VM_LOCKED))
			return -EBUSY;
		from = start;
		start = v->end;
		err = flags & MS_SYNC ? sync_area(v, from, end) : 0;
		if (err)
			return err;
	}
	return hole;
}

long sys_msync(u32 start, u32 len, u32 flags)
{
	u32 end = start + ALIGN_UP(len, PAGE_SIZE);

	if ((flags & ~(u32)(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) ||
	    !IS_ALIGNED(start, PAGE_SIZE) ||
	    (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC))
		return -EINVAL;
	if (end < start)
		return -ENOMEM;
	return sync_range(start, end, flags);
}

/* ---- remap_file_pages */

/* Whether one file is mapped with equal flags all over [start, end). */
static bool is_one_mapping(const struct vma *v, vaddr_t end)
{
	const struct vma *next = v;

	while (next->end < end) {
		const struct vma *below = next;

		next = below->next;
		if (!next || next->start != below->end ||
		    next->file != v->file || next->flags != v->flags)
			return false;
	}
	return true;
}

long sys_remap_file_pages(u32 start, u32 size, u32 prot, u32 pgoff, u32 flags)
{
	struct mmap_object object;
	scoped_file *file = NULL;
	struct vma *v;
	long result;

	start &= (u32)PAGE_MASK;
	size &= (u32)PAGE_MASK;
	if (prot || start + size <= start ||
	    pgoff + (size >> PAGE_SHIFT) < pgoff)
		return -EINVAL;
	v = vma_lookup(&current_mm->vmas, start);
	if (!v || !(v->flags & VM_SHARED) || !is_one_mapping(v, start + size))
		return -EINVAL;
	prot = v->flags & VM_RIGHTS;
	flags &= MAP_NONBLOCK;
	flags |= MAP_SHARED | MAP_FIXED | MAP_POPULATE;
	if (v->flags & VM_LOCKED)
		flags |= MAP_LOCKED;
	file = file_get(v->file);
	result = file_mmap(file, prot, flags, &object);
	object.pgoff = pgoff;
	if (!result)
		result = mm_mmap(current_mm, start, size, prot, flags, &object);
	return mm_is_error(result) ? result : 0;
}

/* ---- hints */

/* => may sleep */
static void advise(struct file *file, u64 start, u64 len, u32 advice)
{
	struct mmap_object object = { 0 };
	struct mapping *mapping;
	u64 limit, end;
	u32 first, last;

	/* A disk's pages are not its inode's: as mmap() would find them. */
	if (file->ops->mmap)
		file->ops->mmap(file, &object, MAP_PRIVATE);
	mapping = object.mapping;
	if (!mapping)
		return;
	limit = min(mapping->size, MAPPING_MAX_SIZE);
	start = min(start, limit);
	end = start + min(len, limit - start);
	first = (u32)(start >> PAGE_SHIFT);
	last = size_to_pages(end);
	switch (advice) {
	case POSIX_FADV_WILLNEED:
		mapping_readahead(mapping, first, last);
		break;
	case POSIX_FADV_DONTNEED:
		/* Pages of which others may want a part stay. */
		if (end < mapping->size)
			last = (u32)(end >> PAGE_SHIFT);
		mapping_writeback(mapping, size_to_pages(start), last);
		reclaim_range(mapping, size_to_pages(start), last);
		break;
	case POSIX_FADV_NOREUSE:
		break;
	default:
		mapping->advice = (u8)advice;
	}
}

long sys_fadvise64_64(int fd, u32 lo, u32 hi, u32 len_lo, u32 len_hi,
		      u32 advice)
{
	scoped_file *file = fd_get_open(fd);
	u64 start = u64_of(lo, hi), len = u64_of(len_lo, len_hi);

	if (!file)
		return -EBADF;
	if (S_ISFIFO(file->inode->mode))
		return -ESPIPE;
	if ((s64)len < 0 || advice > POSIX_FADV_NOREUSE)
		return -EINVAL;
	advise(file, start, len ? len : ~0ull, advice);
	return 0;
}

SYSCALL(fadvise64, (int fd, u32 lo, u32 hi, u32 len, u32 advice),
	sys_fadvise64_64(fd, lo, hi, len, 0, advice))

long sys_readahead(int fd, u32 lo, u32 hi, u32 count)
{
	scoped_file *file = fd_get_open(fd);

	if (!file || !FILE_READS(file))
		return -EBADF;
	if (!S_ISREG(file->inode->mode) && !S_ISBLK(file->inode->mode))
		return -EINVAL;
	advise(file, u64_of(lo, hi), count, POSIX_FADV_WILLNEED);
	return 0;
}

long sys_sync_file_range(int fd, u32 lo, u32 hi, u32 n_lo, u32 n_hi, u32 flags)
{
	u32 known = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
		    SYNC_FILE_RANGE_WAIT_AFTER;
	s64 start = (s64)u64_of(lo, hi), n = (s64)u64_of(n_lo, n_hi);
	scoped_file *file = fd_get_open(fd);
	u32 mode;

	if (!file)
		return -EBADF;
	if ((flags & ~known) || start < 0 || n < 0 ||
	    (u64)start + (u64)n > 0x7fffffffffffffffull)
		return -EINVAL;
	mode = file->inode->mode;
	if (!S_ISREG(mode) && !S_ISDIR(mode) && !S_ISLNK(mode) &&
	    !S_ISBLK(mode))
		return -ESPIPE;
	if (!file->ops->fsync || !flags)
		return 0;
	return file_sync(file, (u64)start, n ? (u64)(start + n) : ~0ull, true);
}

FILE_CALL(syncfs, (int fd), fd_get_open, super_sync(file->inode->super))
