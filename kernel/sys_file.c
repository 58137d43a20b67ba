/*
 * sys_file.c - system calls on descriptors: moving bytes.
 *
 * Every call has the same shape: descriptor to struct file (a reference, since a
 * sleeping copy must survive a close() by another thread), check, operation, drop.
 */
#include "kernel/fs/file.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#include <asm/errno.h>
#include <linux/fs.h>
#include <linux/uio.h>

#define MAX_RW	(0x7fffffffu & (u32)PAGE_MASK) /* bytes in one call */
#define IOV_MAX 1024u

static u64 u64_of(u32 lo, u32 hi)
{
	return (u64)hi << 32 | lo;
}

/* => the file with a reference if it may be read (1) or written (2) */
static struct file *file_for(int fd, u32 access, long *err)
{
	struct file *file = fd_get(fd);

	*err = -EBADF;
	if (!file)
		return NULL;
	if (likely(ACC_MODE(file->flags) & access && !(file->flags & O_PATH))) {
		bool can = access == 1 ? file->ops->read != NULL
				       : file->ops->write != NULL;

		if (likely(can))
			return file;
		*err = S_ISDIR(file->inode->mode) ? -EISDIR : -EINVAL;
	}
	file_put(file);
	return NULL;
}

/* What O_SYNC and O_DSYNC want after `done` bytes were written, which end at `end`. */
static long written(struct file *file, long done, u64 end, u32 flags)
{
	int err = 0;

	if (unlikely(flags & O_DSYNC) && done > 0 && file->ops->fsync)
		err = file_sync(file, end - (u32)done, end,
				!(flags & __O_SYNC));
	return err ? err : done;
}

long sys_read(int fd, void *buf, u32 n)
{
	long err;
	scoped_file *file = file_for(fd, 1, &err);

	if (!file)
		return err;
	if (unlikely(!access_ok(buf, n)))
		return -EFAULT;
	return file->ops->read(file, buf, min(n, MAX_RW), &file->pos);
}

long sys_write(int fd, const void *buf, u32 n)
{
	long err;
	scoped_file *file = file_for(fd, 2, &err);

	if (!file)
		return err;
	if (unlikely(!access_ok(buf, n)))
		return -EFAULT;
	err = file->ops->write(file, buf, min(n, MAX_RW), &file->pos);
	return written(file, err, file->pos, file->flags);
}

/* A transfer at a position of its own. */
static long rw_at(int fd, void *buf, u32 n, u64 pos, u32 access)
{
	long err;
	scoped_file *file = file_for(fd, access, &err);

	if ((s64)pos < 0)
		return -EINVAL;
	if (!file)
		return err;
	if (file->ops->stream)
		return -ESPIPE;
	if (!access_ok(buf, n))
		return -EFAULT;
	n = min(n, MAX_RW);
	if (access == 1)
		return file->ops->read(file, buf, n, &pos);
	err = file->ops->write(file, buf, n, &pos);
	return written(file, err, pos, file->flags);
}

long sys_pread64(int fd, void *buf, u32 n, u32 lo, u32 hi)
{
	return rw_at(fd, buf, n, u64_of(lo, hi), 1);
}

long sys_pwrite64(int fd, const void *buf, u32 n, u32 lo, u32 hi)
{
	return rw_at(fd, (void *)(vaddr_t)buf, n, u64_of(lo, hi), 2);
}

/* Copies the vector in and checks it. => bytes in all, or -errno */
static long iov_get(struct iovec *iov, const struct iovec *from, u32 n)
{
	u32 total = 0;

	if (copy_from_user(iov, from, n * (u32)sizeof(*iov)))
		return -EFAULT;
	for (u32 i = 0; i < n; i++) {
		if ((s32)iov[i].iov_len < 0)
			return -EINVAL;
		if (!access_ok(iov[i].iov_base, iov[i].iov_len))
			return -EFAULT;
		iov[i].iov_len = min(iov[i].iov_len, MAX_RW - total);
		total += iov[i].iov_len;
	}
	return (long)total;
}

