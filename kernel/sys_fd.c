/*
 * sys_fd.c - system calls on descriptors themselves: dup, fcntl, pipe, ioctl, locks.
 */
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/uaccess.h"

#include <asm/ioctls.h>
#include <linux/fs.h>

/* The open-file flags F_SETFL may change. */
#define SETFL_MASK (u32)(O_APPEND | O_NONBLOCK | O_NOATIME | O_DIRECT | FASYNC)

FILE_CALL(dup, (int fd), fd_get, fd_install(file_get(file), 0, false))

long sys_dup3(int fd, int to, u32 flags)
{
	struct file *file;

	if (flags & ~(u32)O_CLOEXEC || fd == to)
		return -EINVAL;
	if ((u32)to >= current->process->limits[RLIMIT_NOFILE].rlim_cur)
		return -EBADF;
	file = fd_get(fd);
	if (!file)
		return -EBADF;
	fd_close(to);
	return fd_install(file, (u32)to, flags & O_CLOEXEC);
}

long sys_dup2(int fd, int to)
{
	scoped_file *file = fd_get(fd);

	if (fd != to)
		return sys_dup3(fd, to, 0);
	return file ? to : -EBADF;
}

long sys_pipe2(int *fds, u32 flags)
{
	bool cloexec = flags & O_CLOEXEC;
	struct file *reader, *writer;
	int fd[2], err;

	if (flags & ~(u32)(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	err = pipe_create(flags & O_NONBLOCK, &reader, &writer);
	if (err)
		return err;
	fd[0] = fd_install(reader, 0, cloexec);
	fd[1] = fd_install(writer, 0, cloexec);
	err = fd[0] < 0 ? fd[0] : fd[1] < 0 ? fd[1] : put_user(fds, &fd);
	if (err) {
		fd_close(fd[0]);
		fd_close(fd[1]);
	}
	return err;
}

SYSCALL(pipe, (int *fds), sys_pipe2(fds, 0))

/* ---- locks */

/* Fills in a range from l_whence, l_start, l_len. => 0 or -errno */
static int lock_range(const struct file *file, const struct flock64 *fl,
		      struct lock *lock)
{
	s64 start = fl->l_start, len = fl->l_len;

	if (fl->l_whence == SEEK_CUR)
		start += (s64)file->pos;
	else if (fl->l_whence == SEEK_END)
		start += (s64)file->inode->mapping.size;
	else if (fl->l_whence != SEEK_SET)
		return -EINVAL;
	if (len < 0) {
		start += len;
		len = -len;
	}
	if (start < 0)
		return -EINVAL;
	lock->start = (u64)start;
	lock->end = len ? (u64)start + (u64)len - 1 : INT64_MAX;
	return lock->end > INT64_MAX ? -EOVERFLOW : 0;
}

static int lock_query(struct file *file, const struct lock *want,
		      struct flock64 *fl)
{
	const struct lock *l = lock_conflict(file->inode, want);

	fl->l_type = F_UNLCK;
	if (!l)
		return 0;
	fl->l_type = (short)l->type;
	fl->l_whence = SEEK_SET;
	fl->l_start = (s64)l->start;
	fl->l_len = l->end == INT64_MAX ? 0 : (s64)(l->end - l->start + 1);
	fl->l_pid = l->pid;
	return 0;
}

/* cmd: the 64-bit kind. */
static int record_lock(struct file *file, u32 cmd, struct flock64 *fl)
{
	struct lock lock = { .owner = current->files,
			     .type = fl->l_type,
			     .pid = current->process->pid };
	int err;

	if (cmd >= F_OFD_GETLK) { /* the open file's, not the process's */
		if (fl->l_pid)
			return -EINVAL;
		cmd -= F_OFD_GETLK - F_GETLK64;
		lock.owner = file;
		lock.pid = -1;
	}
	if (fl->l_type != F_RDLCK && fl->l_type != F_WRLCK &&
	    (fl->l_type != F_UNLCK || cmd == F_GETLK64))
		return -EINVAL;
	err = lock_range(file, fl, &lock);
	if (err)
		return err;
	if (cmd == F_GETLK64)
		return lock_query(file, &lock, fl);
	if ((fl->l_type == F_RDLCK && !FILE_READS(file)) ||
	    (fl->l_type == F_WRLCK && !FILE_WRITES(file)))
		return -EBADF;
	return lock_set(file->inode, &lock, cmd == F_SETLKW64);
}

static long fcntl_lock(struct file *file, u32 cmd, void *arg)
{
	bool is64 = cmd >= F_GETLK64;
	struct flock64 fl;
	struct flock small;
	int err;

	if (is64 ? copy_from_user(&fl, arg, sizeof(fl))
		 : copy_from_user(&small, arg, sizeof(small)))
		return -EFAULT;
	if (!is64) {
		fl.l_type = small.l_type;
		fl.l_whence = small.l_whence;
		fl.l_start = small.l_start;
		fl.l_len = small.l_len;
		cmd = cmd - F_GETLK + F_GETLK64;
	}
	err = record_lock(file, cmd, &fl);
	if (err || (cmd != F_GETLK64 && cmd != F_OFD_GETLK))
		return err;
	if (is64)
		return put_user(arg, &fl);
	if (fl.l_start > INT32_MAX || fl.l_len > INT32_MAX)
		return -EOVERFLOW;
	small.l_type = fl.l_type;
	if (fl.l_type != F_UNLCK) {
		small.l_whence = fl.l_whence;
		small.l_start = (long)fl.l_start;
		small.l_len = (long)fl.l_len;
		small.l_pid = fl.l_pid;
	}
	return put_user(arg, &small);
}

long sys_flock(int fd, u32 op)
{
	scoped_file *file = fd_get_open(fd);
	struct lock lock = { .owner = file, .flock = true, .end = INT64_MAX };
	u32 kind = op & ~(u32)LOCK_NB;

	if (kind != LOCK_SH && kind != LOCK_EX && kind != LOCK_UN)
		return -EINVAL;
	if (!file)
		return -EBADF;
	lock.type = kind == LOCK_SH   ? F_RDLCK
		    : kind == LOCK_EX ? F_WRLCK
				      : F_UNLCK;
	return lock_set(file->inode, &lock, !(op & LOCK_NB));
}

/* ---- fcntl, ioctl */

static long do_fcntl(int fd, struct file *file, u32 cmd, u32 arg)
{
	long err;

	if (file->flags & O_PATH && cmd > F_GETFL && cmd != F_DUPFD_CLOEXEC)
		return -EBADF;
	switch (cmd) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		if (arg >= current->process->limits[RLIMIT_NOFILE].rlim_cur)
			return -EINVAL;
		return fd_install(fd_get(fd), arg, cmd == F_DUPFD_CLOEXEC);
	case F_GETFD:
		return current->files->table[fd].cloexec ? FD_CLOEXEC : 0;
	case F_SETFD:
		current->files->table[fd].cloexec = arg & FD_CLOEXEC;
		return 0;
	case F_GETFL:
		return (long)file->flags;
	case F_SETFL:
		file->flags ^= (file->flags ^ arg) & SETFL_MASK;
		return 0;
	case F_GETLK64:
	case F_SETLK64:
	case F_SETLKW64:
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
	case F_OFD_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		err = fcntl_lock(file, cmd, (void *)(vaddr_t)arg);
		/* Closed by another thread while it waited: so the lock goes. */
		if (!err && files_at(current->files, fd) != file) {
			locks_close(file, current->files);
			err = -EBADF;
		}
		return err;
	case F_ADD_SEALS:
		return seals_add(file, arg);
	case F_GET_SEALS:
		return seals_get(file);
	case F_GETPIPE_SZ:
		return pipe_size(file);
	case F_SETPIPE_SZ:
		return pipe_resize(file, arg);
	default:
		return -EINVAL;
	}
}

FILE_CALL(fcntl64, (int fd, u32 cmd, u32 arg), fd_get,
	  do_fcntl(fd, file, cmd, arg))

static long do_ioctl(int fd, struct file *file, u32 cmd, u32 arg)
{
	const struct inode *inode = file->inode;
	u32 on;

	if (file->flags & O_PATH)
		return -EBADF;
	switch (cmd) {
	case FIOCLEX:
	case FIONCLEX:
		current->files->table[fd].cloexec = cmd == FIOCLEX;
		return 0;
	case FIONBIO:
		if (get_user_u32(&on, (void *)arg))
			return -EFAULT;
		file->flags &= ~(u32)O_NONBLOCK;
		file->flags |= on ? O_NONBLOCK : 0;
		return 0;
	}
	if (cmd == FIONREAD && S_ISREG(inode->mode))
		return put_user_u32((u32)(inode->mapping.size - file->pos),
				    (void *)arg);
	return file->ops->ioctl ? file->ops->ioctl(file, cmd, arg) : -ENOTTY;
}

FILE_CALL(ioctl, (int fd, u32 cmd, u32 arg), fd_get,
	  do_ioctl(fd, file, cmd, arg))
