/*
 * sys_dir.c - system calls on names: directories, links, rename, getcwd, mount.
 */
#include "kernel/fs/proc.h"
#include "kernel/process.h"
#include "kernel/sys_file.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#include <asm/errno.h>
#include <linux/fs.h>
#include <linux/mount.h>

/* Copies a path in and walks to its directory. => a path to free, or NULL */
static char *user_parent(int dirfd, const char *upath, struct last *last,
			 int *err)
{
	char *path = path_get(upath, err);

	if (!path)
		return NULL;
	*err = path_parent(dirfd, path, last);
	if (!*err)
		return path;
	path_free(path);
	return NULL;
}

static void parent_put(struct last *last, char *path)
{
	dentry_put(last->dir);
	path_free(path);
}

/* ---- making */

long sys_mknodat(int dirfd, const char *upath, u32 mode, u32 dev)
{
	struct dentry *made;
	struct last last;
	char *path;
	int err;

	if (!(mode & S_IFMT))
		mode |= S_IFREG;
	if (S_ISDIR(mode))
		return -EPERM;
	if (!S_ISREG(mode) && !S_ISFIFO(mode) && !S_ISCHR(mode) &&
	    !S_ISBLK(mode) && !S_ISSOCK(mode))
		return -EINVAL;
	if ((S_ISCHR(mode) || S_ISBLK(mode)) && current->process->euid)
		return -EPERM;
	path = user_parent(dirfd, upath, &last, &err);
	if (!path)
		return err;
	err = vfs_mknod(&last,
			(mode & S_IFMT) | (mode & 07777 & ~current->fs->umask),
			dev, &made);
	if (!err)
		dentry_put(made);
	parent_put(&last, path);
	return err;
}

long sys_mknod(const char *path, u32 mode, u32 dev)
{
	return sys_mknodat(AT_FDCWD, path, mode, dev);
}

long sys_mkdirat(int dirfd, const char *upath, u32 mode)
{
	struct dentry *made;
	struct last last;
	int err;
	char *path = user_parent(dirfd, upath, &last, &err);

	if (!path)
		return err;
	err = vfs_mknod(&last, S_IFDIR | (mode & 01777 & ~current->fs->umask),
			0, &made);
	if (!err)
		dentry_put(made);
	parent_put(&last, path);
	return err;
}

long sys_mkdir(const char *path, u32 mode)
{
	return sys_mkdirat(AT_FDCWD, path, mode);
}

long sys_symlinkat(const char *uto, int dirfd, const char *upath)
{
	struct last last;
	int err;
	char *to = path_get(uto, &err), *path;

	if (!to)
		return err;
	err = -ENOENT;
	if (!*to)
		goto out_to;
	path = user_parent(dirfd, upath, &last, &err);
	if (!path)
		goto out_to;
	err = vfs_symlink(&last, to);
	parent_put(&last, path);
out_to:
	path_free(to);
	return err;
}

long sys_symlink(const char *to, const char *path)
{
	return sys_symlinkat(to, AT_FDCWD, path);
}

