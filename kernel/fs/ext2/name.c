/*
 * name.c - what the VFS asks of directories and inodes (ext2_inode_ops).
 *
 * Every function here that has a directory is called with super->names, so names are not
 * changed by two at a time. An operation takes the hold, and what it changes reaches the disk
 * together, in the order of commit.c. That order keeps what is made or removed
 * safe, but what moves has to be at the new place before it leaves the old one. So the operations
 * that take a name from what lives on commit in the middle:
 *
 *	rename a to b			in one block: one write, nothing to do
 *	  another block			add b; COMMIT; remove a
 *	rename a over b			b's old inode must neither lose its name before it is
 *					deleted, nor b lead to a deleted inode: #ino is added for
 *					it and b leads to a's inode, in one block (or COMMIT
 *					between); COMMIT; remove a; unlink #ino
 *	link a as b, unlink a		COMMIT before the second
 *
 * A directory in two places is beyond e2fsck -p, and so is one in none or with a wrong "..". When
 * it moves to another block, up to three blocks change as one: with all else on the disk before,
 * they go through a journal (journal.c). Where that has no place: ENOSPC, and nothing has moved.
 */
#include "kernel/fs/ext2/ext2.h"

#include "kernel/fs/file.h"

/* A name in dir leads to ei now. */
static void name_added(struct ext2_inode *dir, struct ext2_inode *ei)
{
	if (!(ei->state & EI_NEW))
		ei->state |= EI_LINKED;
	else if (dir->state & EI_NEW)
		ei->level = max(ei->level, dir->level + 1);
}

static void mark_all(struct inode *a, struct inode *b, struct inode *c)
{
	ext2_mark(EXT2_I(a), EI_META);
	ext2_mark(EXT2_I(b), EI_META);
	if (c)
		ext2_mark(EXT2_I(c), EI_META);
}

static int remove_name(struct ext2_inode *dir, const char *name)
{
	scoped_place at = { 0 };
	int err = dir_find(dir, name, &at);

	if (!err)
		dir_remove(dir, &at);
	return err;
}

/* ---- looking */

static int ext2_lookup(struct inode *dir, const char *name,
		       struct inode **inode)
{
	scoped_place at = { 0 };

	return dir_find(EXT2_I(dir), name, &at)
		       ?: ext2_iget(EXT2_SB(dir->super), at.de->inode, inode);
}

static long ext2_readlink(struct inode *inode, char *to)
{
	struct ext2_inode *ei = EXT2_I(inode);
	u32 len = (u32)inode->mapping.size, block;
	scoped_buf *buf = NULL;
	int err;

	if (len < sizeof(ei->block) && !ext2_has_blocks(ei)) {
		memcpy(to, ei->block, len);
		return (long)len;
	}
	err = ext2_bmap(ei, 0, &block);
	if (!err && !block)
		err = ext2_error(inode_sb(ei), "link %u has no block",
				 inode->ino);
	if (!err)
		err = buf_read(inode_sb(ei), block, &buf);
	if (err)
		return err;
	memcpy(to, buf->data, len);
	return (long)len;
}

/* ---- making */

static int set_text(struct ext2_inode *ei, const char *text)
{
	struct ext2_sb *sb = inode_sb(ei);
	u32 len = (u32)strlen(text), block;
	scoped_buf *buf = NULL;
	int err;

	ei->vfs.mapping.size = len;
	if (len < sizeof(ei->block)) {
		memcpy(ei->block, text, len);
		return 0;
	}
	if (len >= sb->block_size)
		return -ENAMETOOLONG;
	err = ext2_bmap_alloc(ei, 0, &block) ?: buf_new(sb, block, &buf);
	if (!err)
		memcpy(buf->data, text, len);
	return err;
}

/* An inode with all it needs, and its name. => as create(); -errno: *inode may be there */
static int make(struct inode *dir, const char *name, u32 mode, u32 rdev,
		const char *text, struct inode **inode)
{
	struct ext2_sb *sb = EXT2_SB(dir->super);
	struct ext2_inode *ei;
	int err;

	scoped_lock(&sb->hold);
	err = ext2_begin(sb) ?: ext2_inew(dir, mode, rdev, inode);
	if (err)
		return err;
	ei = EXT2_I(*inode);
	if (S_ISDIR(mode))
		err = dir_make_empty(ei, EXT2_I(dir));
	else if (text)
		err = set_text(ei, text);
	if (!err && name)
		err = dir_add(EXT2_I(dir), name, ei);
	if (err || !name)
		return err;
	name_added(EXT2_I(dir), ei);
	inode_link(dir, name, *inode);
	mark_all(dir, *inode, NULL);
	return 0;
}