static long rw_each(struct file *file, const struct iovec *iov, u32 n, u64 *pos,
		    u32 access)
{
	long done = 0, part;

	for (u32 i = 0; i < n; i++) {
		if (!iov[i].iov_len)
			continue;
		part = access == 1 ? file->ops->read(file, iov[i].iov_base,
						     iov[i].iov_len, pos)
				   : file->ops->write(file, iov[i].iov_base,
						      iov[i].iov_len, pos);
		if (part < 0)
			return done ? done : part;
		done += part;
		if ((u32)part < iov[i].iov_len)
			break;
	}
	return done;
}

/* pos NULL: the file's own. */
static long rw_vector(int fd, const struct iovec *uiov, u32 n, u64 *pos,
		      u32 access, u32 sync)
{
	struct iovec few[8], *iov = few;
	struct mutex *lock = NULL;
	long done;
	scoped_file *file = file_for(fd, access, &done);

	if (!file)
		return done;
	if (access == 2 && file->ops == &regular_ops)
		lock = &file->inode->lock;
	if (n > IOV_MAX)
		return -EINVAL;
	if (pos && file->ops->stream)
		return -ESPIPE;
	if (n > ARRAY_SIZE(few))
		iov = kmalloc(n * (u32)sizeof(*iov));
	if (!iov)
		return -ENOMEM;
	done = iov_get(iov, uiov, n);
	if (done > 0) {
		/* A file takes all of it as one write. */
		if (lock)
			mutex_lock(lock);
		pos = pos ? pos : &file->pos;
		done = rw_each(file, iov, n, pos, access);
		if (lock)
			mutex_unlock(lock);
		if (access == 2)
			done = written(file, done, *pos, file->flags | sync);
	}
	if (iov != few)
		kfree(iov);
	return done;
}

long sys_readv(int fd, const struct iovec *iov, u32 n)
{
	return rw_vector(fd, iov, n, NULL, 1, 0);
}

long sys_writev(int fd, const struct iovec *iov, u32 n)
{
	return rw_vector(fd, iov, n, NULL, 2, 0);
}

long sys_preadv(int fd, const struct iovec *iov, u32 n, u32 lo, u32 hi)
{
	u64 pos = u64_of(lo, hi);

	return (s64)pos < 0 ? -EINVAL : rw_vector(fd, iov, n, &pos, 1, 0);
}

long sys_pwritev(int fd, const struct iovec *iov, u32 n, u32 lo, u32 hi)
{
	u64 pos = u64_of(lo, hi);

	return (s64)pos < 0 ? -EINVAL : rw_vector(fd, iov, n, &pos, 2, 0);
}

/* Position -1: the file's own, and then like readv and writev. */
static long rw_vector2(int fd, const struct iovec *iov, u32 n, u64 pos,
		       u32 flags, u32 access)
{
	const u32 known = RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_APPEND;
	bool own = pos == ~0ull;

	if ((s64)pos < 0 && !own)
		return -EINVAL;
	if (flags & ~known)
		return -EOPNOTSUPP;
	if (access == 2 && flags & RWF_APPEND) {
		scoped_file *file = fd_get(fd);

		if (!file)
			return -EBADF;
		if (own)
			file->pos = file->inode->mapping.size;
		else
			pos = file->inode->mapping.size;
	}
	return rw_vector(fd, iov, n, own ? NULL : &pos, access,
			 (flags & RWF_SYNC    ? O_SYNC
			  : flags & RWF_DSYNC ? O_DSYNC
					      : 0));
}

long sys_preadv2(int fd, const struct iovec *iov, u32 n, u32 lo, u32 hi,
		 u32 flags)
{
	return rw_vector2(fd, iov, n, u64_of(lo, hi), flags, 1);
}

long sys_pwritev2(int fd, const struct iovec *iov, u32 n, u32 lo, u32 hi,
		  u32 flags)
{
	return rw_vector2(fd, iov, n, u64_of(lo, hi), flags, 2);
}
