/*
 * fake_disk.h - what ext2 needs of the kernel, for tests/host/test-ext2.c: a disk whose power can
 * fail, a page cache without mappings, and the VFS's part of an inode's life.
 *
 * The disk keeps what was written before the last flush, and a list of what was written since:
 * when the power fails, each of the latter is on it or not, as chance will have it.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/fs/ext2/ext2.h"
#include "kernel/fs/file.h"
#include "kernel/printk.h"
#include "kernel/process.h"
#include "kernel/random.h"
#include "mm/memblock.h"
#include "mm/mm.h"
#include "mm/writeback.h"
#include "tests/host/host.h"

/* ---- the disk */

#define DISK_MAX (40u << 20)

struct write {
	u64 at;
	u32 len;
	u8 data[PAGE_SIZE];
};

static u8 *stable, *seen; /* what survives; what is read */
static u32 disk_size;
static struct write *writes;
static u32 nr_writes, max_writes;
static long fuse = -1; /* writes until the power fails; < 0: it does not */
static bool dead;
static u32 nr_flushes, fail_io; /* one in so many transfers fails; 0: none */
static struct blk_device disk = { .name = "vda" };

static void disk_load(const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!stable) {
		stable = malloc(DISK_MAX);
		seen = malloc(DISK_MAX);
	}
	n = f ? fread(stable, 1, DISK_MAX, f) : 0;
	if (!n)
		panic("cannot read %s", path);
	fclose(f);
	disk_size = (u32)n;
	memcpy(seen, stable, disk_size);
	disk.nr_sectors = disk_size / SECTOR_SIZE;
	nr_writes = 0;
	dead = false;
	fuse = -1;
}

static void disk_save(const char *path)
{
	FILE *f = fopen(path, "r+b");

	if (!f || fwrite(stable, 1, disk_size, f) != disk_size || fclose(f))
		panic("cannot write %s", path);
}

int blk_flush(struct blk_device *dev)
{
	(void)dev;
	nr_flushes++;
	if (dead)
		return 0;
	for (u32 i = 0; i < nr_writes; i++)
		memcpy(stable + writes[i].at, writes[i].data, writes[i].len);
	nr_writes = 0;
	return 0;
}

/* The power fails, or has: the rest of what was written is there or not. */
static void disk_cut(void)
{
	u32 percent = rnd(101);

	dead = true;
	for (u32 i = 0; i < nr_writes; i++)
		if (rnd(100) < percent)
			memcpy(stable + writes[i].at, writes[i].data,
			       writes[i].len);
	nr_writes = 0;
	memcpy(seen, stable, disk_size);
}

/* data: of a file; the power fails more often where it hurts */
static void disk_write(u64 at, const void *from, u32 len, bool data)
{
	if (fuse >= 0 && (!data || !rnd(16)) && fuse-- == 0)
		dead = true;
	memcpy(seen + at, from, len);
	if (dead)
		return;
	if (nr_writes == max_writes) {
		max_writes = max_writes * 2 + 64;
		writes = realloc(writes, max_writes * sizeof(*writes));
	}
	writes[nr_writes] = (struct write){ .at = at, .len = len };
	memcpy(writes[nr_writes++].data, from, len);
}

void blk_begin(struct blk_batch *b, struct blk_device *dev, bool write)
{
	*b = (struct blk_batch){ .dev = dev, .write = write };
}

void blk_add(struct blk_batch *b, u64 sector, struct page *page, u32 offset,
	     u32 len)
{
	u8 *memory = (u8 *)page_address(page) + offset;

	assert(offset + len <= PAGE_SIZE && len % SECTOR_SIZE == 0);
	if (sector + len / SECTOR_SIZE > b->dev->nr_sectors ||
	    (fail_io && !rnd(fail_io)))
		b->error = -EIO;
	else if (b->write)
		disk_write(sector << SECTOR_SHIFT, memory, len,
			   page->mapping != NULL);
	else
		memcpy(memory, seen + (sector << SECTOR_SHIFT), len);
}

int blk_wait(struct blk_batch *b)
{
	return b->error;
}

/* ---- the kernel around it */

static struct process process;
static struct thread thread = { &process };
struct thread *current = &thread;
u32 total_pages = 16384;
static u64 now_ns = 1700000000000000000ull;
static struct ext2_sb *running; /* its committer ends when it is waited for */

void mutex_wait(struct mutex *m)
{
	waitq_sleep(&m->waiters);
}

void mutex_unlock(struct mutex *m)
{
	assert(m->owner == current);
	m->owner = NULL;
}

struct thread *kthread_start(const char *name, void (*fn)(void *), void *arg)
{
	(void)name, (void)fn;
	running = arg;
	running->stopped = true;
	return &thread;
}

int waitq_sleep_until(struct waitq *q, u64 deadline_ns)
{
	(void)q, (void)deadline_ns;
	return 0;
}

u64 clock_ns(void)
{
	return now_ns;
}

u64 fs_time(void)
{
	return now_ns += 1000000;
}

u64 div_u64(u64 n, u32 d, u32 *rem)
{
	if (rem)
		*rem = (u32)(n % d);
	return n / d;
}

void random_bytes(void *buf, u32 n)
{
	memset(buf, 42, n);
}

/* ---- vfs.c */

static const struct inode_ops no_ops;

