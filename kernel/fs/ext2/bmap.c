/*
 * bmap.c - which block of the disk is which of a file.
 *
 *	inode->block[0..11]	0 .. 11
 *	inode->block[12] ->	[ | | | ]		12 .. 12 + n - 1
 *	inode->block[13] ->	[ | | | ] -> [ | | | ]	the n * n after those
 *	inode->block[14] ->	three deep		n * n * n; n: numbers in a block
 *
 * 0 is a hole: where nothing was written, zeros are read. Blocks that lead to others are
 * metadata (buf.c), those of a file's bytes are the page cache's.
 *
 * Every number from the disk is checked before it is followed. Where blocks follow each other
 * on the disk, the next RUN_MAX are remembered, and their way is not gone again.
 */
#include "kernel/fs/ext2/ext2.h"

#define RUN_MAX 64u

/* The way to a block: an index into inode->block, then into each indirect block.
 * => how many; 0: beyond the largest file */
static u32 find_path(const struct ext2_sb *sb, u32 index, u32 path[4])
{
	u32 shift = sb->block_shift - 2, mask = sb->per_block - 1;
	u64 span = sb->per_block, left = index;

	if (index < EXT2_NDIR) {
		path[0] = index;
		return 1;
	}
	left -= EXT2_NDIR;
	for (u32 deep = 1; deep <= 3; deep++, span <<= shift) {
		if (left >= span) {
			left -= span;
			continue;
		}
		path[0] = EXT2_NDIR + deep - 1;
		for (u32 i = 1; i <= deep; i++)
			path[i] = (u32)(left >> shift * (deep - i)) & mask;
		return deep + 1;
	}
	return 0;
}

u64 ext2_max_size(const struct ext2_sb *sb)
{
	u64 n = sb->per_block, blocks = EXT2_NDIR + n + n * n + n * n * n;

	/* i_blocks counts 512 bytes in 32 bits; a page's number has 32, too */
	blocks = min(blocks, (u64)0xffffffff >> (sb->block_shift - 9));
	return blocks << sb->block_shift;
}

/* Where a file's next block should be. */
static u32 find_goal(struct ext2_inode *ei, u32 index)
{
	u32 before = 0;

	if (ei->ahead && index - ei->near_index - 1 < 32)
		return ei->ahead;
	if (index && !ext2_bmap(ei, index - 1, &before) && before)
		return before + 1;
	return 0;
}

/* Fills an empty slot, at depth `left` above the file's block. => hold */
static int fill_slot(struct ext2_inode *ei, u32 *slot, u32 left, u32 *goal)
{
	struct ext2_sb *sb = inode_sb(ei);
	scoped_buf *buf = NULL;
	u32 block;
	int err = -ENOSPC;

	if (ext2_available(sb) > left)
		err = ext2_alloc_block(ei, *goal, &block);
	if (err)
		return err;
	buf_forget(sb, block); /* read by who followed a stale number */
	if (left) {
		err = buf_new(sb, block, &buf);
		if (err) {
			ext2_free_block(ei, block);
			return err;
		}
	}
	*slot = block;
	*goal = block + 1;
	return 0;
}

/* A block was found in the first of n slots: those that follow it on the disk, too, need
 * not be looked for. */
static void found_run(struct ext2_inode *ei, u32 index, const u32 *slot, u32 n)
{
	u32 i = 1;

	n = min(n, RUN_MAX);
	while (i < n && slot[i] == *slot + i &&
	       ext2_block_valid(inode_sb(ei), slot[i]))
		i++;
	ei->run = index;
	ei->run_block = *slot;
	ei->nr_run = i;
}

/* The file has grown up to index: if a page ends there, the next slots, n at most, are for
 * what is kept for it (file.c). */
static void found_slots(struct ext2_inode *ei, u32 index, u32 *slots, u32 n)
{
	if ((index + 1) % page_blocks(inode_sb(ei)))
		return;
	ei->slots = slots;
	for (n = min(n, ei->ahead_end - ei->ahead); n && !*slots; n--)
		slots++;
	ei->slots_end = slots;
	ei->slots_age = inode_sb(ei)->nr_forgotten;
}

