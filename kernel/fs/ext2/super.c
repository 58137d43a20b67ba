/*
 * super.c - an ext2 file system is mounted, and taken off again.
 *
 * Called by kernel/fs/super.c and mount.c through ext2_type and struct super_ops.
 *
 * A disk comes from anywhere and is not to be believed. What is computed with is
 * checked here when it is mounted: sizes, and where each group has its bitmaps and
 * inodes. What is followed later (block and inode numbers, entries of directories) is
 * checked where it is followed. What cannot be right is an error: it is printed, nothing is
 * written from then on, and "has errors" is what the disk says at the end, so that e2fsck looks.
 *
 * s_state says whether the last one who wrote here has finished: VALID is taken away while
 * the file system can be written, and comes back when it is unmounted, if it was there before.
 *
 * A thread per file system commits every few seconds what nobody has asked to be
 * on the disk. Left out of Linux's ext2: extended attributes, quotas, options.
 */
#include "kernel/fs/ext2/ext2.h"

#include "kernel/printk.h"
#include "kernel/process.h"

#include <asm/statfs.h>
#include <linux/magic.h>

#define COMMIT_INTERVAL_NS 5000000000ull

void ext2_complain(struct ext2_sb *sb, const char *fmt, ...)
{
	char text[100];
	va_list args;

	if (sb->broken)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	printk("ext2: %s: %s: read-only from here on; run e2fsck\n",
	       sb->bdev->name, text);
	sb->broken = true;
	sb->es->s_state |= EXT2_ERROR_FS;
	sb->super->flags |= MS_RDONLY;
	ext2_drop_all_ahead(sb); /* who writes has to ask */
}

struct ext2_group_desc *ext2_desc(const struct ext2_sb *sb, u32 group)
{
	u32 per_block = sb->block_size / sizeof(struct ext2_group_desc);

	return (struct ext2_group_desc *)(void *)sb->descs[group / per_block]
		       ->data +
	       group % per_block;
}

int ext2_begin(struct ext2_sb *sb)
{
	if (sb->broken || sb->super->flags & MS_RDONLY)
		return -EROFS;
	if (ext2_available(sb) < 64)
		ext2_drop_all_ahead(sb);
	if (sb->journal || (sb->nr_freed && ext2_available(sb) < 64) ||
	    (sb->nr_gone && !sb->free_inodes))
		ext2_commit(sb);
	return !sb->journal ? 0 : sb->broken ? -EROFS : -ENOMEM;
}

/* ---- what the superblock says */

static int refuse(const struct ext2_sb *sb, const char *why, u32 value)
{
	printk("ext2: %s: %s (0x%x)\n", sb->bdev->name, why, value);
	return -EINVAL;
}

/* Sizes that the first look at the superblock needs: its block can be read then. */
static int check_block_size(struct ext2_sb *sb)
{
	const struct ext2_super_block *es = sb->es;
	u32 known = EXT2_INCOMPAT_FILETYPE;

	if (es->s_magic != EXT2_SUPER_MAGIC)
		return refuse(sb, "no ext2 file system", es->s_magic);
	if (es->s_feature_incompat & EXT2_INCOMPAT_RECOVER)
		return refuse(sb, "has a journal to be replayed: run e2fsck",
			      es->s_feature_incompat);
	if (es->s_rev_level > 1)
		return refuse(sb, "unknown revision", es->s_rev_level);
	if (es->s_rev_level && es->s_feature_incompat & ~known)
		return refuse(sb, "unknown features, incompat",
			      es->s_feature_incompat & ~known);
	if (es->s_log_block_size > 2)
		return refuse(sb, "block size, log2 - 10",
			      es->s_log_block_size);
	sb->block_shift = es->s_log_block_size + 10;
	sb->block_size = 1u << sb->block_shift;
	sb->per_block = sb->block_size / sizeof(u32);
	return 0;
}

static int check_geometry(struct ext2_sb *sb)
{
	const struct ext2_super_block *es = sb->es;
	u32 bits = sb->block_size * 8, per_group = es->s_blocks_per_group;
	u32 first = es->s_first_data_block;

	sb->inode_size =
		es->s_rev_level ? es->s_inode_size : EXT2_OLD_INODE_SIZE;
	sb->first_ino = es->s_rev_level ? es->s_first_ino : 11;
	sb->has_filetype = es->s_rev_level &&
			   es->s_feature_incompat & EXT2_INCOMPAT_FILETYPE;
	if (sb->inode_size < EXT2_OLD_INODE_SIZE ||
	    sb->inode_size > sb->block_size ||
	    sb->inode_size & (sb->inode_size - 1))
		return refuse(sb, "bad inode size", sb->inode_size);
	if (first != (sb->block_size == 1024))
		return refuse(sb, "bad first block", first);
	if (es->s_blocks_count <= first + 1 ||
	    (u64)es->s_blocks_count << (sb->block_shift - SECTOR_SHIFT) >
		    sb->bdev->nr_sectors)
		return refuse(sb, "more blocks than the disk has",
			      es->s_blocks_count);
	if (per_group < 8 || per_group > bits)
		return refuse(sb, "bad blocks per group", per_group);
	sb->nr_groups = (es->s_blocks_count - first - 1) / per_group + 1;
	if (es->s_inodes_per_group < 8 || es->s_inodes_per_group > bits ||
	    (u64)es->s_inodes_per_group * sb->nr_groups != es->s_inodes_count)
		return refuse(sb, "bad inodes per group",
			      es->s_inodes_per_group);
	if (sb->first_ino < 11 || sb->first_ino > es->s_inodes_per_group)
		return refuse(sb, "bad first inode", sb->first_ino);
	return 0;
}

