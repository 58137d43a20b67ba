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

/* Each call in three forms: of a path, of a link itself, of an open file. */
#define THREE_CALLS(name, value, ...)                                       \
	PATH_CALL(name, (const char *path, __VA_ARGS__),                    \
		  user_path(AT_FDCWD, path, LOOKUP_FOLLOW, &dentry), value) \
	PATH_CALL(l##name, (const char *path, __VA_ARGS__),                 \
		  user_path(AT_FDCWD, path, 0, &dentry), value)             \
	FILE_CALL(f##name, (int fd, __VA_ARGS__), fd_get_open, value)

/* The value is not looked at. */
#define VALUE __attribute__((unused)) u32 value
THREE_CALLS(setxattr, set(flags, name, size), const char *name, VALUE, u32 size,
	    u32 flags)
/* Removing is the same, up to the attribute that is not there. */
THREE_CALLS(getxattr, no_attribute(name), const char *name)
THREE_CALLS(listxattr, 0, VALUE)