long sys_linkat(int from_fd, const char *from, int to_fd, const char *to,
		u32 flags)
{
	u32 how = (flags & AT_SYMLINK_FOLLOW ? LOOKUP_FOLLOW : 0) |
		  (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0);
	struct dentry *old;
	struct last last;
	char *path;
	int err;

	if (flags & ~(u32)(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	err = user_path(from_fd, from, how, &old);
	if (err)
		return err;
	path = user_parent(to_fd, to, &last, &err);
	if (path) {
		err = vfs_link(old, &last);
		parent_put(&last, path);
	}
	dentry_put(old);
	return err;
}

long sys_link(const char *from, const char *to)
{
	return sys_linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

/* ---- removing */

/* Whether the running process may take this name out of its directory. */
static int may_remove(const struct dentry *dentry, const struct dentry *dir)
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
static void drop_name(struct dentry *dentry, struct dentry *dir)
{
	struct inode *inode = dentry->inode;

	inode->nlink -= S_ISDIR(inode->mode) ? 2 : 1;
	if (S_ISDIR(inode->mode))
		dir->inode->nlink--;
	inode->ctime = dir->inode->mtime = dir->inode->ctime = fs_time();
	dentry_remove(dentry);
}

static int remove_name(struct last *last, bool is_rmdir)
{
	struct dentry *dentry;
	bool is_dir;
	int err;

	err = dentry_lookup(last->dir, last->name, last->len, &dentry);
	if (err)
		return err;
	is_dir = S_ISDIR(dentry->inode->mode);
	err = may_remove(dentry, last->dir);
	if (err)
		goto out;
	if (is_rmdir != is_dir)
		err = is_dir ? -EISDIR : -ENOTDIR;
	else if (last->slash && !is_dir)
		err = -ENOTDIR;
	else if (dentry->mounted)
		err = -EBUSY;
	else if (is_dir && !list_empty(&dentry->children))
		err = -ENOTEMPTY;
	if (!err)
		drop_name(dentry, last->dir);
out:
	dentry_put(dentry);
	return err;
}

/* rmdir of "." is EINVAL, of ".." ENOTEMPTY, of "/" EBUSY; unlink: EISDIR. */
static int special_error(const struct last *last, bool is_rmdir)
{
	if (!is_rmdir)
		return -EISDIR;
	if (!last->len)
		return -EBUSY;
	return last->len == 1 ? -EINVAL : -ENOTEMPTY;
}

long sys_unlinkat(int dirfd, const char *upath, u32 flags)
{
	bool is_rmdir = flags & AT_REMOVEDIR;
	struct last last;
	char *path;
	int err;

	if (flags & ~(u32)AT_REMOVEDIR)
		return -EINVAL;
	path = user_parent(dirfd, upath, &last, &err);
	if (!path)
		return err;
	err = last.special ? special_error(&last, is_rmdir)
			   : remove_name(&last, is_rmdir);
	parent_put(&last, path);
	return err;
}

long sys_unlink(const char *path)
{
	return sys_unlinkat(AT_FDCWD, path, 0);
}

long sys_rmdir(const char *path)
{
	return sys_unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

/* ---- rename */

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
	err = may_remove(r->old, r->from.dir);
	if (!err && r->there)
		err = may_remove(r->there, r->to.dir);
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
		drop_name(r->there, r->to.dir);
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

/* ---- reading names */

struct getdents {
	struct dir_sink sink; /* first: emit() is handed it */
	char *to;
	u32 left;
	bool fault, full, any;
};

static bool emit_dirent(struct dir_sink *sink, const char *name, u32 len,
			u32 ino, u32 mode, u64 next_pos)
{
	struct getdents *g = (struct getdents *)(void *)sink;
	struct {
		u64 ino, off;
		u16 reclen;
		u8 type;
		char name[NAME_MAX + 1 + 8];
	} __attribute__((packed)) d;
	u32 size = ALIGN_UP(19 + len + 1, 8u);

	if (size > g->left) {
		g->full = true;
		return false;
	}
	memset(d.name, 0, sizeof(d.name));
	d.ino = ino;
	d.off = next_pos;
	d.reclen = (u16)size;
	d.type = (u8)((mode & S_IFMT) >> 12);
	memcpy(d.name, name, len);
	if (copy_to_user(g->to, &d, size)) {
		g->fault = true;
		return false;
	}
	g->to += size;
	g->left -= size;
	g->any = true;
	return true;
}

long sys_getdents64(int fd, void *to, u32 n)
{
	struct getdents g = { .sink.emit = emit_dirent, .to = to, .left = n };
	struct file *file = fd_get(fd);
	long err = -ENOTDIR;

	if (!file)
		return -EBADF;
	if (file->flags & O_PATH)
		err = -EBADF;
	else if (file->ops->readdir)
		err = file->dentry->inode->nlink
			      ? file->ops->readdir(file, &g.sink)
			      : -ENOENT;
	if (!err && !g.any && g.fault)
		err = -EFAULT;
	else if (!err && !g.any && g.full)
		err = -EINVAL;
	file_put(file);
	return err ? err : (long)(n - g.left);
}

long sys_readlinkat(int dirfd, const char *upath, char *to, u32 n)
{
	struct dentry *dentry;
	char *text;
	long len;
	int err;

	if ((s32)n <= 0)
		return -EINVAL;
	err = user_path(dirfd, upath, LOOKUP_EMPTY, &dentry);
	if (err)
		return err;
	len = -EINVAL;
	if (!S_ISLNK(dentry->inode->mode))
		goto out_dentry;
	text = kmalloc(PATH_MAX);
	len = -ENOMEM;
	if (!text)
		goto out_dentry;
	len = dentry->inode->ops->readlink(dentry->inode, text);
	len = min(len, (long)n);
	if (len > 0 && copy_to_user(to, text, (u32)len))
		len = -EFAULT;
	kfree(text);
out_dentry:
	dentry_put(dentry);
	return len;
}

long sys_readlink(const char *path, char *to, u32 n)
{
	return sys_readlinkat(AT_FDCWD, path, to, n);
}

long sys_getcwd(char *to, u32 n)
{
	char *buf = kmalloc(PATH_MAX), *path;
	struct dentry *cwd = current->fs->cwd;
	long len = -ENOENT;

	if (!buf)
		return -ENOMEM;
	if (!cwd->inode->nlink)
		goto out;
	path = dentry_path(cwd, buf, PATH_MAX);
	len = -ENAMETOOLONG;
	if (!path)
		goto out;
	len = (long)strlen(path) + 1;
	if ((u32)len > n)
		len = -ERANGE;
	else if (copy_to_user(to, path, (u32)len))
		len = -EFAULT;
out:
	kfree(buf);
	return len;
}

/* Makes dentry (a reference, taken) the working directory. */
static int change_dir(struct dentry *dentry)
{
	int err = S_ISDIR(dentry->inode->mode)
			  ? inode_permission(dentry->inode, MAY_EXEC)
			  : -ENOTDIR;
	struct dentry *old = dentry;

	if (!err) {
		old = current->fs->cwd;
		current->fs->cwd = dentry;
	}
	dentry_put(old);
	return err;
}

long sys_chdir(const char *upath)
{
	struct dentry *dentry;
	int err = user_path(AT_FDCWD, upath, LOOKUP_FOLLOW, &dentry);

	return err ? err : change_dir(dentry);
}

long sys_fchdir(int fd)
{
	struct file *file = fd_get(fd);
	long err;

	if (!file)
		return -EBADF;
	err = change_dir(dentry_get(file->dentry));
	file_put(file);
	return err;
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
