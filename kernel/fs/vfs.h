/*
 * vfs.h - names and what they name: dentries, inodes, file systems, paths.
 *
 *	dentry "etc" --- inode        a name in a directory, and the thing itself
 *	   | parent        ^
 *	dentry "passwd" ---+--- a second name of one inode: a hard link
 *
 * The dentries of a memory file system ARE its directories; other file systems
 * (ext2, proc) have inode_ops->lookup, their dentries are made on demand, and those that
 * nobody uses go sooner or later.
 * A file system is mounted in one place at most, so a dentry alone says where one is.
 *
 * Locks, in the order in which they are taken:
 *	super->names	a name is looked up on disk, made, removed, moved, or read by
 *			readdir: held around every inode_ops below that has a directory
 *	inode->lock	the bytes of a regular file are written or its size changes
 *			(write, truncate, fallocate); reading and faults do without
 * What is only in memory needs none, since it doesn't sleep.
 *
 * Link counts and times: a file system's own operation changes them in struct inode, by
 * inode_link(), inode_unlink() and inode_rename() (links.c), since on disk they belong in one
 * transaction with the names; a memory file system has these very functions as its operations.
 * The VFS changes what chmod, chown, utimensat and reads, writes and first writes through a mapping
 * change, and then calls setattr().
 */
#pragma once

#include "kernel/mutex.h"
#include "mm/filemap.h"

#include <linux/fcntl.h>
#include <linux/limits.h>
#include <linux/stat.h>

struct file;
struct file_ops;
struct inode;
struct dentry;
struct super;
struct blk_device;

/* All may sleep. A directory's have super->names held; names end with 0 and have at most NAME_MAX
 * bytes; whether the name is there and the program may was checked. NULL: not supported, or
 * as said. */
struct inode_ops {
	/* Finds a name. => 0 and a reference to the one struct inode of it, or -ENOENT, -EIO.
	 * NULL: all its names are dentries, in memory */
	int (*lookup)(struct inode *dir, const char *name,
		      struct inode **inode);
	/* Makes an inode (inode_create()) and its name, with "." and ".." in a
	 * directory. name NULL: without one, for O_TMPFILE; text: a symbolic link's. NULL:
	 * nothing in this file system can be made, removed or renamed (-EPERM) */
	int (*create)(struct inode *dir, const char *name, u32 mode, u32 rdev,
		      const char *text, struct inode **inode);
	int (*link)(struct inode *dir, const char *name, struct inode *inode);
	/* Takes a name away: a file's, or an empty directory's. */
	int (*unlink)(struct inode *dir, const char *name, struct inode *inode);
	/* there: what new_name names so far and is replaced (a directory is empty), or NULL */
	int (*rename)(struct inode *old_dir, const char *old_name,
		      struct inode *inode, struct inode *new_dir,
		      const char *new_name, struct inode *there);
	/* Mode, owner or times in struct inode have changed: to reach the disk some time. NULL:
	 * nothing to do */
	void (*setattr)(struct inode *inode);
	/* Sets the size of a regular file; inode->lock is held. It calls mapping_truncate() and
	 * changes no times. NULL: mapping_truncate() is all */
	int (*truncate)(struct inode *inode, u64 size);
	/* FALLOC_FL_*; inode->lock is held. Sets mapping.size where needed. NULL: -EOPNOTSUPP */
	int (*fallocate)(struct inode *inode, u32 mode, u64 start, u64 end);
	/* Its data are on disk: now all that is needed to find them, and (unless datasync) its
	 * times. NULL: nothing to do. => 0 or -EIO */
	int (*fsync)(struct inode *inode, bool datasync);
	/* A link's destination, into a buffer of PATH_MAX. => length or -errno */
	long (*readlink)(struct inode *inode, char *buf);
	/* A link that leads to a dentry, whatever its text (proc's exe, fd) */
	int (*follow)(struct inode *inode, struct dentry **to);
	/* inode_free(): drop what it has in memory. */
	void (*evict)(struct inode *inode);
};

struct inode {
	u32 refs, ino, mode, nlink, uid, gid;
	u32 rdev; /* as the ABI has it: minor 0-7, major 8-19, minor 20-31 */
	u64 atime, mtime, ctime; /* ns since 1970 */
	s32 writers; /* open for writing; < 0: an executable that runs */
	struct super *super;
	const struct inode_ops *ops;
	const struct file_ops *fops;
	struct mapping mapping; /* regular files; .size is for all */
	void *private;		/* the file system's: link text, pipe, ... */
	u32 seals;		/* F_SEAL_*: kernel/fs/seal.c */
	struct list_head locks; /* struct lock: kernel/fs/lock.c */
	u32 blocks;		/* of 512 bytes on disk, for stat */
	struct mutex lock;	/* its bytes are being written */
	bool linkable; /* has no name yet, but may get one (O_TMPFILE) */
};

