/*
 * sys_rename.c - system calls that move names and whole trees of them: rename, mount.
 */
#include "kernel/fs/proc.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#include <asm/errno.h>
#include <linux/fs.h>
#include <linux/mount.h>

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

/* Whether the old name may replace what is there. */
static int may_replace(const struct rename *r)
{
	bool dir = S_ISDIR(r->old->inode->mode);
	bool there_dir = S_ISDIR(r->there->inode->mode);

	if (dir && !there_dir)
		return -ENOTDIR;
	if (!dir && there_dir)
		return -EISDIR;
	if (r->there->mounted)
		return -EBUSY;
	if (there_dir && !list_empty(&r->there->children))
		return -ENOTEMPTY;
	return 0;
}

static int may_rename(const struct rename *r)
{
	bool dir = S_ISDIR(r->old->inode->mode);
	int err;

	if (r->there && r->flags & RENAME_NOREPLACE)
		return -EEXIST;
	if (!r->there && r->flags & RENAME_EXCHANGE)
		return -ENOENT;
	if (!dir && (r->from.slash || (r->to.slash && !r->there)))
		return -ENOTDIR;
	if (is_below(r->to.dir, r->old))
		return -EINVAL;
	if (r->there && is_below(r->from.dir, r->there))
		return r->flags & RENAME_EXCHANGE ? -EINVAL : -ENOTEMPTY;
	err = vfs_may_remove(r->old, r->from.dir);
	if (!err && r->there)
		err = vfs_may_remove(r->there, r->to.dir);
	if (!err)
		err = inode_permission(r->to.dir->inode, MAY_WRITE | MAY_EXEC);
	if (err)
		return err;
	if (r->old->mounted)
		return -EBUSY;
	if (r->there && !(r->flags & RENAME_EXCHANGE) &&
	    r->there->inode != r->old->inode)
		return may_replace(r);
	return 0;
}

/* A directory has moved: ".." in it leads elsewhere. */
static void moved(struct dentry *dentry, struct dentry *from, struct dentry *to)
{
	if (S_ISDIR(dentry->inode->mode)) {
		from->inode->nlink--;
		to->inode->nlink++;
	}
	dentry->inode->ctime = fs_time();
	from->inode->mtime = from->inode->ctime = fs_time();
	to->inode->mtime = to->inode->ctime = fs_time();
}

static char *name_copy(const char *name, u32 len)
{
	char *copy = kmalloc(len + 1);

	if (!copy)
		return NULL;
	memcpy(copy, name, len);
	copy[len] = 0;
	return copy;
}

static int rename_now(struct rename *r)
{
	char *to = name_copy(r->to.name, r->to.len);
	char *from = name_copy(r->from.name, r->from.len);

	if (!to || !from) {
		kfree(to);
		kfree(from);
		return -ENOMEM;
	}
	if (r->there && !(r->flags & RENAME_EXCHANGE))
		vfs_drop_name(r->there, r->to.dir);
	dentry_move(r->old, r->to.dir, to, r->to.len);
	moved(r->old, r->from.dir, r->to.dir);
	if (r->flags & RENAME_EXCHANGE) {
		dentry_move(r->there, r->from.dir, from, r->from.len);
		moved(r->there, r->to.dir, r->from.dir);
	} else {
		kfree(from);
	}
	return 0;
}

/* Both directories are known. */
static int do_rename(struct rename *r)
{
	int err;

	if (r->from.dir->inode->super != r->to.dir->inode->super)
		return -EXDEV;
	if (r->from.special || r->to.special)
		return r->to.special && r->flags & RENAME_NOREPLACE ? -EEXIST
								    : -EBUSY;
	err = dentry_lookup(r->from.dir, r->from.name, r->from.len, &r->old);
	if (err)
		return err;
	err = dentry_lookup(r->to.dir, r->to.name, r->to.len, &r->there);
	if (err == -ENOENT) {
		r->there = NULL;
		err = 0;
	}
	if (!err)
		err = may_rename(r);
	/* Two names of one file: nothing happens. */
	if (!err && (!r->there || r->there->inode != r->old->inode))
		err = rename_now(r);
	if (r->there)
		dentry_put(r->there);
	dentry_put(r->old);
	return err;
}

long sys_renameat2(int from_fd, const char *from, int to_fd, const char *to,
		   u32 flags)
{
	struct rename r = { .flags = flags };
	char *from_path, *to_path;
	int err;

	if (flags & ~(u32)(RENAME_NOREPLACE | RENAME_EXCHANGE) ||
	    flags == (RENAME_NOREPLACE | RENAME_EXCHANGE))
		return -EINVAL;
	from_path = user_parent(from_fd, from, &r.from, &err);
	if (!from_path)
		return err;
	to_path = user_parent(to_fd, to, &r.to, &err);
	if (to_path) {
		err = do_rename(&r);
		parent_put(&r.to, to_path);
	}
	parent_put(&r.from, from_path);
	return err;
}

long sys_renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	return sys_renameat2(from_fd, from, to_fd, to, 0);
}

long sys_rename(const char *from, const char *to)
{
	return sys_renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

/* ---- mount */

static struct super *make_super(const char *type, int *err)
{
	struct super *super = NULL;

	*err = -ENOMEM;
	if (!strcmp(type, "tmpfs") || !strcmp(type, "ramfs"))
		super = ramfs_create("tmpfs", nr_free_pages() / 2);
	else if (!strcmp(type, "proc"))
		super = proc_create_super();
	else
		*err = -ENODEV;
	return super;
}

long sys_mount(const char *source, const char *upath, const char *utype,
	       u32 flags, const void *data)
{
	struct dentry *dir;
	struct super *super;
	char type[16];
	long n;
	int err;

	(void)source;
	(void)data;
	if (current->process->euid)
		return -EPERM;
	n = utype ? strncpy_from_user(type, utype, sizeof(type)) : -EINVAL;
	if (n < 0)
		return n;
	if (n == sizeof(type))
		return -ENODEV;
	err = user_path(AT_FDCWD, upath, LOOKUP_FOLLOW | LOOKUP_DIRECTORY,
			&dir);
	if (err)
		return err;
	super = make_super(type, &err);
	if (!super) {
		dentry_put(dir);
		return err;
	}
	super->flags = flags & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC);
	super_mount(super, dir);
	return 0;
}

long sys_umount2(const char *upath, u32 flags)
{
	struct dentry *root;
	int err;

	if (flags & ~0xfu)
		return -EINVAL;
	if (current->process->euid)
		return -EPERM;
	err = user_path(AT_FDCWD, upath, LOOKUP_FOLLOW, &root);
	if (err)
		return err;
	return super_umount(root);
}
