/*
 * blk_file.c - disks as files: the block special files /dev/vda, /dev/vdb ...,
 * through a page cache of the whole disk; and /proc/diskstats.
 *
 *	/dev/vda  254:0 ---+
 *	mknod'ed  254:0 ---+--> struct blk_device: mapping --> pages <-- every mmap
 *
 * All nodes of one number share one cache, dev->mapping; a node's own mapping stays
 * empty, and has only the size, for lseek(). What is written reaches the disk by
 * writeback or fsync().
 *
 * A file system on the disk has caches of its own: what is written here while it is
 * mounted it may not see, and the reverse (Linux shares at least the metadata).
 * A read-only disk can be opened for writing, and writing is EPERM, as on Linux.
 * Left out: O_DIRECT is not direct, partitions.
 */
#include "kernel/dev/blk.h"
#include "kernel/fs/proc.h"
#include "kernel/process.h"
#include "mm/kmap.h"
#include "mm/uaccess.h"
#include "mm/writeback.h"

#include <linux/fs.h>
#include <linux/mman.h>

/* ---- between the cache and the disk */

/* The last page may be a part. => 0 or -EIO */
static int transfer(struct mapping *mapping, struct page **pages, u32 n,
		    bool write)
{
	struct blk_batch b;
	void *kaddr;

	blk_begin(&b, mapping->host, write);
	for (u32 i = 0; i < n; i++) {
		u64 start = (u64)pages[i]->pgoff << PAGE_SHIFT;
		u64 len = mapping->size - min(start, mapping->size);

		if (len < PAGE_SIZE && !write) {
			kaddr = kmap_local(pages[i]);
			clear_page(kaddr);
			kunmap_local(kaddr);
		}
		if (len)
			blk_add(&b, start >> SECTOR_SHIFT, pages[i], 0,
				(u32)min(len, (u64)PAGE_SIZE));
	}
	return blk_wait(&b);
}

static int blk_read_pages(struct mapping *mapping, struct page **pages, u32 n)
{
	return transfer(mapping, pages, n, false);
}

static int blk_write_pages(struct mapping *mapping, struct page **pages, u32 n)
{
	return transfer(mapping, pages, n, true);
}

static const struct mapping_ops blk_mapping_ops = {
	.read_pages = blk_read_pages,
	.write_pages = blk_write_pages,
};

/* An error is kept in the mapping: each open file is told once. */
static int write_back(struct blk_device *dev)
{
	int err = mapping_writeback(&dev->mapping, 0, ~0u), flush_err;

	flush_err = blk_flush(dev);
	if (flush_err)
		mapping_note_error(&dev->mapping, flush_err);
	return err ? err : flush_err;
}

int blk_sync(struct blk_device *dev)
{
	struct mapping *mapping = &dev->mapping;
	int err = write_back(dev);

	if (list_empty(&mapping->vmas) && !mapping->users && !mapping->nr_dirty)
		mapping_drop(mapping);
	return err;
}

/* ---- open files */

static struct blk_device *disk_of(const struct file *file)
{
	return blk_find(file->inode->rdev);
}

static int blk_open(struct file *file)
{
	struct blk_device *dev = disk_of(file);

	file->inode->mapping.size = dev->mapping.size;
	file->seen = mapping_error_sample(&dev->mapping);
	return 0;
}

static long blk_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	long done = mapping_read(&disk_of(file)->mapping, buf, n, *pos);

	if (done > 0)
		*pos += (u32)done;
	return done;
}

static int blk_fsync(struct file *file, u32 first, u32 end, bool datasync)
{
	struct blk_device *dev = disk_of(file);
	int err, lost;

	(void)datasync;
	mapping_writeback(&dev->mapping, first, end);
	err = blk_flush(dev);
	lost = mapping_error(&dev->mapping, &file->seen);
	return lost ? lost : err;
}

static long blk_write(struct file *file, const void *buf, u32 n, u64 *pos)
{
	struct blk_device *dev = disk_of(file);
	u64 size = dev->mapping.size;
	long done;

	if (dev->read_only)
		return -EPERM;
	if (*pos >= size || !n)
		return n ? -ENOSPC : 0;
	n = (u32)min((u64)n, size - *pos);
	done = mapping_write(&dev->mapping, buf, n, *pos);
	if (done > 0)
		*pos += (u32)done;
	return done;
}

/* What a program could write to, and the disk not, can't be mapped. */
static int blk_mmap(struct file *file, struct mmap_object *obj, u32 flags)
{
	struct blk_device *dev = disk_of(file);

	if (dev->read_only && FILE_WRITES(file) && flags & MAP_SHARED)
		return -EINVAL;
	obj->file = file;
	obj->mapping = &dev->mapping;
	obj->ops = &file_vm_ops;
	return 0;
}

static long blk_ioctl(struct file *file, u32 cmd, vaddr_t arg)
{
	struct blk_device *dev = disk_of(file);
	u64 value;
	u32 size = sizeof(u32);

	switch (cmd) {
	case BLKGETSIZE:
		value = dev->nr_sectors;
		if (value > ~0u)
			return -EFBIG;
		break;
	case BLKGETSIZE64:
		value = dev->nr_sectors << SECTOR_SHIFT;
		size = sizeof(u64);
		break;
	case BLKSSZGET:
		value = SECTOR_SIZE;
		break;
	case BLKROGET:
		value = dev->read_only;
		break;
	case BLKFLSBUF:
		return privileged() ? blk_sync(dev) : -EACCES;
	default:
		return -ENOTTY;
	}
	return copy_to_user((void *)arg, &value, size) ? -EFAULT : 0;
}

const struct file_ops blk_file_ops = {
	.open = blk_open,
	.read = blk_read,
	.write = blk_write,
	.mmap = blk_mmap,
	.fsync = blk_fsync,
	.ioctl = blk_ioctl,
};

/* ---- all disks */

void blk_nodes_init(void)
{
	struct blk_device *dev;
	char path[16];

	for (u32 i = 0; (dev = blk_number(i)); i++) {
		mapping_init(&dev->mapping, &blk_mapping_ops, dev);
		dev->mapping.size =
			min(dev->nr_sectors << SECTOR_SHIFT, MAPPING_MAX_SIZE);
		snprintf(path, sizeof(path), "/dev/%s", dev->name);
		if (vfs_make(path, S_IFBLK | 0660, dev->rdev))
			panic("no memory for %s", path);
	}
}

void blk_nodes_destroy(void)
{
	struct blk_device *dev;

	for (u32 i = 0; (dev = blk_number(i)); i++) {
		write_back(dev);
		mapping_drop(&dev->mapping);
	}
}

/* Of Linux's columns the requests and sectors, and what is under way. */
void proc_show_diskstats(struct seq *seq, struct process *p)
{
	struct blk_device *dev;

	(void)p;
	for (u32 i = 0; (dev = blk_number(i)); i++)
		seq_printf(seq, "%4u %7u %s %u 0 %llu 0 %u 0 %llu 0 0 0 0\n",
			   dev->rdev >> 8, dev->rdev & 0xff, dev->name,
			   dev->stats[0].requests, dev->stats[0].sectors,
			   dev->stats[1].requests, dev->stats[1].sectors);
}
