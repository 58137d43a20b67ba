/*
 * device.h - character devices and their nodes in /dev.
 */
#ifndef KERNEL_FS_DEVICE_H
#define KERNEL_FS_DEVICE_H

#include "kernel/fs/vfs.h"

/* At boot: makes the number mean these operations, and a node at path. */
void device_register(const char *path, u32 mode, u32 rdev,
		     const struct file_ops *ops);
void device_nodes_init(void);

extern const struct file_ops tty_ops; /* kernel/dev/tty.c */

#endif