struct dentry {
	u32 refs;
	bool hashed;	     /* can be found by its name */
	bool pinned;	     /* hashed, one reference is the directory's own */
	u16 len;	     /* of name */
	u32 cookie;	     /* its place in the directory, for getdents */
	struct inode *inode; /* a reference */
	struct dentry *parent;		    /* a reference; NULL: a root */
	struct list_head children, sibling; /* children: by cookie */
	struct list_head hash;
	struct list_head unused; /* vfs.c, when refs is 0 */
	struct super *mounted;	 /* what covers this directory, or NULL */
	char *name;
};

struct statfs64;

/* All may sleep. NULL: nothing to do */
struct super_ops {
	/* Fills f_bsize, f_blocks, f_bfree, f_bavail, f_files, f_ffree. */
	void (*statfs)(struct super *super, struct statfs64 *st);
	/* Data and metadata reach the disk, in order. => 0 or -EIO */
	int (*sync)(struct super *super);
	/* MS_RDONLY is about to change to what flags says: to read-only it is synced and
	 * the disk says "clean" afterwards. => 0 or -errno: it stays */
	int (*remount)(struct super *super, u32 flags);
	/* Nothing is in use: writes back everything, frees all inodes it kept and what it has of
	 * its own (->private). root's reference was dropped */
	void (*umount)(struct super *super);
	/* The last reference of inode is gone. It may be kept, to be found by the next
	 * lookup, with refs 0; without a name (nlink 0) its blocks are freed, too. inode_free()
	 * ends it. NULL: inode_free() at once */
	void (*drop)(struct inode *inode);
};

/* A kind of file system: a line in mount.c's table. */
struct fs_type {
	const char *name;
	bool nodev; /* it needs no block device */
	/* Fills a new super, whose type, source, dev, flags (MS_*) and bdev are set: magic, ops,
	 * block_size, max_size, private. May set MS_RDONLY. => 0 and the root directory's inode;
	 * -EINVAL: no such file system is on the device; -EIO, -ENOMEM, -EROFS */
	int (*fill)(struct super *super, struct inode **root);
	/* What mount() was told in text, which it may change. => 0 or -EINVAL. NULL: any */
	int (*options)(struct super *super, char *text);
};
extern const struct fs_type ext2_type, ramfs_type, proc_type;

/* One file system, mounted or not. */
struct super {
	const struct fs_type *type;
	const struct super_ops *ops; /* NULL: none */
	char *source;
	struct blk_device *bdev;
	void *private; /* the file system's */
	u32 dev, magic, block_size, inode_size;
	u64 max_size;		 /* of a file */
	u32 max_pages, nr_pages; /* of a memory file system */
	u32 nr_inodes, next_ino;
	u32 writers;		   /* files open for writing */
	struct mutex names;	   /* see above */
	struct dentry *root;	   /* a reference */
	struct dentry *mountpoint; /* a reference; NULL: the root's */
	u32 flags;		   /* MS_* */
	bool expiring;		   /* MNT_EXPIRE found it idle */
	bool detached;		   /* no name leads to it any more */
	struct list_head list;	   /* on mounts */
};
extern struct dentry *root_dentry;

/* What fork copies and CLONE_FS shares. */
struct fs {
	u32 refs, umask;
	struct dentry *cwd, *root; /* references; root: chroot() moves it */
};
/* What the running thread has for "/". => no reference */
struct dentry *fs_root(void);
struct fs *
fs_copy(const struct fs *fs); /* NULL: at the root. => NULL: no memory */
static inline struct fs *fs_get(struct fs *fs)
{
	fs->refs++;
	return fs;
}
void fs_put(struct fs *fs);

void vfs_caches_init(void);
/* At boot: the root file system with /dev, /proc, /tmp and /dev/shm in it. */
void vfs_init(void);
/* root=: the file system on this device becomes the root, and what was mounted so far moves onto
 * it; the old root is /dev/initramfs then. => 0 or -errno */
