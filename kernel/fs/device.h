/*
 * device.h - devices and their nodes in /dev.
 */
#ifndef KERNEL_FS_DEVICE_H
#define KERNEL_FS_DEVICE_H

#include "kernel/fs/vfs.h"

/* At boot: makes the number mean these operations, and a node at path. */
void device_register(const char *path, u32 mode, u32 rdev,
		     const struct file_ops *ops);
void device_nodes_init(void);
/* At the end, for the audit: drivers give back their memory. => nothing is open */
void device_nodes_destroy(void);

/* ---- kernel/dev/blk_file.c */
extern const struct file_ops blk_file_ops;

/* ---- kernel/dev/mem.c */
extern const struct file_ops mem_ops;

/* The examples of kernel/dev; each makes its nodes, and gives its memory back. */
void demo_remap_init(void);
void demo_fault_init(void);
void demo_dma_init(void);
void demo_remap_destroy(void);
void demo_fault_destroy(void);

#endif