/* => 0, or -EUCLEAN: a group's own blocks are not in it */
static int check_descs(struct ext2_sb *sb)
{
	const struct ext2_super_block *es = sb->es;
	u32 first = es->s_first_data_block, per_group = es->s_blocks_per_group;

	for (u32 g = 0; g < sb->nr_groups; g++) {
		const struct ext2_group_desc *desc = ext2_desc(sb, g);
		u32 start =
			max(first + g * per_group, first + 1 + sb->nr_descs);
		u32 size =
			min(first + (g + 1) * per_group, es->s_blocks_count) -
			start;

		if (desc->bg_block_bitmap - start >= size ||
		    desc->bg_inode_bitmap - start >= size ||
		    desc->bg_inode_table - start >= size ||
		    table_blocks(sb) > size - (desc->bg_inode_table - start) ||
		    desc->bg_free_blocks_count > per_group ||
		    desc->bg_free_inodes_count > es->s_inodes_per_group) {
			refuse(sb, "bad group descriptor", g);
			return -EUCLEAN;
		}
		sb->free_blocks += desc->bg_free_blocks_count;
		sb->free_inodes += desc->bg_free_inodes_count;
	}
	return 0;
}

static int read_descs(struct ext2_sb *sb)
{
	u32 per_block = sb->block_size / sizeof(struct ext2_group_desc);
	u32 n = (sb->nr_groups + per_block - 1) / per_block;
	int err;

	sb->descs = kzalloc(n * (u32)sizeof(*sb->descs));
	sb->groups = kzalloc(sb->nr_groups * (u32)sizeof(*sb->groups));
	if (!sb->descs || !sb->groups)
		return -ENOMEM;
	for (; sb->nr_descs < n; sb->nr_descs++) {
		err = buf_read(sb,
			       sb->es->s_first_data_block + 1 + sb->nr_descs,
			       &sb->descs[sb->nr_descs]);
		if (err)
			return err;
	}
	return check_descs(sb);
}

/* The superblock is at byte 1024, whatever the blocks' size: read as a block of 1 KiB
 * first, to learn that size. */
static int read_super(struct ext2_sb *sb)
{
	struct buf *buf;
	int err;

	sb->block_shift = 10;
	sb->block_size = 1024;
	err = buf_read(sb, 1, &buf);
	if (err)
		return err;
	sb->es = (void *)buf->data;
	err = check_block_size(sb);
	sb->es = NULL;
	buf_forget(sb, 1);
	buf_put(buf);
	if (err)
		return err;
	err = buf_read(sb, sb->block_shift == 10, &sb->buf);
	if (err)
		return err;
	sb->es = (void *)(sb->buf->data + (sb->block_shift == 10 ? 0 : 1024));
	return check_geometry(sb);
}

/* ---- the state on the disk */

/* It is going to be written, or (clean) has been, and all is there. => 0 or -EIO */
static int write_state(struct ext2_sb *sb, bool clean)
{
	struct ext2_super_block *es = sb->es;
	u32 now = (u32)div_u64(fs_time(), 1000000000, NULL);

	es->s_wtime = now;
	if (!clean) {
		sb->state = es->s_state;
		es->s_mtime = now;
		es->s_mnt_count++;
		es->s_state &= (u16)~EXT2_VALID_FS;
	} else if (!sb->broken) {
		es->s_state = sb->state;
	}
	return buf_write_one(sb->buf);
}

static int start_writing(struct ext2_sb *sb)
{
	u32 unknown = sb->es->s_rev_level ? sb->es->s_feature_ro_compat &
						    ~EXT2_RO_COMPAT_KNOWN
					  : 0;

	if (sb->broken)
		return -EROFS;
	if (unknown) {
		printk("ext2: %s: read-only: unknown features, ro_compat "
		       "(%u)\n",
		       sb->bdev->name, unknown);
		return -EROFS;
	}
	if (!(sb->es->s_state & EXT2_VALID_FS) ||
	    sb->es->s_state & EXT2_ERROR_FS)
		printk("ext2: %s: not unmounted in order, or with errors: run "
		       "e2fsck\n",
		       sb->bdev->name);
	return write_state(sb, false);
}

/* Whether a file without a name is in use: its blocks are not free yet. */
static bool has_unnamed(const struct ext2_sb *sb)
{
	const struct ext2_inode *ei;

	for (u32 ino = 0; (ei = radix_next(&sb->inodes, &ino)); ino++)
		if (ei->vfs.refs && !ei->vfs.nlink)
			return true;
	return false;
}

