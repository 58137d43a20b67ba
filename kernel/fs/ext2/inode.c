/*
 * inode.c - inodes: on the disk, in memory, and between the two.
 *
 * An inode is in memory once, in sb->inodes by its number. Nobody uses it any more
 * (refs 0)? It stays, with the pages of its file, on sb->unused, and the next
 * who looks its name up finds it: the disk is not read again. The oldest of them
 * go when there are too many.
 *
 *	ext2_iget ---> in use ---ext2_drop---> unused ---ext2_shrink---> free
 *	    '<---------------------------------'
 *	               no name left: blocks freed ---> EI_GONE ---commit---> free
 *
 * A changed one is on sb->dirty_inodes; the commit copies it into its block.
 */
#include "kernel/fs/ext2/ext2.h"

#include "kernel/fs/file.h"
#include "kernel/printk.h"
#include "kernel/random.h"
#include "mm/mm.h"

/* ---- the block that has it */

int ext2_disk_inode(struct ext2_sb *sb, u32 ino, struct buf **buf,
		    struct ext2_disk_inode **d)
{
	u32 n = (ino - 1) % sb->es->s_inodes_per_group * sb->inode_size;
	u32 group = (ino - 1) / sb->es->s_inodes_per_group;
	int err = buf_read(sb,
			   ext2_desc(sb, group)->bg_inode_table +
				   (n >> sb->block_shift),
			   buf);

	if (!err)
		*d = (void *)((*buf)->data + (n & (sb->block_size - 1)));
	return err;
}

static bool has_extra(const struct ext2_sb *sb, const struct ext2_disk_inode *d)
{
	return sb->inode_size >= sizeof(*d) &&
	       d->i_extra_isize >= 16 && /* up to i_atime_extra */
	       d->i_extra_isize <= sb->inode_size - EXT2_OLD_INODE_SIZE;
}

static u64 load_time(u32 sec, u32 extra)
{
	s64 whole = (s32)sec + ((s64)(extra & 3) << 32);

	return whole < 0 ? 0 : (u64)whole * 1000000000 + (extra >> 2);
}

static u32 store_time(u64 ns, u32 *extra)
{
	u32 rest;
	u64 sec = div_u64(ns, 1000000000, &rest);

	*extra = rest << 2 | ((u32)((sec + 0x80000000u) >> 32) & 3);
	return (u32)sec;
}

static void load_times(struct ext2_sb *sb, struct inode *inode,
		       const struct ext2_disk_inode *d)
{
	bool extra = has_extra(sb, d);

	inode->atime = load_time(d->i_atime, extra ? d->i_atime_extra : 0);
	inode->mtime = load_time(d->i_mtime, extra ? d->i_mtime_extra : 0);
	inode->ctime = load_time(d->i_ctime, extra ? d->i_ctime_extra : 0);
}

static void store_times(struct ext2_sb *sb, const struct inode *inode,
			struct ext2_disk_inode *d)
{
	u32 atime, mtime, ctime;

	d->i_atime = store_time(inode->atime, &atime);
	d->i_mtime = store_time(inode->mtime, &mtime);
	d->i_ctime = store_time(inode->ctime, &ctime);
	if (!has_extra(sb, d))
		return;
	d->i_atime_extra = atime;
	d->i_mtime_extra = mtime;
	d->i_ctime_extra = ctime;
}

/* ---- from the disk */

static bool is_device(u32 mode)
{
	return S_ISCHR(mode) || S_ISBLK(mode);
}

bool ext2_has_blocks(const struct ext2_inode *ei)
{
	u32 own = ei->file_acl ? inode_sb(ei)->block_size >> SECTOR_SHIFT : 0;

	if (S_ISLNK(ei->vfs.mode))
		return ei->vfs.blocks > own;
	return S_ISREG(ei->vfs.mode) || S_ISDIR(ei->vfs.mode);
}

static int check_inode(struct ext2_sb *sb, u32 ino,
		       const struct ext2_disk_inode *d)
{
	u32 kind = d->i_mode & S_IFMT;
	u64 size = d->i_size | (u64)d->i_size_high << 32;

	if (!d->i_links_count)
		return ext2_error(sb, "inode %u is deleted and has a name",
				  ino);
	if (kind == S_IFDIR && (!size || d->i_size & (sb->block_size - 1) ||
				d->i_size >> sb->block_shift > 1u << 20))
		return ext2_error(sb, "directory %u has %u bytes", ino,
				  d->i_size);
	if (kind == S_IFLNK && (!d->i_size || d->i_size >= sb->block_size))
		return ext2_error(sb, "link %u has %u bytes", ino, d->i_size);
	if (kind == S_IFREG && size > ext2_max_size(sb))
		return ext2_error(sb, "file %u is too large", ino);
	if (kind != S_IFREG && kind != S_IFDIR && kind != S_IFLNK &&
	    kind != S_IFIFO && kind != S_IFSOCK && !is_device(d->i_mode))
		return ext2_error(sb, "inode %u has mode %x", ino, d->i_mode);
	return 0;
}

