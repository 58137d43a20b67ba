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
#include "kernel/fs/file.h"
#include "mm/slab.h"

#include <asm/errno.h>
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

static void ramfs_evict(struct inode *inode)
{
	if (S_ISREG(inode->mode))
		mapping_drop(&inode->mapping);
	if (S_ISLNK(inode->mode))
		kfree(inode->private);
}

static long ramfs_readlink(struct inode *inode, char *buf)
{
	memcpy(buf, inode->private, (u32)inode->mapping.size);
	return (long)inode->mapping.size;
}

static struct inode *ramfs_inode(struct super *super, u32 mode, u32 rdev)
{
	struct inode *inode = inode_alloc(super, mode);

	if (!inode)
		return NULL;
	inode->ops = &ramfs_inode_ops;
	inode->rdev = rdev;
	mapping_init(&inode->mapping, &ramfs_mapping_ops, inode);
	inode->mapping.shmem = true;
	inode->seals = F_SEAL_SEAL;
	if (S_ISREG(mode))
		inode->fops = &ramfs_file_ops;
	else if (S_ISDIR(mode))
		inode->fops = &dir_file_ops;
	else if (S_ISFIFO(mode))
		inode->fops = &pipe_file_ops;
	else if (S_ISCHR(mode))
		inode->fops = device_ops(mode, rdev);
	return inode;
}

static int ramfs_create_inode(struct inode *dir, u32 mode, u32 rdev,
			      struct inode **inode)
{
	*inode = ramfs_inode(dir->super, mode, rdev);
	if (!*inode)
		return -ENOMEM;
	if (dir->mode & S_ISGID) {
		(*inode)->gid = dir->gid;
		if (S_ISDIR(mode))
			(*inode)->mode |= S_ISGID;
	}
	return 0;
}

const struct inode_ops ramfs_inode_ops = {
	.create = ramfs_create_inode,
	.readlink = ramfs_readlink,
	.evict = ramfs_evict,
};

struct super *ramfs_create(const char *type, u32 max_pages)
{
	static u32 next_dev = 1;
	struct super *super = kzalloc(sizeof(*super));
	struct inode *inode;

	if (!super)
		return NULL;
	super->type = super->source = type;
	super->magic = TMPFS_MAGIC;
	super->dev = next_dev++;
	super->max_pages = max_pages;
	list_init(&super->list);
	inode = ramfs_inode(super, S_IFDIR | 01777, 0);
	if (!inode)
		goto out_super;
	inode->nlink = 2;
	super->root = dentry_alloc(NULL, "", 0, inode);
	if (!super->root)
		goto out_inode;
	return super;

out_inode:
	inode_put(inode);
out_super:
	kfree(super);
	return NULL;
}

/* Unpins all names below dir, deepest first. */
static void remove_tree(struct dentry *dir)
{
	while (!list_empty(&dir->children)) {
		struct dentry *d =
			list_first(&dir->children, struct dentry, sibling);

		/* Down to a leaf without recursion, then start again. */
		while (!list_empty(&d->children))
			d = list_first(&d->children, struct dentry, sibling);
		dentry_remove(d);
	}
}

void super_destroy(struct super *super)
{
	remove_tree(super->root);
	dentry_put(super->root);
	if (super->nr_inodes || super->nr_pages) {
		printk("%s: %u inodes, %u pages still in use\n", super->type,
		       super->nr_inodes, super->nr_pages);
		return;
	}
	kfree(super);
}

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

	if (!shmem)
		shmem = ramfs_create("tmpfs", ~0u);
	if (!shmem)
		return NULL;
	inode = ramfs_inode(shmem, S_IFREG | 0777, 0);
	if (!inode)
		return NULL;
	inode->nlink = 0;
	inode->mapping.size = size;
	if (file_open_anon(name, inode, O_RDWR | O_LARGEFILE, &ramfs_file_ops,
			   &file))
		return NULL;
	/* As on Linux: what has no name can be executed while it is open. */
	file_writer_put(file);
	return file;
}
