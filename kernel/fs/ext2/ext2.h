/*
 * ext2.h - the second extended file system: what is on the disk, and what of it is in memory.
 *
 * The disk is an array of blocks of 1, 2 or 4 KiB, in groups of (mostly) equal size, each
 * with its share of everything, so that a file, its inode and its directory are near each other:
 *
 *	| boot | group 0 | group 1 | ...
 *
 *	| superblock | group descriptors | block bitmap | inode bitmap | inodes | data |
 *	'- only in some groups: copies -'
 *
 * An inode names its blocks: 12 directly, then by an indirect block, an indirect block of
 * indirect blocks, and once more. A directory is a file of (inode number, name) entries.
 *
 * Names and layout are those of "The Second Extended File System" by Dave Poirier. The
 * disk is little-endian, and so are both machines: fields are used as they are.
 *
 *	name.c, dir.c	names		file.c	pages of files
 *	inode.c		inodes		bmap.c	which block is where
 *	balloc.c	who is free	buf.c	blocks of metadata
 *	commit.c	the order in which all this reaches the disk
 *	journal.c	what reaches it as one	super.c	mounting
 *
 * Locks: sb->hold is taken for every change of metadata, and by the commit; whoever has it
 * sees no change of anybody else, and none of his reaches the disk before he lets go (but by his
 * own commit). Where nobody has it, what does not sleep may do without (file.c). Looking
 * needs no lock: what it sleeps on is checked again. Order:
 * super->names, inode->lock, a page's lock, hold.
 */
#pragma once

#include "kernel/dev/blk.h"
#include "kernel/fs/vfs.h"
#include "mm/slab.h"

#include <asm/errno.h>
#include <linux/fs.h>
#include <linux/mount.h>

/* ---- on the disk */

#define EXT2_ROOT_INO	 2u
#define EXT2_JOURNAL_INO 8u
#define EXT2_SPARE_INO	 10u /* reserved, and for nothing */
#define EXT2_LINK_MAX	 32000u
#define EXT2_NDIR	 12u
#define EXT2_NBLOCKS	 15u /* direct ones and three indirect */

/* s_state */
enum {
	EXT2_VALID_FS = 1, /* unmounted in order */
	EXT2_ERROR_FS = 2,
};
/* features: what is not known of these three kinds is harmless, */
enum {
	EXT2_COMPAT_HAS_JOURNAL = 4,
	EXT2_RO_COMPAT_SPARSE_SUPER = 1, /* harmless to readers, */
	EXT2_RO_COMPAT_LARGE_FILE = 2,
	EXT2_INCOMPAT_FILETYPE = 2, /* and not to be touched */
	EXT2_INCOMPAT_RECOVER = 4,
};
#define EXT2_RO_COMPAT_KNOWN 3u

struct ext2_super_block {
	u32 s_inodes_count, s_blocks_count, s_r_blocks_count;
	u32 s_free_blocks_count, s_free_inodes_count;
	u32 s_first_data_block, s_log_block_size, s_log_frag_size;
	u32 s_blocks_per_group, s_frags_per_group, s_inodes_per_group;
	u32 s_mtime, s_wtime;
	u16 s_mnt_count, s_max_mnt_count, s_magic, s_state, s_errors;
	u16 s_minor_rev_level;
	u32 s_lastcheck, s_checkinterval, s_creator_os, s_rev_level;
	u16 s_def_resuid, s_def_resgid;
	u32 s_first_ino; /* from here on: revision 1 */
	u16 s_inode_size, s_block_group_nr;
	u32 s_feature_compat, s_feature_incompat, s_feature_ro_compat;
	u8 s_uuid[16];
	char s_volume_name[16], s_last_mounted[64];
	u32 s_algorithms, s_prealloc;
	u8 s_journal_uuid[16];
	u32 s_journal_inum, s_journal_dev, s_last_orphan, s_hash_seed[4];
	u8 s_def_hash_version, s_jnl_backup_type;
	u16 s_desc_size;
	u32 s_default_mount_opts, s_first_meta_bg, s_mkfs_time;
	u32 s_jnl_blocks[17]; /* the journal's i_block, and i_size */
	u32 s_reserved[172];
};
_Static_assert(sizeof(struct ext2_super_block) == 1024, "superblock");

struct ext2_group_desc {
	u32 bg_block_bitmap, bg_inode_bitmap, bg_inode_table;
	u16 bg_free_blocks_count, bg_free_inodes_count, bg_used_dirs_count;
	u16 bg_pad;
	u32 bg_reserved[3];
};
_Static_assert(sizeof(struct ext2_group_desc) == 32, "group descriptor");

