/*
 * balloc.c - which blocks and inodes are free.
 *
 * Called with sb->hold. A group's bitmaps are read when they are first needed and stay.
 *
 *	bitmap	1 1 1 1 0 0 1 1 0	in use, as far as whoever searches sees
 *	freed	0 1 0 0 0 0 0 1 0	of these: freed, but on the disk something still
 *					leads there; free by the next commit
 *
 * Where things go: a file's block right behind its last one; its first one in the group of
 * its inode, where a byte of the bitmap is all free, so that the next ones have room behind it. A
 * file's inode into its directory's group; a directory into its parent's, but those
 * in the root are spread, each into the emptiest group.
 *
 * The blocks behind a file's last one are kept for it until the next commit, so that two files
 * that grow side by side stay whole: at first 8, later as many as it has. They are set in the
 * bitmap, and not counted as free. When little else is, they are given up.
 */
#include "kernel/fs/ext2/ext2.h"

#include "kernel/process.h"

static bool test_bit(const u8 *map, u32 n)
{
	return map[n / 8] >> n % 8 & 1;
}

static void set_bit(u8 *map, u32 n)
{
	map[n / 8] |= (u8)(1u << n % 8);
}

static void clear_bit(u8 *map, u32 n)
{
	map[n / 8] &= (u8) ~(1u << n % 8);
}

static u32 group_of_block(const struct ext2_sb *sb, u32 block, u32 *bit)
{
	block -= sb->es->s_first_data_block;
	*bit = block % sb->es->s_blocks_per_group;
	return block / sb->es->s_blocks_per_group;
}

static u32 group_start(const struct ext2_sb *sb, u32 group)
{
	return sb->es->s_first_data_block + group * sb->es->s_blocks_per_group;
}

/* Blocks in a group: the last one's may be fewer. */
static u32 group_size(const struct ext2_sb *sb, u32 group)
{
	return min(sb->es->s_blocks_per_group,
		   sb->es->s_blocks_count - group_start(sb, group));
}

bool ext2_block_valid(struct ext2_sb *sb, u32 block)
{
	const struct ext2_super_block *es = sb->es;
	u32 first = es->s_first_data_block, group, start, bit;
	const struct ext2_group_desc *desc;

	if (block - sb->valid < sb->nr_valid)
		return true;
	if (block <= first + sb->nr_descs || block >= es->s_blocks_count)
		return false;
	group = group_of_block(sb, block, &bit);
	desc = ext2_desc(sb, group);
	if (block == desc->bg_block_bitmap || block == desc->bg_inode_bitmap ||
	    block - desc->bg_inode_table < table_blocks(sb))
		return false;
	/* So is all that lies behind the group's own. */
	start = max(desc->bg_block_bitmap, desc->bg_inode_bitmap) + 1;
	start = max(start, desc->bg_inode_table + table_blocks(sb));
	start = max(start, first + sb->nr_descs + 1);
	if (block >= start) {
		sb->valid = start;
		sb->nr_valid =
			group_start(sb, group) + group_size(sb, group) - start;
	}
	return true;
}

static int load_blocks(struct ext2_sb *sb, u32 group)
{
	struct ext2_group *g = &sb->groups[group];
	const struct ext2_group_desc *desc = ext2_desc(sb, group);
	u32 bit;
	int err;

	if (g->blocks)
		return 0;
	if (!g->freed)
		g->freed = kzalloc(sb->block_size);
	if (!g->freed)
		return -ENOMEM;
	err = buf_read(sb, desc->bg_block_bitmap, &g->blocks);
	if (err)
		return err;
	group_of_block(sb, desc->bg_block_bitmap, &bit);
	if (test_bit(g->blocks->data, bit))
		return 0;
	buf_put(g->blocks);
	g->blocks = NULL;
	return ext2_error(sb, "the bitmap of group %u calls itself free",
			  group);
}

static int load_inodes(struct ext2_sb *sb, u32 group)
{
	struct ext2_group *g = &sb->groups[group];

	return g->inodes ? 0
			 : buf_read(sb, ext2_desc(sb, group)->bg_inode_bitmap,
				    &g->inodes);
}

/* A group's counts have changed, and the superblock's (the commit fills that in). */
static void counts_changed(struct ext2_sb *sb, u32 group)
{
	u32 per_block = sb->block_size / sizeof(struct ext2_group_desc);

	assert(per_block);
	buf_dirty(sb->descs[group / per_block], BUF_LATE);
	buf_dirty(sb->buf, BUF_LATE);
}

/* ---- blocks */

u32 ext2_available(const struct ext2_sb *sb)
{
	const struct process *p = current->process;
	u32 reserved = sb->es->s_r_blocks_count;

	if (!p || !p->euid || p->euid == sb->es->s_def_resuid)
		return sb->free_blocks;
	return sb->free_blocks > reserved ? sb->free_blocks - reserved : 0;
}

