/*
 * vfs.c - inodes and dentries: what files are, and the names that lead to them.
 *
 * Called by the path walk (namei.c), by the file systems, and by whoever holds
 * an open file.
 *
 *	 super.root
 *	    |                           hash table (parent, name) -> dentry
 *	 dentry "" ------- inode dir
 *	    | children
 *	 dentry "a" ------ inode file --- mapping: its pages
 *	 dentry "b" -----/               refs 2, nlink 2
 *
 * A dentry holds its parent and its inode, so whatever is open, or somebody's
 * working directory, keeps its path. A pinned dentry is held by its directory as well: that
 * is what a file in memory is. When it is unlinked the directory lets go; its last
 * user frees dentry, inode and pages.
 *
 * Left out of Linux's design: negative dentries (memory is quick to say no), RCU
 * walks, inode caches kept after the last use, mounts in more than one place.
 */
#include "kernel/fs/vfs.h"

#include "kernel/arch.h"
#include "kernel/fs/file.h"
#include "kernel/fs/device.h"
#include "kernel/fs/proc.h"
#include "kernel/process.h"
#include "kernel/sys_time.h"
#include "mm/slab.h"

#include <asm/errno.h>
#include <linux/mount.h>

#define HASH_SIZE 256u

struct list_head mounts = LIST_INIT(mounts);
struct dentry *root_dentry;

static struct list_head hash_table[HASH_SIZE];
static u32 next_cookie = 2; /* "." and ".." are 0 and 1 */

/* ---- inodes */

u64 fs_time(void)
{
	/* Asked once a tick: as exact as Linux's, and cheap. */
	static u32 tick = ~0u;
	static u64 ns;

	if (tick != ticks_now()) {
		tick = ticks_now();
		ns = realtime_ns();
	}
	return ns;
}

struct inode *inode_alloc(struct super *super, u32 mode)
{
	struct inode *inode = kzalloc(sizeof(*inode));

	if (!inode)
		return NULL;
	inode->refs = 1;
	inode->nlink = 1;
	inode->mode = mode;
	inode->super = super;
	inode->ino = ++super->next_ino;
	inode->atime = inode->mtime = inode->ctime = fs_time();
	if (current->process) {
		inode->uid = current->process->euid;
		inode->gid = current->process->egid;
	}
	super->nr_inodes++;
	return inode;
}

void inode_put(struct inode *inode)
{
	assert(inode->refs > 0);
	if (--inode->refs)
		return;
	if (inode->ops && inode->ops->evict)
		inode->ops->evict(inode);
	inode->super->nr_inodes--;
	kfree(inode->locks); /* no lock is left: nobody has it open */
	kfree(inode);
}

int inode_permission(const struct inode *inode, u32 mask)
{
	const struct process *p = current->process;
	u32 rights = inode->mode;

	if (mask & MAY_WRITE && inode->super->flags & MS_RDONLY &&
	    !S_ISCHR(inode->mode) && !S_ISFIFO(inode->mode))
		return -EROFS;
	if (!p || !p->euid) {
		/* root may all, but execute only what somebody may */
		if (mask & MAY_EXEC && !S_ISDIR(rights) && !(rights & 0111))
			return -EACCES;
		return 0;
	}
	if (p->euid == inode->uid)
		rights >>= 6;
	else if (p->egid == inode->gid)
		rights >>= 3;
	return (rights & mask) == mask ? 0 : -EACCES;
}

int inode_owner(const struct inode *inode)
{
	const struct process *p = current->process;

	return !p || !p->euid || p->euid == inode->uid ? 0 : -EPERM;
}

/* ---- dentries */

static struct list_head *hash_list(const struct dentry *dir, const char *name,
				   u32 len)
{
	u32 h = (u32)(vaddr_t)dir >> 4;

	for (u32 i = 0; i < len; i++)
		h = h * 31 + (u8)name[i];
	return &hash_table[(h ^ h >> 8 ^ h >> 16) % HASH_SIZE];
}

