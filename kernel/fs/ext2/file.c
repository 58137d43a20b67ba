/*
 * file.c - the pages of ext2's files: read, given a place, written, cut off.
 *
 * Called by the page cache (mm/diskpage.c, writeback.c) through ext2_mapping_ops. A page
 * has one, two or four blocks. Reading and writing look the blocks up one by one; those that
 * are neighbours on the disk go in one request (blk_add()).
 *
 * A page gets its blocks when it becomes dirty, all of them: so there is room
 * for what is written to it, wherever that is, and writing it back cannot find the disk full.
 * Those behind the end of the file are taken back by the next commit.
 *
 * Where a file grows, more blocks are kept for it, and the pages that get these need not ask
 * (mapping->room). Their numbers are filled in when somebody looks (ext2_settle()), at
 * the latest by the next commit, which gives up what is kept. Until then nothing else has to be
 * changed: the inode and the block with the numbers are dirty.
 */
#include "kernel/fs/ext2/ext2.h"

#include "mm/kmap.h"

static u32 first_block(const struct ext2_sb *sb, const struct page *page)
{
	return page->pgoff << (PAGE_SHIFT - sb->block_shift);
}

static void clear_from(struct page *page, u32 offset, u32 len)
{
	char *kaddr = kmap_local(page);

	memset(kaddr + offset, 0, len);
	kunmap_local(kaddr);
}

/* Adds the transfers of one page. */
static int add_page(struct ext2_inode *ei, struct blk_batch *b,
		    struct page *page)
{
	struct ext2_sb *sb = inode_sb(ei);
	u32 first = first_block(sb, page);
	int err = 0;

	for (u32 i = 0; i < page_blocks(sb) && !err; i++) {
		u32 offset = i << sb->block_shift, block = 0;
		u32 end = size_blocks(sb, ei->vfs.mapping.size);

		/* Those behind the end are written, too: it may move. */
		if (first + i < end || b->write)
			err = ext2_bmap(ei, first + i, &block);
		if (block && !err)
			blk_add(b,
				(u64)block << (sb->block_shift - SECTOR_SHIFT),
				page, offset, sb->block_size);
		else if (!err && !b->write)
			clear_from(page, offset, sb->block_size);
		else if (!err && first + i < end)
			err = -EIO; /* dirty without a place: an earlier error */
	}
	return err;
}

static int transfer(struct mapping *mapping, struct page **pages, u32 n,
		    bool write)
{
	struct ext2_inode *ei = EXT2_I(mapping->host);
	struct blk_batch b;
	int err = 0, io_err;

	blk_begin(&b, inode_sb(ei)->bdev, write);
	for (u32 i = 0; i < n && !err; i++)
		err = add_page(ei, &b, pages[i]);
	io_err = blk_wait(&b);
	return io_err ? io_err : err;
}

static int ext2_read_pages(struct mapping *mapping, struct page **pages, u32 n)
{
	int err = transfer(mapping, pages, n, false);
	u32 used = (u32)mapping->size & (PAGE_SIZE - 1);

	/* What others have left behind the end of the file. */
	for (u32 i = 0; i < n && used && !err; i++)
		if (pages[i]->pgoff == mapping->size >> PAGE_SHIFT)
			clear_from(pages[i], used, PAGE_SIZE - used);
	return err;
}

static int ext2_write_pages(struct mapping *mapping, struct page **pages, u32 n)
{
	struct ext2_sb *sb = EXT2_SB(((struct inode *)mapping->host)->super);
	int err;

	if (sb->broken)
		return -EIO;
	err = transfer(mapping, pages, n, true);
	sb->unflushed = true; /* a flush meanwhile did not count */
	return err;
}

/* How many of a page's blocks have no place yet. */
static int count_missing(struct ext2_inode *ei, u32 first, u32 *missing)
{
	u32 block;
	int err = 0;

	ext2_settle(ei);
	if (first >= ei->end) {
		*missing = page_blocks(inode_sb(ei));
		return 0;
	}
	*missing = 0;
	for (u32 i = 0; i < page_blocks(inode_sb(ei)) && !err; i++) {
		err = ext2_bmap(ei, first + i, &block);
		*missing += !err && !block;
	}
	return err;
}

/* => hold */
static int fill_page(struct ext2_inode *ei, u32 first)
{
	u32 n = page_blocks(inode_sb(ei)), missing, block;
	int err = count_missing(ei, first, &missing);

	if (err || !missing)
		return err;
	/* All or nothing: a block that is not written would show what was there before. */
	if (missing > 1 && ext2_available_to(ei) < missing + 3)
		return -ENOSPC;
	for (u32 i = 0; i < n && !err; i++)
		err = ext2_bmap_alloc(ei, first + i, &block);
	ext2_mark(ei, EI_META | EI_ORDERED);
	if (!err && ei->end == first + n)
		ext2_open_room(ei);
	return err;
}

static int ext2_page_mkwrite(struct mapping *mapping, struct page *page)
{
	struct ext2_inode *ei = EXT2_I(mapping->host);
	struct ext2_sb *sb = inode_sb(ei);
	u32 first = first_block(sb, page), missing;
	int err;

	/* Inside the file its blocks do not go away (those behind its end
	 * may, at the next commit). */
	if (mapping->size >> PAGE_SHIFT > page->pgoff && !sb->broken) {
		err = count_missing(ei, first, &missing);
		if (err || !missing)
			return err;
	}
	scoped_lock(&sb->hold);
	return ext2_begin(sb) ?: fill_page(ei, first);
}

int ext2_truncate(struct inode *inode, u64 size)
{
	struct ext2_inode *ei = EXT2_I(inode);
	struct ext2_sb *sb = inode_sb(ei);
	int err;

	if (size > ext2_max_size(sb))
		return -EFBIG;
	if (sb->broken)
		return -EROFS;
	mapping_truncate(&inode->mapping, size);
	scoped_lock(&sb->hold);
	err = ext2_begin(sb);
	if (err)
		return err;
	/* To whole pages: the last one is dirty, and written by the commit before
	 * that takes what is behind the end. */
	size = ALIGN_UP(size, (u64)PAGE_SIZE);
	ext2_settle(ei);
	if (ei->end > size >> sb->block_shift)
		err = ext2_bmap_cut(ei, (u32)(size >> sb->block_shift));
	ext2_mark(ei, EI_META | EI_ORDERED);
	return err;
}

const struct mapping_ops ext2_mapping_ops = {
	.read_pages = ext2_read_pages,
	.page_mkwrite = ext2_page_mkwrite,
	.write_pages = ext2_write_pages,
};