/* The first clear bit in [from, end) that begins a byte of clear ones, or (single) any. => ~0 */
static u32 find_clear(const u8 *map, u32 from, u32 end, bool single)
{
	for (u32 n = from; n < end; n++) {
		if (n % 8 == 0 &&
		    (map[n / 8] == 0xff || (!single && map[n / 8] != 0))) {
			n += 7;
			continue;
		}
		if (single ? !test_bit(map, n) : n % 8 == 0 && n + 8 <= end)
			return n;
	}
	return ~0u;
}

/* Where in the bitmap to take a block: near `from`. => ~0: none */
static u32 find_block(const u8 *map, u32 from, u32 size)
{
	u32 n = find_clear(map, from, min(from + 32, size), true);

	if (n == ~0u)
		n = find_clear(map, from, size, false);
	if (n == ~0u)
		n = find_clear(map, from, size, true);
	return n != ~0u ? n : find_clear(map, 0, from, true);
}

/* Sets what is clear from `from` on, up to what is not. => how many */
static u32 take_clear(u8 *map, u32 from, u32 end)
{
	u32 n = from;

	while (n < end && !test_bit(map, n)) {
		if (n % 8 || map[n / 8] || n + 8 > end) {
			set_bit(map, n++);
		} else {
			map[n / 8] = 0xff;
			n += 8;
		}
	}
	return n - from;
}

void ext2_drop_ahead(struct ext2_inode *ei)
{
	struct ext2_sb *sb = inode_sb(ei);
	u32 n, group;

	ext2_close_room(ei);
	group = group_of_block(sb, ei->ahead, &n);
	for (; ei->ahead_end > ei->ahead; ei->ahead_end--) {
		clear_bit(sb->groups[group].blocks->data, n++);
		ext2_desc(sb, group)->bg_free_blocks_count++;
		sb->free_blocks++;
	}
}

void ext2_drop_all_ahead(struct ext2_sb *sb)
{
	struct ext2_inode *ei;

	list_for_each_entry (ei, &sb->dirty_inodes, dirty)
		ext2_drop_ahead(ei);
}

/* Keeps blocks for a file: one that is free near `from`, and what is free behind it.
 * => 0; -ENOSPC: not in this group */
static int keep_ahead(struct ext2_inode *ei, u32 group, u32 from)
{
	struct ext2_sb *sb = inode_sb(ei);
	struct ext2_group_desc *desc = ext2_desc(sb, group);
	u32 n, size = group_size(sb, group), want, block;
	int err;
	u8 *map;

	if (!desc->bg_free_blocks_count)
		return -ENOSPC;
	err = load_blocks(sb, group);
	if (err)
		return err;
	map = sb->groups[group].blocks->data;
	n = find_block(map, from, size);
	if (n == ~0u)
		return -ENOSPC;
	block = group_start(sb, group) + n;
	if (!ext2_block_valid(sb, block))
		return ext2_error(sb,
				  "the bitmap of group %u calls block %u free",
				  group, block);
	want = min(max(ei->end, 8u), MiB >> sb->block_shift);
	want = min(want, (u32)desc->bg_free_blocks_count);
	want = min(want, ext2_available(sb));
	/* Those behind may be the group's own if this is before them. */
	if (!S_ISREG(ei->vfs.mode) || block - sb->valid >= sb->nr_valid)
		want = 1;
	ei->ahead = block;
	ei->ahead_end = block + take_clear(map, n, n + min(want, size - n));
	desc->bg_free_blocks_count -= (u16)(ei->ahead_end - block);
	sb->free_blocks -= ei->ahead_end - block;
	buf_dirty(sb->groups[group].blocks, BUF_LATE);
	counts_changed(sb, group);
	return 0;
}

int ext2_alloc_block(struct ext2_inode *ei, u32 goal, u32 *block)
{
	struct ext2_sb *sb = inode_sb(ei);
	u32 group = (ei->vfs.ino - 1) / sb->es->s_inodes_per_group, from = 0;
	int err = -ENOSPC;

	if (ei->ahead != goal)
		ext2_drop_ahead(ei);
	if (ei->ahead_end > ei->ahead)
		err = 0;
	else if (!ext2_available(sb))
		return -ENOSPC;
	else if (ext2_block_valid(sb, goal))
		group = group_of_block(sb, goal, &from);
	for (u32 i = 0; i < sb->nr_groups && err == -ENOSPC; i++) {
		err = keep_ahead(ei, group, from);
		group = group + 1 == sb->nr_groups ? 0 : group + 1;
		from = 0;
	}
	if (err)
		return err;
	*block = ext2_take_ahead(ei, 1);
	ext2_mark(ei, EI_META);
	return 0;
}

