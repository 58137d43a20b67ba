/*
 * ramfs.c - the file system in memory: the root, /tmp, /dev/shm, memfd, and
 * shared anonymous memory.
 *
 * Its directories are the dentries themselves, pinned; its files' bytes are the
 * page cache, which here has nothing behind it: a page that was never written
 * does not exist and reads as zeros. So this file has little to do but
 * count: a file system has a limit of pages, and each page of a
 * file is charged to it (ENOSPC, or SIGBUS for a fault).
 *
 * Linux's tmpfs can also swap its pages out.
 */
#include "kernel/cmdline.h"
#include "kernel/fs/file.h"
#include "mm/slab.h"

#include <asm/errno.h>
#include <linux/falloc.h>
#include <linux/magic.h>

static int ramfs_charge(struct mapping *mapping)
{
	struct super *super = ((struct inode *)mapping->host)->super;

	if (super->nr_pages >= super->max_pages)
		return -ENOSPC;
	super->nr_pages++;
	return 0;
}

static void ramfs_uncharge(struct mapping *mapping)
{
	((struct inode *)mapping->host)->super->nr_pages--;
}

static const struct mapping_ops ramfs_mapping_ops = {
	.charge = ramfs_charge,
	.uncharge = ramfs_uncharge,
};

/* Whether there is room for the pages of [first, last) that are not there.
 * => 0, -ENOSPC, -ENOMEM, which is known before the range is at its end */
static int find_room(struct inode *inode, u32 first, u32 last)
{
	u32 room = inode->super->max_pages - inode->super->nr_pages;
	u32 memory = nr_free_pages() + nr_file_pages, missing = 0;

	for (u32 i = first; i < last; i++) {
		missing += !mapping_resident(&inode->mapping, i);
		if (missing > min(room, memory))
			return missing > room ? -ENOSPC : -ENOMEM;
	}
	return 0;
}

/* Makes all pages of [start, end), so that later writes can't fail. If that fails, those that
 * nobody has written to go, which are zeros with or without a page. */
static int ramfs_fallocate(struct inode *inode, u32 mode, u64 start, u64 end)
{
	struct mapping *mapping = &inode->mapping;
	u32 first = (u32)(start >> PAGE_SHIFT), last = size_to_pages(end);
	struct page *page;
	int err;
	u32 i;

	if (mode & FALLOC_FL_PUNCH_HOLE) {
		mapping_punch(mapping, start, end);
		return 0;
	}
	err = find_room(inode, first, last);
	for (i = first; i < last && !err; i++) {
		err = mapping_get_page(mapping, i, &page);
		if (!err)
			put_page(page);
	}
	while (err && i-- > first) {
		page = mapping_lookup(mapping, i);
		if (page && !(page->flags & PG_DIRTY))
			mapping_punch(mapping, (u64)i << PAGE_SHIFT,
				      (u64)(i + 1) << PAGE_SHIFT);
	}
	if (!err && !(mode & FALLOC_FL_KEEP_SIZE) && end > mapping->size)
		mapping->size = end;
	return err;
}

static void ramfs_evict(struct inode *inode)
{
	mapping_drop(&inode->mapping);
	kfree(inode->private); /* a link's text */
}

static const struct inode_ops ramfs_inode_ops;

static long ramfs_readlink(struct inode *inode, char *buf)
{
	memcpy(buf, inode->private, (u32)inode->mapping.size);
	return (long)inode->mapping.size;
}

static void ramfs_setup(struct inode *inode)
{
	inode_set_ops(inode, &ramfs_inode_ops, &dir_file_ops,
		      &ramfs_mapping_ops);
	inode->mapping.shmem = true;
	inode->seals = F_SEAL_SEAL;
}

static int ramfs_create(struct inode *dir, const char *name, u32 mode, u32 rdev,
			const char *text, struct inode **inode)
{
	u32 len = text ? (u32)strlen(text) : 0;
	char *copy = text ? name_copy(text, len) : NULL;

	*inode = copy || !text ? inode_create(dir, mode, rdev) : NULL;
	if (!*inode) {
		kfree(copy);
		return -ENOMEM;
	}
	ramfs_setup(*inode);
	(*inode)->private = copy;
	(*inode)->mapping.size = len;
	return name ? inode_link(dir, name, *inode) : 0;
}

static const struct inode_ops ramfs_inode_ops = {
	.create = ramfs_create,
	.link = inode_link,
	.unlink = inode_unlink,
	.rename = inode_rename,
	.fallocate = ramfs_fallocate,
	.readlink = ramfs_readlink,
	.evict = ramfs_evict,
};

static int ramfs_fill(struct super *super, struct inode **root)
{
	super->magic = TMPFS_MAGIC;
	/* At most half of memory, as Linux's tmpfs. */
	super->max_pages = nr_free_pages() / 2;
	*root = inode_alloc(super, S_IFDIR | 01777);
	if (!*root)
		return -ENOMEM;
	(*root)->nlink = 2;
	ramfs_setup(*root);
	return 0;
}

static bool parse_mode(const char *s, u32 *mode)
{
	for (*mode = 0; *s >= '0' && *s <= '7'; s++)
		*mode = *mode * 8 + (u32)(*s - '0');
	return !*s && *mode <= 07777;
}

/* size=64M,mode=0700: one, both or none. */
static int ramfs_options(struct super *super, char *text)
{
	struct inode *root = super->root->inode;
	char *word, *value;
	u64 size;
	u32 mode;

	while (*text) {
		for (word = text; *text && *text != ','; text++)
			;
		if (*text)
			*text++ = 0;
		if ((value = value_of(word, "size")) &&
		    parse_size(value, &size))
			super->max_pages = size_to_pages(size);
		else if ((value = value_of(word, "mode")) &&
			 parse_mode(value, &mode))
			root->mode = S_IFDIR | mode;
		else
			return -EINVAL;
	}
	return 0;
}

const struct fs_type ramfs_type = { "tmpfs", true, ramfs_fill, ramfs_options };

/* ---- files without a name */

/* memfd and shared anonymous memory live in a file system of their own. */
static struct super *shmem;

void shmem_destroy(void)
{
	if (shmem)
		super_destroy(shmem);
	shmem = NULL;
}

struct file *shmem_file_create(const char *name, u64 size)
{
	struct inode *inode;
	struct file *file;

	if (!shmem) {
		if (super_create(&ramfs_type, "tmpfs", NULL, 0, &shmem))
			return NULL;
		shmem->max_pages = ~0u;
	}
	inode = inode_create(shmem->root->inode, S_IFREG | 0777, 0);
	if (!inode)
		return NULL;
	ramfs_setup(inode);
	inode->mapping.size = size;
	if (file_open_anon(name, inode, O_RDWR | O_LARGEFILE, &regular_ops,
			   &file))
		return NULL;
	/* As on Linux: what has no name can be executed while it is open. */
	file_writer_put(file);
	return file;
}
