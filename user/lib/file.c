/*
 * file.c - system calls about names, directories and the console.
 */
#include "user/lib/file.h"

#define RET(...) return (int)sys_ret(sys(__VA_ARGS__))

int stat(const char *path, stat_t *st)
{
	RET(__NR_stat64, path, st);
}

int lstat(const char *path, stat_t *st)
{
	RET(__NR_lstat64, path, st);
}

int fstat(int fd, stat_t *st)
{
	RET(__NR_fstat64, fd, st);
}

int mkdir(const char *path, int mode)
{
	RET(__NR_mkdir, path, mode);
}

int rmdir(const char *path)
{
	RET(__NR_rmdir, path);
}

int rename(const char *from, const char *to)
{
	RET(__NR_rename, from, to);
}

int link(const char *from, const char *to)
{
	RET(__NR_link, from, to);
}

int symlink(const char *target, const char *path)
{
	RET(__NR_symlink, target, path);
}

int readlink(const char *path, char *buf, size_t size)
{
	int n = (int)sys_ret(sys(__NR_readlink, path, buf, size - 1));

	if (n >= 0)
		buf[n] = 0;
	return n;
}

int chdir(const char *path)
{
	RET(__NR_chdir, path);
}

int getcwd(char *buf, size_t size)
{
	RET(__NR_getcwd, buf, size);
}

int ftruncate(int fd, unsigned long size)
{
	RET(__NR_ftruncate, fd, size);
}

int mount(const char *what, const char *where, const char *type, int flags)
{
	RET(__NR_mount, what, where, type, flags, 0);
}

int umount(const char *where)
{
	RET(__NR_umount2, where, 0);
}

int ioctl(int fd, unsigned long request, void *arg)
{
	RET(__NR_ioctl, fd, request, arg);
}

int isatty(int fd)
{
	struct termios t;

	return ioctl(fd, TCGETS, &t) == 0;
}

int set_foreground(int fd, int pgrp)
{
	return ioctl(fd, TIOCSPGRP, &pgrp);
}

int setpgid(int pid, int pgrp)
{
	RET(__NR_setpgid, pid, pgrp);
}

int setsid(void)
{
	RET(__NR_setsid);
}

/* What getdents64 writes; the UAPI headers leave it out. */
struct entry {
	uint64_t ino, off;
	uint16_t len;
	uint8_t type;
	char name[];
};

int dir_open(struct dir *d, const char *path)
{
	d->at = d->len = 0;
	d->fd = open(path, O_RDONLY | O_DIRECTORY, 0);
	return d->fd;
}

const char *dir_next(struct dir *d)
{
	const struct entry *e;

	if (d->at >= d->len) {
		d->at = 0;
		d->len = (int)sys(__NR_getdents64, d->fd, d->buf,
				  sizeof(d->buf));
		if (d->len <= 0)
			return NULL;
	}
	e = (const void *)(d->buf + d->at);
	d->at += e->len;
	return e->name;
}

void dir_close(struct dir *d)
{
	close(d->fd);
}

/* Fills @buf from @fd up to @size. => bytes, or -1 */
static int read_fd(int fd, char *buf, size_t size)
{
	size_t n = 0;
	ssize_t r;

	while (n < size) {
		r = read(fd, buf + n, size - n);
		if (r < 0)
			return -1;
		if (r == 0)
			break;
		n += (size_t)r;
	}
	return (int)n;
}

int read_file(const char *path, char *buf, size_t size)
{
	int n, fd = open(path, O_RDONLY, 0);

	if (fd < 0)
		return -1;
	n = read_fd(fd, buf, size - 1);
	close(fd);
	if (n >= 0)
		buf[n] = 0;
	return n;
}