struct dentry *dentry_alloc(struct dentry *parent, const char *name, u32 len,
			    struct inode *inode)
{
	struct dentry *dentry = kzalloc(sizeof(*dentry));

	if (!dentry)
		return NULL;
	dentry->name = kmalloc(len + 1);
	if (!dentry->name) {
		kfree(dentry);
		return NULL;
	}
	memcpy(dentry->name, name, len);
	dentry->name[len] = 0;
	dentry->refs = 1;
	dentry->len = (u16)len;
	dentry->inode = inode;
	dentry->parent = parent ? dentry_get(parent) : NULL;
	list_init(&dentry->children);
	list_init(&dentry->sibling);
	list_init(&dentry->hash);
	return dentry;
}

static void dentry_unhash(struct dentry *dentry)
{
	list_del_init(&dentry->hash);
	list_del_init(&dentry->sibling);
	dentry->hashed = false;
}

void dentry_put(struct dentry *dentry)
{
	/* A loop: the last child may be what held its parent. */
	while (dentry) {
		struct dentry *parent = dentry->parent;

		assert(dentry->refs > 0);
		if (--dentry->refs)
			return;
		assert(!dentry->pinned);
		if (dentry->hashed)
			dentry_unhash(dentry);
		inode_put(dentry->inode);
		kfree(dentry->name);
		kfree(dentry);
		dentry = parent;
	}
}

static void dentry_hash(struct dentry *dentry)
{
	dentry->cookie = next_cookie++;
	dentry->hashed = true;
	list_add_tail(&dentry->sibling, &dentry->parent->children);
	list_add(&dentry->hash,
		 hash_list(dentry->parent, dentry->name, dentry->len));
}

void dentry_link(struct dentry *dentry, bool pinned)
{
	dentry_hash(dentry);
	dentry->pinned = pinned;
	if (pinned)
		dentry->refs++;
}

void dentry_remove(struct dentry *dentry)
{
	assert(dentry->pinned);
	dentry_unhash(dentry);
	dentry->pinned = false;
	dentry_put(dentry);
}

void dentry_move(struct dentry *dentry, struct dentry *dir, char *name, u32 len)
{
	struct dentry *old = dentry->parent;

	dentry_unhash(dentry);
	kfree(dentry->name);
	dentry->name = name;
	dentry->len = (u16)len;
	dentry->parent = dentry_get(dir);
	dentry_put(old);
	dentry_hash(dentry);
}

static struct dentry *dentry_find(const struct dentry *dir, const char *name,
				  u32 len)
{
	struct dentry *d;

	list_for_each_entry (d, hash_list(dir, name, len), hash)
		if (d->parent == dir && d->len == len &&
		    !memcmp(d->name, name, len))
			return d;
	return NULL;
}

/* Asks a file system that keeps its names elsewhere. */
static int lookup_slowly(struct dentry *dir, const char *name, u32 len,
			 struct dentry **found)
{
	char copy[NAME_MAX + 1];
	struct inode *inode;
	int err;

	memcpy(copy, name, len);
	copy[len] = 0;
	err = dir->inode->ops->lookup(dir->inode, copy, &inode);
	if (err)
		return err;
	/* Another thread may have looked it up while we slept. */
	*found = dentry_find(dir, name, len);
	if (*found) {
		dentry_get(*found);
		inode_put(inode);
		return 0;
	}
	*found = dentry_alloc(dir, name, len, inode);
	if (!*found) {
		inode_put(inode);
		return -ENOMEM;
	}
	dentry_link(*found, false);
	return 0;
}

int dentry_lookup(struct dentry *dir, const char *name, u32 len,
		  struct dentry **found)
{
	*found = dentry_find(dir, name, len);
	if (*found) {
		dentry_get(*found);
		return 0;
	}
	if (!dir->inode->ops->lookup)
		return -ENOENT;
	return lookup_slowly(dir, name, len, found);
}

