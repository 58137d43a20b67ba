/*
 * commit.c - the order in which changes reach the disk.
 *
 * The power may go at any moment, and the disk may write what it was given since the last flush
 * in any order. There is no journal (but for directories that move: journal.c). What is left
 * must be such that e2fsck -p repairs it without a question. It does that for
 *
 *	bitmaps and counts that are wrong; a name that leads to a deleted inode (cleared);
 *	an inode with more or fewer names than its count says; a file with blocks behind its end
 *
 * and asks a human about
 *
 *	an inode with blocks and without a name; a directory with two names; a block in two
 *	files; numbers of blocks that are none; a directory's block with garbage
 *
 * So nothing may lead to a block before it has its bytes, no inode may live before it
 * has a name, and none lose the last one while it lives. Inodes that are new are deleted ones on the
 * disk still, so names may lead there before they live. The steps, the disk flushed
 * between those that are marked:
 *
 *	the bytes of files that have new blocks; new indirect blocks, and directories' new blocks
 *   ---------- flush, if there were any
 *	the inodes that were there before, and their indirect blocks; deleted ones are marked
 *	    as deleted. Of deleted directories one level at a time (flush), the deepest first
 *   ---------- flush, if any was deleted
 *	blocks of directories: names come and go. If a directory moves: as one, by a journal
 *   ---------- flush, if there are new inodes
 *	new inodes, one level at a time (flush): a directory before what is in it
 *	what was freed is free from here on; bitmaps, group descriptors, superblock
 *   ---------- flush
 *
 * The caller has the hold: no metadata change meanwhile. File data do, and are none
 * of this. An inode whose times change after it was stored stays dirty.
 *
 * A write to an existing file followed by fsync is one inode and one flush; a file that
 * grows costs two. Linux's ext2 writes in no order and leaves it to e2fsck and its user.
 */
#include "kernel/fs/ext2/ext2.h"

#include "mm/writeback.h"

/* Steps of inodes; a level is added to the last two. */
enum {
	STEP_OLD,
	STEP_DELETED_DIR,
	STEP_NEW = 0x10000,
	STEP_NEVER = 0x20000,
};

static u32 step_of(const struct ext2_inode *ei)
{
	u32 nlink = ei->vfs.nlink;

	if (ei->state & EI_NEW && nlink)
		return STEP_NEW + ei->level;
	if (ei->state & EI_NEW && !(ei->state & EI_WRITTEN))
		return STEP_NEVER;
	if (!nlink && S_ISDIR(ei->vfs.mode))
		return STEP_DELETED_DIR + ei->level;
	return STEP_OLD;
}

static u32 next_step(const struct ext2_sb *sb, u32 from)
{
	const struct ext2_inode *ei;
	u32 step, next = STEP_NEVER;

	list_for_each_entry (ei, &sb->dirty_inodes, dirty) {
		step = step_of(ei);
		if (step >= from)
			next = min(next, step);
	}
	return next;
}

static int flush(struct ext2_sb *sb)
{
	int err;

	if (!sb->unflushed)
		return 0;
	sb->unflushed = false;
	err = blk_flush(sb->bdev);
	sb->unflushed |= err != 0;
	return err;
}

/* Bytes before what leads to them; and nothing leads behind the end of a file. */
static int write_new_blocks(struct ext2_sb *sb)
{
	bool any = !list_empty(&sb->dirty[BUF_NEW]);
	struct ext2_inode *ei;
	int err = 0;

	list_for_each_entry (ei, &sb->dirty_inodes, dirty) {
		if (!(ei->state & EI_ORDERED) || !ei->vfs.nlink)
			continue;
		any = true;
		/* An error is kept in the mapping for those who have written. */
		mapping_writeback(&ei->vfs.mapping, 0, ~0u);
		/* Who is writing may be about to move the end. */
		if (!ei->vfs.lock.owner)
			err = ext2_trim(ei);
		if (err)
			return err;
	}
	err = buf_write_class(sb, BUF_NEW);
	return err || !any ? err : flush(sb);
}

/* => how many of them were deleted, or -errno */
static int store_inodes(struct ext2_sb *sb, u32 step)
{
	struct ext2_inode *ei;
	int deleted = 0, err;

	list_for_each_entry (ei, &sb->dirty_inodes, dirty) {
		if (step_of(ei) != step)
			continue;
		err = ext2_store(ei);
		if (err)
			return err;
		deleted += !ei->vfs.nlink;
	}
	return buf_write_class(sb, BUF_MAP) ?: deleted;
}

