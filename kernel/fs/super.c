/*
 * super.c - file systems as a whole: made, synced, and taken away when nobody uses them.
 *
 * `mounts` lists what can be reached by names, and what umount2(MNT_DETACH) has taken out of
 * the tree while it is in use: that goes with its last file. mount_lock is held over every
 * change of it, and by who goes through it and sleeps.
 *
 *	mounts --> super "/" --> super "/dev" --> super "/mnt" --> super, detached
 *
 * In use is what has a reference that is neither the tree's own nor the caller's: an open
 * file, a mapping, a program that runs, a working directory all hold a dentry.
 */
#include "kernel/dev/blk.h"
#include "kernel/fs/vfs.h"
#include "mm/slab.h"

#include <linux/mount.h>

struct list_head mounts = LIST_INIT(mounts);
u32 nr_detached;
struct mutex mount_lock = { .waiters = WAITQ_INIT(mount_lock.waiters) };

int super_create(const struct fs_type *type, const char *source,
		 struct blk_device *bdev, u32 flags, struct super **result)
{
	static u32 next_dev = 1;
	scoped_mem struct super *super = kzalloc(sizeof(*super));
	scoped_mem char *name = name_copy(source, strlen(source));
	struct inode *root;
	int err;

	if (!super || !name)
		return -ENOMEM;
	super->source = name;
	super->type = type;
	super->bdev = bdev;
	super->dev = bdev ? bdev->rdev : next_dev++;
	super->block_size = PAGE_SIZE;
	super->max_size = MAPPING_MAX_SIZE;
	super->flags = flags;
	mutex_init(&super->names);
	list_init(&super->list);
	err = type->fill(super, &root);
	if (err)
		return err;
	super->root = dentry_alloc(NULL, "", 0, root);
	if (!super->root) {
		inode_put(root);
		if (super->ops && super->ops->umount)
			super->ops->umount(super);
		return -ENOMEM;
	}
	scoped_keep(&name);
	*result = scoped_keep(&super);
	return 0;
}

/* Unpins all names below dir, deepest first. */
static void remove_tree(struct dentry *dir)
{
	while (!list_empty(&dir->children)) {
		struct dentry *d = dir;

		/* Down to a leaf without recursion, then start again. */
		while (!list_empty(&d->children))
			d = list_first(&d->children, struct dentry, sibling);
		dentry_remove(d);
	}
}

void super_destroy(struct super *super)
{
	dentry_prune(super);
	remove_tree(super->root);
	dentry_put(super->root);
	if (super->ops && super->ops->umount)
		super->ops->umount(super);
	if (super->bdev)
		blk_sync(super->bdev);
	if (super->nr_inodes || super->nr_pages) {
		printk("%s: %u inodes, %u pages still in use\n", super->source,
		       super->nr_inodes, super->nr_pages);
		return;
	}
	kfree(super->source);
	kfree(super);
}

/* The dentry after d of those below root, parents first. => NULL: the last */
static struct dentry *next_dentry(struct dentry *d, struct dentry *root)
{
	if (!list_empty(&d->children))
		return list_first(&d->children, struct dentry, sibling);
	while (d != root && d->sibling.next == &d->parent->children)
		d = d->parent;
	return d == root ? NULL
			 : list_first(&d->sibling, struct dentry, sibling);
}

bool super_is_busy(struct super *super, u32 held)
{
	u32 expected = held, refs = 0;

	for (struct dentry *d = super->root; d;
	     d = next_dentry(d, super->root)) {
		refs += d->refs;
		expected += d == super->root || d->pinned;
		expected += d != super->root; /* its parent's, by it */
		if (d->mounted)
			return true;
	}
	return refs != expected;
}

void super_reap_locked(void)
{
	struct super *super;

again:
	list_for_each_entry (super, &mounts, list) {
		if (!super->detached)
			continue;
		dentry_prune(super);
		if (super_is_busy(super, 0))
			continue;
		nr_detached--;
		list_del(&super->list);
		super_destroy(super);
		goto again;
	}
}

void mount_reap(void)
{
	if (likely(!nr_detached) || mount_lock.owner == current)
		return;
	scoped_lock(&mount_lock);
	super_reap_locked();
}

int super_sync(struct super *super)
{
	return super->ops && super->ops->sync ? super->ops->sync(super) : 0;
}

int vfs_sync(void)
{
	struct super *super;
	int err = 0, one;

	scoped_lock(&mount_lock);
	list_for_each_entry (super, &mounts, list) {
		one = super_sync(super);
		err = err ? err : one;
	}
	return err;
}

int super_remount(struct super *super, u32 flags)
{
	const struct super_ops *ops = super->ops;
	int err = 0;

	if ((super->flags ^ flags) & MS_RDONLY && ops && ops->remount)
		err = ops->remount(super, flags);
	if (!err)
		super->flags = flags;
	return err;
}

void vfs_shutdown(void)
{
	struct super *super;

	vfs_sync();
	scoped_lock(&mount_lock);
	list_for_each_entry (super, &mounts, list)
		super_remount(super, super->flags | MS_RDONLY);
}
