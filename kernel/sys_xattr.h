/*
 * sys_xattr.h - the system calls about extended attributes.
 */
#ifndef KERNEL_SYS_XATTR_H
#define KERNEL_SYS_XATTR_H

#include "mm/types.h"

long sys_setxattr(const char *path, const char *name, const void *value,
		  u32 size, u32 flags);
long sys_lsetxattr(const char *path, const char *name, const void *value,
		   u32 size, u32 flags);
long sys_fsetxattr(int fd, const char *name, const void *value, u32 size,
		   u32 flags);
long sys_getxattr(const char *path, const char *name);
long sys_lgetxattr(const char *path, const char *name);
long sys_fgetxattr(int fd, const char *name);
long sys_listxattr(const char *path);
long sys_llistxattr(const char *path);
long sys_flistxattr(int fd);

#endif