/* The directory that is seen to hold dentry; mounted roots have none of their own. */
static const struct dentry *visible(const struct dentry *dentry)
{
	while (dentry != fs_root() && !dentry->parent &&
	       dentry->inode->super->mountpoint)
		dentry = dentry->inode->super->mountpoint;
	return dentry;
}

char *dentry_path(const struct dentry *dentry, char *buf, u32 size)
{
	static const char deleted[] = " (deleted)";
	char *p = buf + size;

	*--p = 0;
	dentry = visible(dentry);
	if (!dentry->hashed &&
	    (dentry->parent || S_ISREG(dentry->inode->mode))) {
		p -= sizeof(deleted) - 1;
		memcpy(p, deleted, sizeof(deleted) - 1);
	}
	if (p - buf > 1 && (dentry == root_dentry || dentry == fs_root()))
		*--p = '/';
	while (dentry != root_dentry && dentry != fs_root()) {
		if (p - buf < dentry->len + 1)
			return NULL;
		p -= dentry->len;
		memcpy(p, dentry->name, dentry->len);
		if (!dentry->parent && S_ISFIFO(dentry->inode->mode))
			break; /* pipe:[1]: not even seemingly in a directory */
		*--p = '/';
		if (!dentry->parent)
			break;
		dentry = visible(dentry->parent);
	}
	return p;
}

/* ---- struct fs */

struct fs *fs_create(void)
{
	struct fs *fs = kzalloc(sizeof(*fs));

	if (!fs)
		return NULL;
	fs->refs = 1;
	fs->umask = 022;
	fs->cwd = dentry_get(root_dentry);
	fs->root = dentry_get(root_dentry);
	return fs;
}

struct fs *fs_copy(struct fs *fs)
{
	struct fs *copy = kmalloc(sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = *fs;
	copy->refs = 1;
	dentry_get(copy->cwd);
	dentry_get(copy->root);
	return copy;
}

void fs_put(struct fs *fs)
{
	if (--fs->refs)
		return;
	dentry_put(fs->cwd);
	dentry_put(fs->root);
	kfree(fs);
}

struct dentry *fs_root(void)
{
	return current->fs ? current->fs->root : root_dentry;
}

/* ---- boot */

static void mount_at(const char *path, struct super *super)
{
	struct dentry *dir;

	if (!super || path_lookup(AT_FDCWD, path, 0, &dir))
		panic("cannot mount %s", path);
	super_mount(super, dir);
}

void vfs_init(void)
{
	struct super *root;

	for (u32 i = 0; i < HASH_SIZE; i++)
		list_init(&hash_table[i]);
	/* At most half of memory, as Linux's tmpfs. */
	root = ramfs_create("rootfs", nr_free_pages() / 2);
	if (!root)
		panic("no memory for the root file system");
	root_dentry = root->root;
	list_add_tail(&root->list, &mounts);
	if (vfs_make("/dev/shm", S_IFDIR | 01777, 0) ||
	    vfs_make("/proc", S_IFDIR | 0555, 0) ||
	    vfs_make("/tmp", S_IFDIR | 01777, 0))
		panic("no memory for the root's directories");
	device_nodes_init();
	mount_at("/tmp", ramfs_create("tmpfs", nr_free_pages() / 2));
	mount_at("/dev/shm", ramfs_create("tmpfs", nr_free_pages() / 2));
	mount_at("/proc", proc_create_super());
}

void vfs_destroy(void)
{
	while (!list_empty(&mounts)) {
		struct super *super =
			list_entry(mounts.prev, struct super, list);

		list_del(&super->list);
		if (super->mountpoint) {
			super->mountpoint->mounted = NULL;
			dentry_put(super->mountpoint);
		}
		super_destroy(super);
	}
	shmem_destroy();
	device_nodes_destroy();
	root_dentry = NULL;
}