struct ext2_disk_inode {
	u16 i_mode, i_uid;
	u32 i_size, i_atime, i_ctime, i_mtime, i_dtime;
	u16 i_gid, i_links_count;
	u32 i_blocks; /* of 512 bytes */
	u32 i_flags, i_osd1;
	u32 i_block[EXT2_NBLOCKS];
	u32 i_generation, i_file_acl, i_size_high, i_faddr;
	u16 i_blocks_high, i_file_acl_high, i_uid_high, i_gid_high;
	u32 i_osd2_end;
	/* with inodes of 256 bytes: nanoseconds in bits 2 to 31 */
	u16 i_extra_isize, i_checksum_hi;
	u32 i_ctime_extra, i_mtime_extra, i_atime_extra;
	u32 i_crtime, i_crtime_extra, i_version_hi, i_projid;
};
#define EXT2_OLD_INODE_SIZE 128u
#define EXT2_EXTRA_SIZE	    32u
_Static_assert(sizeof(struct ext2_disk_inode) == 160, "inode");

struct ext2_dirent {
	u32 inode; /* 0: unused */
	u16 rec_len; /* to the next entry; the last one's reaches the block's end */
	u8 name_len;
	u8 file_type; /* 0 without the filetype feature */
	char name[];
};
#define DIRENT_LEN(name_len) (((u32)(name_len) + 8 + 3) & ~3u)

/* ---- in memory */

/*
 * When a changed block is written by a commit:
 */
enum buf_class {
	BUF_CLEAN,
	BUF_NEW,  /* nothing on the disk leads to it yet: first */
	BUF_MAP,  /* indirect blocks, and inodes */
	BUF_DIR,  /* blocks of directories */
	BUF_LATE, /* bitmaps, descriptors, superblock: e2fsck rebuilds them */
	BUF_CLASSES
};

/* One block of metadata. */
struct buf {
	struct list_head list; /* sb->dirty[class] or sb->clean; by the latter
				  only what nobody uses */
	struct ext2_sb *sb;
	u32 block, refs;
	u8 class;
	bool ready;	/* it holds what the disk holds, or newer */
	bool forgotten; /* the block was freed: it is in no tree */
	struct page *page;
	u8 *data; /* in it */
};

/* A group's bitmaps, once they were needed. */
struct ext2_group {
	struct buf *blocks, *inodes;
	u8 *freed; /* blocks that become free by the next commit; still set in the bitmap */
	u32 nr_freed;
};

/* ext2_inode.state */
enum {
	EI_DIRTY = 1,	/* on sb->dirty_inodes */
	EI_META = 2,	/* more than times: fdatasync, too */
	EI_ORDERED = 4, /* has new blocks: their bytes go to the disk first */
	EI_NEW = 8,	/* the inode on the disk is a deleted one */
	EI_LINKED = 16, /* has a name that is not on the disk yet */
	EI_GONE =
		32, /* nobody has it: its number becomes free by the next commit */
	EI_WRITTEN = 64,  /* by the running commit, or one that failed */
	EI_CHANGED = 128, /* since it was written into its block */
};

struct ext2_inode {
	struct inode vfs; /* first: super->inode_size */
	u32 block[EXT2_NBLOCKS];
	u32 flags, file_acl, generation;
	u32 end;	    /* no block of the file at or beyond this one */
	u32 near_index;	    /* the last block found a place for */
	u32 run, run_block; /* blocks found last (bmap.c), */
	u32 nr_run;	    /* this many */
	u32 ahead;	    /* the block behind the last it got; to here */
	u32 ahead_end;	    /* they are kept for it (balloc.c) */
	u32 *slots;	    /* where the first of those go, from `end` on: */
	u32 *slots_end;	    /* empty, and in this buffer, or in block[] */
	struct buf *slots_buf;
	u64 disk_size;
	u32 level; /* commit.c */
	u16 state;
	u32 room; /* directories: below this block, no room was found */
	struct list_head dirty;	 /* sb->dirty_inodes */
	struct list_head unused; /* sb->unused; empty while refs > 0 */
};

struct ext2_sb {
	struct super *super;
	struct blk_device *bdev;
	struct mutex hold;
	struct buf *buf; /* the superblock's */
	struct ext2_super_block *es;
	u32 block_size, block_shift,
		per_block; /* per_block: numbers in a block */
	u32 inode_size, first_ino, nr_groups, nr_descs;
	struct buf **descs; /* blocks of group descriptors */
	struct ext2_group *groups;
	u32 free_blocks, free_inodes; /* without nr_freed, and what is kept */
	u32 nr_freed, nr_gone;
	u32 valid, nr_valid; /* these are, for ext2_block_valid() */
	u16 state;	     /* s_state when it was mounted */
	bool has_filetype;
	bool broken;	/* an error was found: nothing is written any more */
	bool unflushed; /* written since the last flush of the disk */
	struct journal *journal; /* of the next commit, or NULL */

