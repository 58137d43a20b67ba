/*
 * sys_xattr.c - extended attributes: no file of ours has any.
 *
 * Programs such as ls and cp ask for access-control lists with these calls. ENOSYS would
 * say that the kernel is too old to know, and they complain; EOPNOTSUPP says that this
 * file system has none, and they go on. That is Linux's answer for a file system
 * without attributes, after the same checks of the path or the descriptor.
 */
#include "kernel/syscall.h"
#include "mm/uaccess.h"

#include <linux/limits.h>
#include <linux/xattr.h>

/* => an attribute's name that is not valid, or that there are no attributes */
static long no_attribute(const char *uname)
{
	char name[XATTR_NAME_MAX + 1];
	long len = strncpy_from_user(name, uname, sizeof(name));

	if (len < 0)
		return len;
	return len && len < (long)sizeof(name) ? -EOPNOTSUPP : -ERANGE;
}

static int check_path(const char *path, u32 how)
{
	scoped_dentry *dentry = NULL;

	return user_path(AT_FDCWD, path, how, &dentry);
}

static int check_fd(int fd)
{
	scoped_file *file = fd_get_open(fd);

	return file ? 0 : -EBADF;
}

/* What follows the check of the path or descriptor. */
static long set(u32 flags, const char *name, u32 size)
{
	long err = no_attribute(name);

	if (flags & ~(u32)(XATTR_CREATE | XATTR_REPLACE))
		return -EINVAL;
	return err == -EOPNOTSUPP && size > XATTR_SIZE_MAX ? -E2BIG : err;
}

/* The value is not looked at. */
#define VALUE __attribute__((unused)) u32 value
SYSCALL(setxattr,
	(const char *path, const char *name, VALUE, u32 size, u32 flags),
	check_path(path, LOOKUP_FOLLOW) ?: set(flags, name, size))
SYSCALL(lsetxattr,
	(const char *path, const char *name, VALUE, u32 size, u32 flags),
	check_path(path, 0) ?: set(flags, name, size))
SYSCALL(fsetxattr, (int fd, const char *name, VALUE, u32 size, u32 flags),
	check_fd(fd) ?: set(flags, name, size))

/* getxattr and removexattr: the same, up to the attribute that is not there */
SYSCALL(getxattr, (const char *path, const char *name),
	check_path(path, LOOKUP_FOLLOW) ?: no_attribute(name))
SYSCALL(lgetxattr, (const char *path, const char *name),
	check_path(path, 0) ?: no_attribute(name))
SYSCALL(fgetxattr, (int fd, const char *name),
	check_fd(fd) ?: no_attribute(name))

SYSCALL(listxattr, (const char *path), check_path(path, LOOKUP_FOLLOW))
SYSCALL(llistxattr, (const char *path), check_path(path, 0))
SYSCALL(flistxattr, (int fd), check_fd(fd))
