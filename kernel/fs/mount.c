/*
 * mount.c - file systems come into the tree of names, and leave it.
 *
 *	dentry "mnt" ->mounted---> struct super ->root---> dentry "" (the file system's own)
 *	             <--mountpoint--
 *
 * At boot the root is in memory. With root= a disk takes its place, under what is mounted on
 * /dev, /proc and /tmp; the first root, with the files of the initial archive,
 * is then /dev/initramfs.
 *
 * Left out of Linux's design: one file system in several places (and so bind mounts),
 * namespaces of mounts, options in text (but tmpfs').
 */
#include "kernel/dev/blk.h"
#include "kernel/fs/proc.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/slab.h"

#include <linux/mount.h>

/* Not in the UAPI headers: <sys/mount.h> has them. */
#define MNT_FORCE	1u
#define MNT_DETACH	2u
#define MNT_EXPIRE	4u
#define UMOUNT_NOFOLLOW 8u
#define KEPT_FLAGS                                                   \
	(MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | \
	 MS_NODIRATIME)

struct dentry *root_dentry;

static const struct {
	const char *name;
	const struct fs_type *type;
} types[] = {
	{ "tmpfs", &ramfs_type },
	{ "ramfs", &ramfs_type },
	{ "proc", &proc_type },
	{ "ext2", &ext2_type },
};

void show_filesystems(struct seq *seq, NO_PROCESS)
{
	for (u32 i = 0; i < ARRAY_SIZE(types); i++)
		seq_printf(seq, "%s\t%s\n", types[i].type->nodev ? "nodev" : "",
			   types[i].name);
}

/* ---- the tree */

/* Mounts on dir, whose reference it takes. */
static void attach(struct super *super, struct dentry *dir)
{
	super->mountpoint = dir;
	dir->mounted = super;
	list_add_tail(&super->list, &mounts);
}

static void detach(struct super *super)
{
	struct dentry *dir = super->mountpoint;

	super->detached = true;
	nr_detached++;
	super->mountpoint = NULL;
	if (dir) {
		dir->mounted = NULL;
		dentry_put(dir);
	}
}

/* The same for all that is mounted in it, and in that. */
static void detach_tree(struct super *super)
{
	struct super *s, *in;

	detach(super);
again:
	list_for_each_entry (s, &mounts, list) {
		in = s->mountpoint ? s->mountpoint->inode->super : NULL;
		if (in && in->detached) {
			detach(s);
			goto again;
		}
	}
}

/* ---- mount() */

/* The disk a path names, for a file system of its own. => 0 or -errno */
static int find_disk(const char *path, u32 flags, struct blk_device **bdev)
{
	scoped_dentry *node = NULL;
	struct super *super;
	int err = path_lookup(AT_FDCWD, path, LOOKUP_FOLLOW, &node);

	if (err)
		return err;
	if (!S_ISBLK(node->inode->mode))
		return -ENOTBLK;
	*bdev = blk_find(node->inode->rdev);
	if (!*bdev)
		return -ENXIO;
	if ((*bdev)->read_only && !(flags & MS_RDONLY))
		return -EACCES;
	super_reap_locked(); /* who left a detached one may have had no file */
	list_for_each_entry (super, &mounts, list)
		if (super->bdev == *bdev)
			return -EBUSY;
	return blk_sync(*bdev);
}

static int new_mount(const char *source, const char *name, u32 flags,
		     struct dentry *dir, char *text)
{
	struct blk_device *bdev = NULL;
	const struct fs_type *type = NULL;
	struct super *super;
	int err = 0;

	for (u32 i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(types[i].name, name))
			type = types[i].type;
	if (!type)
		return -ENODEV;
	if (!type->nodev)
		err = *source ? find_disk(source, flags, &bdev) : -EINVAL;
	if (!err)
		err = super_create(type, *source ? source : "none", bdev,
				   flags & KEPT_FLAGS, &super);
	if (err)
		return err;
	/* Another one may have been mounted here meanwhile, or the name removed. */
	err = !S_ISDIR(dir->inode->mode) ? -ENOTDIR
	      : dir->mounted		 ? -EBUSY
	      : !dir->inode->nlink	 ? -ENOENT
	      : type->options		 ? type->options(super, text)
					 : 0;
	if (err)
		super_destroy(super);
	else
		attach(super, dentry_get(dir));
	return err;
}

static int remount(struct dentry *root, u32 flags)
{
	struct super *super = root->inode->super;

	if (root != super->root)
		return -EINVAL;
	if (!(flags & MS_RDONLY) && super->bdev && super->bdev->read_only)
		return -EACCES;
	if (flags & MS_RDONLY && super->writers)
		return -EBUSY;
	return super_remount(super, flags & KEPT_FLAGS);
}

/* A path or a name, or NULL. => kernel memory, to be freed by kfree() */
static char *get_text(const char *from, int *err)
{
	*err = -ENOMEM;
	return from ? path_get(from, err) : kzalloc(1);
}