int vfs_mount_root(const char *device, bool read_only);
/* At the end, for the audit: frees it all; what is still in use is named and left. */
void vfs_destroy(void);
/* Unpacks the initial archive into the root and frees its memory. => false:
 * it is broken, and a message has said how */
bool initramfs_unpack(paddr_t start, u32 size);

/* ---- vfs.c: inodes and dentries */
/* super->inode_size bytes (struct inode is first), all zero but for what is known. */
struct inode *inode_alloc(struct super *super, u32 mode);
/* The same for a new one to be named in dir, which may say whose group it has; nlink is 0. */
struct inode *inode_create(struct inode *dir, u32 mode, u32 rdev);
/* What its kind (mode, rdev) does; dir_ops: a directory. */
void inode_set_ops(struct inode *inode, const struct inode_ops *ops,
		   const struct file_ops *dir_ops,
		   const struct mapping_ops *mapping_ops);
void inode_free(struct inode *inode);
void inode_put(struct inode *inode);
/* links.c: nlink, mtime and ctime of all concerned after a name was made, taken, moved. => 0 */
int inode_link(struct inode *dir, const char *name, struct inode *inode);
int inode_unlink(struct inode *dir, const char *name, struct inode *inode);
int inode_rename(struct inode *old_dir, const char *old_name,
		 struct inode *inode, struct inode *new_dir,
		 const char *new_name, struct inode *there);
/* Who changes a file takes away its set-id bits: that of the group where it can be executed. */
static inline void inode_drop_setid(struct inode *inode)
{
	inode->mode &= inode->mode & S_IXGRP ? ~(u32)(S_ISUID | S_ISGID)
					     : ~(u32)S_ISUID;
}
static inline void inode_changed(struct inode *inode)
{
	if (unlikely(inode->ops->setattr))
		inode->ops->setattr(inode);
}
u64 fs_time(void); /* now, to a tick: what goes into inodes */
static inline void inode_written(struct inode *inode)
{
	inode->mtime = inode->ctime = fs_time();
	inode_changed(inode);
}
static inline struct inode *inode_get(struct inode *inode)
{
	inode->refs++;
	return inode;
}

/* A text, and a 0 behind it, for kfree(). => NULL: no memory */
char *name_copy(const char *name, u32 len);
/* A name for inode (whose reference it takes) in parent. => NULL: no memory */
struct dentry *dentry_alloc(struct dentry *parent, const char *name, u32 len,
			    struct inode *inode);
void dentry_put(struct dentry *dentry);
static inline void scoped_dentry_put(struct dentry **dentry)
{
	dentry_put(*dentry);
}
/* scoped_dentry *d = NULL: what d becomes is put when its block is left, in whatever way
 * (GCC calls the function of `cleanup` there). */
#define scoped_dentry __attribute__((cleanup(scoped_dentry_put))) struct dentry
static inline struct dentry *dentry_get(struct dentry *dentry)
{
	dentry->refs++;
	return dentry;
}
/* Makes it findable; pinned: until dentry_remove(). */
void dentry_link(struct dentry *dentry, bool pinned);
void dentry_remove(struct dentry *dentry);
/* => a reference, or -ENOENT etc.; may sleep */
int dentry_lookup(struct dentry *dir, const char *name, u32 len,
		  struct dentry **found);
/* => super->names is held */
int dentry_lookup_locked(struct dentry *dir, const char *name, u32 len,
			 struct dentry **found);
/* Frees the dentries of a file system that nobody uses. */
void dentry_prune(const struct super *super);
/* *name: becomes the dentry's, and what that had. */
void dentry_move(struct dentry *dentry, struct dentry *dir, char **name,
		 u32 len);
/* dentry, or the directory on which its file system is mounted, if it is that one's root. */
struct dentry *dentry_visible(struct dentry *dentry);
/* Writes the path into the end of buf. => its start, or NULL: too long */
char *dentry_path(struct dentry *dentry, char *buf, u32 size);

#define MAY_EXEC  1
#define MAY_WRITE 2
#define MAY_READ  4
/* Whether the running process may. => 0, -EACCES, -EROFS */
int inode_permission(const struct inode *inode, u32 mask);
/* Whether the running process owns it. => 0 or -EPERM */
int inode_owner(const struct inode *inode);

