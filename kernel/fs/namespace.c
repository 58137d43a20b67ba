/*
 * namespace.c - making and taking names, and the kernel's own directories.
 *
 * Called by the system calls that create or remove something and by cpio.c. The caller has
 * walked to the directory (path_parent()). The file system's operation may sleep: what was
 * checked before it still holds, since super->names is held over both.
 *
 *	begin_create()		the name is free; a dentry without an inode
 *	inode_ops->create...	the name is on disk, and nlink and times are changed
 *	dentry_link()		the dentry can be found
 */
#include "kernel/fs/file.h"
#include "mm/slab.h"

static int may_change(const struct inode *dir)
{
	int err = inode_permission(dir, MAY_WRITE | MAY_EXEC);

	return err || dir->ops->create ? err : -EPERM;
}

/* Whether last names nothing yet, and something can be made there; linked: a second
 * name of this. => names locked; 0 and a dentry without an inode, or -errno */
static int begin_create(const struct last *last, bool is_dir,
			const struct inode *linked, struct dentry **new)
{
	struct inode *dir = last->dir->inode;
	scoped_dentry *there = NULL;
	int err = last->special ? 0 : last_lookup(last, &there);

	if (!err)
		return -EEXIST;
	/* ENOENT, too: the directory itself was removed, or is /proc */
	if (err != -ENOENT || !dir->nlink || !dir->ops->create ||
	    (last->slash && !is_dir))
		return err;
	if (linked && linked->super != dir->super)
		return -EXDEV;
	err = may_change(dir);
	if (err)
		return err;
	*new = dentry_alloc(last->dir, last->name, last->len, NULL);
	return *new ? 0 : -ENOMEM;
}

int vfs_mknod(struct last *last, u32 mode, u32 rdev, const char *text,
	      struct dentry **made)
{
	struct inode *dir = last->dir->inode;
	scoped_dentry *new = NULL;
	int err;

	scoped_lock(&dir->super->names);
	err = begin_create(last, S_ISDIR(mode), NULL, &new)
		      ?: dir->ops->create(dir, new->name, mode, rdev, text,
					  &new->inode);
	if (err)
		return err;
	dentry_link(new, !dir->ops->lookup);
	if (made)
		*made = dentry_get(new);
	return 0;
}

int vfs_link(struct dentry *old, struct last *last)
{
	struct inode *inode = old->inode, *dir = last->dir->inode;
	scoped_dentry *new = NULL;
	int err;

	scoped_lock(&dir->super->names);
	err = begin_create(last, false, inode, &new);
	if (err)
		return err;
	if (S_ISDIR(inode->mode))
		return -EPERM;
	if (!inode->nlink && !inode->linkable)
		return -ENOENT;
	err = dir->ops->link(dir, new->name, inode);
	if (err)
		return err;
	inode->linkable = false;
	new->inode = inode_get(inode);
	dentry_link(new, !dir->ops->lookup);
	return 0;
}

/* One component of vfs_make(); one that exists already is fine. */
static int make_one(const char *path, u32 mode, u32 rdev)
{
	scoped_last last = { 0 };
	int err = path_parent(AT_FDCWD, path, &last)
			  ?: vfs_mknod(&last, mode, rdev, NULL, NULL);

	return err == -EEXIST ? 0 : err;
}

int vfs_make_parents(const char *path)
{
	scoped_mem char *part = name_copy(path, (u32)strlen(path));
	int err = part ? 0 : -ENOMEM;

	for (u32 i = 1; !err && part[i]; i++) {
		if (part[i] != '/')
			continue;
		part[i] = 0;
		err = make_one(part, S_IFDIR | 0755, 0);
		part[i] = '/';
	}
	return err;
}

int vfs_make(const char *path, u32 mode, u32 rdev)
{
	return vfs_make_parents(path) ?: make_one(path, mode, rdev);
}

int vfs_may_remove(const struct dentry *dentry, const struct dentry *dir)
{
	int err = may_change(dir->inode);

	if (!err && dir->inode->mode & S_ISVTX && inode_owner(dir->inode))
		err = inode_owner(dentry->inode);
	return err;
}

struct empty_sink {
	struct dir_sink sink; /* first: emit() is handed it */
	bool found;
};

static bool find_name(struct dir_sink *sink, const char *name, u32 len, u32 ino,
		      u32 mode, u64 next_pos)
{
	bool *found = &((struct empty_sink *)(void *)sink)->found;

	(void)ino, (void)mode, (void)next_pos;
	*found = !is_dots(name, len);
	return !*found;
}

int vfs_may_drop(struct dentry *dentry, bool as_dir)
{
	struct file file = { .dentry = dentry, .inode = dentry->inode };
	struct empty_sink all = { .sink.emit = find_name };
	bool is_dir = S_ISDIR(file.inode->mode);
	int err;

	if (as_dir != is_dir)
		return is_dir ? -EISDIR : -ENOTDIR;
	if (dentry->mounted)
		return -EBUSY;
	err = is_dir ? file.inode->fops->readdir(&file, &all.sink) : 0;
	return err ?: all.found ? -ENOTEMPTY : 0;
}

int vfs_drop_name(struct dentry *dentry, struct dentry *dir)
{
	struct inode *in = dir->inode;
	int err = in->ops->unlink(in, dentry->name, dentry->inode);

	if (!err)
		dentry_remove(dentry);
	return err;
}

/* ---- struct fs */

struct fs *fs_copy(const struct fs *fs)
{
	const struct fs first = { 1, 022, root_dentry, root_dentry };
	struct fs *copy = kmalloc(sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = fs ? *fs : first;
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
