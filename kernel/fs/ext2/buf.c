/*
 * buf.c - blocks of metadata in memory.
 *
 * Called by everything in ext2 that reads or changes what is not a file's bytes: bitmaps,
 * inodes, indirect blocks, directories.
 *
 *	sb->bufs (by number) --> struct buf --> data
 *	                            |
 *	     clean, unused: sb->clean, the oldest first: these may go
 *	     changed: sb->dirty[class], until a commit has written it
 *
 * A block is in memory at most once. It is written by a commit and by nothing else: the
 * page cache of /dev/vda knows nothing of these. Of the clean ones a share of memory
 * is kept, whether it is short or not; a block in use (refs) stays.
 *
 * A block that is freed is forgotten at once, or it would be written over what has come
 * there since.
 */
#include "kernel/fs/ext2/ext2.h"

#include "mm/mm.h"

/* A 32nd of memory: each has a page, whatever a block's size (a disk wants it aligned).
 * More only if they are dirty or in use. */
static u32 bufs_max(void)
{
	return max(64u, total_pages / 32);
}

static void buf_free(struct buf *buf)
{
	if (!buf->forgotten) {
		radix_delete(&buf->sb->bufs, buf->block);
		buf->sb->nr_bufs--;
	}
	free_page(buf->page);
	kfree(buf);
}

static void shrink(struct ext2_sb *sb, u32 keep)
{
	while (sb->nr_bufs > keep && !list_empty(&sb->clean)) {
		struct buf *buf = list_first(&sb->clean, struct buf, list);

		list_del(&buf->list);
		buf_free(buf);
	}
}

static struct buf *buf_get(struct buf *buf)
{
	if (!buf->refs++ && buf->class == BUF_CLEAN)
		list_del_init(&buf->list);
	return buf;
}

void buf_put(struct buf *buf)
{
	assert(!buf || buf->refs > 0);
	if (!buf || --buf->refs || buf->class != BUF_CLEAN)
		return;
	if (buf->forgotten)
		buf_free(buf);
	else
		list_add_tail(&buf->list, &buf->sb->clean);
}

/* => a reference, or NULL: no memory */
static struct buf *buf_create(struct ext2_sb *sb, u32 block)
{
	struct buf *buf;

	shrink(sb, bufs_max());
	buf = kzalloc(sizeof(*buf));
	if (!buf)
		return NULL;
	buf->page = alloc_page(GFP_KERNEL);
	buf->data = buf->page ? page_address(buf->page) : NULL;
	buf->sb = sb;
	buf->block = block;
	buf->refs = 1;
	list_init(&buf->list);
	if (buf->page && !radix_insert(&sb->bufs, block, buf)) {
		sb->nr_bufs++;
		return buf;
	}
	if (buf->page)
		free_page(buf->page);
	kfree(buf);
	return NULL;
}

/* Adds a block's transfer to a batch. */
static void buf_add(struct blk_batch *b, const struct buf *buf)
{
	u32 shift = buf->sb->block_shift - SECTOR_SHIFT;

	blk_add(b, (u64)buf->block << shift, buf->page, 0, buf->sb->block_size);
}

int buf_read(struct ext2_sb *sb, u32 block, struct buf **result)
{
	struct buf *buf = radix_lookup(&sb->bufs, block);
	struct blk_batch b;

	if (buf) {
		buf_get(buf);
		while (!buf->ready && !buf->forgotten)
			waitq_sleep(&sb->waiters);
	} else {
		buf = buf_create(sb, block);
		if (!buf)
			return -ENOMEM;
		blk_begin(&b, sb->bdev, false);
		buf_add(&b, buf);
		buf->ready = !blk_wait(&b);
		waitq_wake_all(&sb->waiters);
		if (!buf->ready)
			buf_forget(sb, block);
	}
	if (buf->ready) {
		*result = buf;
		return 0;
	}
	buf_put(buf);
	return -EIO;
}

int buf_new(struct ext2_sb *sb, u32 block, struct buf **result)
{
	struct buf *buf;

	buf_forget(sb, block); /* read by who followed a stale number */
	buf = buf_create(sb, block);
	if (!buf)
		return -ENOMEM;
	memset(buf->data, 0, sb->block_size);
	buf->ready = true;
	buf_dirty(buf, BUF_NEW);
	*result = buf;
	return 0;
}

static void set_class(struct buf *buf, enum buf_class class)
{
	list_del_init(&buf->list);
	buf->class = (u8) class;
	if (class != BUF_CLEAN)
		list_add_tail(&buf->list, &buf->sb->dirty[class]);
	else if (!buf->refs && buf->forgotten)
		buf_free(buf);
	else if (!buf->refs)
		list_add_tail(&buf->list, &buf->sb->clean);
}

void buf_dirty(struct buf *buf, enum buf_class class)
{
	assert(buf->refs > 0);
	if (buf->class == BUF_CLEAN && !buf->forgotten)
		set_class(buf, class);
}

void buf_forget(struct ext2_sb *sb, u32 block)
{
	struct buf *buf = radix_delete(&sb->bufs, block);

	if (!buf)
		return;
	sb->nr_bufs--;
	buf->forgotten = true;
	if (buf->class != BUF_CLEAN) {
		set_class(buf, BUF_CLEAN);
	} else if (!buf->refs) {
		list_del(&buf->list);
		buf_free(buf);
	}
}

int buf_write_class(struct ext2_sb *sb, enum buf_class class)
{
	struct list_head *list = &sb->dirty[class];
	struct blk_batch b;
	struct buf *buf;
	int err;

	if (list_empty(list))
		return 0;
	blk_begin(&b, sb->bdev, true);
	list_for_each_entry (buf, list, list)
		buf_add(&b, buf);
	err = blk_wait(&b);
	sb->unflushed = true;
	while (!err && !list_empty(list))
		set_class(list_first(list, struct buf, list), BUF_CLEAN);
	return err;
}

int buf_write_one(struct buf *buf)
{
	struct blk_batch b;

	blk_begin(&b, buf->sb->bdev, true);
	buf_add(&b, buf);
	return blk_wait(&b) ?: blk_flush(buf->sb->bdev);
}

void buf_destroy(struct ext2_sb *sb)
{
	/* What could not be written any more is lost here. */
	for (int class = BUF_NEW; class < BUF_CLASSES; class ++)
		while (!list_empty(&sb->dirty[class]))
			set_class(
				list_first(&sb->dirty[class], struct buf, list),
				BUF_CLEAN);
	shrink(sb, 0);
	assert(!sb->nr_bufs);
}
