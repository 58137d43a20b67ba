/*
 * sys_file.c - system calls on descriptors: open, close, and moving bytes.
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
#include "kernel/sys_file.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#include <asm/errno.h>
#include <asm/ioctls.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/memfd.h>
#include <linux/uio.h>

#define MAX_RW	(0x7fffffffu & (u32)PAGE_MASK) /* bytes in one call */
#define IOV_MAX 1024u

static u64 u64_of(u32 lo, u32 hi)
{
	return (u64)hi << 32 | lo;
}

/* ---- open, close */

/* What an open of something that exists may not do. */
static int may_open(const struct dentry *dentry, u32 flags)
{
	u32 mode = dentry->inode->mode, mask = 0;

	if (S_ISLNK(mode))
		return flags & O_PATH ? 0 : -ELOOP;
	if (flags & O_DIRECTORY && !S_ISDIR(mode))
		return -ENOTDIR;
	if (flags & O_PATH)
		return 0;
	if (S_ISDIR(mode) &&
	    (ACC_MODE(flags) & 2 || flags & (O_CREAT | O_TRUNC)))
		return -EISDIR;
	if (S_ISSOCK(mode))
		return -ENXIO;
	if (ACC_MODE(flags) & 1)
		mask |= MAY_READ;
	if (ACC_MODE(flags) & 2 || flags & O_TRUNC)
		mask |= MAY_WRITE;
	if (flags & O_NOATIME && inode_owner(dentry->inode))
		return -EPERM;
	return inode_permission(dentry->inode, mask);
}

/* What last names, when that is a link: its text, to be freed. => NULL: it is none */
static char *link_text(const struct last *last)
{
	char *text = kmalloc(PATH_MAX);
	struct dentry *link;
	long n = -1;

	if (!text || dentry_lookup(last->dir, last->name, last->len, &link)) {
		kfree(text);
		return NULL;
	}
	if (S_ISLNK(link->inode->mode))
		n = link->inode->ops->readlink(link->inode, text);
	dentry_put(link);
	if (n > 0) {
		text[n] = 0;
		return text;
	}
	kfree(text);
	return NULL;
}

/* Makes a file where last says, or where a dangling link there leads. */
static int create_last(struct last *last, u32 flags, u32 mode,
		       struct dentry **dentry)
{
	char *text = NULL, *next;
	int err;

	mode = S_IFREG | (mode & 07777 & ~current->fs->umask);
	for (u32 links = 0;; links++) {
		err = last->slash ? -EISDIR : vfs_mknod(last, mode, 0, dentry);
		if (err != -EEXIST || flags & (O_EXCL | O_NOFOLLOW))
			break;
		next = links < 40 ? link_text(last) : NULL;
		if (!next)
			break;
		err = path_next(last, next);
		kfree(text); /* last->name was in it */
		text = next;
		if (err)
			break;
	}
	kfree(text);
	return err;
}

/* Finds or makes the file O_CREAT names. *made: it is new */
static int open_create(int dirfd, const char *path, u32 flags, u32 mode,
		       struct dentry **dentry, bool *made)
{
	u32 follow = flags & (O_EXCL | O_NOFOLLOW) ? 0 : LOOKUP_FOLLOW;
	int err = path_lookup(dirfd, path, follow, dentry);
	struct last last;

	if (!err && flags & O_EXCL) {
		dentry_put(*dentry);
		return -EEXIST;
	}
	if (err != -ENOENT)
		return err;
	err = path_parent(dirfd, path, &last);
	if (err)
		return err;
	err = create_last(&last, flags, mode, dentry);
	dentry_put(last.dir);
	*made = !err;
	return err;
}

/* O_TMPFILE: a file in the directory's file system without a name. */
static int open_tmpfile(struct dentry *dir, u32 mode, struct dentry **dentry)
{
	struct inode *inode;
	int err = -EOPNOTSUPP;

	if (dir->inode->ops->create)
		err = dir->inode->ops->create(dir->inode, S_IFREG | mode, 0,
					      &inode);
	dentry_put(dir);
	if (err)
		return err;
	inode->nlink = 0;
	*dentry = dentry_alloc(NULL, "#tmpfile (deleted)", 18, inode);
	if (*dentry)
		return 0;
	inode_put(inode);
	return -ENOMEM;
}

static int do_open(int dirfd, const char *path, u32 flags, u32 mode,
		   struct file **file)
{
	bool tmpfile = (flags & __O_TMPFILE) != 0, made = false;
	struct dentry *dentry;
	int err;