/* ---- namei.c: paths */
enum {
	LOOKUP_FOLLOW = 1,    /* the last component, too, if it is a link */
	LOOKUP_DIRECTORY = 2, /* it must be a directory */
	LOOKUP_EMPTY = 4,     /* "" is dirfd itself */
	LOOKUP_UMOUNT = 8,    /* it is not a use of the file system */
};
/* The last component of a path whose directory exists. */
struct last {
	struct dentry *dir; /* a reference */
	const char *name;   /* in the path */
	char *path;	    /* user_parent()'s memory for it, or NULL */
	u32 len;
	bool slash;   /* something was after it: it must be a directory */
	bool special; /* ".", ".." or "/": can't be made or removed */
};

static inline bool is_dots(const char *name, u32 len)
{
	return name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.'));
}
/* => 0 and a reference; -errno, and *found is as it was. May sleep. path: kernel memory */
int path_lookup(int dirfd, const char *path, u32 how, struct dentry **found);
int path_parent(int dirfd, const char *path, struct last *last);
/* What last names now. => a reference, or -ENOENT etc.; super->names is held */
static inline int last_lookup(const struct last *last, struct dentry **found)
{
	return dentry_lookup_locked(last->dir, last->name, last->len, found);
}
/* Goes on from last->dir along a link's text, up to its last component. */
int path_next(struct last *last, const char *text);
/* The same for a path in the program's memory. */
int user_path(int dirfd, const char *upath, u32 how, struct dentry **found);
/* Copies a path in. => PATH_MAX bytes for kfree(), or NULL and *err */
char *path_get(const char *upath, int *err);
/* The same of a symbolic link's text; may sleep. */
char *link_text(struct inode *link, int *err);
/* path_parent() for a path in the program's memory. => last_put(), whatever it returns */
int user_parent(int dirfd, const char *upath, struct last *last);
/* scoped_last last = { 0 }: what such a walk found is put when the block is left. */
void last_put(struct last *last);
#define scoped_last __attribute__((cleanup(last_put))) struct last

/* ---- namespace operations, also the kernel's own (namei.c, namespace.c) */
/* text: a symbolic link's; made: gets a reference, or NULL: none is wanted */
int vfs_mknod(struct last *last, u32 mode, u32 rdev, const char *text,
	      struct dentry **made);
int vfs_link(struct dentry *old, struct last *last);
/* Whether the running process may take this name out of its directory. => names locked */
int vfs_may_remove(const struct dentry *dentry, const struct dentry *dir);
/* Whether what it names may go, as a directory, which must be empty, or as something else.
 * => 0, -ENOTDIR, -EISDIR, -EBUSY, -ENOTEMPTY, -EIO; names locked */
int vfs_may_drop(struct dentry *dentry, bool as_dir);
/* Takes a name away. => names locked, and the caller has a reference */
int vfs_drop_name(struct dentry *dentry, struct dentry *dir);
/* Makes everything but the last component of path, then mknod it. */
int vfs_make(const char *path, u32 mode, u32 rdev);
/* The directories of path that are missing. */
int vfs_make_parents(const char *path);

/* ---- mount.c and super.c */

/* All in use, by super->list; under mount_lock, taken before any other. */
extern struct list_head mounts;
extern u32 nr_detached; /* of them */
extern struct mutex mount_lock;

/* Whether anything in it is open, mapped, mounted on, or where somebody is. held: the
 * references to its root that the caller has. => dentry_prune() was called */
bool super_is_busy(struct super *super, u32 held);
/* MS_* become flags. => 0 or -errno; may sleep */
int super_remount(struct super *super, u32 flags);
/* Takes away what is detached and idle by now. => mount_lock is held */
void super_reap_locked(void);
/* A file system that is not mounted. source: its name, copied; bdev: or NULL. */
int super_create(const struct fs_type *type, const char *source,
		 struct blk_device *bdev, u32 flags, struct super **super);
void super_destroy(struct super *super);
/* A file was closed: what was detached may be idle now. */
void mount_reap(void);
/* Everything of one file system to its disk. => 0 or -errno */
int super_sync(struct super *super);
/* The same of every file system. => 0 or the first error */
int vfs_sync(void);
void flusher_start(void); /* at boot, when there are disks: flusher.c */
/* The power goes: synced, and read-only from here on. */
void vfs_shutdown(void);

/* ---- regular.c */
/* ftruncate and O_TRUNC. => 0 or -errno; may sleep */
int vfs_truncate(struct inode *inode, u64 size);

/* ---- ramfs.c */
struct file *shmem_file_create(const char *name, u64 size);
void shmem_destroy(void);

/* ---- devices */
const struct file_ops *device_ops(u32 mode, u32 rdev);
#define MKDEV(major, minor) ((minor & 0xffu) | (major) << 8)
