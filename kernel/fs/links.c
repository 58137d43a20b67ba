/*
 * links.c - how often an inode is named: what a name that is made, taken or moved changes in the
 * inodes concerned. Called by the file systems, which change the directory itself; ramfs has
 * nothing else to do. (Also compiled for the host, with ext2.)
 *
 *	nlink of a file         its names
 *	nlink of a directory    its name, its own "." and ".." of each directory in it
 *
 * Left out: a limit of nlink, which is the file systems' own (ext2: EXT2_LINK_MAX).
 */
#include "kernel/fs/vfs.h"

#include "kernel/sched.h" /* the host has S_ISDIR() from there */

static void named(struct inode *dir, struct inode *inode, int names)
{
	inode->nlink += names;
	if (S_ISDIR(inode->mode)) {
		inode->nlink += names;
		dir->nlink += names;
	}
	inode->ctime = dir->mtime = dir->ctime = fs_time();
}

int inode_link(struct inode *dir, const char *name, struct inode *inode)
{
	(void)name;
	named(dir, inode, 1);
	return 0;
}

int inode_unlink(struct inode *dir, const char *name, struct inode *inode)
{
	(void)name;
	named(dir, inode, -1);
	return 0;
}

int inode_rename(struct inode *old_dir, const char *old_name,
		 struct inode *inode, struct inode *new_dir,
		 const char *new_name, struct inode *there)
{
	(void)old_name;
	if (there)
		inode_unlink(new_dir, new_name, there);
	named(old_dir, inode, -1);
	named(new_dir, inode, 1);
	return 0;
}