/* The inodes of steps [from, end), flushed between two steps. => as store_inodes() */
static int store_steps(struct ext2_sb *sb, u32 from, u32 end)
{
	int deleted = 0, n;
	u32 step;

	while ((step = next_step(sb, from)) < end) {
		n = step == STEP_OLD ? 0 : flush(sb);
		if (!n)
			n = store_inodes(sb, step);
		if (n < 0)
			return n;
		deleted += n;
		from = step + 1;
	}
	return deleted;
}

void ext2_free_gone(struct ext2_sb *sb)
{
	struct ext2_inode *ei, *next;

	list_for_each_entry_safe (ei, next, &sb->dirty_inodes, dirty) {
		if (!(ei->state & EI_GONE))
			continue;
		sb->nr_gone--;
		ext2_free_ino(sb, ei->vfs.ino, S_ISDIR(ei->vfs.mode));
		radix_delete(&sb->inodes, ei->vfs.ino);
		ext2_unlist(ei);
		inode_free(&ei->vfs);
	}
}

static int write_all(struct ext2_sb *sb)
{
	int err = write_new_blocks(sb), deleted;

	if (err)
		return err;
	deleted = store_steps(sb, STEP_OLD, STEP_NEW);
	err = min(deleted, 0);
	if (deleted > 0)
		err = flush(sb);
	if (!err)
		err = sb->journal ? ext2_journal_write(sb)
				  : buf_write_class(sb, BUF_DIR);
	if (!err)
		err = min(store_steps(sb, STEP_NEW, STEP_NEVER), 0);
	if (err)
		return err;
	ext2_free_gone(sb);
	ext2_freed_are_free(sb);
	sb->es->s_free_blocks_count = sb->free_blocks;
	sb->es->s_free_inodes_count = sb->free_inodes;
	return buf_write_class(sb, BUF_LATE) ?: flush(sb);
}

/* What was written is clean now. */
static void finish(struct ext2_sb *sb)
{
	struct ext2_inode *ei, *next;

	list_for_each_entry_safe (ei, next, &sb->dirty_inodes, dirty) {
		if (!(ei->state & EI_WRITTEN))
			continue;
		ei->level = 0;
		ei->state &= (u16) ~(EI_WRITTEN | EI_NEW | EI_LINKED);
		if (ei->end > size_blocks(sb, ei->vfs.mapping.size))
			continue; /* not trimmed yet */
		ei->state &= (u16) ~(EI_ORDERED | EI_META);
		if (!(ei->state & EI_CHANGED))
			ext2_unlist(ei);
	}
}

int ext2_commit(struct ext2_sb *sb)
{
	int err;

	if (sb->broken)
		return -EIO;
	ext2_drop_all_ahead(sb);
	err = write_all(sb);
	if (!err)
		finish(sb);
	else if (err != -ENOMEM)
		ext2_complain(sb, "cannot be written, error %d", -err);
	return err;
}

int ext2_fsync(struct inode *inode, bool datasync)
{
	struct ext2_inode *ei = EXT2_I(inode);
	struct ext2_sb *sb = inode_sb(ei);
	bool needed = S_ISDIR(inode->mode) || ei->state & EI_DIRTY;

	if (datasync && !S_ISDIR(inode->mode))
		needed = ei->state &
				 (EI_META | EI_ORDERED | EI_NEW | EI_WRITTEN) ||
			 ei->disk_size != inode->mapping.size;
	scoped_lock(&sb->hold);
	return needed || sb->broken ? ext2_commit(sb) : flush(sb);
}

/* Dirty pages of all files. */
static int write_files(struct ext2_sb *sb)
{
	struct ext2_inode *ei;
	int err, result = 0;

	for (u32 ino = 0; (ei = radix_next(&sb->inodes, &ino)); ino++) {
		struct mapping *mapping = &ei->vfs.mapping;

		if (!mapping->nr_dirty && !mapping->nr_writeback)
			continue;
		/* whom nobody uses is not freed while it is dirty or written */
		err = mapping_writeback(mapping, 0, ~0u);
		if (err)
			result = err;
	}
	return result;
}

int ext2_sync(struct super *super)
{
	struct ext2_sb *sb = EXT2_SB(super);
	int err, more;

	if (super->flags & MS_RDONLY && !sb->broken)
		return 0;
	err = write_files(sb);
	scoped_lock(&sb->hold);
	more = ext2_commit(sb);
	return err ?: more;
}