/* goal: where to make what is missing; NULL: it is not made */
static int walk(struct ext2_inode *ei, u32 index, u32 *goal, u32 *block)
{
	struct ext2_sb *sb = inode_sb(ei);
	u32 path[4], n = find_path(sb, index, path), *slot;
	scoped_buf *buf = NULL;
	struct buf *next;
	int err = n ? 0 : -EFBIG;

	slot = &ei->block[n ? path[0] : 0];
	for (u32 i = 1; !err; i++) {
		if (!*slot && goal) {
			err = fill_slot(ei, slot, n - i, goal);
			if (!err && buf)
				buf_dirty(buf, BUF_MAP);
		}
		*block = *slot;
		if (!err && *block && !ext2_block_valid(sb, *block))
			err = ext2_error(sb, "inode %u has block %u",
					 ei->vfs.ino, *block);
		if (!err && *block && i == n) {
			u32 left = (n > 1 ? sb->per_block : EXT2_NDIR) -
				   path[i - 1];

			found_run(ei, index, slot, left);
			if (goal && index >= ei->end)
				found_slots(ei, index, slot + 1, left - 1);
		}
		if (err || !*block || i == n)
			break;
		err = buf_read(sb, *block, &next);
		if (err)
			break;
		buf_put(buf);
		buf = next;
		slot = (u32 *)(void *)buf->data + path[i];
	}
	return err;
}

int ext2_bmap(struct ext2_inode *ei, u32 index, u32 *block)
{
	if (index - ei->run < ei->nr_run) {
		*block = ei->run_block + (index - ei->run);
		return 0;
	}
	return walk(ei, index, NULL, block);
}

int ext2_bmap_alloc(struct ext2_inode *ei, u32 index, u32 *block)
{
	u32 goal;
	int err = 0;

	*block = 0;
	if (index < ei->end)
		err = ext2_bmap(ei, index, block);
	if (err || *block)
		return err;
	goal = find_goal(ei, index);
	ei->slots_end = ei->slots;
	err = walk(ei, index, &goal, block);
	if (err)
		return err;
	ei->near_index = index;
	ei->end = max(ei->end, index + 1);
	return 0;
}

/* ---- freeing */

/* Frees what hangs on a slot, `depth` indirect blocks deep, but for its first `keep` blocks.
 * The first error ends it: numbers in a circle are freed twice, and that is one. */
static int cut_tree(struct ext2_inode *ei, u32 *slot, u32 depth, u64 keep)
{
	struct ext2_sb *sb = inode_sb(ei);
	u32 shift = depth ? (depth - 1) * (sb->block_shift - 2) : 0, *numbers;
	scoped_buf *buf = NULL;
	int err = 0;

	if (!*slot)
		return 0;
	if (depth && !ext2_block_valid(sb, *slot))
		return ext2_error(sb, "inode %u has block %u", ei->vfs.ino,
				  *slot);
	if (depth) {
		err = buf_read(sb, *slot, &buf);
		if (err)
			return err;
		numbers = (void *)buf->data;
		for (u32 i = (u32)(keep >> shift); i < sb->per_block && !err;
		     i++) {
			u64 first = (u64)i << shift;

			err = cut_tree(ei, &numbers[i], depth - 1,
				       keep > first ? keep - first : 0);
		}
		if (keep)
			buf_dirty(buf, BUF_MAP);
	}
	if (err || keep)
		return err;
	err = ext2_free_block(ei, *slot);
	*slot = 0;
	return err;
}

int ext2_bmap_cut(struct ext2_inode *ei, u32 keep)
{
	struct ext2_sb *sb = inode_sb(ei);
	u64 first = EXT2_NDIR, span = sb->per_block;
	int err = 0;

	ext2_drop_ahead(ei);
	ei->ahead = ei->ahead_end = ei->nr_run = 0;
	for (u32 i = keep; i < EXT2_NDIR && !err; i++)
		err = cut_tree(ei, &ei->block[i], 0, 0);
	for (u32 depth = 1; depth <= 3 && !err; depth++) {
		if (keep < first + span)
			err = cut_tree(ei, &ei->block[EXT2_NDIR + depth - 1],
				       depth, keep > first ? keep - first : 0);
		first += span;
		span <<= sb->block_shift - 2;
	}
	ei->end = min(ei->end, keep);
	return err;
}
