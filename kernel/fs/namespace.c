/*
 * namespace.c - making names: new inodes, and the kernel's own directories.
 *
 * Called by the system calls that create something and by cpio.c. The caller has
 * walked to the directory (path_parent()); nothing here sleeps between the check that a
 * name is free and taking it, unless the file system itself does.
 */
#include "kernel/fs/vfs.h"
#include "kernel/process.h"
#include "mm/slab.h"

#include <asm/errno.h>

/* Whether last names nothing yet, and something can be made there. */
static int may_create(const struct last *last, bool is_dir)
{
	struct dentry *there;
	int err;

	if (last->special)
		return -EEXIST;
	err = dentry_lookup(last->dir, last->name, last->len, &there);
	if (!err) {
		dentry_put(there);
		return -EEXIST;
	}
	if (err != -ENOENT)
		return err;
	if (last->slash && !is_dir)
		return -ENOENT;
	if (!last->dir->hashed && last->dir->parent)
		return -ENOENT; /* the directory itself was removed */
	return inode_permission(last->dir->inode, MAY_WRITE | MAY_EXEC);
}

int vfs_mknod(struct last *last, u32 mode, u32 rdev, struct dentry **made)
{
	struct inode *dir = last->dir->inode, *inode;
	int err = may_create(last, S_ISDIR(mode));

	if (err)
		return err;
	if (!dir->ops->create)
		return -EPERM;
	err = dir->ops->create(dir, mode, rdev, &inode);
	if (err)
		return err;
	*made = dentry_alloc(last->dir, last->name, last->len, inode);
	if (!*made) {
		inode_put(inode);
		return -ENOMEM;
	}
	dentry_link(*made, true);
	if (S_ISDIR(mode)) {
		inode->nlink = 2;
		dir->nlink++;
	}
	dir->mtime = dir->ctime = fs_time();
	return 0;
}

int vfs_symlink(struct last *last, const char *to)
{
	u32 len = (u32)strlen(to);
	char *text = kmalloc(len + 1);
	struct dentry *made;
	int err;

	if (!text)
		return -ENOMEM;
	memcpy(text, to, len + 1);
	err = vfs_mknod(last, S_IFLNK | 0777, 0, &made);
	if (err) {
		kfree(text);
		return err;
	}
	made->inode->private = text;
	made->inode->mapping.size = len;
	dentry_put(made);
	return 0;
}

int vfs_link(struct dentry *old, struct last *last)
{
	struct inode *inode = old->inode, *dir = last->dir->inode;
	struct dentry *there, *made;
	int err;

	if (last->special)
		return -EEXIST;
	err = dentry_lookup(last->dir, last->name, last->len, &there);
	if (!err)
		dentry_put(there);
	if (!err || err != -ENOENT)
		return err ? err : -EEXIST;
	if (last->slash)
		return -ENOENT;
	if (inode->super != dir->super)
		return -EXDEV;
	err = inode_permission(dir, MAY_WRITE | MAY_EXEC);
	if (err)
		return err;
	if (S_ISDIR(inode->mode) || !dir->ops->create)
		return -EPERM;
	if (!inode->nlink)
		return -ENOENT;
	made = dentry_alloc(last->dir, last->name, last->len, inode_get(inode));
	if (!made) {
		inode_put(inode);
		return -ENOMEM;
	}
	dentry_link(made, true);
	dentry_put(made);
	inode->nlink++;
	inode->ctime = dir->mtime = dir->ctime = fs_time();
	return 0;
}

/* One component of vfs_make(); one that exists already is fine. */
static int make_one(const char *path, u32 mode, u32 rdev)
{
	struct dentry *made;
	struct last last;
	int err = path_parent(AT_FDCWD, path, &last);

	if (err)
		return err;
	err = vfs_mknod(&last, mode, rdev, &made);
	dentry_put(last.dir);
	if (!err)
		dentry_put(made);
	return err == -EEXIST ? 0 : err;
}

int vfs_make_parents(const char *path)
{
	u32 len = (u32)strlen(path);
	char *part = kmalloc(len + 1);
	int err = 0;

	if (!part)
		return -ENOMEM;
	for (u32 i = 1; i < len && !err; i++) {
		if (path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = 0;
		err = make_one(part, S_IFDIR | 0755, 0);
	}
	kfree(part);
	return err;
}

int vfs_make(const char *path, u32 mode, u32 rdev)
{
	int err = vfs_make_parents(path);

	return err ? err : make_one(path, mode, rdev);
}

/* Whether the running process may take this name out of its directory. */
int vfs_may_remove(const struct dentry *dentry, const struct dentry *dir)
{
	int err = inode_permission(dir->inode, MAY_WRITE | MAY_EXEC);

	if (err)
		return err;
	if (!dir->inode->ops->create)
		return -EPERM;
	if (dir->inode->mode & S_ISVTX && inode_owner(dir->inode) &&
	    inode_owner(dentry->inode))
		return -EPERM;
	return 0;
}

/* Takes a name away that may go. */
void vfs_drop_name(struct dentry *dentry, struct dentry *dir)
{
	struct inode *inode = dentry->inode;

	inode->nlink -= S_ISDIR(inode->mode) ? 2 : 1;
	if (S_ISDIR(inode->mode))
		dir->inode->nlink--;
	inode->ctime = dir->inode->mtime = dir->inode->ctime = fs_time();
	dentry_remove(dentry);
}

/* ---- mounts */

void super_mount(struct super *super, struct dentry *dir)
{
	super->mountpoint = dir;
	dir->mounted = super;
	list_add_tail(&super->list, &mounts);
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

/* Whether anything in it is open, mapped, mounted on, or where somebody is. */
static bool is_busy(struct super *super)
{
	u32 expected = 1, refs = 0; /* the caller has one of the root's */

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

int super_umount(struct dentry *root)
{
	struct super *super = root->inode->super;
	struct dentry *dir = super->mountpoint;
	int err = 0;

	if (root != super->root || !dir)
		err = -EINVAL;
	else if (is_busy(super))
		err = -EBUSY;
	dentry_put(root);
	if (err)
		return err;
	dir->mounted = NULL;
	list_del(&super->list);
	dentry_put(dir);
	super_destroy(super);
	return 0;
}
