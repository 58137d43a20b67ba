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

struct process;

/* ---- kernel/dev/tty.c */
extern const struct file_ops tty_ops;
/* The number of a process's terminal and its foreground group. => 0 and -1: it has none */
u32 tty_of(const struct process *p, int *foreground);

#endif
