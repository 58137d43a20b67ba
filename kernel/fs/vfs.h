/*
 * vfs.h - names and what they name: dentries, inodes, file systems, paths.
 *
 *	dentry "etc" --- inode        a name in a directory, and the thing itself
 *	   | parent        ^
 *	dentry "passwd" ---+--- a second name of one inode: a hard link
 *
 * The dentries of a memory file system ARE its directories; other file systems
 * (proc) make them on demand by inode_ops->lookup, and a name nobody uses goes.
 * A file system is mounted in one place at most, so a dentry alone says where one is.
 */
#ifndef KERNEL_FS_VFS_H
#define KERNEL_FS_VFS_H

#include "mm/filemap.h"

#include <linux/fcntl.h>
#include <linux/limits.h>
#include <linux/stat.h>

struct file;
struct file_ops;
struct inode;
struct dentry;
struct super;

struct inode_ops {
	/* A directory's: finds a name. => 0 and an inode reference, or -ENOENT.
	 * NULL: all its names are in memory. May sleep */
	int (*lookup)(struct inode *dir, const char *name,
		      struct inode **inode);
	/* Makes an inode for a new name in dir. NULL: read-only (-EPERM) */
	int (*create)(struct inode *dir, u32 mode, u32 rdev,
		      struct inode **inode);
	/* A link's destination, into a buffer of PATH_MAX. => length or -errno */
	long (*readlink)(struct inode *inode, char *buf);
	/* A link that leads to a dentry, whatever its text (proc's exe, fd) */
	int (*follow)(struct inode *inode, struct dentry **to);
	/* The last reference and the last name are gone. */
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
	struct mapping mapping;	  /* regular files; .size is for all */
	void *private;		  /* the file system's: link text, pipe, ... */
	u32 seals;		  /* F_SEAL_*: kernel/fs/seal.c */
	struct flock_list *locks; /* kernel/fs/lock.c; NULL: none */
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
	struct super *mounted; /* what covers this directory, or NULL */
	char *name;
};

/* One file system, mounted or not. */
struct super {
	const char *type, *source;
	u32 dev, magic;
	u32 max_pages, nr_pages; /* of a memory file system */
	u32 nr_inodes, next_ino;
	struct dentry *root;	   /* a reference */
	struct dentry *mountpoint; /* a reference; NULL: the root's */
	u32 flags;		   /* MS_* */
	struct list_head list;	   /* all that are mounted */
};
extern struct list_head mounts;
extern struct dentry *root_dentry;

/* What fork copies and CLONE_FS shares. */
struct fs {
	u32 refs, umask;
	struct dentry *cwd, *root; /* references; root: chroot() moves it */
};
/* What the running thread has for "/". => no reference */
struct dentry *fs_root(void);
struct fs *fs_create(void); /* at the root. => NULL: out of memory */
struct fs *fs_copy(struct fs *fs);
static inline struct fs *fs_get(struct fs *fs)
{
	fs->refs++;
	return fs;
}
void fs_put(struct fs *fs);

/* At boot: the root file system with /dev, /proc, /tmp and /dev/shm in it. */
void vfs_init(void);
/* At the end, for the audit: frees it all; what is still in use is named and left. */
void vfs_destroy(void);
/* Unpacks the initial archive into the root and frees its memory. => false:
 * it is broken, and a message has said how */
bool initramfs_unpack(paddr_t start, u32 size);

/* ---- vfs.c: inodes and dentries */
struct inode *inode_alloc(struct super *super, u32 mode);
void inode_put(struct inode *inode);
static inline struct inode *inode_get(struct inode *inode)
{
	inode->refs++;
	return inode;
}

/* A name for inode (whose reference it takes) in parent. => NULL: no memory */
struct dentry *dentry_alloc(struct dentry *parent, const char *name, u32 len,
			    struct inode *inode);
void dentry_put(struct dentry *dentry);
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
void dentry_move(struct dentry *dentry, struct dentry *dir, char *name,
		 u32 len);
/* Writes the path into the end of buf. => its start, or NULL: too long */
char *dentry_path(const struct dentry *dentry, char *buf, u32 size);
u64 fs_time(void); /* now, to a tick: what goes into inodes */

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
};
/* The last component of a path whose directory exists. */
struct last {
	struct dentry *dir; /* a reference */
	const char *name;   /* in the path */
	u32 len;
	bool slash;   /* something was after it: it must be a directory */
	bool special; /* ".", ".." or "/": can't be made or removed */
};

/* => 0 and a reference; -errno. May sleep. path: kernel memory */
int path_lookup(int dirfd, const char *path, u32 how, struct dentry **found);
int path_parent(int dirfd, const char *path, struct last *last);
/* Goes on from last->dir along a link's text, up to its last component. */
int path_next(struct last *last, const char *text);
/* The same for a path in the program's memory. */
int user_path(int dirfd, const char *upath, u32 how, struct dentry **found);
/* Copies a path in. => a page to be freed by path_free(), or NULL and *err */
char *path_get(const char *upath, int *err);
void path_free(char *path);
/* Both: copies a path in and walks to its directory. => a path; NULL and *err */
char *user_parent(int dirfd, const char *upath, struct last *last, int *err);
void parent_put(struct last *last, char *path);

/* ---- namespace operations, also the kernel's own (namei.c, namespace.c) */
int vfs_mknod(struct last *last, u32 mode, u32 rdev, struct dentry **made);
int vfs_symlink(struct last *last, const char *to);
int vfs_link(struct dentry *old, struct last *last);
/* Whether the running process may take this name out of its directory; and taking it. */
int vfs_may_remove(const struct dentry *dentry, const struct dentry *dir);
void vfs_drop_name(struct dentry *dentry, struct dentry *dir);
/* Makes everything but the last component of path, then mknod it. */
int vfs_make(const char *path, u32 mode, u32 rdev);
/* The directories of path that are missing. */
int vfs_make_parents(const char *path);
/* Mounts on dir, whose reference it takes. */
void super_mount(struct super *super, struct dentry *dir);
/* Unmounts what root (a reference, dropped) is the root of. => 0, -EINVAL, -EBUSY */
int super_umount(struct dentry *root);

/* ---- ramfs.c */
struct super *ramfs_create(const char *type, u32 max_pages);
struct file *shmem_file_create(const char *name, u64 size);
void shmem_destroy(void);
void super_destroy(struct super *super);
extern const struct inode_ops ramfs_inode_ops;

/* ---- devices */
const struct file_ops *device_ops(u32 mode, u32 rdev);
#define MKDEV(major, minor) ((minor & 0xffu) | (major) << 8)

#endif
