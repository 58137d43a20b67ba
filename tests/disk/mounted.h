/*
 * mounted.h - what the tests of a mounted disk share: the device, the folder where it is
 * mounted, and fresh files there.
 */
#pragma once

#include "user/lib/sys.h"

static const char *device, *folder;

/* Mounts it again, or changes how it is mounted (MS_REMOUNT). */
static inline long again(int flags)
{
	return sys(__NR_mount, device, folder, "ext2", flags, 0);
}

static inline int create(const char *name)
{
	return open(name, O_RDWR | O_CREAT | O_TRUNC | O_LARGEFILE, 0644);
}