	struct radix bufs;
	u32 nr_bufs;
	struct list_head clean, dirty[BUF_CLASSES];
	struct waitq waiters; /* for a buf that is being read */

	struct radix inodes;
	struct list_head dirty_inodes, unused;
	u32 nr_unused;
	struct waitq committer; /* super.c's thread sleeps here */
	bool stop, stopped;
};

static inline struct ext2_sb *EXT2_SB(const struct super *super)
{
	return super->private;
}

static inline struct ext2_inode *EXT2_I(struct inode *inode)
{
	return container_of(inode, struct ext2_inode, vfs);
}

static inline struct ext2_sb *inode_sb(const struct ext2_inode *ei)
{
	return EXT2_SB(ei->vfs.super);
}

static inline u32 page_blocks(const struct ext2_sb *sb)
{
	return PAGE_SIZE >> sb->block_shift;
}

/* Blocks of a file that has this many bytes. */
static inline u32 size_blocks(const struct ext2_sb *sb, u64 size)
{
	return (u32)((size + sb->block_size - 1) >> sb->block_shift);
}

/* Blocks of a group's inodes. */
static inline u32 table_blocks(const struct ext2_sb *sb)
{
	return (sb->es->s_inodes_per_group * sb->inode_size + sb->block_size -
		1) >>
	       sb->block_shift;
}

/* ---- super.c */
/* What is on the disk cannot be right: says so, and stops writing. => -EUCLEAN */
void ext2_complain(struct ext2_sb *sb, const char *fmt, ...) printf_like(2, 3);
#define ext2_error(...) (ext2_complain(__VA_ARGS__), -EUCLEAN)
struct ext2_group_desc *ext2_desc(const struct ext2_sb *sb, u32 group);
/* Before a change: what it may need is free, if need be by a commit.
 * => hold; 0, -EROFS, -ENOMEM; may sleep */
int ext2_begin(struct ext2_sb *sb);

/* ---- buf.c: all may sleep; a reference is the caller's */
int buf_read(struct ext2_sb *sb, u32 block, struct buf **buf);
/* A block that has just been allocated: zeros, BUF_NEW. */
int buf_new(struct ext2_sb *sb, u32 block, struct buf **buf);
void buf_put(struct buf *buf); /* NULL is let through */
static inline void scoped_buf_put(struct buf **buf)
{
	buf_put(*buf);
}
/* scoped_buf *buf = NULL: what it becomes is put when the block is left. */
#define scoped_buf __attribute__((cleanup(scoped_buf_put))) struct buf
/* => hold; a block that is BUF_NEW stays it */
void buf_dirty(struct buf *buf, enum buf_class class);
/* The block is free: it must not be written any more. => hold */
void buf_forget(struct ext2_sb *sb, u32 block);
int buf_write_class(struct ext2_sb *sb, enum buf_class class);
int buf_write_one(struct buf *buf);
void buf_destroy(struct ext2_sb *sb);

/* ---- balloc.c: hold, but for the first */
/* Whether the block can be a file's: inside, and no group's own. */
bool ext2_block_valid(struct ext2_sb *sb, u32 block);
/* A block near goal, 0: near the inode. => 0, -ENOSPC, -EIO, -EUCLEAN, -ENOMEM */
int ext2_alloc_block(struct ext2_inode *ei, u32 goal, u32 *block);
int ext2_free_block(struct ext2_inode *ei, u32 block);
/* Blocks kept for a file, or for all, are everybody's again. */
void ext2_drop_ahead(struct ext2_inode *ei);
void ext2_drop_all_ahead(struct ext2_sb *sb);
/* The first n blocks that are kept for a file become its own. => the first */
static inline u32 ext2_take_ahead(struct ext2_inode *ei, u32 n)
{
	ei->vfs.blocks += n << (inode_sb(ei)->block_shift - SECTOR_SHIFT);
	ei->ahead += n;
	return ei->ahead - n;
}
/* Blocks that the running program may take, beside those kept for a file; and with
 * those of this file. */
u32 ext2_available(const struct ext2_sb *sb);
static inline u32 ext2_available_to(const struct ext2_inode *ei)
{
	return ext2_available(inode_sb(ei)) + ei->ahead_end - ei->ahead;
}
int ext2_alloc_ino(struct ext2_sb *sb, const struct ext2_inode *dir,
		   bool is_dir, u32 *ino);
void ext2_free_ino(struct ext2_sb *sb, u32 ino, bool is_dir);
/* The commit is on the disk: what was freed before it is free. */
void ext2_freed_are_free(struct ext2_sb *sb);

