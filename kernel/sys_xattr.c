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
PATH_CALL(setxattr,
	  (const char *path, const char *name, VALUE, u32 size, u32 flags),
	  user_path(AT_FDCWD, path, LOOKUP_FOLLOW, &dentry),
	  set(flags, name, size))
PATH_CALL(lsetxattr,
	  (const char *path, const char *name, VALUE, u32 size, u32 flags),
	  user_path(AT_FDCWD, path, 0, &dentry), set(flags, name, size))
FILE_CALL(fsetxattr, (int fd, const char *name, VALUE, u32 size, u32 flags),
	  fd_get_open, set(flags, name, size))

/* getxattr and removexattr: the same, up to the attribute that is not there */
PATH_CALL(getxattr, (const char *path, const char *name),
	  user_path(AT_FDCWD, path, LOOKUP_FOLLOW, &dentry), no_attribute(name))
PATH_CALL(lgetxattr, (const char *path, const char *name),
	  user_path(AT_FDCWD, path, 0, &dentry), no_attribute(name))
FILE_CALL(fgetxattr, (int fd, const char *name), fd_get_open,
	  no_attribute(name))

PATH_CALL(listxattr, (const char *path),
	  user_path(AT_FDCWD, path, LOOKUP_FOLLOW, &dentry), 0)
PATH_CALL(llistxattr, (const char *path), user_path(AT_FDCWD, path, 0, &dentry),
	  0)
FILE_CALL(flistxattr, (int fd), fd_get_open, 0)