static int do_mount(const char *source, const char *upath, const char *type,
		    u32 flags, char *text)
{
	scoped_dentry *dir = NULL;
	int err = user_path(AT_FDCWD, upath, LOOKUP_FOLLOW, &dir);

	if (err)
		return err;
	if ((flags & MS_MGC_MSK) == MS_MGC_VAL)
		flags &= ~(u32)MS_MGC_MSK;
	scoped_lock(&mount_lock);
	if (!privileged())
		return -EPERM;
	if (flags & MS_REMOUNT)
		return remount(dir, flags);
	if (flags & (MS_BIND | MS_MOVE) || !*type)
		return -EINVAL;
	return new_mount(source, type, flags, dir, text);
}

long sys_mount(const char *usource, const char *upath, const char *utype,
	       u32 flags, const char *udata)
{
	int err;
	scoped_mem char *type = get_text(utype, &err);
	scoped_mem char *source = type ? get_text(usource, &err) : NULL;
	scoped_mem char *text = source ? get_text(udata, &err) : NULL;

	return text ? do_mount(source, upath, type, flags, text) : err;
}

/* ---- umount() */

/* root: the caller has a reference. */
static int do_umount(struct dentry *root, u32 flags)
{
	struct super *super = root->inode->super;

	if (root != super->root)
		return -EINVAL;
	if (!super->mountpoint) /* the root stays, but no longer changes */
		return flags & MNT_DETACH || root != root_dentry
			       ? -EINVAL
			       : remount(root, super->flags | MS_RDONLY);
	if (flags & MNT_DETACH) {
		detach_tree(super);
		return 0;
	}
	dentry_prune(super);
	if (super_is_busy(super, 1))
		return -EBUSY;
	if (flags & MNT_EXPIRE && !super->expiring) {
		super->expiring = true;
		return -EAGAIN;
	}
	detach(super);
	return 0;
}

long sys_umount2(const char *upath, u32 flags)
{
	u32 follow = flags & UMOUNT_NOFOLLOW ? 0 : LOOKUP_FOLLOW;
	struct dentry *root;
	int err;

	if (flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW))
		return -EINVAL;
	err = user_path(AT_FDCWD, upath, follow | LOOKUP_UMOUNT, &root);
	if (err)
		return err;
	scoped_lock(&mount_lock);
	if (!privileged())
		err = -EPERM;
	else if (flags & MNT_EXPIRE && flags & (MNT_FORCE | MNT_DETACH))
		err = -EINVAL;
	else
		err = do_umount(root, flags);
	dentry_put(root);
	super_reap_locked();
	return err;
}

/* ---- the first and the last mounts */

/* A directory that is there already, or made if it can be. => 0 and a reference */
static int make_dir(const char *path, u32 mode, struct dentry **dir)
{
	int err = vfs_make(path, S_IFDIR | mode, 0);

	if (err && err != -EROFS)
		return err;
	return path_lookup(AT_FDCWD, path, LOOKUP_FOLLOW, dir);
}

static void mount_at(const char *path, const char *type, u32 mode)
{
	scoped_dentry *dir = NULL;
	char no_text[] = "";
	int err = make_dir(path, mode, &dir)
			  ?: new_mount(type, type[0] == 'p' ? type : "tmpfs", 0,
				       dir, no_text);

	if (err)
		panic("cannot mount %s: error %d", path, -err);
	dir->mounted->root->inode->mode = S_IFDIR | mode;
}

void vfs_init(void)
{
	struct super *root;

	vfs_caches_init();
	if (super_create(&ramfs_type, "rootfs", NULL, 0, &root))
		panic("no memory for the root file system");
	root_dentry = root->root;
	list_add_tail(&root->list, &mounts);
	mount_at("/dev", "devtmpfs", 0755);
	mount_at("/dev/shm", "tmpfs", 01777);
	mount_at("/proc", "proc", 0555);
	mount_at("/tmp", "tmpfs", 01777);
	device_nodes_init();
}

/* Takes a file system from the old root to the new one's directory of the same name. */
static void move_mount(struct super *super)
{
	char path[16];
	struct dentry *dir;
	int err;

	snprintf(path, sizeof(path), "/%s", super->mountpoint->name);
	err = make_dir(path, 0755, &dir);
	if (err) {
		printk("root: no %s, error %d: not mounted\n", path, -err);
		return;
	}
	super->mountpoint->mounted = NULL;
	dentry_put(super->mountpoint);
	super->mountpoint = dir;
	dir->mounted = super;
}

int vfs_mount_root(const char *device, bool read_only)
{
	struct super *old = root_dentry->inode->super, *super;
	u32 flags = read_only ? MS_RDONLY : 0;
	struct blk_device *bdev;
	struct dentry *dir;
	int err = find_disk(device, flags, &bdev)
			  ?: super_create(&ext2_type, device, bdev, flags,
					  &super);

	if (err)
		return err;
	root_dentry = super->root;
	list_for_each_entry (super, &mounts, list)
		if (super->mountpoint && super->mountpoint->inode->super == old)
			move_mount(super);
	list_add(&root_dentry->inode->super->list, &mounts);
	err = make_dir("/dev/initramfs", 0755, &dir);
	if (!err) {
		list_del(&old->list);
		attach(old, dir);
	}
	return err;
}

void vfs_destroy(void)
{
	vfs_shutdown();
	while (!list_empty(&mounts)) {
		struct super *s = list_entry(mounts.prev, struct super, list);

		detach(s);
		list_del(&s->list);
		super_destroy(s);
	}
	shmem_destroy();
	device_nodes_destroy();
	root_dentry = NULL;
}
