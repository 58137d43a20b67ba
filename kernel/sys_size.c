/*
 * sys_size.c - system calls on positions in files and on their sizes.
 */
#include "kernel/dev/blk.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/uaccess.h"

#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/memfd.h>

/* SEEK_DATA and SEEK_HOLE: the pages that exist are the data; on a disk, and of one,
 * all is. */
static s64 seek_data(struct mapping *mapping, u64 pos, bool data)
{
	u32 pgoff = (u32)(pos >> PAGE_SHIFT), next = pgoff;
	u64 found;

	if (pos >= mapping->size)
		return -ENXIO;
	if (!mapping->shmem)
		return (s64)(data ? pos : mapping->size);
	if (data) {
		if (!radix_next(&mapping->pages, &next))
			return -ENXIO;
	} else {
		while (mapping_resident(mapping, next))
			next++;
	}
	found = max(pos, (u64)next << PAGE_SHIFT);
	if (data && found >= mapping->size)
		return -ENXIO;
	return (s64)min(found, mapping->size);
}

static s64 file_seek(struct file *file, s64 offset, u32 whence)
{
	struct mapping *mapping = &file->inode->mapping;
	s64 pos = offset;

	if (whence > SEEK_HOLE)
		return -EINVAL;
	if (file->ops->stream)
		return -ESPIPE;
	if (file->ops->start)
		return 0;
	if (whence == SEEK_CUR)
		pos += (s64)file->pos;
	else if (whence == SEEK_END)
		pos += (s64)mapping->size;
	else if (whence == SEEK_DATA || whence == SEEK_HOLE)
		pos = offset < 0 ? -ENXIO
				 : seek_data(mapping, (u64)offset,
					     whence == SEEK_DATA);
	if (whence >= SEEK_DATA && pos < 0)
		return pos;
	if (pos < 0 && file->ops->addresses) {
		file->pos = (u32)pos;
		return pos;
	}
	if (pos < 0 || (u64)pos > file->inode->super->max_size)
		return -EINVAL;
	file->pos = (u64)pos;
	return pos;
}

long sys_lseek(int fd, long offset, u32 whence)
{
	scoped_file *file = fd_get_open(fd);
	s64 pos = file ? file_seek(file, offset, whence) : -EBADF;

	return pos == (long)pos ? (long)pos : -EOVERFLOW;
}

long sys__llseek(int fd, u32 hi, u32 lo, u64 *result, u32 whence)
{
	scoped_file *file = fd_get_open(fd);
	s64 pos = file ? file_seek(file, (s64)u64_of(lo, hi), whence) : -EBADF;

	return pos < 0 ? (long)pos : put_user(result, &pos);
}

/* May a file be that long? => 0, or -EFBIG, and SIGXFSZ where it is the process's limit */
static int check_size(const struct inode *inode, u64 size)
{
	unsigned long limit = current->process->limits[RLIMIT_FSIZE].rlim_cur;

	if (size > inode->super->max_size)
		return -EFBIG;
	if (size <= inode->mapping.size || size <= limit ||
	    limit == RLIM_INFINITY)
		return 0;
	signal_self(SIGXFSZ);
	return -EFBIG;
}

static int truncate_inode(struct inode *inode, u64 size)
{
	int err = check_size(inode, size);

	return err ? err : vfs_truncate(inode, size);
}

long sys_ftruncate64(int fd, u32 lo, u32 hi)
{
	scoped_file *file = fd_get_open(fd);

	if ((s32)hi < 0)
		return -EINVAL;
	if (!file)
		return -EBADF;
	if (!S_ISREG(file->inode->mode) || !FILE_WRITES(file))
		return -EINVAL;
	return truncate_inode(file->inode, u64_of(lo, hi));
}

SYSCALL(ftruncate, (int fd, long size),
	sys_ftruncate64(fd, (u32)size, size < 0 ? ~0u : 0))

long sys_truncate64(const char *path, u32 lo, u32 hi)
{
	scoped_dentry *dentry = NULL;
	struct inode *inode;
	int err;

	if ((s32)hi < 0)
		return -EINVAL;
	err = user_path(AT_FDCWD, path, LOOKUP_FOLLOW, &dentry);
	if (err)
		return err;
	inode = dentry->inode;
	if (!S_ISREG(inode->mode))
		return S_ISDIR(inode->mode) ? -EISDIR : -EINVAL;
	return inode_permission(inode, MAY_WRITE)
		       ?: truncate_inode(inode, u64_of(lo, hi));
}

SYSCALL(truncate, (const char *path, long size),
	sys_truncate64(path, (u32)size, size < 0 ? ~0u : 0))

static long do_fallocate(struct file *file, u32 mode, u64 start, u64 len)
{
	struct inode *inode = file->inode;
	u64 end = start + len;
	u32 sealed = mode & FALLOC_FL_PUNCH_HOLE
			     ? F_SEAL_WRITE | F_SEAL_FUTURE_WRITE
			     : F_SEAL_GROW;
	int err;

	if ((s64)start < 0 || (s64)len <= 0)
		return -EINVAL;
	if (mode & ~(u32)(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE) ||
	    mode == FALLOC_FL_PUNCH_HOLE)
		return -EOPNOTSUPP;
	if (!FILE_WRITES(file))
		return -EBADF;
	if (file->ops->stream)
		return -ESPIPE;
	if (S_ISDIR(file->inode->mode))
		return -EISDIR;
	if (!S_ISREG(file->inode->mode))
		return -ENODEV;
	if ((s64)end < 0 || end > inode->super->max_size)
		return -EFBIG;
	if (!inode->ops->fallocate)
		return -EOPNOTSUPP;
	scoped_lock(&inode->lock);
	if (inode->seals & sealed &&
	    (mode & FALLOC_FL_PUNCH_HOLE || end > inode->mapping.size))
		return -EPERM;
	err = (mode ? 0 : check_size(inode, end))
		      ?: inode->ops->fallocate(inode, mode, start, end);
	if (!err)
		inode_written(inode);
	return err;
}

FILE_CALL(fallocate,
	  (int fd, u32 mode, u32 start_lo, u32 start_hi, u32 len_lo,
	   u32 len_hi),
	  fd_get_open,
	  do_fallocate(file, mode, u64_of(start_lo, start_hi),
		       u64_of(len_lo, len_hi)))

FILE_CALL(fsync, (int fd), fd_get_open, file_sync(file, 0, ~0ull, false))
FILE_CALL(fdatasync, (int fd), fd_get_open, file_sync(file, 0, ~0ull, true))

long sys_sync(void)
{
	struct blk_device *disk;

	vfs_sync();
	for (u32 i = 0; (disk = blk_number(i)); i++)
		blk_sync(disk);
	return 0;
}

long sys_memfd_create(const char *uname, u32 flags)
{
	char name[6 + 250] = "memfd:";
	struct file *file;
	long n;

	/* Without MFD_HUGETLB. */
	if (flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING))
		return -EINVAL;
	n = strncpy_from_user(name + 6, uname, 250);
	if (n < 0)
		return n;
	if (n == 250)
		return -EINVAL;
	file = shmem_file_create(name, 0);
	if (!file)
		return -ENOMEM;
	if (flags & MFD_ALLOW_SEALING)
		file->inode->seals = 0;
	return fd_install(file, 0, flags & MFD_CLOEXEC);
}
