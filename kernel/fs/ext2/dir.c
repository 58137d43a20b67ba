/*
 * dir.c - directories: blocks full of entries.
 *
 *	| ino len 12 "a" | ino len 1012 "bc" .......................... |
 *	'-- rec_len --->'  '-- the last one's reaches the block's end --'
 *
 * An entry that is taken away is added to the one before it; a new one takes what
 * another has too much. No entry ever moves or crosses a block, so its place
 * is a position for readdir() that stays valid, and one block written is a whole change.
 *
 * Names are searched one after another. Linux can look into an index (dir_index) that
 * others have made; changing a directory without it, as here and in Linux's ext2, takes the
 * mark away that it is valid.
 */
#include "kernel/fs/ext2/ext2.h"

#include "kernel/fs/file.h"

static const u16 type_mode[] = { 0,	  S_IFREG, S_IFDIR,  S_IFCHR,
				 S_IFBLK, S_IFIFO, S_IFSOCK, S_IFLNK };

static u8 file_type(const struct ext2_inode *ei)
{
	u8 type = 0;

	if (!inode_sb(ei)->has_filetype)
		return 0;
	for (u32 i = 1; i < ARRAY_SIZE(type_mode); i++)
		if (type_mode[i] == (ei->vfs.mode & S_IFMT))
			type = (u8)i;
	return type;
}

static u32 dir_blocks(const struct ext2_inode *dir)
{
	return size_blocks(inode_sb(dir), dir->vfs.mapping.size);
}

static int dir_block(struct ext2_inode *dir, u32 index, struct buf **buf)
{
	u32 block;
	int err = ext2_bmap(dir, index, &block);

	if (err)
		return err;
	if (!block)
		return ext2_error(inode_sb(dir), "directory %u has a hole",
				  dir->vfs.ino);
	return buf_read(inode_sb(dir), block, buf);
}

/* The entry at `offset`, if it can be one. => NULL: it is wrong */
static struct ext2_dirent *entry_at(struct ext2_inode *dir, struct buf *buf,
				    u32 offset)
{
	struct ext2_sb *sb = inode_sb(dir);
	struct ext2_dirent *de = (void *)(buf->data + offset);

	if (sb->block_size - offset >= 8 && de->rec_len >= 8 &&
	    de->rec_len % 4 == 0 && de->rec_len <= sb->block_size - offset &&
	    (!de->inode ||
	     (DIRENT_LEN(de->name_len) <= de->rec_len && de->name_len)) &&
	    de->inode <= sb->es->s_inodes_count &&
	    (de->inode >= sb->first_ino || de->inode == EXT2_ROOT_INO ||
	     !de->inode))
		return de;
	ext2_complain(sb, "directory %u, block %u: bad entry at %u",
		      dir->vfs.ino, buf->block, offset);
	return NULL;
}

/* Looks through one block. => 0, -ENOENT, -EUCLEAN */
static int find_here(struct ext2_inode *dir, const char *name, u32 len,
		     struct dir_place *at)
{
	u32 size = inode_sb(dir)->block_size;

	at->before = NULL;
	for (u32 offset = 0; offset < size; offset += at->de->rec_len) {
		at->de = entry_at(dir, at->buf, offset);
		if (!at->de)
			return -EUCLEAN;
		if (at->de->inode && at->de->name_len == len &&
		    !memcmp(at->de->name, name, len))
			return 0;
		at->before = at->de;
	}
	return -ENOENT;
}

int dir_find(struct ext2_inode *dir, const char *name, struct dir_place *at)
{
	u32 len = (u32)strlen(name);
	int err = -ENOENT;

	for (u32 i = 0; i < dir_blocks(dir) && err == -ENOENT; i++) {
		err = dir_block(dir, i, &at->buf);
		if (err)
			break;
		err = find_here(dir, name, len, at);
		if (err) {
			buf_put(at->buf);
			at->buf = NULL;
		}
	}
	return err;
}

/* ---- changing */

static void changed(struct ext2_inode *dir, struct buf *buf)
{
	dir->flags &= ~(u32)FS_INDEX_FL;
	buf_dirty(buf, BUF_DIR);
	ext2_mark(dir, EI_META);
}

static void set_entry(struct ext2_dirent *de, const char *name,
		      const struct ext2_inode *ei)
{
	de->inode = ei->vfs.ino;
	de->name_len = (u8)strlen(name);
	de->file_type = file_type(ei);
	memcpy(de->name, name, de->name_len);
}

bool dir_add_here(struct ext2_inode *dir, struct buf *buf, const char *name,
		  struct ext2_inode *ei)
{
	u32 need = DIRENT_LEN(strlen(name)), size = inode_sb(dir)->block_size;
	struct ext2_dirent *de;

