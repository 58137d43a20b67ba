/*
 * sys_dir.c - system calls on names: directories, links, getcwd.
 */
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

/* ---- making */

static int make_at(int dirfd, const char *upath, u32 mode, u32 rdev,
		   const char *text)
{
	scoped_last last = { 0 };

	return user_parent(dirfd, upath, &last)
		       ?: vfs_mknod(&last, mode, rdev, text, NULL);
}

long sys_mknodat(int dirfd, const char *upath, u32 mode, u32 dev)
{
	if (!(mode & S_IFMT))
		mode |= S_IFREG;
	if (S_ISDIR(mode))
		return -EPERM;
	if (!S_ISREG(mode) && !S_ISFIFO(mode) && !S_ISCHR(mode) &&
	    !S_ISBLK(mode) && !S_ISSOCK(mode))
		return -EINVAL;
	if ((S_ISCHR(mode) || S_ISBLK(mode)) && !privileged())
		return -EPERM;
	mode = (mode & S_IFMT) | (mode & 07777 & ~current->fs->umask);
	return make_at(dirfd, upath, mode, dev, NULL);
}
SYSCALL(mknod, (const char *path, u32 mode, u32 dev),
	sys_mknodat(AT_FDCWD, path, mode, dev))

long sys_mkdirat(int dirfd, const char *upath, u32 mode)
{
	mode = S_IFDIR | (mode & 01777 & ~current->fs->umask);
	return make_at(dirfd, upath, mode, 0, NULL);
}
SYSCALL(mkdir, (const char *path, u32 mode), sys_mkdirat(AT_FDCWD, path, mode))

long sys_symlinkat(const char *uto, int dirfd, const char *upath)
{
	int err;
	scoped_mem char *to = path_get(uto, &err);

	if (!to)
		return err;
	return *to ? make_at(dirfd, upath, S_IFLNK | 0777, 0, to) : -ENOENT;
}

SYSCALL(symlink, (const char *to, const char *path),
	sys_symlinkat(to, AT_FDCWD, path))

long sys_linkat(int from_fd, const char *from, int to_fd, const char *to,
		u32 flags)
{
	u32 how = (flags & AT_SYMLINK_FOLLOW ? LOOKUP_FOLLOW : 0) |
		  (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0);
	scoped_dentry *old = NULL;
	scoped_last last = { 0 };

	if (flags & ~(u32)(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	return user_path(from_fd, from, how, &old)
		       ?: user_parent(to_fd, to, &last)
		       ?: vfs_link(old, &last);
}

SYSCALL(link, (const char *from, const char *to),
	sys_linkat(AT_FDCWD, from, AT_FDCWD, to, 0))

/* ---- removing */

static int remove_name(const struct last *last, bool is_rmdir)
{
	scoped_dentry *dentry = NULL;
	int err;

	scoped_lock(&last->dir->inode->super->names);
	err = last_lookup(last, &dentry) ?: vfs_may_remove(dentry, last->dir) ?:
		      vfs_may_drop(dentry, is_rmdir);
	if (!err && last->slash && !S_ISDIR(dentry->inode->mode))
		err = -ENOTDIR;
	return err ?: vfs_drop_name(dentry, last->dir);
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
	scoped_last last = { 0 };
	int err;

	if (flags & ~(u32)AT_REMOVEDIR)
		return -EINVAL;
	err = user_parent(dirfd, upath, &last);
	if (err)
		return err;
	return last.special ? special_error(&last, is_rmdir)
			    : remove_name(&last, is_rmdir);
}
SYSCALL(unlink, (const char *path), sys_unlinkat(AT_FDCWD, path, 0))
SYSCALL(rmdir, (const char *path), sys_unlinkat(AT_FDCWD, path, AT_REMOVEDIR))

/* ---- reading names */

struct getdents {
	struct dir_sink sink; /* first: emit() is handed it */
	char *to;
	u32 left;
	long err; /* why there is nothing more */
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

	g->err = -EINVAL;
	if (size > g->left)
		return false;
	memset(d.name, 0, sizeof(d.name));
	d.ino = ino;
	d.off = next_pos;
	d.reclen = (u16)size;
	d.type = (u8)((mode & S_IFMT) >> 12);
	memcpy(d.name, name, len);
	g->err = -EFAULT;
	if (copy_to_user(g->to, &d, size))
		return false;
	g->err = 0;
	g->to += size;
	g->left -= size;
	return true;
}

long sys_getdents64(int fd, void *to, u32 n)
{
	struct getdents g = { .sink.emit = emit_dirent, .to = to, .left = n };
	scoped_file *file = fd_get_open(fd);
	long err;

	if (!file)
		return -EBADF;
	if (!file->ops->readdir)
		return -ENOTDIR;
	scoped_lock(&file->inode->super->names);
	err = file->inode->nlink ? file->ops->readdir(file, &g.sink) : -ENOENT;
	return err ?: g.left < n ? (long)(n - g.left) : g.err;
}

long sys_readlinkat(int dirfd, const char *upath, char *to, u32 n)
{
	scoped_dentry *dentry = NULL;
	scoped_mem char *text = NULL;
	char first;
	u32 len;
	int err;

	if ((s32)n <= 0)
		return -EINVAL;
	err = user_path(dirfd, upath, LOOKUP_EMPTY, &dentry);
	if (err)
		return err;
	/* "" is refused only here: it may be a link opened by O_PATH. */
	if (!S_ISLNK(dentry->inode->mode))
		return copy_from_user(&first, upath, 1) || first ? -EINVAL
								 : -ENOENT;
	text = link_text(dentry->inode, &err);
	if (!text)
		return err;
	len = min((u32)strlen(text), n);
	return copy_to_user(to, text, len) ? -EFAULT : (long)len;
}
SYSCALL(readlink, (const char *path, char *to, u32 n),
	sys_readlinkat(AT_FDCWD, path, to, n))

long sys_getcwd(char *to, u32 n)
{
	struct dentry *cwd = current->fs->cwd;
	scoped_mem char *buf = kmalloc(PATH_MAX);
	const char *path;
	u32 len;

	if (!cwd->inode->nlink)
		return -ENOENT;
	if (!buf)
		return -ENOMEM;
	path = dentry_path(cwd, buf, PATH_MAX);
	if (!path)
		return -ENAMETOOLONG;
	len = (u32)strlen(path) + 1;
	if (len > n)
		return -ERANGE;
	return copy_to_user(to, path, len) ? -EFAULT : (long)len;
}

/* Puts a directory in a place of current->fs. */
static int change_dir(struct dentry *dentry, struct dentry **place)
{
	int err = S_ISDIR(dentry->inode->mode)
			  ? inode_permission(dentry->inode, MAY_EXEC)
			  : -ENOTDIR;

	if (!err) {
		dentry_get(dentry);
		dentry_put(*place);
		*place = dentry;
	}
	return err;
}

PATH_CALL(chdir, (const char *path),
	  user_path(AT_FDCWD, path, LOOKUP_FOLLOW, &dentry),
	  change_dir(dentry, &current->fs->cwd))

FILE_CALL(fchdir, (int fd), fd_get, change_dir(file->dentry, &current->fs->cwd))

/* The working directory stays, even outside. */
PATH_CALL(chroot, (const char *path),
	  user_path(AT_FDCWD, path, LOOKUP_FOLLOW, &dentry),
	  !privileged() ? -EPERM : change_dir(dentry, &current->fs->root))
