/*
 * lock.h - advisory locks on ranges of files.
 */
#ifndef KERNEL_FS_LOCK_H
#define KERNEL_FS_LOCK_H

#include "kernel/fs/vfs.h"

struct lock {
	struct list_head list;
	u64 start, end;	   /* the last byte, inclusive */
	const void *owner; /* struct files, or struct file for flock */
	int type;	   /* F_RDLCK, F_WRLCK, F_UNLCK */
	int pid;
	bool flock;
};

/* A lock of somebody else that is in the way, or NULL. */
const struct lock *lock_conflict(struct inode *inode, const struct lock *want);
/* Locks or unlocks. => 0, -EAGAIN, -EDEADLK, -ENOMEM, or a signal's
 * error; may sleep */
int lock_set(struct inode *inode, const struct lock *want, bool wait);

#endif
