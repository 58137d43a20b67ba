/*
 * journal.c - blocks that must change as one: those of a directory that moves.
 *
 * Called by name.c, before and after it changes them in memory, and by the commit.
 *
 * A name here, a name there, and "..": whichever of the three is on the disk alone, e2fsck asks
 * a human. What it does not ask about is a journal, as ext3 has: it copies the blocks in it to
 * their places first of all. ext3 keeps a file for that. Here a journal is made when a
 * directory moves, in blocks that are free and stay so, and is forgotten after it:
 *
 *	block of the journal	0	1		2	3 ..	n	n + 1 ..
 *			| superblock | descriptor | copies of blocks | commit | rest, rest, ..
 *			  what starts    where the copies    ext2's superblock   the end
 *			  where		 belong		     is the first
 *
 *	1. these are written		   they are new blocks to the commit
 *   ---------- flush
 *	2. ext2's superblock says: a journal, to be replayed, in these blocks
 *   ---------- flush: from here on e2fsck moves the directory
 *	3. the blocks themselves are written
 *   ---------- flush
 *	4. the superblock says nothing of a journal: the last step of the commit writes it
 *
 * The journal needs no inode: where the reserved one has no file, e2fsck believes the list
 * of blocks the superblock has as a copy of that inode's. It then writes the inode, and replays:
 * the superblock among the copies is one without a journal, and so e2fsck clears the inode again.
 * Where there is a journal of ext3's (clean, or nothing was mounted), it is not touched:
 * another reserved inode is named until the copy brings the first one back.
 *
 * A journal has 1024 blocks or more. All but the first are one: it holds its own number and
 * nothing else, so it is every indirect block, too. Numbers in a journal are big-endian.
 * All that changes in the superblock is within one sector.
 */
#include "kernel/fs/ext2/ext2.h"

#define JBD_MAGIC      0xc03b3998u
#define JBD_MIN_BLOCKS 1024u

enum { JBD_DESCRIPTOR = 1, JBD_COMMIT = 2, JBD_SUPER = 4 };

/* A descriptor's flags: the copy's first word was the magic number, and is 0; no UUID
 * follows; nothing follows. */
enum { TAG_ESCAPED = 1, TAG_NO_UUID = 2, TAG_LAST = 8 };

enum {
	LOG_SUPER,
	LOG_DESCRIPTOR,
	LOG_COPIES, /* of the superblock and up to three more, and the commit */
	LOG_REST = LOG_COPIES + 5,
	LOG_BLOCKS
};

struct journal {
	u32 ino;
	u32 block[LOG_BLOCKS];
	struct buf *log[LOG_BLOCKS];
	struct ext2_super_block super; /* as it was */
};

static u32 be32(u32 n)
{
	return __builtin_bswap32(n);
}

/* => what follows the header */
static u32 *set_header(struct buf *buf, u32 type, u32 sequence)
{
	u32 *word = (void *)buf->data;

	word[0] = be32(JBD_MAGIC);
	word[1] = be32(type);
	word[2] = be32(sequence);
	return word + 3;
}

/* A reserved inode without a file. => 0, -ENOSPC, ... */
static int find_ino(struct ext2_sb *sb, u32 *ino)
{
	struct ext2_disk_inode *d;
	scoped_buf *buf = NULL;
	int err;

	*ino = sb->es->s_journal_inum ? EXT2_SPARE_INO : EXT2_JOURNAL_INO;
	err = ext2_disk_inode(sb, *ino, &buf, &d);
	return err ?: d->i_links_count && S_ISREG(d->i_mode) ? -ENOSPC : 0;
}

void ext2_journal_drop(struct ext2_sb *sb)
{
	struct journal *j = sb->journal;

	for (u32 i = 0; j && i < LOG_BLOCKS && j->log[i]; i++) {
		buf_forget(sb, j->block[i]);
		buf_put(j->log[i]);
	}
	kfree(j);
	sb->journal = NULL;
}

int ext2_journal_start(struct ext2_sb *sb)
{
	struct journal *j = kzalloc(sizeof(*j));
	int err;

	if (!j)
		return -ENOMEM;
	sb->journal = j;
	err = find_ino(sb, &j->ino)
		      ?: ext2_unused_blocks(sb, j->block, LOG_BLOCKS);
	for (u32 i = 0; i < LOG_BLOCKS && !err; i++)
		err = buf_new(sb, j->block[i], &j->log[i]);
	if (err)
		ext2_journal_drop(sb);
	return err;
}

/* Copies a block into log[n], and says so in the descriptor. => where its next entry goes */
static u32 *add_copy(struct journal *j, u32 n, const struct buf *buf, u32 *tag)
{
	u32 *copy = (void *)j->log[n]->data, flags = 0;

	memcpy(copy, buf->data, buf->sb->block_size);
	if (*copy == be32(JBD_MAGIC)) {
		*copy = 0;
		flags = TAG_ESCAPED;
	}
	if (n > LOG_COPIES)
		flags |= TAG_NO_UUID;
	tag[0] = be32(buf->block);
	tag[1] = be32(flags);
	return tag + (n > LOG_COPIES ? 2 : 6);
}

void ext2_journal_fill(struct ext2_sb *sb)
{
	struct journal *j = sb->journal;
	u32 *word = set_header(j->log[LOG_SUPER], JBD_SUPER, 0);
	u32 *rest = (void *)j->log[LOG_REST]->data, n = LOG_COPIES;
	const struct buf *buf;

	word[0] = be32(sb->block_size);
	word[1] = be32(JBD_MIN_BLOCKS);
	word[2] = word[3] = word[4] = be32(1); /* the first block, its commit's
						  number, and it is in use */
	word = set_header(j->log[LOG_DESCRIPTOR], JBD_DESCRIPTOR, 1);
	word = add_copy(j, n++, sb->buf, word);
	list_for_each_entry (buf, &sb->dirty[BUF_DIR], list) {
		assert(n < LOG_REST - 1);
		word = add_copy(j, n++, buf, word);
	}
	word[-1] |= be32(TAG_LAST);
	set_header(j->log[n], JBD_COMMIT, 1);
	for (u32 i = 0; i < sb->per_block; i++)
		rest[i] = j->block[LOG_REST];
}

static void announce(struct ext2_super_block *es, const struct journal *j)
{
	es->s_feature_compat |= EXT2_COMPAT_HAS_JOURNAL;
	es->s_feature_incompat |= EXT2_INCOMPAT_RECOVER;
	memset(es->s_journal_uuid, 0, sizeof(es->s_journal_uuid));
	es->s_journal_inum = j->ino;
	es->s_jnl_backup_type = 1;
	memset(es->s_jnl_blocks, 0, sizeof(es->s_jnl_blocks));
	for (u32 i = 0; i < EXT2_NBLOCKS - 1; i++)
		es->s_jnl_blocks[i] = j->block[min(i, (u32)LOG_REST)];
	es->s_jnl_blocks[16] = JBD_MIN_BLOCKS << 10 << es->s_log_block_size;
}

int ext2_journal_write(struct ext2_sb *sb)
{
	struct journal *j = sb->journal;
	int err;

	j->super = *sb->es;
	announce(sb->es, j);
	err = buf_write_one(sb->buf) ?: buf_write_class(sb, BUF_DIR);
	err = err ?: blk_flush(sb->bdev);
	if (err) /* the journal stays: it has all that should be there */
		return err;
	*sb->es = j->super;
	buf_dirty(sb->buf, BUF_LATE);
	ext2_journal_drop(sb);
	return 0;
}