static int ext2_create(struct inode *dir, const char *name, u32 mode, u32 rdev,
		       const char *text, struct inode **result)
{
	struct inode *inode = NULL;
	int err;

	if (S_ISDIR(mode) && dir->nlink >= EXT2_LINK_MAX)
		return -EMLINK;
	err = make(dir, name, mode, rdev, text, &inode);
	if (!err)
		*result = inode;
	else if (inode)
		inode_put(inode);
	return err;
}

static int ext2_link(struct inode *dir, const char *name, struct inode *inode)
{
	struct ext2_sb *sb = EXT2_SB(dir->super);
	int err;

	if (inode->nlink >= EXT2_LINK_MAX)
		return -EMLINK;
	scoped_lock(&sb->hold);
	err = ext2_begin(sb) ?: dir_add(EXT2_I(dir), name, EXT2_I(inode));
	if (err)
		return err;
	name_added(EXT2_I(dir), EXT2_I(inode));
	inode_link(dir, name, inode);
	mark_all(dir, inode, NULL);
	return 0;
}

/* ---- removing */

/* Whether the counts of links can be lowered. */
static int check_links(struct inode *dir, struct inode *inode)
{
	bool is_dir = S_ISDIR(inode->mode);

	if (inode->nlink > is_dir && (!is_dir || dir->nlink > 2))
		return 0;
	return ext2_error(EXT2_SB(dir->super), "inode %u has %u links",
			  inode->ino, inode->nlink);
}

/* The entry has gone. => hold */
static void name_removed(struct inode *dir, const char *name,
			 struct inode *inode)
{
	struct ext2_inode *ei = EXT2_I(inode), *d = EXT2_I(dir);

	inode_unlink(dir, name, inode);
	if (S_ISDIR(inode->mode)) {
		inode->nlink = 0;
		if (!((ei->state | d->state) & EI_NEW))
			d->level = max(d->level, ei->level + 1);
	}
	mark_all(dir, inode, NULL);
}

static int ext2_unlink(struct inode *dir, const char *name, struct inode *inode)
{
	struct ext2_sb *sb = EXT2_SB(dir->super);
	int err;

	scoped_lock(&sb->hold);
	err = ext2_begin(sb) ?: check_links(dir, inode);
	if (!err && inode->nlink > 1 && EXT2_I(inode)->state & EI_LINKED)
		err = ext2_commit(sb);
	err = err ?: remove_name(EXT2_I(dir), name);
	if (!err)
		name_removed(dir, name, inode);
	return err;
}

/* ---- moving */

struct rename {
	struct ext2_sb *sb;
	struct ext2_inode *from, *to, *ei, *there; /* there: or NULL */
	const char *old, *new;
};

/* The new name is in the old one's block, maybe its place. => -EXDEV: it has no room */
static int rename_in_block(struct rename *r)
{
	scoped_place at = { 0 };
	int err = dir_find(r->from, r->old, &at);

	if (err)
		return err;
	dir_remove(r->from, &at);
	if (dir_add_here(r->from, at.buf, r->new, r->ei))
		return 0;
	dir_add_here(r->from, at.buf, r->old, r->ei);
	return -EXDEV;
}

/* The new name leads to the inode instead of to another one. */
static int replace(struct rename *r)
{
	scoped_place at = { 0 };
	int err = dir_find(r->to, r->new, &at);

	if (!err)
		dir_set(r->to, &at, r->ei);
	return err;
}

/* Nothing is left to be written, and there is room for the new name. */
static int make_room(struct rename *r)
{
	int err = r->there ? 0
			   : dir_add(r->to, r->new, r->ei)
				     ?: remove_name(r->to, r->new);

	return err ?: ext2_commit(r->sb);
}