	if (tmpfile && (!(ACC_MODE(flags) & 2) || !(flags & O_DIRECTORY)))
		return -EINVAL;
	if (flags & O_CREAT && !tmpfile && !(flags & O_PATH))
		err = open_create(dirfd, path, flags, mode, &dentry, &made);
	else
		err = path_lookup(dirfd, path,
				  flags & O_NOFOLLOW ? 0 : LOOKUP_FOLLOW,
				  &dentry);
	if (!err && tmpfile) {
		err = open_tmpfile(dentry, mode & ~current->fs->umask, &dentry);
		made = true;
	}
	if (err)
		return err;
	err = made ? 0 : may_open(dentry, flags);
	if (err) {
		dentry_put(dentry);
		return err;
	}
	err = file_open(dentry,
			flags & ~(u32)(O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC),
			file);
	if (!err && flags & O_TRUNC && S_ISREG((*file)->inode->mode) && !made) {
		mapping_truncate(&(*file)->inode->mapping, 0);
		(*file)->inode->mtime = (*file)->inode->ctime = fs_time();
	}
	return err;
}

long sys_openat(int dirfd, const char *upath, u32 flags, u32 mode)
{
	struct file *file;
	int err;
	char *path = path_get(upath, &err);

	if (!path)
		return err;
	err = do_open(dirfd, path, flags, mode, &file);
	path_free(path);
	return err ? err : fd_install(file, 0, flags & O_CLOEXEC);
}

long sys_open(const char *path, u32 flags, u32 mode)
{
	return sys_openat(AT_FDCWD, path, flags, mode);
}