/* Blocks that are free on the disk, too; they stay free. => 0, -ENOSPC, -EIO, ... */
int ext2_unused_blocks(struct ext2_sb *sb, u32 *block, u32 n);

/* ---- bmap.c */
/* => 0 and the block, or 0: a hole; -EIO, -EUCLEAN, -ENOMEM; -EFBIG */
int ext2_bmap(struct ext2_inode *ei, u32 index, u32 *block);
/* The same, a hole is filled. => hold; -ENOSPC, nothing has changed */
int ext2_bmap_alloc(struct ext2_inode *ei, u32 index, u32 *block);
/* Frees the blocks beyond the first `keep`. => hold */
int ext2_bmap_cut(struct ext2_inode *ei, u32 keep);
/* The file may grow by pages that need not ask (mapping->room). => hold; `end` is a page's */
void ext2_open_room(struct ext2_inode *ei);
/* Pages that did not ask get their blocks. Whoever looks at what changes by that
 * (end, ahead, slots, blocks) calls it before. */
void ext2_settle(struct ext2_inode *ei);
/* The same, and all have to ask. */
void ext2_close_room(struct ext2_inode *ei);
u64 ext2_max_size(const struct ext2_sb *sb);

/* ---- inode.c */
/* => a reference to the block that has it, and the inode there; as buf_read() */
int ext2_disk_inode(struct ext2_sb *sb, u32 ino, struct buf **buf,
		    struct ext2_disk_inode **d);
/* => a reference; -EIO, -EUCLEAN, -ENOMEM; may sleep */
int ext2_iget(struct ext2_sb *sb, u32 ino, struct inode **inode);
/* A new inode without a name. => hold; a reference */
int ext2_inew(struct inode *dir, u32 mode, u32 rdev, struct inode **inode);
/* meta: EI_META, or 0: only times have changed */
void ext2_mark(struct ext2_inode *ei, u32 meta);
/* Copies it into its block of the inode table, which becomes BUF_MAP. */
int ext2_store(struct ext2_inode *ei);
/* Whether its block numbers are numbers of blocks: a short link's text is there instead. */
bool ext2_has_blocks(const struct ext2_inode *ei);
/* Blocks beyond the end of a file are freed. => hold */
int ext2_trim(struct ext2_inode *ei);
/* Bounds the inodes that are kept although nobody uses them. => may sleep */
void ext2_shrink(struct ext2_sb *sb, u32 keep);
void ext2_drop(struct inode *inode);
void ext2_unlist(struct ext2_inode *ei);

/* ---- dir.c: the caller has super->names; changes: hold */
/* An entry, and the block it is in (a reference). */
struct dir_place {
	struct buf *buf;
	struct ext2_dirent *de, *before; /* before: NULL: the block's first */
};
static inline void scoped_place_put(struct dir_place *at)
{
	buf_put(at->buf);
}
/* scoped_place at = { 0 }: the same of what dir_find() has found. */
#define scoped_place __attribute__((cleanup(scoped_place_put))) struct dir_place
int dir_find(struct ext2_inode *dir, const char *name, struct dir_place *at);
/* => 0, -ENOSPC, ... */
int dir_add(struct ext2_inode *dir, const char *name, struct ext2_inode *ei);
/* Tries one block only. => whether it had room */
bool dir_add_here(struct ext2_inode *dir, struct buf *buf, const char *name,
		  struct ext2_inode *ei);
void dir_remove(struct ext2_inode *dir, struct dir_place *at);
/* What the entry leads to becomes another inode. */
void dir_set(struct ext2_inode *dir, struct dir_place *at,
	     const struct ext2_inode *ei);
/* "." and "..": fills a new directory. */
int dir_make_empty(struct ext2_inode *dir, const struct ext2_inode *parent);
extern const struct file_ops ext2_dir_ops;

/* ---- file.c, name.c */
extern const struct mapping_ops ext2_mapping_ops;
int ext2_truncate(struct inode *inode, u64 size);
extern const struct inode_ops ext2_inode_ops;

/* ---- journal.c: hold */
/* => 0: the next commit writes changed blocks of directories as one, if they are filled
 * in until then; -ENOSPC, -ENOMEM, ... */
int ext2_journal_start(struct ext2_sb *sb);
/* => started; up to three are BUF_DIR, and stay as they are until the commit */
void ext2_journal_fill(struct ext2_sb *sb);
int ext2_journal_write(struct ext2_sb *sb);
void ext2_journal_drop(struct ext2_sb *sb);

/* ---- commit.c */
/* Everything that has changed reaches the disk. => hold; 0, -EIO, -ENOMEM */
int ext2_commit(struct ext2_sb *sb);
void ext2_free_gone(struct ext2_sb *sb);
int ext2_fsync(struct inode *inode, bool datasync);
int ext2_sync(struct super *super);