static int move_dir(struct rename *r)
{
	scoped_place at = { 0 };
	int err = dir_find(r->ei, "..", &at)
			  ?: r->there ? replace(r)
				      : dir_add(r->to, r->new, r->ei);

	if (err)
		return err;
	dir_set(r->ei, &at, r->to);
	return remove_name(r->from, r->old);
}

static int rename_dir(struct rename *r)
{
	int err = make_room(r) ?: ext2_journal_start(r->sb);

	if (err)
		return err;
	err = move_dir(r);
	if (!err)
		ext2_journal_fill(r->sb);
	else
		ext2_journal_drop(r->sb);
	return err;
}

/* A name for what is replaced, that nothing else has yet. */
static int spare_name(struct rename *r, char name[24])
{
	int err = 0;

	for (u32 n = 0; !err; n++) {
		scoped_place at = { 0 };

		snprintf(name, 24, "#%u.%u", r->there->vfs.ino, n);
		err = dir_find(r->to, name, &at);
	}
	return err == -ENOENT ? 0 : err;
}

static int rename_over(struct rename *r)
{
	scoped_place at = { 0 };
	char spare[24];
	int err = r->ei->state & EI_NEW ? ext2_commit(r->sb) : 0;

	err = err ?: spare_name(r, spare) ?: dir_find(r->to, r->new, &at);
	if (err)
		return err;
	if (!dir_add_here(r->to, at.buf, spare, r->there))
		err = dir_add(r->to, spare, r->there) ?: ext2_commit(r->sb);
	if (err)
		return err;
	dir_set(r->to, &at, r->ei);
	err = ext2_commit(r->sb) ?: remove_name(r->from, r->old);
	return err ?: remove_name(r->to, spare);
}

static int do_rename(struct rename *r)
{
	int err = r->from == r->to && !r->there ? rename_in_block(r) : -EXDEV;

	if (err != -EXDEV)
		return err;
	if (S_ISDIR(r->ei->vfs.mode))
		return rename_dir(r);
	if (r->there)
		return rename_over(r);
	err = dir_add(r->to, r->new, r->ei);
	if (!err)
		name_added(r->to, r->ei);
	if (!err && !(r->ei->state & EI_NEW))
		err = ext2_commit(r->sb);
	return err ?: remove_name(r->from, r->old);
}

static int ext2_rename(struct inode *old_dir, const char *old_name,
		       struct inode *inode, struct inode *new_dir,
		       const char *new_name, struct inode *there)
{
	struct rename r = { EXT2_SB(old_dir->super),
			    EXT2_I(old_dir),
			    EXT2_I(new_dir),
			    EXT2_I(inode),
			    there ? EXT2_I(there) : NULL,
			    old_name,
			    new_name };
	int err;

	if (S_ISDIR(inode->mode) && old_dir != new_dir && !there &&
	    new_dir->nlink >= EXT2_LINK_MAX)
		return -EMLINK;
	scoped_lock(&r.sb->hold);
	err = ext2_begin(r.sb) ?: check_links(old_dir, inode);
	if (!err && there)
		err = check_links(new_dir, there);
	err = err ?: do_rename(&r);
	if (err)
		return err;
	inode_rename(old_dir, old_name, inode, new_dir, new_name, NULL);
	if (there)
		name_removed(new_dir, new_name, there);
	mark_all(old_dir, inode, new_dir);
	return r.sb->journal ? ext2_commit(r.sb) : 0;
}

/* ---- changes of the inode alone */

static void ext2_setattr(struct inode *inode)
{
	struct ext2_inode *ei = EXT2_I(inode);

	if (!(ei->state & EI_CHANGED) && !(inode->super->flags & MS_RDONLY))
		ext2_mark(ei, 0);
}

static void ext2_evict(struct inode *inode)
{
	mapping_drop(&inode->mapping);
}

const struct inode_ops ext2_inode_ops = {
	.lookup = ext2_lookup,
	.create = ext2_create,
	.link = ext2_link,
	.unlink = ext2_unlink,
	.rename = ext2_rename,
	.setattr = ext2_setattr,
	.truncate = ext2_truncate,
	.fsync = ext2_fsync,
	.readlink = ext2_readlink,
	.evict = ext2_evict,
};
