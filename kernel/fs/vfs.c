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
 * A dentry of a file system on disk that nobody uses stays for a while, with refs 0, on the
 * list `unused`: the next walk need not read the directory again. The oldest go first.
 *
 * Left out of Linux's design: negative dentries, RCU walks, mounts in more than one place.
 */
#include "kernel/fs/vfs.h"
#include "kernel/fs/file.h"
#include "kernel/process.h"
#include "kernel/sys_time.h"
#include "mm/slab.h"

#include <linux/mount.h>

#define HASH_SIZE  128u
#define UNUSED_MAX 512u

static struct list_head hash_table[HASH_SIZE];
static struct list_head unused = LIST_INIT(unused); /* the oldest first */
static u32 nr_unused;
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
	static const struct inode_ops no_ops;
	struct inode *inode =
		kzalloc(max(super->inode_size, (u32)sizeof(*inode)));

	if (!inode)
		return NULL;
	inode->refs = 1;
	inode->nlink = 1;
	inode->mode = mode;
	inode->super = super;
	inode->ops = &no_ops;
	inode->ino = ++super->next_ino;
	inode->atime = inode->mtime = inode->ctime = fs_time();
	mutex_init(&inode->lock);
	list_init(&inode->locks);
	if (current->process) {
		inode->uid = current->process->euid;
		inode->gid = current->process->egid;
	}
	super->nr_inodes++;
	return inode;
}

void inode_set_ops(struct inode *inode, const struct inode_ops *ops,
		   const struct file_ops *dir_ops,
		   const struct mapping_ops *mapping_ops)
{
	u32 mode = inode->mode;

	inode->ops = ops;
	inode->fops = S_ISREG(mode)    ? &regular_ops
		      : S_ISDIR(mode)  ? dir_ops
		      : S_ISFIFO(mode) ? &pipe_file_ops
				       : device_ops(mode, inode->rdev);
	mapping_init(&inode->mapping, mapping_ops, inode);
}

struct inode *inode_create(struct inode *dir, u32 mode, u32 rdev)
{
	struct inode *inode = inode_alloc(dir->super, mode);

	if (!inode)
		return NULL;
	inode->nlink = 0;
	inode->rdev = rdev;
	if (dir->mode & S_ISGID) {
		inode->gid = dir->gid;
		if (S_ISDIR(mode))
			inode->mode |= S_ISGID;
		else if (mode & S_IXGRP && !in_group(dir->gid))
			inode->mode &= ~(u32)S_ISGID;
	}
	return inode;
}

void inode_free(struct inode *inode)
{
	if (inode->ops->evict)
		inode->ops->evict(inode);
	inode->super->nr_inodes--;
	locks_free(inode);
	kfree(inode);
}

void inode_put(struct inode *inode)
{
	assert(inode->refs > 0);
	if (--inode->refs)
		return;
	if (inode->super->ops && inode->super->ops->drop)
		inode->super->ops->drop(inode);
	else
		inode_free(inode);
}

