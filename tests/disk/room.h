/*
 * room.h - how much room a file system has: statfs64() for the tests of disks.
 */
#pragma once

#include "user/lib/tap.h"

/* struct statfs64 as both machines have it; the UAPI's needs more of libc */
struct room {
	uint32_t type, bsize;
	uint64_t blocks, bfree, bavail, files, ffree;
	uint32_t fsid[2], namelen, frsize, flags, spare[4];
} __attribute__((packed, aligned(4)));

static inline struct room room(const char *path)
{
	struct room r = { 0 };

	is_raw(sys(__NR_statfs64, path, sizeof(r), &r), 0, "statfs64");
	return r;
}
