/*
 * sys_file.c - system calls on descriptors: moving bytes.
 *
 * Every call has the same shape: descriptor to struct file (a reference, since a
 * sleeping copy must survive a close() by another thread), check, operation, drop.
 *
 * sendfile() and copy_file_range() copy inside the kernel: both through one page of its, since
 * either side may be a page of high memory. Linux's pipes can pass on the pages (splice).
 */
#include "kernel/syscall.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#include <linux/fs.h>
#include <linux/uio.h>

#define MAX_RW	(0x7fffffffu & (u32)PAGE_MASK) /* bytes in one call */
#define IOV_MAX 1024u

/* => the file with a reference if it may be read (1) or written (2) */
static struct file *file_for(int fd, u32 access, long *err)
{
	struct file *file = files_at(current->files, fd);

	*err = -EBADF;
	if (unlikely(!file || !(ACC_MODE(file->flags) & access) ||
		     file->flags & O_PATH))
		return NULL;
	if (likely(access == 1 ? !!file->ops->read : !!file->ops->write))
		return file_get(file);
	*err = S_ISDIR(file->inode->mode) ? -EISDIR : -EINVAL;
	return NULL;
}

/* What O_SYNC and O_DSYNC want after `done` bytes were written, which end at *end. */
static noinline long synced(struct file *file, long done, const u64 *end,
			    u32 flags)
{
	bool datasync = !(flags & __O_SYNC);
	int err = 0;

	if (done > 0 && file->ops->fsync)
		err = file_sync(file, *end - (u32)done, *end, datasync);
	return err ? err : done;
}

static inline long written(struct file *file, long done, const u64 *end,
			   u32 flags)
{
	return unlikely(flags & O_DSYNC) ? synced(file, done, end, flags)
					 : done;
}

/* A transfer at *pos, which moves. */
static inline __attribute__((always_inline)) long
rw(struct file *file, void *buf, u32 n, u64 *pos, u32 access)
{
	if (unlikely(!access_ok(buf, n)))
		return -EFAULT;
	n = min(n, MAX_RW);
	if (access == 1)
		return file->ops->read(file, buf, n, pos);
	return written(file, file->ops->write(file, buf, n, pos), pos,
		       file->flags);
}

long sys_read(int fd, void *buf, u32 n)
{
	long err;
	scoped_file *file = file_for(fd, 1, &err);

	return file ? rw(file, buf, n, &file->pos, 1) : err;
}

long sys_write(int fd, const void *buf, u32 n)
{
	long err;
	scoped_file *file = file_for(fd, 2, &err);

	return file ? rw(file, (void *)(vaddr_t)buf, n, &file->pos, 2) : err;
}

/* That a file has no positions comes before that it may not be read or written. */
static noinline long no_access(int fd, long err)
{
	scoped_file *file = fd_get_open(fd);

	return file && file->ops->stream ? -ESPIPE : err;
}

/* A transfer at a position of its own. */
static long rw_at(int fd, void *buf, u32 n, u64 pos, u32 access)
{
	long err;
	scoped_file *file = file_for(fd, access, &err);

	if ((s64)pos < 0)
		return -EINVAL;
	if (!file)
		return no_access(fd, err);
	if (file->ops->stream)
		return -ESPIPE;
	return rw(file, buf, n, &pos, access);
}

SYSCALL(pread64, (int fd, void *buf, u32 n, u32 lo, u32 hi),
	rw_at(fd, buf, n, u64_of(lo, hi), 1))
SYSCALL(pwrite64, (int fd, const void *buf, u32 n, u32 lo, u32 hi),
	rw_at(fd, (void *)(vaddr_t)buf, n, u64_of(lo, hi), 2))

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

/* pos NULL: the file's own. flags: as if it had been opened with them. */
static long rw_vector(int fd, const struct iovec *uiov, u32 n, u64 *pos,
		      u32 access, u32 flags)
{
	struct iovec few[8], *iov = few;
	scoped_mem struct iovec *many = NULL;
	struct mutex *lock;
	bool whole;
	long done;
	scoped_file *file = file_for(fd, access, &done);

	if (!file)
		return pos ? no_access(fd, done) : done;
	lock = &file->inode->lock;
	whole = access == 2 && file->ops == &regular_ops;
	if (n > IOV_MAX)
		return -EINVAL;
	if (pos && file->ops->stream)
		return -ESPIPE;
	if (n > ARRAY_SIZE(few)) {
		many = kmalloc(n * (u32)sizeof(*iov));
		iov = many;
	}
	if (!iov)
		return -ENOMEM;
	done = iov_get(iov, uiov, n);
	if (done <= 0)
		return done;
	/* A file takes all of it as one write. */
	if (whole)
		mutex_lock(lock);
	pos = pos ? pos : &file->pos;
	if (flags & O_APPEND)
		*pos = file->inode->mapping.size;
	done = rw_each(file, iov, n, pos, access);
	if (whole)
		mutex_unlock(lock);
	if (access == 2)
		done = written(file, done, pos, file->flags | flags);
	return done;
}

SYSCALL(readv, (int fd, const struct iovec *iov, u32 n),
	rw_vector(fd, iov, n, NULL, 1, 0))
SYSCALL(writev, (int fd, const struct iovec *iov, u32 n),
	rw_vector(fd, iov, n, NULL, 2, 0))