int inode_permission(const struct inode *inode, u32 mask)
{
	const struct process *p = current->process;
	u32 rights = inode->mode;

	if (mask & MAY_WRITE && inode->super->flags & MS_RDONLY &&
	    !S_ISCHR(inode->mode) && !S_ISBLK(inode->mode) &&
	    !S_ISFIFO(inode->mode))
		return -EROFS;
	if (!p || !p->euid) {
		/* root may all, but execute only what somebody may */
		if (mask & MAY_EXEC && !S_ISDIR(rights) && !(rights & 0111))
			return -EACCES;
		return 0;
	}
	if (p->euid == inode->uid)
		rights >>= 6;
	else if (in_group(inode->gid))
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

char *name_copy(const char *name, u32 len)
{
	char *copy = kmalloc(len + 1);

	if (copy) {
		memcpy(copy, name, len);
		copy[len] = 0;
	}
	return copy;
}

struct dentry *dentry_alloc(struct dentry *parent, const char *name, u32 len,
			    struct inode *inode)
{
	scoped_mem struct dentry *dentry = kzalloc(sizeof(*dentry));

	if (dentry)
		dentry->name = name_copy(name, len);
	if (!dentry || !dentry->name)
		return NULL;
	dentry->refs = 1;
	dentry->len = (u16)len;
	dentry->inode = inode;
	dentry->parent = parent ? dentry_get(parent) : NULL;
	list_init(&dentry->children);
	list_init(&dentry->sibling);
	list_init(&dentry->hash);
	list_init(&dentry->unused);
	return scoped_keep(&dentry);
}

static void dentry_unhash(struct dentry *dentry)
{
	list_del_init(&dentry->hash);
	list_del_init(&dentry->sibling);
	dentry->hashed = false;
}

static struct dentry *take_unused(struct dentry *dentry)
{
	list_del_init(&dentry->unused);
	nr_unused--;
	return dentry;
}

/* Frees a dentry without references. => its parent, whose reference is the caller's */
static struct dentry *dentry_free(struct dentry *dentry)
{
	struct dentry *parent = dentry->parent;

	assert(!dentry->pinned);
	if (dentry->hashed)
		dentry_unhash(dentry);
	if (dentry->inode)
		inode_put(dentry->inode);
	kfree(dentry->name);
	kfree(dentry);
	return parent;
}

void dentry_put(struct dentry *dentry)
{
	/* A loop: the last child may be what held its parent. */
	while (dentry) {
		assert(dentry->refs > 0);
		if (--dentry->refs)
			return;
		if (dentry->inode && dentry->hashed &&
		    dentry->inode->super->ops) {
			list_add_tail(&dentry->unused, &unused);
			if (++nr_unused <= UNUSED_MAX)
				return;
			dentry = take_unused(
				list_first(&unused, struct dentry, unused));
		}
		dentry = dentry_free(dentry);
	}
}

void dentry_prune(const struct super *super)
{
	struct dentry *d;

again:
	list_for_each_entry (d, &unused, unused) {
		if (d->inode->super != super)
			continue;
		dentry_put(dentry_free(take_unused(d)));
		goto again;
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
	bool pinned = dentry->pinned;

	dentry_unhash(dentry);
	dentry->pinned = false;
	if (pinned)
		dentry_put(dentry);
}

void dentry_move(struct dentry *dentry, struct dentry *dir, char **name,
		 u32 len)
{
	struct dentry *old = dentry->parent;
	char *old_name = dentry->name;

	dentry_unhash(dentry);
	dentry->name = *name;
	*name = old_name;
	dentry->len = (u16)len;
	dentry->parent = dentry_get(dir);
	dentry_put(old);
	dentry_hash(dentry);
}

/* => a reference, or NULL */
static struct dentry *dentry_find(const struct dentry *dir, const char *name,
				  u32 len)
{
	struct dentry *d;

	list_for_each_entry (d, hash_list(dir, name, len), hash)
		if (d->parent == dir && d->len == len &&
		    !memcmp(d->name, name, len))
			return dentry_get(d->refs ? d : take_unused(d));
	return NULL;
}

int dentry_lookup_locked(struct dentry *dir, const char *name, u32 len,
			 struct dentry **found)
{
	scoped_dentry *new = NULL;
	int err;

	*found = dentry_find(dir, name, len);
	if (*found)
		return 0;
	if (!dir->inode->ops->lookup || !dir->inode->nlink)
		return -ENOENT;
	new = dentry_alloc(dir, name, len, NULL);
	if (!new)
		return -ENOMEM;
	err = dir->inode->ops->lookup(dir->inode, new->name, &new->inode);
	if (err)
		return err;
	dentry_link(new, false);
	*found = dentry_get(new);
	return 0;
}

int dentry_lookup(struct dentry *dir, const char *name, u32 len,
		  struct dentry **found)
{
	*found = dentry_find(dir, name, len);
	if (*found)
		return 0;
	if (!dir->inode->ops->lookup)
		return -ENOENT;
	scoped_lock(&dir->inode->super->names);
	return dentry_lookup_locked(dir, name, len, found);
}

struct dentry *dentry_visible(struct dentry *dentry)
{
	while (dentry != fs_root() && !dentry->parent &&
	       dentry->inode->super->mountpoint)
		dentry = dentry->inode->super->mountpoint;
	return dentry;
}

char *dentry_path(struct dentry *dentry, char *buf, u32 size)
{
	static const char deleted[] = " (deleted)";
	char *p = buf + size - 1;

	*p = 0;
	dentry = dentry_visible(dentry);
	if (!dentry->hashed && (dentry->parent || S_ISREG(dentry->inode->mode)))
		p = memcpy(p + 1 - sizeof(deleted), deleted, sizeof(deleted));
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
		dentry = dentry_visible(dentry->parent);
	}
	return p;
}

void vfs_caches_init(void)
{
	for (u32 i = 0; i < HASH_SIZE; i++)
		list_init(&hash_table[i]);
}
