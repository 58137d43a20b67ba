/*
 * sys_dir.c - system calls on names: directories, links, getcwd.
 */
#include "kernel/fs/file.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#include <asm/errno.h>

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

static int remove_name(struct last *last, bool is_rmdir)
{
	struct mutex *names = &last->dir->inode->super->names;
	struct dentry *dentry;
	bool is_dir;
	int err;

	mutex_lock(names);
	err = dentry_lookup_locked(last->dir, last->name, last->len, &dentry);
	if (err) {
		mutex_unlock(names);
		return err;
	}
	is_dir = S_ISDIR(dentry->inode->mode);
	err = vfs_may_remove(dentry, last->dir);
	if (err)
		goto out;
	if (is_rmdir != is_dir)
		err = is_dir ? -EISDIR : -ENOTDIR;
	else if (last->slash && !is_dir)
		err = -ENOTDIR;
	else if (dentry->mounted)
		err = -EBUSY;
	else if (is_dir)
		err = vfs_may_empty(dentry);
	if (!err)
		err = vfs_drop_name(dentry, last->dir);
out:
	mutex_unlock(names);
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
	if (file->flags & O_PATH) {
		err = -EBADF;
	} else if (file->ops->readdir) {
		mutex_lock(&file->inode->super->names);
		err = file->inode->nlink ? file->ops->readdir(file, &g.sink)
					 : -ENOENT;
		mutex_unlock(&file->inode->super->names);
	}
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

/* Puts a directory (a reference, dropped where it fails) in a place of current->fs. */
static int change_dir(struct dentry *dentry, struct dentry **place)
{
	int err = S_ISDIR(dentry->inode->mode)
			  ? inode_permission(dentry->inode, MAY_EXEC)
			  : -ENOTDIR;
	struct dentry *old = dentry;

	if (!err) {
		old = *place;
		*place = dentry;
	}
	dentry_put(old);
	return err;
}

long sys_chdir(const char *upath)
{
	struct dentry *dentry;
	int err = user_path(AT_FDCWD, upath, LOOKUP_FOLLOW, &dentry);

	return err ? err : change_dir(dentry, &current->fs->cwd);
}

long sys_fchdir(int fd)
{
	struct file *file = fd_get(fd);
	long err;

	if (!file)
		return -EBADF;
	err = change_dir(dentry_get(file->dentry), &current->fs->cwd);
	file_put(file);
	return err;
}

/* The working directory stays, even outside. */
long sys_chroot(const char *upath)
{
	struct dentry *dentry;
	int err = user_path(AT_FDCWD, upath, LOOKUP_FOLLOW, &dentry);

	if (!err && current->process->euid) {
		dentry_put(dentry);
		return -EPERM;
	}
	return err ? err : change_dir(dentry, &current->fs->root);
}