/* Position -1: the file's own, and then like readv and writev. */
static long rw_vector2(int fd, const struct iovec *iov, u32 n, u64 pos,
		       u32 flags, u32 access)
{
	const u32 known = RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_APPEND;
	u32 as = flags & RWF_SYNC ? O_SYNC : flags & RWF_DSYNC ? O_DSYNC : 0;
	bool own = pos == ~0ull;

	if ((s64)pos < 0 && !own)
		return -EINVAL;
	if (flags & ~known)
		return -EOPNOTSUPP;
	if (access == 2 && flags & RWF_APPEND)
		as |= O_APPEND;
	return rw_vector(fd, iov, n, own ? NULL : &pos, access, as);
}

SYSCALL(preadv2,
	(int fd, const struct iovec *iov, u32 n, u32 lo, u32 hi, u32 flags),
	rw_vector2(fd, iov, n, u64_of(lo, hi), flags, 1))
SYSCALL(pwritev2,
	(int fd, const struct iovec *iov, u32 n, u32 lo, u32 hi, u32 flags),
	rw_vector2(fd, iov, n, u64_of(lo, hi), flags, 2))
SYSCALL(preadv, (int fd, const struct iovec *iov, u32 n, u32 lo, u32 hi),
	(s32)hi < 0 ? -EINVAL : sys_preadv2(fd, iov, n, lo, hi, 0))
SYSCALL(pwritev, (int fd, const struct iovec *iov, u32 n, u32 lo, u32 hi),
	(s32)hi < 0 ? -EINVAL : sys_pwritev2(fd, iov, n, lo, hi, 0))

/* ---- from file to file */

/* Copies n bytes; both positions move. => bytes, or -errno if there are none */
static long copy(struct file *out, u64 *to, struct file *in, u64 *from, u32 n)
{
	scoped_mem char *buf = kmalloc(PAGE_SIZE);
	long done = 0, part = 0;

	if (!buf)
		return -ENOMEM;
	for (; (u32)done < n; done += part) {
		u32 len = min(n - (u32)done, PAGE_SIZE);

		part = file_read_kernel(in, buf, len, *from);
		if (part > 0)
			part = file_write_kernel(out, buf, (u32)part, to);
		if (part <= 0)
			break;
		*from += (u32)part;
	}
	return done ? done : part;
}

static bool may_copy(const struct file *out, const struct file *in)
{
	return in && out && FILE_READS(in) && FILE_WRITES(out) &&
	       !((in->flags | out->flags) & O_PATH);
}

/* A position in the program's memory, of 4 or 8 bytes; upos NULL: the file's own. */
static int get_pos(const struct file *file, const void *upos, u32 size,
		   u64 *pos)
{
	*pos = upos ? 0 : file->pos;
	return upos && copy_from_user(pos, upos, size) ? -EFAULT : 0;
}

static int put_pos(struct file *file, void *upos, u32 size, u64 pos)
{
	if (upos)
		return copy_to_user(upos, &pos, size) ? -EFAULT : 0;
	file->pos = pos;
	return 0;
}

/* ---- sendfile */

static long send(int out_fd, int in_fd, void *upos, u32 size, u32 n)
{
	scoped_file *in = fd_get(in_fd), *out = fd_get(out_fd);
	u64 pos = 0;
	long done;

	if (!may_copy(out, in))
		return -EBADF;
	if (get_pos(in, upos, size, &pos))
		return -EFAULT;
	if (in->ops != &regular_ops || (out->flags & O_APPEND) ||
	    (s64)pos < 0 || (size == 4 && (s32)pos < 0))
		return -EINVAL;
	done = copy(out, &out->pos, in, &pos, min(n, MAX_RW));
	return put_pos(in, upos, size, pos) ?: done;
}

SYSCALL(sendfile64, (int out_fd, int in_fd, u64 *upos, u32 n),
	send(out_fd, in_fd, upos, 8, n))
SYSCALL(sendfile, (int out_fd, int in_fd, s32 *upos, u32 n),
	send(out_fd, in_fd, upos, 4, n))

/* ---- copy_file_range */

static int check_copy(const struct file *in, const struct file *out)
{
	if (S_ISDIR(in->inode->mode) || S_ISDIR(out->inode->mode))
		return -EISDIR;
	if (in->ops != &regular_ops || out->ops != &regular_ops)
		return -EINVAL;
	if (!may_copy(out, in) || out->flags & O_APPEND)
		return -EBADF;
	return in->inode->super != out->inode->super ? -EXDEV : 0;
}

static long copy_range(struct file *out, u64 *out_upos, struct file *in,
		       u64 *in_upos, u32 n)
{
	u64 from, to, size = in->inode->mapping.size;
	long done;
	int err = get_pos(in, in_upos, 8, &from) ?: get_pos(out, out_upos, 8, &to) ?:
		  check_copy(in, out);

	if (err)
		return err;
	if ((s64)from < 0 || (s64)to < 0)
		return -EINVAL;
	if ((s64)(from + n) < 0 || (s64)(to + n) < 0)
		return -EOVERFLOW;
	size = from < size ? size - from : 0;
	n = min(n, MAX_RW);
	n = (u32)min((u64)n, size);
	if (in->inode == out->inode && from < to + n && to < from + n)
		return -EINVAL; /* the two overlap */
	if (n) {
		n = file_allowed(out, to, n);
		if (!n)
			return -EFBIG;
	}
	done = copy(out, &to, in, &from, n);
	return put_pos(in, in_upos, 8, from) ?:
		       put_pos(out, out_upos, 8, to) ?: done;
}

long sys_copy_file_range(int in_fd, u64 *in_upos, int out_fd, u64 *out_upos,
			 u32 n, u32 flags)
{
	scoped_file *in = fd_get_open(in_fd), *out = fd_get_open(out_fd);

	if (!in || !out)
		return -EBADF;
	if (flags)
		return -EINVAL;
	return copy_range(out, out_upos, in, in_upos, n);
}
