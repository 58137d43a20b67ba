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
 *
 * Nor is it for a file that grows: the empty slots behind its end are remembered, as many as
 * blocks are kept for it (balloc.c). Pages that come in turn need not ask (mapping->room);
 * what they have used is written into the slots when somebody looks.
 *
 *	numbers	| 70 | 71 | 72 | (73) |    |    |    |		blocks of a page's size
 *	                        ^      ^              ^
 *	         `end`, room_start     room           room_end	one page has come since
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

	if (ext2_available_to(ei) > left)
		err = ext2_alloc_block(ei, *goal, &block);
	if (err)
		return err;
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

/* The file has grown up to a slot of buf, or of ei->block: what is kept for it goes into the
 * next n at most. */
static void found_slots(struct ext2_inode *ei, struct buf **buf, u32 *slots,
			u32 n)
{
	u32 *end = slots + min(n, ei->ahead_end - ei->ahead);
	bool is_new = *buf && (*buf)->class == BUF_NEW;

	ei->slots = slots;
	/* Others may have left blocks behind the end of a file. */
	while (!is_new && slots < end && !*slots)
		slots++;
	ei->slots_end = is_new ? end : slots;
	ei->slots_buf = *buf;
	*buf = NULL;
}

/* goal: where to make what is missing; NULL: it is not made */
static int walk(struct ext2_inode *ei, u32 index, u32 *goal, u32 *block)
{
	struct ext2_sb *sb = inode_sb(ei);
	u32 path[4], n = find_path(sb, index, path), *slot;
	scoped_buf *buf = NULL;
	struct buf *next;
	int err = n ? 0 : -EFBIG;
	bool filled;

	slot = &ei->block[n ? path[0] : 0];
	for (u32 i = 1; !err; i++) {
		filled = !*slot && goal;
		if (filled) {
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
			if (filled && index >= ei->end)
				found_slots(ei, &buf, slot + 1, left - 1);
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

/* ---- growing without asking */

/* The next n slots get the next n blocks. */
static void fill_slots(struct ext2_inode *ei, u32 n)
{
	u32 block = ext2_take_ahead(ei, n);
	u32 *slot = ei->slots, *end = slot + n;

	assert(end <= ei->slots_end);
	while (slot < end)
		*slot++ = block++;
	ei->slots = end;
	ei->end += n;
	ei->near_index = ei->end - 1;
}

void ext2_open_room(struct ext2_inode *ei)
{
	struct mapping *m = &ei->vfs.mapping;
	u32 n = page_blocks(inode_sb(ei));

	m->room_start = m->room = ei->end / n;
	m->room_end = m->room + (u32)(ei->slots_end - ei->slots) / n;
}

void ext2_settle(struct ext2_inode *ei)
{
	struct mapping *m = &ei->vfs.mapping;

	if (m->room == m->room_start)
		return;
	fill_slots(ei, (m->room - m->room_start) * page_blocks(inode_sb(ei)));
	m->room_start = m->room;
}

void ext2_close_room(struct ext2_inode *ei)
{
	ext2_settle(ei);
	ei->vfs.mapping.room_end = ei->vfs.mapping.room;
	ei->slots_end = ei->slots;
	buf_put(ei->slots_buf);
	ei->slots_buf = NULL;
}

/* ---- looking, and filling */

int ext2_bmap(struct ext2_inode *ei, u32 index, u32 *block)
{
	if (index - ei->run < ei->nr_run) {
		*block = ei->run_block + (index - ei->run);
		return 0;
	}
	ext2_settle(ei);
	return walk(ei, index, NULL, block);
}

int ext2_bmap_alloc(struct ext2_inode *ei, u32 index, u32 *block)
{
	u32 goal;
	int err = 0;

	ext2_settle(ei);
	*block = 0;
	if (index < ei->end)
		err = ext2_bmap(ei, index, block);
	if (err || *block)
		return err;
	if (index == ei->end && ei->slots < ei->slots_end) {
		*block = ei->ahead;
		fill_slots(ei, 1);
		return 0;
	}
	ext2_close_room(ei);
	goal = find_goal(ei, index);
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
