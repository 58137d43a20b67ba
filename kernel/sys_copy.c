/*
 * sys_copy.c - system calls that copy from file to file inside the kernel.
 *
 * sendfile() sends a file's bytes to anything that can be written; copy_file_range()
 * copies between two files. Both go through one page of the kernel's, since either side
 * may be a page of high memory. Linux's pipes can pass on the pages themselves (splice).
 */
#include "kernel/fs/file.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#include <asm/errno.h>

#define MAX_COPY (0x7fffffffu & (u32)PAGE_MASK) /* bytes in one call */

/* Copies n bytes; both positions move. => bytes, or -errno if there are none */
static long copy(struct file *out, u64 *to, struct file *in, u64 *from, u32 n)
{
	char *buf = kmalloc(PAGE_SIZE);
	long done = 0, part = 0;

	if (!buf)
		return -ENOMEM;
	while ((u32)done < n) {
		part = file_read_kernel(in, buf, min(n - (u32)done, PAGE_SIZE),
					*from);
		if (part <= 0)
			break;
		part = file_write_kernel(out, buf, (u32)part, to);
		if (part <= 0)
			break;
		*from += (u32)part;
		done += part;
	}
	kfree(buf);
	return done ? done : part;
}

/* Takes both files. => 0, or -EBADF and none */
static int get_files(int in_fd, struct file **in, int out_fd, struct file **out)
{
	*in = fd_get(in_fd);
	*out = fd_get(out_fd);
	if (*in && *out && FILE_READS(*in) && FILE_WRITES(*out) &&
	    !((*in)->flags & O_PATH) && !((*out)->flags & O_PATH))
		return 0;
	if (*in)
		file_put(*in);
	if (*out)
		file_put(*out);
	return -EBADF;
}

/* ---- sendfile */

/* size: of the position in the program's memory, 4 or 8 */
static long send(int out_fd, int in_fd, void *upos, u32 size, u32 n)
{
	struct file *in, *out;
	u64 pos = 0;
	long done = get_files(in_fd, &in, out_fd, &out);

	if (done)
		return done;
	done = -EFAULT;
	if (upos && copy_from_user(&pos, upos, size))
		goto out;
	if (!upos)
		pos = in->pos;
	done = -EINVAL;
	if (!S_ISREG(in->inode->mode) || (out->flags & O_APPEND) ||
	    (s64)pos < 0 || (size == 4 && (s32)pos < 0))
		goto out;
	done = copy(out, &out->pos, in, &pos, min(n, MAX_COPY));
	if (!upos)
		in->pos = pos;
	else if (copy_to_user(upos, &pos, size))
		done = -EFAULT;
out:
	file_put(in);
	file_put(out);
	return done;
}

long sys_sendfile64(int out_fd, int in_fd, u64 *upos, u32 n)
{
	return send(out_fd, in_fd, upos, 8, n);
}

long sys_sendfile(int out_fd, int in_fd, s32 *upos, u32 n)
{
	return send(out_fd, in_fd, upos, 4, n);
}

/* ---- copy_file_range */

static int check_copy(const struct file *in, const struct file *out)
{
	if (S_ISDIR(in->inode->mode) || S_ISDIR(out->inode->mode))
		return -EISDIR;
	if (!S_ISREG(in->inode->mode) || !S_ISREG(out->inode->mode))
		return -EINVAL;
	return out->flags & O_APPEND ? -EBADF : 0;
}

/* upos NULL: the file's own position. */
static int get_pos(const struct file *file, const u64 *upos, u64 *pos)
{
	*pos = file->pos;
	return upos && copy_from_user(pos, upos, 8) ? -EFAULT : 0;
}

static int put_pos(struct file *file, u64 *upos, u64 pos)
{
	if (upos)
		return copy_to_user(upos, &pos, 8) ? -EFAULT : 0;
	file->pos = pos;
	return 0;
}

static long copy_range(struct file *out, u64 *out_upos, struct file *in,
		       u64 *in_upos, u32 n)
{
	u64 from, to, size = in->inode->mapping.size;
	long done;
	int err = get_pos(in, in_upos, &from);

	if (!err)
		err = get_pos(out, out_upos, &to);
	if (!err)
		err = check_copy(in, out);
	if (err)
		return err;
	if ((s64)from < 0 || (s64)to < 0)
		return -EINVAL;
	size = from < size ? size - from : 0;
	n = min(n, MAX_COPY);
	n = (u32)min((u64)n, size);
	if (in->inode == out->inode && from < to + n && to < from + n)
		return -EINVAL; /* the two overlap */
	done = copy(out, &to, in, &from, n);
	err = put_pos(in, in_upos, from);
	if (!err)
		err = put_pos(out, out_upos, to);
	return err ? err : done;
}

long sys_copy_file_range(int in_fd, u64 *in_upos, int out_fd, u64 *out_upos,
			 u32 n, u32 flags)
{
	struct file *in, *out;
	long done;

	if (flags)
		return -EINVAL;
	done = get_files(in_fd, &in, out_fd, &out);
	if (done)
		return done;
	done = copy_range(out, out_upos, in, in_upos, n);
	file_put(in);
	file_put(out);
	return done;
}
