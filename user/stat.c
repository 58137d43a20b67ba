/*
 * stat.c - what the kernel knows about a file, beside what is in it.
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

static const char *kind(unsigned int mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "regular file";
	case S_IFDIR:
		return "directory";
	case S_IFLNK:
		return "symbolic link";
	case S_IFCHR:
		return "character device";
	case S_IFBLK:
		return "block device";
	case S_IFIFO:
		return "pipe";
	default:
		return "something else";
	}
}

static int show(const char *path)
{
	char to[256];
	stat_t st;

	if (lstat(path, &st) < 0)
		return complain(path);
	printf("  File: %s", path);
	if (S_ISLNK(st.st_mode) && readlink(path, to, sizeof(to)) >= 0)
		printf(" -> %s", to);
	printf("\n  Size: %llu  Blocks: %llu of 512 bytes  %s\n",
	       (unsigned long long)st.st_size, (unsigned long long)st.st_blocks,
	       kind(st.st_mode));
	printf("Device: %lu:%lu  Inode: %llu  Links: %lu\n",
	       (unsigned long)st.st_dev >> 8, (unsigned long)st.st_dev & 0xff,
	       (unsigned long long)st.st_ino, (unsigned long)st.st_nlink);
	printf("Access: %u%u%u%u  Uid: %lu  Gid: %lu\n",
	       (unsigned int)st.st_mode >> 9 & 7,
	       (unsigned int)st.st_mode >> 6 & 7,
	       (unsigned int)st.st_mode >> 3 & 7, (unsigned int)st.st_mode & 7,
	       (unsigned long)st.st_uid, (unsigned long)st.st_gid);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		usage("FILE...");
	return for_each(argv + 1, show);
}
