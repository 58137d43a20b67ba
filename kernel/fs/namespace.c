/*
 * namespace.c - making and taking names, and the kernel's own directories.
 *
 * Called by the system calls that create or remove something and by cpio.c. The caller has
 * walked to the directory (path_parent()). The file system's operation may sleep: what was
 * checked before it still holds, since super->names is held over both.
 *
 *	begin_create()		names locked; it is free; a dentry without an inode
 *	inode_ops->create...	the name is on disk, and nlink and times are changed
 *	end_create()		the dentry can be found, or is dropped; unlocked
 */
#include "kernel/fs/vfs.h"
#include "kernel/process.h"
#include "mm/slab.h"

#include <asm/errno.h>

static int may_change(const struct inode *dir)
{
	return inode_permission(dir, MAY_WRITE | MAY_EXEC)
		       ?: dir->ops->create ? 0
					   : -EPERM;
}

/* Whether last names nothing yet, and something can be made there; linked: a second
 * name of this. => names are locked; -errno: they are not */
static int begin_create(const struct last *last, bool is_dir,
			const struct inode *linked, struct dentry **new)
{
	struct inode *dir = last->dir->inode;
	scoped_dentry *there = NULL;
	int err;

	if (last->special)
		return -EEXIST;
	mutex_lock(&dir->super->names);
	err = dentry_lookup_locked(last->dir, last->name, last->len, &there);
	if (!err)
		err = -EEXIST;
	else if (err != -ENOENT || (last->slash && !is_dir) || !dir->nlink ||
		 !dir->ops->create)
		; /* ENOENT, too: the directory itself was removed, or is /proc */
	else if (linked && linked->super != dir->super)
		err = -EXDEV;
	else
		err = may_change(dir);
	if (!err) {
		*new = dentry_alloc(last->dir, last->name, last->len, NULL);
		err = *new ? 0 : -ENOMEM;
	}
	if (err)
		mutex_unlock(&dir->super->names);
	return err;
}

/* err: what the file system said. => the same; made: gets the reference, or NULL */
static int end_create(struct dentry *new, struct inode *inode, int err,
		      struct dentry **made)
{
	struct inode *dir = new->parent->inode;

	if (!err) {
		new->inode = inode;
		dentry_link(new, !dir->ops->lookup);
	}
	mutex_unlock(&dir->super->names);
	if (!err && made)
		*made = new;
	else
		dentry_put(new);
	return err;
}

int vfs_mknod(struct last *last, u32 mode, u32 rdev, struct dentry **made)
{
	struct inode *dir = last->dir->inode, *inode;
	struct dentry *new;
	int err = begin_create(last, S_ISDIR(mode), NULL, &new);

	if (err)
		return err;
	err = dir->ops->create(dir, new->name, mode, rdev, &inode);
	return end_create(new, inode, err, made);
}

int vfs_symlink(struct last *last, const char *to)
{
	struct inode *dir = last->dir->inode, *inode;
	struct dentry *new;
	int err = begin_create(last, false, NULL, &new);

	if (err)
		return err;
	err = dir->ops->symlink(dir, new->name, to, &inode);
	return end_create(new, inode, err, NULL);
}

int vfs_link(struct dentry *old, struct last *last)
{
	struct inode *inode = old->inode, *dir = last->dir->inode;
	struct dentry *new;
	int err = begin_create(last, false, inode, &new);

	if (err)
		return err;
	if (S_ISDIR(inode->mode))
		err = -EPERM;
	else if (!inode->nlink && !inode->linkable)
		err = -ENOENT;
	else
		err = dir->ops->link(dir, new->name, inode);
	if (!err) {
		inode_get(inode);
		inode->linkable = false;
	}
	return end_create(new, inode, err, NULL);
}

/* One component of vfs_make(); one that exists already is fine. */
static int make_one(const char *path, u32 mode, u32 rdev)
{
	scoped_last last = { 0 };
	int err = path_parent(AT_FDCWD, path, &last)
			  ?: vfs_mknod(&last, mode, rdev, NULL);

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
	return vfs_make_parents(path) ?: make_one(path, mode, rdev);
}

int vfs_may_remove(const struct dentry *dentry, const struct dentry *dir)
{
	int err = may_change(dir->inode);

	if (err)
		return err;
	if (dir->inode->mode & S_ISVTX && inode_owner(dir->inode) &&
	    inode_owner(dentry->inode))
		return -EPERM;
	return 0;
}

int vfs_may_empty(const struct dentry *dir)
{
	const struct inode_ops *ops = dir->inode->ops;

	if (ops->is_empty)
		return ops->is_empty(dir->inode);
	return list_empty(&dir->children) ? 0 : -ENOTEMPTY;
}

int vfs_drop_name(struct dentry *dentry, struct dentry *dir)
{
	int err = dir->inode->ops->unlink(dir->inode, dentry->name,
					  dentry->inode);

	if (!err)
		dentry_remove(dentry);
	return err;
}

/* ---- struct fs */

struct fs *fs_create(void)
{
	struct fs *fs = kzalloc(sizeof(*fs));

	if (!fs)
		return NULL;
	fs->refs = 1;
	fs->umask = 022;
	fs->cwd = dentry_get(root_dentry);
	fs->root = dentry_get(root_dentry);
	return fs;
}

struct fs *fs_copy(struct fs *fs)
{
	struct fs *copy = kmalloc(sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = *fs;
	copy->refs = 1;
	dentry_get(copy->cwd);
	dentry_get(copy->root);
	return copy;
}

void fs_put(struct fs *fs)
{
	if (--fs->refs)
		return;
	dentry_put(fs->cwd);
	dentry_put(fs->root);
	kfree(fs);
}

struct dentry *fs_root(void)
{
	return current->fs ? current->fs->root : root_dentry;
}