static void load(struct ext2_sb *sb, struct ext2_inode *ei,
		 const struct ext2_disk_inode *d)
{
	struct inode *inode = &ei->vfs;

	inode->nlink = d->i_links_count;
	inode->uid = d->i_uid | (u32)d->i_uid_high << 16;
	inode->gid = d->i_gid | (u32)d->i_gid_high << 16;
	inode->blocks = d->i_blocks;
	load_times(sb, inode, d);
	memcpy(ei->block, d->i_block, sizeof(ei->block));
	ei->flags = d->i_flags;
	ei->file_acl = d->i_file_acl;
	ei->generation = d->i_generation;
	if (is_device(inode->mode))
		inode->rdev = ei->block[0] ? ei->block[0] : ei->block[1];
	inode_set_ops(inode, &ext2_inode_ops, &ext2_dir_ops, &ext2_mapping_ops);
	inode->mapping.size = d->i_size;
	if (S_ISREG(inode->mode))
		inode->mapping.size |= (u64)d->i_size_high << 32;
	ei->disk_size = inode->mapping.size;
	ei->end = size_blocks(sb, ei->disk_size);
}

/* An in-core inode, in the tree. => NULL: no memory */
static struct ext2_inode *insert(struct ext2_sb *sb, u32 ino,
				 struct inode *inode)
{
	struct ext2_inode *ei;

	if (!inode)
		return NULL;
	ei = EXT2_I(inode);
	inode->ino = ino;
	list_init(&ei->dirty);
	list_init(&ei->unused);
	if (!radix_insert(&sb->inodes, ino, ei))
		return ei;
	inode_free(inode);
	return NULL;
}

int ext2_iget(struct ext2_sb *sb, u32 ino, struct inode **inode)
{
	struct ext2_inode *ei = radix_lookup(&sb->inodes, ino);
	struct ext2_disk_inode *d;
	scoped_buf *buf = NULL;
	int err;

	if (!ei) {
		err = ext2_disk_inode(sb, ino, &buf, &d);
		if (err)
			return err;
		ei = radix_lookup(&sb->inodes, ino); /* we have slept */
	}
	if (!ei) {
		err = check_inode(sb, ino, d);
		if (err)
			return err;
		ei = insert(sb, ino, inode_alloc(sb->super, d->i_mode));
		if (!ei)
			return -ENOMEM;
		load(sb, ei, d);
		*inode = &ei->vfs;
		return 0;
	}
	if (!ei->vfs.nlink)
		return ext2_error(sb, "inode %u is deleted and has a name",
				  ino);
	if (!ei->vfs.refs++) {
		list_del_init(&ei->unused);
		sb->nr_unused--;
	}
	*inode = &ei->vfs;
	return 0;
}

int ext2_inew(struct inode *dir, u32 mode, u32 rdev, struct inode **inode)
{
	struct ext2_sb *sb = EXT2_SB(dir->super);
	struct ext2_inode *ei;
	u32 ino;
	int err = ext2_alloc_ino(sb, EXT2_I(dir), S_ISDIR(mode), &ino);

	if (err)
		return err;
	ei = insert(sb, ino, inode_create(dir, mode, rdev));
	if (!ei) {
		ext2_free_ino(sb, ino, S_ISDIR(mode));
		return -ENOMEM;
	}
	inode_set_ops(&ei->vfs, &ext2_inode_ops, &ext2_dir_ops,
		      &ext2_mapping_ops);
	ei->state = EI_NEW;
	if (is_device(mode))
		ei->block[rdev > 0xffff] = rdev;
	random_bytes(&ei->generation, sizeof(ei->generation));
	ext2_mark(ei, EI_META);
	*inode = &ei->vfs;
	return 0;
}

/* ---- to the disk */

void ext2_mark(struct ext2_inode *ei, u32 meta)
{
	if (!(ei->state & EI_DIRTY))
		list_add_tail(&ei->dirty, &inode_sb(ei)->dirty_inodes);
	ei->state |= (u16)(EI_DIRTY | EI_CHANGED | meta);
}

void ext2_unlist(struct ext2_inode *ei)
{
	list_del_init(&ei->dirty);
	ei->state &= (u16) ~(EI_DIRTY | EI_CHANGED | EI_META);
}

static void store_size(struct ext2_sb *sb, struct ext2_inode *ei,
		       struct ext2_disk_inode *d)
{
	ei->disk_size = ei->vfs.mapping.size;
	d->i_size = (u32)ei->disk_size;
	if (!S_ISREG(ei->vfs.mode))
		return;
	d->i_size_high = (u32)(ei->disk_size >> 32);
	if (ei->disk_size > 0x7fffffff && sb->es->s_rev_level &&
	    !(sb->es->s_feature_ro_compat & EXT2_RO_COMPAT_LARGE_FILE)) {
		sb->es->s_feature_ro_compat |= EXT2_RO_COMPAT_LARGE_FILE;
		buf_dirty(sb->buf, BUF_LATE);
	}
}

