/*
 * sys_stat.c - system calls on what an inode says of a file: stat, access, chmod,
 * chown, times, and statfs.
 */
#include "kernel/printk.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/sys_time.h"
#include "mm/uaccess.h"

#include <asm/stat.h>
#include <asm/statfs.h>
#include <linux/mount.h>

/* Not in the UAPI headers: <sys/stat.h> has them. */
#define UTIME_NOW  0x3fffffff
#define UTIME_OMIT 0x3ffffffe

#define AT_STATX_SYNC_TYPE_BITS 0x6000

/* The dentry of (dirfd, path) under AT_ flags. => 0 and a reference, or -errno */
static int at_path(int dirfd, const char *upath, u32 flags, u32 allowed,
		   struct dentry **dentry)
{
	u32 how = flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW;

	if (flags & ~(allowed | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (flags & AT_EMPTY_PATH)
		how |= LOOKUP_EMPTY;
	return user_path(dirfd, upath, how, dentry);
}

static u32 seconds(u64 ns, u32 *rest)
{
	return (u32)div_u64(ns, 1000000000, rest);
}

static u32 blocks(const struct inode *inode)
{
	const struct mapping *m = &inode->mapping;

	return m->shmem ? m->nr_pages * 8
			: inode->blocks + (m->room - m->room_start) * 8;
}

/* ---- stat */

static int put_stat64(const struct inode *inode, struct stat64 *to)
{
	struct stat64 st;
	u32 ns;

	memset(&st, 0, sizeof(st));
	st.st_dev = inode->super->dev;
	st.__st_ino = inode->ino;
	st.st_ino = inode->ino;
	st.st_mode = inode->mode;
	st.st_nlink = inode->nlink;
	st.st_uid = inode->uid;
	st.st_gid = inode->gid;
	st.st_rdev = inode->rdev;
	st.st_size = S_ISBLK(inode->mode) ? 0 : (s64)inode->mapping.size;
	st.st_blksize = inode->super->block_size;
	st.st_blocks = blocks(inode);
	st.st_atime = seconds(inode->atime, &ns);
	st.st_atime_nsec = ns;
	st.st_mtime = seconds(inode->mtime, &ns);
	st.st_mtime_nsec = ns;
	st.st_ctime = seconds(inode->ctime, &ns);
	st.st_ctime_nsec = ns;
	return put_user(to, &st);
}

PATH_CALL(fstatat64,
	  (int dirfd, const char *path, struct stat64 *st, u32 flags),
	  at_path(dirfd, path, flags, AT_NO_AUTOMOUNT, &dentry),
	  put_stat64(dentry->inode, st))
SYSCALL(stat64, (const char *path, struct stat64 *st),
	sys_fstatat64(AT_FDCWD, path, st, 0))
SYSCALL(lstat64, (const char *path, struct stat64 *st),
	sys_fstatat64(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW))
FILE_CALL(fstat64, (int fd, struct stat64 *st), fd_get,
	  put_stat64(file->inode, st))

static struct statx_timestamp statx_time(u64 ns)
{
	struct statx_timestamp t = { 0 };

	t.tv_sec = (s64)seconds(ns, &t.tv_nsec);
	return t;
}

/* Major and minor of a device number in its 32-bit form. */
static u32 dev_major(u32 dev)
{
	return dev >> 8 & 0xfff;
}

static u32 dev_minor(u32 dev)
{
	return (dev & 0xff) | (dev >> 12 & 0xfff00);
}

static int put_statx(const struct inode *inode, struct statx *to)
{
	struct statx st;

	memset(&st, 0, sizeof(st));
	st.stx_mask = STATX_BASIC_STATS;
	st.stx_blksize = inode->super->block_size;
	st.stx_nlink = inode->nlink;
	st.stx_uid = inode->uid;
	st.stx_gid = inode->gid;
	st.stx_mode = (u16)inode->mode;
	st.stx_ino = inode->ino;
	st.stx_size = S_ISBLK(inode->mode) ? 0 : inode->mapping.size;
	st.stx_blocks = blocks(inode);
	st.stx_atime = statx_time(inode->atime);
	st.stx_mtime = statx_time(inode->mtime);
	st.stx_ctime = statx_time(inode->ctime);
	st.stx_rdev_major = dev_major(inode->rdev);
	st.stx_rdev_minor = dev_minor(inode->rdev);
	st.stx_dev_major = dev_major(inode->super->dev);
	st.stx_dev_minor = dev_minor(inode->super->dev);
	return put_user(to, &st);
}

long sys_statx(int dirfd, const char *path, u32 flags, u32 mask,
	       struct statx *st)
{
	scoped_dentry *dentry = NULL;

	if (mask & STATX__RESERVED ||
	    (flags & AT_STATX_SYNC_TYPE_BITS) == AT_STATX_SYNC_TYPE_BITS)
		return -EINVAL;
	return at_path(dirfd, path, flags,
		       AT_NO_AUTOMOUNT | AT_STATX_SYNC_TYPE_BITS, &dentry)
		       ?: put_statx(dentry->inode, st);
}

/* ---- access, chmod, chown */

long sys_faccessat2(int dirfd, const char *path, u32 mode, u32 flags)
{
	struct process *p = current->process;
	u32 euid = p->euid, egid = p->egid;
	scoped_dentry *dentry = NULL;
	int err;

	if (mode & ~7u)
		return -EINVAL;
	err = at_path(dirfd, path, flags, AT_EACCESS, &dentry);
	if (err)
		return err;
	/* Asked for the real user, unless AT_EACCESS. */
	if (!(flags & AT_EACCESS)) {
		p->euid = p->uid;
		p->egid = p->gid;
	}
	err = mode ? inode_permission(dentry->inode, mode) : 0;
	p->euid = euid;
	p->egid = egid;
	return err;
}

SYSCALL(faccessat, (int dirfd, const char *path, u32 mode),
	sys_faccessat2(dirfd, path, mode, 0))
SYSCALL(access, (const char *path, u32 mode),
	sys_faccessat2(AT_FDCWD, path, mode, 0))

static int may_change(const struct inode *inode)
{
	return inode->super->flags & MS_RDONLY ? -EROFS : inode_owner(inode);
}

static int change_mode(struct inode *inode, u32 mode)
{
	int err = may_change(inode);

	if (err)
		return err;
	if (!in_group(inode->gid))
		mode &= ~(u32)S_ISGID;
	inode->mode = (inode->mode & S_IFMT) | (mode & 07777);
	inode->ctime = fs_time();
	inode_changed(inode);
	return 0;
}

PATH_CALL(fchmodat, (int dirfd, const char *path, u32 mode),
	  at_path(dirfd, path, 0, 0, &dentry), change_mode(dentry->inode, mode))
SYSCALL(chmod, (const char *path, u32 mode), sys_fchmodat(AT_FDCWD, path, mode))
FILE_CALL(fchmod, (int fd, u32 mode), fd_get_open,
	  change_mode(file->inode, mode))

/* uid, gid -1: as it is. */
static int change_owner(struct inode *inode, u32 uid, u32 gid)
{
	const struct process *p = current->process;

	if (inode->super->flags & MS_RDONLY)
		return -EROFS;
	if (p->euid &&
	    ((uid != ~0u && (p->euid != inode->uid || uid != inode->uid)) ||
	     (gid != ~0u && (p->euid != inode->uid ||
			     (gid != inode->gid && !in_group(gid))))))
		return -EPERM;
	if (uid != ~0u)
		inode->uid = uid;
	if (gid != ~0u)
		inode->gid = gid;
	if (!S_ISDIR(inode->mode))
		inode_drop_setid(inode);
	inode->ctime = fs_time();
	inode_changed(inode);
	return 0;
}

PATH_CALL(fchownat, (int dirfd, const char *path, u32 uid, u32 gid, u32 flags),
	  at_path(dirfd, path, flags, 0, &dentry),
	  change_owner(dentry->inode, uid, gid))
SYSCALL(chown32, (const char *path, u32 uid, u32 gid),
	sys_fchownat(AT_FDCWD, path, uid, gid, 0))
SYSCALL(lchown32, (const char *path, u32 uid, u32 gid),
	sys_fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW))
FILE_CALL(fchown32, (int fd, u32 uid, u32 gid), fd_get_open,
	  change_owner(file->inode, uid, gid))

long sys_umask(u32 mask)
{
	u32 old = current->fs->umask;

	current->fs->umask = mask & 0777;
	return (long)old;
}

/* ---- times */

/* Two times from the program's memory, of so many words: seconds, and parts of so many ns;
 * 4 words: of two each. NULL: now. => 0, -EFAULT, -EINVAL */
static int get_times(struct __kernel_timespec t[2], const u32 *from, u32 words,
		     s32 ns)
{
	for (u32 i = 0; i < 2; i++) {
		u32 w[4] = { 0 };
		s32 part;

		t[i] = (struct __kernel_timespec){ 0, UTIME_NOW };
		if (!from)
			continue;
		if (copy_from_user(w, from + i * words, words * 4))
			return -EFAULT;
		part = (s32)w[(words + 1) / 2];
		if (ns > 1 && (part < 0 || part >= 1000000))
			return -EINVAL;
		t[i].tv_sec = words == 4 ? (s64)u64_of(w[0], w[1]) : (s32)w[0];
		t[i].tv_nsec = part * ns;
	}
	return 0;
}

/* *ns stays as it is for UTIME_OMIT. */
static int set_time(u64 *ns, const struct __kernel_timespec *t)
{
	if (t->tv_nsec == UTIME_OMIT)
		return 0;
	if (t->tv_nsec == UTIME_NOW)
		*ns = fs_time();
	else if (t->tv_nsec < 0 || t->tv_nsec >= 1000000000)
		return -EINVAL;
	else
		*ns = timespec_to_ns(t->tv_sec, t->tv_nsec);
	return 0;
}

static int set_times(struct inode *inode, const struct __kernel_timespec t[2])
{
	u64 atime = inode->atime, mtime = inode->mtime;
	int err = set_time(&atime, t) ?: set_time(&mtime, t + 1)
					 ?: may_change(inode);

	/* Who may write may also say that he does. */
	if (err == -EPERM && t[0].tv_nsec == UTIME_NOW &&
	    t[1].tv_nsec == UTIME_NOW)
		err = inode_permission(inode, MAY_WRITE);
	if (err)
		return err;
	inode->atime = atime;
	inode->mtime = mtime;
	inode->ctime = fs_time();
	inode_changed(inode);
	return 0;
}

static long utimens(int dirfd, const char *path, const u32 *times, u32 flags,
		    u32 words, s32 ns)
{
	struct __kernel_timespec t[2];
	scoped_dentry *dentry = NULL;
	scoped_file *file = path ? NULL : fd_get_open(dirfd);
	int err = get_times(t, times, words, ns);

	if (err || (t[0].tv_nsec == UTIME_OMIT && t[1].tv_nsec == UTIME_OMIT))
		return err; /* nothing to do, to whatever it is */
	if (path)
		return at_path(dirfd, path, flags, 0, &dentry)
			       ?: set_times(dentry->inode, t);
	if (!file)
		return dirfd == AT_FDCWD ? -EFAULT : -EBADF;
	return flags ? -EINVAL : set_times(file->inode, t);
}

SYSCALL(utimensat, (int dirfd, const char *path, const u32 *times, u32 flags),
	utimens(dirfd, path, times, flags, 2, 1))
SYSCALL(utimensat_time64,
	(int dirfd, const char *path, const u32 *times, u32 flags),
	utimens(dirfd, path, times, flags, 4, 1))
SYSCALL(futimesat, (int dirfd, const char *path, const u32 *times),
	utimens(dirfd, path, times, 0, 2, 1000))
SYSCALL(utimes, (const char *path, const u32 *times),
	utimens(AT_FDCWD, path, times, 0, 2, 1000))
SYSCALL(utime, (const char *path, const u32 *times),
	utimens(AT_FDCWD, path, times, 0, 1, 1000))

/* ---- statfs */

static int put_statfs64(struct super *super, u32 size, struct statfs64 *to)
{
	struct statfs64 st;

	/* ARM's structure is packed; programs that do not know pass 88. */
	if (size != sizeof(st) && size != ALIGN_UP(sizeof(st), 8u))
		return -EINVAL;
	memset(&st, 0, sizeof(st));
	st.f_type = super->magic;
	st.f_bsize = PAGE_SIZE;
	st.f_blocks = super->max_pages;
	st.f_bfree = st.f_bavail = super->max_pages - super->nr_pages;
	st.f_ffree = st.f_bfree; /* an inode takes less than a page */
	st.f_files = super->nr_inodes + st.f_ffree;
	st.f_namelen = NAME_MAX;
	st.f_fsid.val[0] = (int)super->dev;
	st.f_flags = 0x20 | super->flags; /* ST_VALID; the others are MS_* */
	if (super->ops && super->ops->statfs)
		super->ops->statfs(super, &st);
	st.f_frsize = st.f_bsize;
	return put_user(to, &st);
}

PATH_CALL(statfs64, (const char *path, u32 size, struct statfs64 *to),
	  user_path(AT_FDCWD, path, LOOKUP_FOLLOW, &dentry),
	  put_statfs64(dentry->inode->super, size, to))

FILE_CALL(fstatfs64, (int fd, u32 size, struct statfs64 *to), fd_get,
	  put_statfs64(file->inode->super, size, to))
