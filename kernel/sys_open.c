/*
 * sys_open.c - system calls that open and close.
 *
 * An open has four steps: walk to the name (making it, for O_CREAT), check what may be
 * done there, make the struct file, give it a descriptor. What a step has
 * made is dropped when a later one fails; the name O_CREAT made stays, as on Linux.
 */
#include "kernel/syscall.h"
#include "mm/slab.h"

#include <linux/mount.h>

/* What an open of something that exists may not do. */
static int may_open(const struct inode *inode, u32 flags)
{
	u32 mode = inode->mode, mask = 0;

	if (S_ISLNK(mode))
		return flags & O_PATH ? 0 : -ELOOP;
	if (flags & O_PATH)
		return 0;
	if (ACC_MODE(flags) & 1)
		mask |= MAY_READ;
	if (ACC_MODE(flags) & 2 || flags & O_TRUNC)
		mask |= MAY_WRITE;
	if (S_ISDIR(mode) && (mask & MAY_WRITE || flags & O_CREAT))
		return -EISDIR;
	if (S_ISSOCK(mode))
		return -ENXIO;
	if ((S_ISCHR(mode) || S_ISBLK(mode)) && inode->super->flags & MS_NODEV)
		return -EACCES;
	if (flags & O_NOATIME && inode_owner(inode))
		return -EPERM;
	if (S_ISREG(mode) && !(flags & O_LARGEFILE) &&
	    inode->mapping.size > MAX_NON_LFS)
		return -EOVERFLOW;
	return inode_permission(inode, mask);
}

/* What last names, when that is a link: its text, to be freed. => NULL: it is none */
static char *last_link(const struct last *last)
{
	scoped_dentry *link = NULL;
	int err;

	if (dentry_lookup(last->dir, last->name, last->len, &link) ||
	    !S_ISLNK(link->inode->mode))
		return NULL;
	return link_text(link->inode, &err);
}

/* Makes a file where last says, or where a dangling link there leads. */
static int create_last(struct last *last, u32 flags, u32 mode,
		       struct dentry **made)
{
	scoped_mem char *text = NULL; /* last->name is in it */
	u32 links = flags & (O_EXCL | O_NOFOLLOW) ? 0 : 40;
	int err = 0;

	mode = S_IFREG | (mode & 07777 & ~current->fs->umask);
	while (!err) {
		char *next = NULL;

		err = last->slash ? -EISDIR
				  : vfs_mknod(last, mode, 0, NULL, made);
		if (err == -EEXIST && links--)
			next = last_link(last);
		if (!next)
			break;
		err = path_next(last, next);
		kfree(text);
		text = next;
	}
	return err;
}

/* Finds or makes the file O_CREAT names. *made: it is new */
static int open_create(int dirfd, const char *path, u32 flags, u32 mode,
		       struct dentry **dentry, bool *made)
{
	u32 follow = flags & (O_EXCL | O_NOFOLLOW) ? 0 : LOOKUP_FOLLOW;
	int err = path_lookup(dirfd, path, follow, dentry);
	bool slash = *path && path[1] && path[strlen(path) - 1] == '/';
	scoped_last last = { 0 };

	if (!err && flags & O_EXCL)
		return slash ? -EISDIR : -EEXIST;
	if (err != -ENOENT && err != -ENOTDIR && !(err && slash))
		return err;
	err = path_parent(dirfd, path, &last)
		      ?: create_last(&last, flags, mode, dentry);
	*made = !err;
	return err;
}

/* O_TMPFILE: the directory becomes a file in its file system without a name. */
static int open_tmpfile(struct dentry **dentry, u32 flags, u32 mode)
{
	struct dentry *dir = *dentry;
	const struct inode_ops *ops = dir->inode->ops;
	/* In a directory, as the file system is in use until it is closed. */
	scoped_dentry *new = dentry_alloc(dir, "#tmpfile", 8, NULL);
	int err = new ? inode_permission(dir->inode, MAY_WRITE | MAY_EXEC)
		      : -ENOMEM;

	if (!err && !ops->create)
		err = -EOPNOTSUPP;
	err = err
		      ?: ops->create(dir->inode, NULL, S_IFREG | mode, 0, NULL,
				     &new->inode);
	if (err)
		return err;
	new->inode->linkable = !(flags & O_EXCL);
	*dentry = scoped_keep(&new);
	dentry_put(dir);
	return 0;
}

static void drop_name(struct dentry *name)
{
	scoped_lock(&name->inode->super->names);
	if (name->hashed)
		vfs_drop_name(name, name->parent);
}

static int do_open(int dirfd, const char *path, u32 flags, u32 mode,
		   struct file **file)
{
	bool tmpfile = (flags & __O_TMPFILE) != 0, made = tmpfile;
	u32 how = (flags & O_NOFOLLOW ? 0 : LOOKUP_FOLLOW) |
		  (flags & O_DIRECTORY ? LOOKUP_DIRECTORY : 0);
	scoped_dentry *dentry = NULL;
	int err;

	if (tmpfile && (!(ACC_MODE(flags) & 2) || !(flags & O_DIRECTORY)))
		return -EINVAL;
	if (flags & O_CREAT && !tmpfile)
		err = open_create(dirfd, path, flags, mode, &dentry, &made);
	else
		err = path_lookup(dirfd, path, how, &dentry);
	if (!err && tmpfile)
		err = open_tmpfile(&dentry, flags, mode & ~current->fs->umask);
	if (!err && !made)
		err = may_open(dentry->inode, flags);
	if (err)
		return err;
	err = file_open(dentry_get(dentry),
			flags & ~(u32)(O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC),
			file);
	if (err && made)
		drop_name(dentry); /* not to stay without a file */
	if (!err && flags & O_TRUNC && S_ISREG(dentry->inode->mode) && !made) {
		err = vfs_truncate(dentry->inode, 0);
		if (err)
			file_put(*file);
	}
	return err;
}

long sys_openat(int dirfd, const char *upath, u32 flags, u32 mode)
{
	struct file *file;
	int err;
	scoped_mem char *path = path_get(upath, &err);

	if (flags & O_PATH)
		flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	if (flags & O_CREAT && flags & O_DIRECTORY)
		return -EINVAL;
	if (!path)
		return err;
	flags &= __O_TMPFILE * 2 - 1; /* unknown ones do not stay */
	err = fd_find_room(0); /* before anything is created or cut off */
	if (err >= 0)
		err = do_open(dirfd, path, flags, mode, &file);
	return err ?: fd_install(file, 0, flags & O_CLOEXEC);
}
SYSCALL(open, (const char *path, u32 flags, u32 mode),
	sys_openat(AT_FDCWD, path, flags, mode))
SYSCALL(creat, (const char *path, u32 mode),
	sys_openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode))
SYSCALL(close, (int fd), fd_close(fd))

long sys_close_range(u32 first, u32 last, u32 flags)
{
	struct files *files;
	int err = 0;

	if (first > last || flags & ~6u)
		return -EINVAL;
	if (flags & 2) /* CLOSE_RANGE_UNSHARE */
		err = files_unshare();
	if (err)
		return err;
	files = current->files;
	for (u32 fd = first; fd <= last && fd < files->size; fd++) {
		if (flags & 4) /* CLOSE_RANGE_CLOEXEC */
			files->table[fd].cloexec = true;
		else
			fd_close((int)fd);
	}
	return 0;
}