int ext2_store(struct ext2_inode *ei)
{
	struct ext2_sb *sb = inode_sb(ei);
	const struct inode *inode = &ei->vfs;
	struct ext2_disk_inode *d;
	scoped_buf *buf = NULL;
	int err = ext2_disk_inode(sb, inode->ino, &buf, &d);

	if (err)
		return err;
	if (ei->state & EI_NEW) {
		memset(d, 0, sb->inode_size);
		if (sb->inode_size >= sizeof(*d))
			d->i_extra_isize = EXT2_EXTRA_SIZE;
	}
	ei->state &= (u16)~EI_CHANGED;
	ei->state |= EI_WRITTEN;
	d->i_mode = (u16)inode->mode;
	d->i_uid = (u16)inode->uid;
	d->i_uid_high = (u16)(inode->uid >> 16);
	d->i_gid = (u16)inode->gid;
	d->i_gid_high = (u16)(inode->gid >> 16);
	d->i_links_count = (u16)inode->nlink;
	d->i_blocks = inode->blocks;
	d->i_flags = ei->flags;
	d->i_generation = ei->generation;
	d->i_file_acl = ei->file_acl;
	d->i_dtime =
		inode->nlink ? 0 : (u32)div_u64(fs_time(), 1000000000, NULL);
	store_times(sb, inode, d);
	store_size(sb, ei, d);
	memcpy(d->i_block, ei->block, sizeof(ei->block));
	buf_dirty(buf, BUF_MAP);
	return 0;
}

int ext2_trim(struct ext2_inode *ei)
{
	u32 keep = size_blocks(inode_sb(ei), ei->vfs.mapping.size);

	return ei->end > keep ? ext2_bmap_cut(ei, keep) : 0;
}

/* ---- nobody uses it any more */

/* Attributes that others have made: their block may be shared with other files. */
static int free_attributes(struct ext2_inode *ei)
{
	struct ext2_sb *sb = inode_sb(ei);
	scoped_buf *buf = NULL;
	u32 *header;
	int err;

	if (!ei->file_acl)
		return 0;
	if (!ext2_block_valid(sb, ei->file_acl))
		return ext2_error(sb, "inode %u has attributes in block %u",
				  ei->vfs.ino, ei->file_acl);
	err = buf_read(sb, ei->file_acl, &buf);
	if (err)
		return err;
	header = (void *)buf->data; /* h_magic, h_refcount */
	if (header[0] == 0xea020000 && header[1] > 1) {
		header[1]--;
		buf_dirty(buf, BUF_MAP);
	} else {
		err = ext2_free_block(ei, ei->file_acl);
	}
	ei->file_acl = 0;
	return err;
}

/* Its last name and its last user are gone. */
static void delete (struct ext2_inode *ei)
{
	struct ext2_sb *sb = inode_sb(ei);

	mapping_drop(&ei->vfs.mapping);
	scoped_lock(&sb->hold);
	if ((ext2_has_blocks(ei) && ext2_bmap_cut(ei, 0)) ||
	    free_attributes(ei))
		ext2_complain(sb, "blocks of inode %u are lost", ei->vfs.ino);
	ei->vfs.mapping.size = 0;
	ext2_mark(ei, EI_GONE);
	sb->nr_gone++;
}

void ext2_drop(struct inode *inode)
{
	struct ext2_inode *ei = EXT2_I(inode);
	struct ext2_sb *sb = inode_sb(ei);

	if (!inode->nlink && !(inode->super->flags & MS_RDONLY)) {
		delete (ei);
		return;
	}
	list_add_tail(&ei->unused, &sb->unused);
	sb->nr_unused++;
	ext2_shrink(sb, max(64u, total_pages / 8));
}

void ext2_shrink(struct ext2_sb *sb, u32 keep)
{
	/* Dirty ones are passed over, a few at a time. */
	for (u32 n = keep ? 8 : ~0u; n && sb->nr_unused > keep; n--) {
		struct ext2_inode *ei =
			list_first(&sb->unused, struct ext2_inode, unused);
		const struct mapping *m = &ei->vfs.mapping;

		list_del(&ei->unused);
		if (keep && (ei->state & EI_DIRTY || m->nr_dirty ||
			     m->nr_writeback || m->users)) {
			list_add_tail(&ei->unused, &sb->unused);
			continue;
		}
		sb->nr_unused--;
		radix_delete(&sb->inodes, ei->vfs.ino);
		inode_free(&ei->vfs);
	}
}