int ext2_free_block(struct ext2_inode *ei, u32 block)
{
	struct ext2_sb *sb = inode_sb(ei);
	struct ext2_group *g;
	u32 group, n;
	int err;

	if (!ext2_block_valid(sb, block))
		return ext2_error(sb, "inode %u has block %u", ei->vfs.ino,
				  block);
	group = group_of_block(sb, block, &n);
	g = &sb->groups[group];
	err = load_blocks(sb, group);
	if (err)
		return err;
	assert(g->blocks);
	if (!test_bit(g->blocks->data, n) || test_bit(g->freed, n))
		return ext2_error(sb, "block %u is freed a second time", block);
	set_bit(g->freed, n);
	g->nr_freed++;
	sb->nr_freed++;
	buf_forget(sb, block);
	ei->vfs.blocks -= min(ei->vfs.blocks, sb->block_size >> SECTOR_SHIFT);
	ext2_mark(ei, EI_META);
	return 0;
}

void ext2_freed_are_free(struct ext2_sb *sb)
{
	for (u32 group = 0; sb->nr_freed && group < sb->nr_groups; group++) {
		struct ext2_group *g = &sb->groups[group];

		if (!g->nr_freed)
			continue;
		for (u32 i = 0; i < sb->block_size; i++)
			g->blocks->data[i] &= (u8)~g->freed[i];
		memset(g->freed, 0, sb->block_size);
		buf_dirty(g->blocks, BUF_LATE);
		ext2_desc(sb, group)->bg_free_blocks_count += (u16)g->nr_freed;
		sb->free_blocks += g->nr_freed;
		sb->nr_freed -= g->nr_freed;
		g->nr_freed = 0;
		counts_changed(sb, group);
	}
}

int ext2_unused_blocks(struct ext2_sb *sb, u32 *block, u32 n)
{
	for (u32 group = 0; n && group < sb->nr_groups; group++) {
		u32 start = group_start(sb, group), i = 0;
		u32 size = group_size(sb, group);
		int err = ext2_desc(sb, group)->bg_free_blocks_count
				  ? load_blocks(sb, group)
				  : -ENOSPC;

		for (; n && !err; i++) {
			i = find_clear(sb->groups[group].blocks->data, i, size,
				       true);
			if (i == ~0u)
				err = -ENOSPC;
			else if (ext2_block_valid(sb, start + i))
				*block++ = start + i, n--;
		}
		if (err && err != -ENOSPC)
			return err;
	}
	return n ? -ENOSPC : 0;
}

/* ---- inodes */

/* The group with the most free blocks, of those that have an inode. */
static u32 emptiest_group(const struct ext2_sb *sb)
{
	u32 best = 0, most = 0;

	for (u32 group = 0; group < sb->nr_groups; group++) {
		const struct ext2_group_desc *desc = ext2_desc(sb, group);

		if (desc->bg_free_inodes_count &&
		    desc->bg_free_blocks_count > most) {
			best = group;
			most = desc->bg_free_blocks_count;
		}
	}
	return best;
}

/* => 0 and the number; -ENOSPC: not in this group */
static int take_ino(struct ext2_sb *sb, u32 group, bool is_dir, u32 *ino)
{
	struct ext2_group_desc *desc = ext2_desc(sb, group);
	u32 per_group = sb->es->s_inodes_per_group, n;
	int err;

	if (!desc->bg_free_inodes_count)
		return -ENOSPC;
	err = load_inodes(sb, group);
	if (err)
		return err;
	n = find_clear(sb->groups[group].inodes->data,
		       group ? 0 : sb->first_ino - 1, per_group, true);
	if (n == ~0u)
		return -ENOSPC;
	*ino = group * per_group + n + 1;
	if (radix_lookup(&sb->inodes, *ino))
		return ext2_error(sb, "inode %u is in use and free", *ino);
	set_bit(sb->groups[group].inodes->data, n);
	buf_dirty(sb->groups[group].inodes, BUF_LATE);
	desc->bg_free_inodes_count--;
	desc->bg_used_dirs_count += is_dir;
	sb->free_inodes--;
	counts_changed(sb, group);
	return 0;
}

int ext2_alloc_ino(struct ext2_sb *sb, const struct ext2_inode *dir,
		   bool is_dir, u32 *ino)
{
	u32 group = (dir->vfs.ino - 1) / sb->es->s_inodes_per_group;
	int err = -ENOSPC;

	if (is_dir && dir->vfs.ino == EXT2_ROOT_INO)
		group = emptiest_group(sb);
	for (u32 i = 0; i < sb->nr_groups && err == -ENOSPC; i++) {
		err = take_ino(sb, group, is_dir, ino);
		group = group + 1 == sb->nr_groups ? 0 : group + 1;
	}
	return err;
}

void ext2_free_ino(struct ext2_sb *sb, u32 ino, bool is_dir)
{
	u32 group = (ino - 1) / sb->es->s_inodes_per_group;
	struct ext2_group_desc *desc = ext2_desc(sb, group);
	u32 n = (ino - 1) % sb->es->s_inodes_per_group;

	if (load_inodes(sb, group))
		return; /* e2fsck will find it */
	clear_bit(sb->groups[group].inodes->data, n);
	buf_dirty(sb->groups[group].inodes, BUF_LATE);
	desc->bg_free_inodes_count++;
	if (is_dir && desc->bg_used_dirs_count)
		desc->bg_used_dirs_count--;
	sb->free_inodes++;
	counts_changed(sb, group);
}