void inode_set_ops(struct inode *inode, const struct inode_ops *ops,
		   const struct file_ops *dir_ops,
		   const struct mapping_ops *mapping_ops)
{
	inode->ops = ops;
	inode->fops = S_ISDIR(inode->mode) ? dir_ops : NULL;
	mapping_init(&inode->mapping, mapping_ops, inode);
}

int regular_fsync(struct file *file, u32 first, u32 end, bool datasync)
{
	(void)first, (void)end;
	return file->inode->ops->fsync(file->inode, datasync);
}

struct inode *inode_alloc(struct super *super, u32 mode)
{
	struct inode *inode = calloc(1, super->inode_size);

	inode->refs = inode->nlink = 1;
	inode->mode = mode;
	inode->super = super;
	inode->ops = &no_ops;
	inode->atime = inode->mtime = inode->ctime = fs_time();
	mutex_init(&inode->lock);
	super->nr_inodes++;
	return inode;
}

struct inode *inode_create(struct inode *dir, u32 mode, u32 rdev)
{
	struct inode *inode = inode_alloc(dir->super, mode);

	inode->nlink = 0;
	inode->rdev = rdev;
	return inode;
}

void inode_free(struct inode *inode)
{
	if (inode->ops->evict)
		inode->ops->evict(inode);
	inode->super->nr_inodes--;
	free(inode);
}

void inode_put(struct inode *inode)
{
	assert(inode->refs > 0);
	if (!--inode->refs)
		inode->super->ops->drop(inode);
}

/* ---- the page cache */

void mapping_init(struct mapping *mapping, const struct mapping_ops *ops,
		  void *host)
{
	memset(mapping, 0, sizeof(*mapping));
	mapping->ops = ops;
	mapping->host = host;
}

int mapping_writeback(struct mapping *mapping, u32 first, u32 end)
{
	struct page *pages[16], *page;
	int result = 0, err;

	while ((page = radix_next(&mapping->pages, &first)) && first < end) {
		u32 used = (u32)mapping->size & (PAGE_SIZE - 1), n = 0;

		while (page && page->flags & PG_DIRTY && n < 16) {
			page->flags &= (u16)~PG_DIRTY;
			mapping->nr_dirty--;
			if (used && page->pgoff == mapping->size >> PAGE_SHIFT)
				memset((u8 *)page_address(page) + used, 0,
				       PAGE_SIZE - used);
			pages[n++] = page;
			page = mapping_lookup(mapping, first + n);
		}
		err = n ? mapping->ops->write_pages(mapping, pages, n) : 0;
		result = err ? err : result;
		first += n ? n : 1;
	}
	return result;
}

static void drop_from(struct mapping *mapping, u32 first)
{
	struct page *page;

	while ((page = radix_next(&mapping->pages, &first))) {
		radix_delete(&mapping->pages, first);
		mapping->nr_dirty -= !!(page->flags & PG_DIRTY);
		page->flags = 0;
		page->mapping = NULL;
		free_page(page);
	}
}

void mapping_drop(struct mapping *mapping)
{
	drop_from(mapping, 0);
}

/* => the page, filled, or NULL and *err */
static struct page *cache_page(struct mapping *mapping, u32 pgoff, int *err)
{
	struct page *page = mapping_lookup(mapping, pgoff);

	*err = 0;
	if (page)
		return page;
	page = alloc_page(GFP_HIGHUSER);
	page->mapping = mapping;
	page->pgoff = pgoff;
	assert(!radix_insert(&mapping->pages, pgoff, page));
	*err = mapping->ops->read_pages(mapping, &page, 1);
	if (!*err)
		return page;
	radix_delete(&mapping->pages, pgoff);
	page->mapping = NULL;
	free_page(page);
	return NULL;
}

static int cache_dirty(struct mapping *mapping, struct page *page)
{
	int err;

	if (page->flags & PG_DIRTY)
		return 0;
	err = mapping->ops->page_mkwrite(mapping, page);
	if (err)
		return err;
	page->flags |= PG_DIRTY;
	mapping->nr_dirty++;
	return 0;
}

void mapping_truncate(struct mapping *mapping, u64 size)
{
	u64 old = mapping->size;
	u32 used = (u32)size & (PAGE_SIZE - 1);
	struct page *page;
	int err;

	mapping->size = size;
	if (size >= old)
		return;
	drop_from(mapping, size_to_pages(size));
	page = used ? cache_page(mapping, (u32)(size >> PAGE_SHIFT), &err)
		    : NULL;
	if (page && !cache_dirty(mapping, page))
		memset((u8 *)page_address(page) + used, 0, PAGE_SIZE - used);
}

/* read() and write(). => 0 or -errno: then some of it may have been done */
static int file_io(struct inode *inode, void *buf, u64 pos, u32 n, bool write)
{
	struct mapping *mapping = &inode->mapping;
	struct page *page;
	int err = 0;

	while (n) {
		u32 offset = (u32)pos & (PAGE_SIZE - 1);
		u32 part = min(n, PAGE_SIZE - offset);
		u8 *memory;

		page = cache_page(mapping, (u32)(pos >> PAGE_SHIFT), &err);
		if (page && write)
			err = cache_dirty(mapping, page);
		if (err)
			break;
		memory = (u8 *)page_address(page) + offset;
		memcpy(write ? memory : buf, write ? buf : memory, part);
		n -= part;
		pos += part;
		buf = (u8 *)buf + part;
		if (write)
			mapping->size = max(mapping->size, pos);
	}
	if (write)
		inode->ops->setattr(inode);
	return err;
}