static int ext2_remount(struct super *super, u32 flags)
{
	struct ext2_sb *sb = EXT2_SB(super);
	int err;

	if (!(flags & MS_RDONLY))
		return start_writing(sb);
	if (super->flags & MS_RDONLY && !sb->broken)
		return 0;
	err = sb->broken ? 0 : ext2_sync(super);
	scoped_lock(&sb->hold);
	/* What changed meanwhile; nothing does from here on. */
	if (!err && !sb->broken)
		err = has_unnamed(sb) ? -EBUSY : ext2_commit(sb);
	if (!err || sb->broken)
		err = write_state(sb, true);
	return err;
}

static void ext2_statfs(struct super *super, struct statfs64 *st)
{
	struct ext2_sb *sb = EXT2_SB(super);
	const struct ext2_super_block *es = sb->es;
	u32 reserved = es->s_r_blocks_count;

	ext2_drop_all_ahead(sb);
	st->f_bsize = sb->block_size;
	st->f_blocks = es->s_blocks_count - es->s_first_data_block -
		       (2 + table_blocks(sb)) * (u64)sb->nr_groups;
	st->f_bfree = sb->free_blocks + sb->nr_freed;
	st->f_bavail = st->f_bfree > reserved ? st->f_bfree - reserved : 0;
	st->f_files = es->s_inodes_count;
	st->f_ffree = sb->free_inodes + sb->nr_gone;
}

/* ---- mounting */

static void committer(void *arg)
{
	struct ext2_sb *sb = arg;

	while (!sb->stop) {
		waitq_sleep_until(&sb->committer,
				  clock_ns() + COMMIT_INTERVAL_NS);
		scoped_lock(&sb->hold);
		ext2_commit(sb);
	}
	sb->stopped = true;
	waitq_wake_all(&sb->committer);
}

static void destroy(struct ext2_sb *sb)
{
	for (u32 g = 0; sb->groups && g < sb->nr_groups; g++) {
		buf_put(sb->groups[g].blocks);
		buf_put(sb->groups[g].inodes);
		kfree(sb->groups[g].freed);
	}
	while (sb->nr_descs)
		buf_put(sb->descs[--sb->nr_descs]);
	buf_put(sb->buf);
	ext2_journal_drop(sb);
	buf_destroy(sb);
	kfree(sb->groups);
	kfree(sb->descs);
	kfree(sb);
}

static void ext2_umount(struct super *super)
{
	struct ext2_sb *sb = EXT2_SB(super);

	sb->stop = true;
	waitq_wake_all(&sb->committer);
	while (!sb->stopped)
		waitq_sleep(&sb->committer);
	if (!(super->flags & MS_RDONLY) || sb->broken)
		ext2_remount(super, super->flags | MS_RDONLY);
	/* Where there was an error: */
	ext2_drop_all_ahead(sb);
	ext2_free_gone(sb);
	ext2_shrink(sb, 0);
	destroy(sb);
}

static const struct super_ops ext2_super_ops = {
	.statfs = ext2_statfs,
	.sync = ext2_sync,
	.remount = ext2_remount,
	.umount = ext2_umount,
	.drop = ext2_drop,
};

static struct ext2_sb *new_sb(struct super *super)
{
	struct ext2_sb *sb = kzalloc(sizeof(*sb));

	if (!sb)
		return NULL;
	sb->super = super;
	sb->bdev = super->bdev;
	mutex_init(&sb->hold);
	list_init(&sb->clean);
	for (int class = BUF_CLEAN; class < BUF_CLASSES; class ++)
		list_init(&sb->dirty[class]);
	list_init(&sb->waiters.waiters);
	list_init(&sb->committer.waiters);
	list_init(&sb->dirty_inodes);
	list_init(&sb->unused);
	super->private = sb;
	super->ops = &ext2_super_ops;
	super->inode_size = sizeof(struct ext2_inode);
	super->magic = EXT2_SUPER_MAGIC;
	return sb;
}

static int ext2_fill(struct super *super, struct inode **root)
{
	struct ext2_sb *sb = new_sb(super);
	int err;

	if (!sb)
		return -ENOMEM;
	err = read_super(sb) ?: read_descs(sb);
	if (err)
		goto out;
	super->block_size = sb->block_size;
	super->max_size = ext2_max_size(sb);
	err = ext2_iget(sb, EXT2_ROOT_INO, root);
	if (err)
		goto out;
	err = -EUCLEAN;
	if (!S_ISDIR((*root)->mode))
		goto out_root;
	if (!(super->flags & MS_RDONLY)) {
		err = start_writing(sb);
		if (err)
			goto out_root;
	}
	err = -ENOMEM;
	if (kthread_start("ext2", committer, sb))
		return 0;
out_root:
	inode_put(*root);
	ext2_shrink(sb, 0);
out:
	destroy(sb);
	super->ops = NULL;
	return err;
}

const struct fs_type ext2_type = { .name = "ext2", .fill = ext2_fill };
