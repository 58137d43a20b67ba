/*
 * sys_rename.c - system calls that move names.
 *
 * Both directories are of one file system, whose super->names is held from the look at both
 * names until both are changed: so nobody sees a state between, and no two
 * renames can make a loop of directories.
 */
#include "kernel/syscall.h"
#include "mm/slab.h"

#include <linux/fs.h>

struct rename {
	struct last from, to;
	struct dentry *old, *there; /* there: NULL if the new name is free */
	u32 flags;
};

static bool is_below(const struct dentry *d, const struct dentry *above)
{
	for (; d; d = d->parent)
		if (d == above)
			return true;
	return false;
}

static int may_rename(const struct rename *r)
{
	bool dir = S_ISDIR(r->old->inode->mode), to_dir = dir;
	bool exchange = r->flags & RENAME_EXCHANGE;
	int err;

	if (r->there && r->flags & RENAME_NOREPLACE)
		return -EEXIST;
	if (!r->there && exchange)
		return -ENOENT;
	/* What will be at a name with a slash behind it must be a directory. */
	if (exchange)
		to_dir = S_ISDIR(r->there->inode->mode);
	if ((r->from.slash && !dir) || (r->to.slash && !to_dir))
		return -ENOTDIR;
	if (is_below(r->to.dir, r->old))
		return -EINVAL;
	if (r->there && is_below(r->from.dir, r->there))
		return exchange ? -EINVAL : -ENOTEMPTY;
	err = vfs_may_remove(r->old, r->from.dir)
		      ?: r->there ? vfs_may_remove(r->there, r->to.dir)
				  : inode_permission(r->to.dir->inode,
						     MAY_WRITE | MAY_EXEC);
	/* Its ".." will be another one. */
	if (!err && dir && r->from.dir != r->to.dir)
		err = inode_permission(r->old->inode, MAY_WRITE);
	if (err)
		return err;
	if (r->old->mounted)
		return -EBUSY;
	if (!r->there || exchange || r->there->inode == r->old->inode)
		return 0;
	return vfs_may_drop(r->there, dir);
}

/* The file system's part. Exchanging is for those in memory. */
static int rename_inodes(const struct rename *r, const char *name)
{
	struct inode *from = r->from.dir->inode, *to = r->to.dir->inode;

	if (!(r->flags & RENAME_EXCHANGE))
		return to->ops->rename(from, r->old->name, r->old->inode, to,
				       name, r->there ? r->there->inode : NULL);
	if (to->ops->lookup)
		return -EINVAL;
	inode_rename(to, NULL, r->there->inode, from, NULL, NULL);
	return inode_rename(from, NULL, r->old->inode, to, NULL, NULL);
}

static int rename_now(struct rename *r)
{
	scoped_mem char *from = name_copy(r->from.name, r->from.len);
	scoped_mem char *to = name_copy(r->to.name, r->to.len);
	int err = from && to ? rename_inodes(r, to) : -ENOMEM;

	if (err)
		return err;
	if (r->there && !(r->flags & RENAME_EXCHANGE))
		dentry_remove(r->there);
	dentry_move(r->old, r->to.dir, &to, r->to.len);
	if (r->flags & RENAME_EXCHANGE)
		dentry_move(r->there, r->from.dir, &from, r->from.len);
	return 0;
}

static int do_rename(struct rename *r)
{
	struct super *super = r->from.dir->inode->super;
	int err;

	if (super != r->to.dir->inode->super)
		return -EXDEV;
	if (r->from.special)
		return -EBUSY;
	if (r->to.special)
		return r->flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
	scoped_lock(&super->names);
	err = last_lookup(&r->from, &r->old);
	if (err)
		return err;
	err = last_lookup(&r->to, &r->there);
	if (!err || err == -ENOENT)
		err = may_rename(r);
	/* Two names of one file: nothing happens. */
	if (!err && (!r->there || r->there->inode != r->old->inode))
		err = rename_now(r);
	return err;
}

long sys_renameat2(int from_fd, const char *from, int to_fd, const char *to,
		   u32 flags)
{
	struct rename r = { .flags = flags };
	int err;

	if (flags & ~(u32)(RENAME_NOREPLACE | RENAME_EXCHANGE) ||
	    flags == (RENAME_NOREPLACE | RENAME_EXCHANGE))
		return -EINVAL;
	err = user_parent(from_fd, from, &r.from)
		      ?: user_parent(to_fd, to, &r.to) ?: do_rename(&r);
	dentry_put(r.there);
	dentry_put(r.old);
	last_put(&r.to);
	last_put(&r.from);
	return err;
}

SYSCALL(renameat, (int from_fd, const char *from, int to_fd, const char *to),
	sys_renameat2(from_fd, from, to_fd, to, 0))
SYSCALL(rename, (const char *from, const char *to),
	sys_renameat2(AT_FDCWD, from, AT_FDCWD, to, 0))