long sys_creat(const char *path, u32 mode)
{
	return sys_openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

long sys_close(int fd)
{
	return fd_close(fd);
}

long sys_close_range(u32 first, u32 last, u32 flags)
{
	struct files *files = current->files;

	if (first > last || flags & ~4u)
		return -EINVAL;
	for (u32 fd = first; fd <= last && fd < files->size; fd++) {
		if (flags & 4) /* CLOSE_RANGE_CLOEXEC */
			files->table[fd].cloexec = true;
		else
			fd_close((int)fd);
	}
	return 0;
}

/* ---- read, write */

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
	long done;
	struct file *file = file_for(fd, access, &done);

	if (!file)
		return done;
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
	if (done > 0)
		done = rw_each(file, iov, n, pos ? pos : &file->pos, access);
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

/* ---- positions and sizes */

/* SEEK_DATA and SEEK_HOLE: the pages that exist are the data. */
static s64 seek_data(const struct mapping *mapping, u64 pos, bool data)
{
	u32 pgoff = (u32)(pos >> PAGE_SHIFT), next = pgoff;
	u64 found;

	if (pos >= mapping->size)
		return -ENXIO;
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

	if (file->ops->stream)
		return -ESPIPE;
	if (whence == SEEK_CUR)
		pos += (s64)file->pos;
	else if (whence == SEEK_END)
		pos += (s64)mapping->size;
	else if (whence == SEEK_DATA || whence == SEEK_HOLE)
		pos = offset < 0 ? -ENXIO
				 : seek_data(mapping, (u64)offset,
					     whence == SEEK_DATA);
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (whence >= SEEK_DATA && pos < 0)
		return pos;
	if (pos < 0 || (u64)pos > MAPPING_MAX_SIZE)
		return -EINVAL;
	file->pos = (u64)pos;
	return pos;
}

long sys_lseek(int fd, long offset, u32 whence)
{
	struct file *file = fd_get(fd);
	s64 pos;

	if (!file)
		return -EBADF;
	pos = file->flags & O_PATH ? -EBADF : file_seek(file, offset, whence);
	file_put(file);
	return pos == (long)pos ? (long)pos : -EOVERFLOW;
}

long sys__llseek(int fd, u32 hi, u32 lo, u64 *result, u32 whence)
{
	struct file *file = fd_get(fd);
	s64 pos;

	if (!file)
		return -EBADF;
	pos = file->flags & O_PATH
		      ? -EBADF
		      : file_seek(file, (s64)u64_of(lo, hi), whence);
	file_put(file);
	if (pos < 0)
		return (long)pos;
	return copy_to_user(result, &pos, 8) ? -EFAULT : 0;
}

static int truncate_inode(struct inode *inode, u64 size)
{
	if ((s64)size < 0)
		return -EINVAL;
	if (size > MAPPING_MAX_SIZE)
		return -EFBIG;
	if (size > current->process->limits[RLIMIT_FSIZE].rlim_cur &&
	    size > inode->mapping.size &&
	    current->process->limits[RLIMIT_FSIZE].rlim_cur < RLIM_INFINITY) {
		signal_send_thread(current, SIGXFSZ, NULL);
		return -EFBIG;
	}
	mapping_truncate(&inode->mapping, size);
	inode->mtime = inode->ctime = fs_time();
	return 0;
}

long sys_ftruncate64(int fd, u32 lo, u32 hi)
{
	struct file *file = fd_get(fd);
	long err = -EINVAL;

	if (!file)
		return -EBADF;
	if (file->flags & O_PATH)
		err = -EBADF;
	else if (S_ISREG(file->inode->mode) && FILE_WRITES(file))
		err = truncate_inode(file->inode, u64_of(lo, hi));
	file_put(file);
	return err;
}

long sys_ftruncate(int fd, long size)
{
	return sys_ftruncate64(fd, (u32)size, size < 0 ? ~0u : 0);
}

long sys_truncate64(const char *path, u32 lo, u32 hi)
{
	struct dentry *dentry;
	int err;

	if ((s32)hi < 0)
		return -EINVAL;
	err = user_path(AT_FDCWD, path, LOOKUP_FOLLOW, &dentry);
	if (err)
		return err;
	if (S_ISDIR(dentry->inode->mode))
		err = -EISDIR;
	else if (!S_ISREG(dentry->inode->mode))
		err = -EINVAL;
	else
		err = inode_permission(dentry->inode, MAY_WRITE);
	if (!err && dentry->inode->writers < 0)
		err = -ETXTBSY;
	if (!err)
		err = truncate_inode(dentry->inode, u64_of(lo, hi));
	dentry_put(dentry);
	return err;
}

long sys_truncate(const char *path, long size)
{
	return sys_truncate64(path, (u32)size, size < 0 ? ~0u : 0);
}

/* Makes all pages of [start, end), so that later writes can't fail. */
static int allocate(struct mapping *mapping, u64 start, u64 end)
{
	struct page *page;
	int err = 0;

	for (u32 i = (u32)(start >> PAGE_SHIFT); i < size_to_pages(end) && !err;
	     i++) {
		err = mapping_get_page(mapping, i, &page);
		if (!err)
			put_page(page);
	}
	return err;
}

static long do_fallocate(struct file *file, u32 mode, u64 start, u64 len)
{
	struct mapping *mapping = &file->inode->mapping;
	u64 end = start + len;
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
	if ((s64)end < 0 || end > MAPPING_MAX_SIZE)
		return -EFBIG;
	if (mode & FALLOC_FL_PUNCH_HOLE) {
		mapping_punch(mapping, start, end);
	} else {
		err = allocate(mapping, start, end);
		if (err)
			return err;
		if (!(mode & FALLOC_FL_KEEP_SIZE) && end > mapping->size)
			mapping->size = end;
	}
	file->inode->mtime = file->inode->ctime = fs_time();
	return 0;
}

long sys_fallocate(int fd, u32 mode, u32 start_lo, u32 start_hi, u32 len_lo,
		   u32 len_hi)
{
	struct file *file = fd_get(fd);
	long err;

	if (!file)
		return -EBADF;
	err = do_fallocate(file, mode, u64_of(start_lo, start_hi),
			   u64_of(len_lo, len_hi));
	file_put(file);
	return err;
}

long sys_fsync(int fd)
{
	struct file *file = fd_get(fd);
	long err;

	if (!file)
		return -EBADF;
	if (file->flags & O_PATH)
		err = -EBADF;
	else
		err = file->ops->fsync ? file->ops->fsync(file) : -EINVAL;
	file_put(file);
	return err;
}

long sys_fdatasync(int fd)
{
	return sys_fsync(fd);
}

long sys_sync(void)
{
	return 0; /* no file system here has a home outside memory */
}

long sys_memfd_create(const char *uname, u32 flags)
{
	char name[6 + 250] = "memfd:";
	struct file *file;
	long n;

	/* Without sealing: MFD_ALLOW_SEALING is refused, as is MFD_HUGETLB. */
	if (flags & ~MFD_CLOEXEC)
		return -EINVAL;
	n = strncpy_from_user(name + 6, uname, 250);
	if (n < 0)
		return n;
	if (n == 250)
		return -EINVAL;
	file = shmem_file_create(name, 0);
	return file ? fd_install(file, 0, flags & MFD_CLOEXEC) : -ENOMEM;
}

/* Copies through one page of the kernel's: source and target are any two files. */
static long send(struct file *out, struct file *in, u64 *pos, u32 n)
{
	char *buf = kmalloc(PAGE_SIZE);
	long done = 0, part = 0;

	if (!buf)
		return -ENOMEM;
	while ((u32)done < n) {
		part = file_read_kernel(in, buf, min(n - (u32)done, PAGE_SIZE),
					*pos);
		if (part <= 0)
			break;
		part = file_write_kernel(out, buf, (u32)part);
		if (part <= 0)
			break;
		*pos += (u32)part;
		done += part;
	}
	kfree(buf);
	return done ? done : part;
}

long sys_sendfile64(int out_fd, int in_fd, u64 *upos, u32 n)
{
	long done;
	struct file *in = file_for(in_fd, 1, &done), *out;
	u64 pos;

	if (!in)
		return done;
	out = file_for(out_fd, 2, &done);
	if (!out)
		goto out_in;
	pos = in->pos;
	done = -EFAULT;
	if (upos && copy_from_user(&pos, upos, 8))
		goto out_both;
	done = -EINVAL;
	if (S_ISREG(in->inode->mode) && !(out->flags & O_APPEND) &&
	    (s64)pos >= 0)
		done = send(out, in, &pos, min(n, MAX_RW));
	if (!upos)
		in->pos = pos;
	else if (copy_to_user(upos, &pos, 8))
		done = -EFAULT;
out_both:
	file_put(out);
out_in:
	file_put(in);
	return done;
}