	for (u32 offset = 0; offset < size; offset += de->rec_len) {
		u32 used;

		de = entry_at(dir, buf, offset);
		if (!de)
			return false;
		used = de->inode ? DIRENT_LEN(de->name_len) : 0;
		if (de->rec_len < used + need)
			continue;
		if (used) {
			struct ext2_dirent *next = (void *)((char *)de + used);

			next->rec_len = (u16)(de->rec_len - used);
			de->rec_len = (u16)used;
			de = next;
		}
		set_entry(de, name, ei);
		changed(dir, buf);
		return true;
	}
	return false;
}

/* One more block, with nothing in it. */
static int dir_grow(struct ext2_inode *dir, struct buf **buf)
{
	struct ext2_sb *sb = inode_sb(dir);
	struct ext2_dirent *de;
	u32 block;
	int err = ext2_bmap_alloc(dir, dir_blocks(dir), &block);

	if (err)
		return err;
	err = buf_new(sb, block, buf);
	if (err) {
		ext2_bmap_cut(dir, dir_blocks(dir));
		return err;
	}
	de = (void *)(*buf)->data;
	de->rec_len = (u16)sb->block_size;
	dir->vfs.mapping.size += sb->block_size;
	return 0;
}

int dir_add(struct ext2_inode *dir, const char *name, struct ext2_inode *ei)
{
	scoped_buf *new = NULL;
	int err;

	for (u32 i = dir->room; i < dir_blocks(dir); i++) {
		scoped_buf *buf = NULL;

		err = dir_block(dir, i, &buf);
		if (err)
			return err;
		dir->room = i;
		if (dir_add_here(dir, buf, name, ei))
			return 0;
	}
	if (inode_sb(dir)->broken)
		return -EUCLEAN;
	err = dir_grow(dir, &new);
	if (!err)
		dir_add_here(dir, new, name, ei);
	return err;
}

void dir_remove(struct ext2_inode *dir, struct dir_place *at)
{
	if (at->before)
		at->before->rec_len += at->de->rec_len;
	at->de->inode = 0;
	dir->room = 0;
	changed(dir, at->buf);
}

void dir_set(struct ext2_inode *dir, struct dir_place *at,
	     const struct ext2_inode *ei)
{
	at->de->inode = ei->vfs.ino;
	at->de->file_type = file_type(ei);
	changed(dir, at->buf);
}

int dir_make_empty(struct ext2_inode *dir, const struct ext2_inode *parent)
{
	struct ext2_dirent *de;
	scoped_buf *buf = NULL;
	int err = dir_grow(dir, &buf);

	if (err)
		return err;
	de = (void *)buf->data;
	set_entry(de, ".", dir);
	de->rec_len = DIRENT_LEN(1);
	de = (void *)(buf->data + DIRENT_LEN(1));
	set_entry(de, "..", parent);
	de->rec_len = (u16)(inode_sb(dir)->block_size - DIRENT_LEN(1));
	return 0;
}

/* ---- reading */

/* The entries of one block from file->pos on. => 0; 1: the reader has enough; -EUCLEAN */
static int read_block(struct file *file, struct buf *buf, u64 start,
		      struct dir_sink *sink)
{
	struct ext2_inode *dir = EXT2_I(file->inode);
	u32 size = inode_sb(dir)->block_size;
	struct ext2_dirent *de;

	for (u32 offset = 0; offset < size; offset += de->rec_len) {
		u64 next;

		de = entry_at(dir, buf, offset);
		if (!de)
			return -EUCLEAN;
		next = start + offset + de->rec_len;
		if (start + offset < file->pos)
			continue;
		if (de->inode &&
		    !sink->emit(sink, de->name, de->name_len, de->inode,
				type_mode[de->file_type & 7], next))
			return 1;
		file->pos = next;
	}
	return 0;
}

static int ext2_readdir(struct file *file, struct dir_sink *sink)
{
	struct ext2_inode *dir = EXT2_I(file->inode);
	u32 shift = inode_sb(dir)->block_shift;
	int err = 0;

	while (!err && file->pos < dir->vfs.mapping.size) {
		u32 index = (u32)(file->pos >> shift);
		scoped_buf *buf = NULL;

		err = dir_block(dir, index, &buf)
			      ?: read_block(file, buf, (u64)index << shift,
					    sink);
		/* an entry that has grown over the position */
		if (!err)
			file->pos = (u64)(index + 1) << shift;
	}
	return min(err, 0);
}

const struct file_ops ext2_dir_ops = {
	.readdir = ext2_readdir,
	.fsync = regular_fsync,
};
