/*
 * sys_file.c - system calls on descriptors: moving bytes.
 *
 * Called from the table of kernel/syscall.c with the program's registers; pointers are the
 * program's and reached through mm/uaccess.h only. A 64-bit argument comes as
 * two halves (lo, hi): where the ABI puts them is the table's business.
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

long sys_read(int fd, void *buf, u32 n)
{
	long done;
	struct file *file = file_for(fd, 1, &done);

	if (!file)
		return done;
	if (likely(access_ok(buf, n)))
		done = file->ops->read(file, buf, min(n, MAX_RW), &file->pos);
	else
		done = -EFAULT;
	file_put(file);
	return done;
}

long sys_write(int fd, const void *buf, u32 n)
{
	long done;
	struct file *file = file_for(fd, 2, &done);

	if (!file)
		return done;
	if (likely(access_ok(buf, n)))
		done = file->ops->write(file, buf, min(n, MAX_RW), &file->pos);
	else
		done = -EFAULT;
	file_put(file);
	return done;
}

/* A transfer at a position of its own. */
static long rw_at(int fd, void *buf, u32 n, u64 pos, u32 access)
{
	long done;
	struct file *file;

	if ((s64)pos < 0)
		return -EINVAL;
	file = file_for(fd, access, &done);
	if (!file)
		return done;
	if (file->ops->stream)
		done = -ESPIPE;
	else if (!access_ok(buf, n))
		done = -EFAULT;
	else if (access == 1)
		done = file->ops->read(file, buf, min(n, MAX_RW), &pos);
	else
		done = file->ops->write(file, buf, min(n, MAX_RW), &pos);
	file_put(file);
	return done;
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
		      u32 access)
{
	struct iovec few[8], *iov = few;
	struct mutex *lock = NULL;
	long done;
	struct file *file = file_for(fd, access, &done);

	if (!file)
		return done;
	if (access == 2 && file->ops == &regular_ops)
		lock = &file->inode->lock;
	done = -EINVAL;
	if (n > IOV_MAX)
		goto out;
	done = -ESPIPE;
	if (pos && file->ops->stream)
		goto out;
	done = -ENOMEM;
	if (n > ARRAY_SIZE(few))
		iov = kmalloc(n * (u32)sizeof(*iov));
	if (!iov)
		goto out;
	done = iov_get(iov, uiov, n);
	if (done > 0) {
		/* A file takes all of it as one write. */
		if (lock)
			mutex_lock(lock);
		done = rw_each(file, iov, n, pos ? pos : &file->pos, access);
		if (lock)
			mutex_unlock(lock);
	}
	if (iov != few)
		kfree(iov);
out:
	file_put(file);
	return done;
}

long sys_readv(int fd, const struct iovec *iov, u32 n)
{
	return rw_vector(fd, iov, n, NULL, 1);
}

long sys_writev(int fd, const struct iovec *iov, u32 n)
{
	return rw_vector(fd, iov, n, NULL, 2);
}

long sys_preadv(int fd, const struct iovec *iov, u32 n, u32 lo, u32 hi)
{
	u64 pos = u64_of(lo, hi);

	return (s64)pos < 0 ? -EINVAL : rw_vector(fd, iov, n, &pos, 1);
}

long sys_pwritev(int fd, const struct iovec *iov, u32 n, u32 lo, u32 hi)
{
	u64 pos = u64_of(lo, hi);

	return (s64)pos < 0 ? -EINVAL : rw_vector(fd, iov, n, &pos, 2);
}

/* The flags of preadv2 and pwritev2. => 0 or -EOPNOTSUPP */
static int check_rw_flags(u32 flags)
{
	u32 known = RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_APPEND;

	return flags & ~known ? -EOPNOTSUPP : 0;
}

/* Position -1: the file's own, and then like readv and writev. */
static long rw_vector2(int fd, const struct iovec *iov, u32 n, u64 pos,
		       u32 flags, u32 access)
{
	int err = check_rw_flags(flags);
	bool own = pos == ~0ull;

	if ((s64)pos < 0 && !own)
		return -EINVAL;
	if (err)
		return err;
	if (access == 2 && flags & RWF_APPEND) {
		struct file *file = fd_get(fd);

		if (!file)
			return -EBADF;
		if (own)
			file->pos = file->inode->mapping.size;
		else
			pos = file->inode->mapping.size;
		file_put(file);
	}
	return rw_vector(fd, iov, n, own ? NULL : &pos, access);
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
