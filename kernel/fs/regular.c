/*
 * regular.c - what open regular files do, in memory and on disk: read, write, mmap; and
 * reading the directories of memory file systems.
 *
 * The bytes of a regular file are its mapping's pages (mm/filemap.c); here is what
 * is the file's and not the bytes': position, times, limits. The names of a directory
 * are its dentries, in the order of their cookies, which only grow: a
 * reader that remembers the last cookie neither misses nor repeats a name, whatever
 * is removed meanwhile.
 *
 * inode->lock makes a write one step to other writes and to changes of the size, also where it
 * sleeps in a fault, and O_APPEND find the end. A read may see half of a write, as on Linux.
 */
#include "kernel/fs/file.h"
#include "kernel/process.h"
#include "mm/writeback.h"

#include <linux/mount.h>

/* As under relatime: only the first use after a change counts. */
static inline void accessed(struct file *file)
{
	struct inode *inode = file->inode;

	if (unlikely(inode->atime <= inode->mtime) &&
	    !(file->flags & O_NOATIME) &&
	    !(inode->super->flags & (MS_RDONLY | MS_NOATIME))) {
		inode->atime = fs_time() + 1;
		inode_changed(inode);
	}
}

static int regular_mmap(struct file *file, struct mmap_object *obj, u32 flags)
{
	(void)flags;
	accessed(file);
	obj->file = file;
	obj->mapping = &file->inode->mapping;
	obj->ops = &file_vm_ops;
	return 0;
}

static long regular_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	long done = mapping_read(&file->inode->mapping, buf, n, *pos);

	if (done > 0)
		*pos += (u32)done;
	accessed(file);
	return done;
}

u32 file_allowed(const struct file *file, u64 pos, u32 n)
{
	struct rlimit *limit = &current->process->limits[RLIMIT_FSIZE];
	u64 max_size = file->inode->super->max_size;
	u64 end = file->flags & O_LARGEFILE ? max_size
					    : min(max_size, MAX_NON_LFS);

	if (unlikely(limit->rlim_cur < RLIM_INFINITY)) {
		end = min(end, (u64)limit->rlim_cur);
		if (pos >= limit->rlim_cur)
			signal_self(SIGXFSZ);
	}
	if (pos >= end)
		return 0;
	return (u32)min((u64)n, end - pos);
}

/* Whether file_allowed() may find less than all. */
static inline bool is_limited(const struct file *file, u64 end)
{
	return end > MAX_NON_LFS || end > file->inode->super->max_size ||
	       current->process->limits[RLIMIT_FSIZE].rlim_cur < RLIM_INFINITY;
}

/* Root keeps set-id bits. */
static inline void changed(struct inode *inode)
{
	if (unlikely(inode->mode & (S_ISUID | S_ISGID)) && !privileged())
		inode_drop_setid(inode);
	inode_written(inode);
}

/* How much of n bytes at pos may be written. => 0 and *n; -EFBIG, -EPERM */
static inline int check_write(struct file *file, u64 pos, u32 *n)
{
	struct inode *inode = file->inode;

	if (unlikely(is_limited(file, pos + *n)))
		*n = file_allowed(file, pos, *n);
	if (!*n)
		return -EFBIG;
	return unlikely(inode->seals & ~(u32)F_SEAL_SEAL)
		       ? seal_check_write(inode, pos, n)
		       : 0;
}

static long write_locked(struct file *file, const void *buf, u32 n, u64 *pos)
{
	struct inode *inode = file->inode;
	long done;

	if (file->flags & O_APPEND)
		*pos = inode->mapping.size;
	if (!n)
		return 0;
	done = check_write(file, *pos, &n);
	if (done)
		return done;
	done = mapping_write(&inode->mapping, buf, n, *pos);
	if (done > 0) {
		*pos += (u32)done;
		changed(inode);
	}
	return done;
}

static long regular_write(struct file *file, const void *buf, u32 n, u64 *pos)
{
	struct mutex *lock = &file->inode->lock;

	if (lock->owner == current) /* one of writev()'s parts */
		return write_locked(file, buf, n, pos);
	scoped_lock(lock);
	return write_locked(file, buf, n, pos);
}

long file_write_kernel(struct file *file, const void *buf, u32 n, u64 *pos)
{
	struct inode *inode = file->inode;
	int err;

	if (file->ops->from_kernel)
		return file->ops->write(file, buf, n, pos);
	if (file->ops != &regular_ops)
		return -EINVAL;
	scoped_lock(&inode->lock);
	err = check_write(file, *pos, &n)
		      ?: mapping_fill(&inode->mapping, buf, n, *pos);
	if (err)
		return err;
	changed(inode);
	*pos += n;
	return (long)n;
}

int vfs_truncate(struct inode *inode, u64 size)
{
	int err;

	scoped_lock(&inode->lock);
	err = inode->writers < 0 ? -ETXTBSY : seal_check_size(inode, size);
	if (!err && inode->ops->truncate)
		err = inode->ops->truncate(inode, size);
	else if (!err && inode->mapping.ops) /* /proc's files have no size */
		mapping_truncate(&inode->mapping, size);
	if (!err)
		changed(inode);
	return err;
}

int regular_fsync(struct file *file, u32 first, u32 end, bool datasync)
{
	struct inode *inode = file->inode;
	int err, lost;

	if (!inode->ops->fsync)
		return 0;
	if (S_ISREG(inode->mode))
		mapping_writeback(&inode->mapping, first, end);
	err = inode->ops->fsync(inode, datasync);
	/* Its own errors are among those that are kept. */
	lost = mapping_error(&inode->mapping, &file->seen);
	return lost ? lost : err;
}

int file_sync(struct file *file, u64 start, u64 end, bool datasync)
{
	u32 last = end > MAPPING_MAX_SIZE ? ~0u : size_to_pages(end);

	if (!file->ops->fsync)
		return -EINVAL;
	return file->ops->fsync(file, (u32)(start >> PAGE_SHIFT), last,
				datasync);
}

static int regular_open(struct file *file)
{
	file->seen = mapping_error_sample(&file->inode->mapping);
	return 0;
}

const struct file_ops regular_ops = {
	.read = regular_read,
	.write = regular_write,
	.mmap = regular_mmap,
	.open = regular_open,
	.fsync = regular_fsync,
};

/* ---- directories whose names are in memory */

static int dir_readdir(struct file *file, struct dir_sink *sink)
{
	struct dentry *dir = file->dentry, *d;
	u32 n;

	/* "." and "..": the first `pos` bytes of it */
	while (file->pos < 2) {
		d = file->pos && dir->parent ? dir->parent : dir;
		n = (u32)file->pos + 1;
		if (!sink->emit(sink, "..", n, d->inode->ino, S_IFDIR, n))
			return 0;
		file->pos = n;
	}
	list_for_each_entry (d, &dir->children, sibling) {
		if (d->cookie < file->pos)
			continue;
		if (!sink->emit(sink, d->name, d->len, d->inode->ino,
				d->inode->mode, (u64)d->cookie + 1))
			return 0;
		file->pos = (u64)d->cookie + 1;
	}
	return 0;
}

const struct file_ops dir_file_ops = {
	.readdir = dir_readdir,
	.fsync = regular_fsync,
};
