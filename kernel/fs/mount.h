/*
 * mount.h - between super.c and mount.c: the lists of file systems.
 */
#ifndef KERNEL_FS_MOUNT_H
#define KERNEL_FS_MOUNT_H

#include "kernel/fs/vfs.h"

/* Both by super->list; under mount_lock, taken before any other. */
extern struct list_head mounts, detached;
extern struct mutex mount_lock;

/* Whether anything in it is open, mapped, mounted on, or where somebody is. held: the
 * references to its root that the caller has. => dentry_prune() was called */
bool super_is_busy(struct super *super, u32 held);
/* MS_* become flags. => 0 or -errno; may sleep */
int super_remount(struct super *super, u32 flags);
/* Takes away what is detached and idle by now. => mount_lock is held */
void super_reap_locked(void);

#endif
