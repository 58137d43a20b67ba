/*
 * ext2_ops.h - the random operations of test-ext2.c: each is done to the file system and to
 * the model (ext2_model.h), and what comes back is compared.
 */
#pragma once

#include "tests/host/ext2_model.h"

static void op_create(bool dir)
{
	struct name *n = unused_name(), *parent = rnd(3) ? pick(true) : NULL;
	struct inode *d, *inode;
	int err;

	if (!n)
		return;
	n->parent = parent;
	fill_text(n->text);
	d = get(parent);
	if (!d)
		return;
	if (!dir && !rnd(8)) {
		char to[200];

		memset(to, 'x', sizeof(to));
		to[rnd(2) ? 30 : 199] = 0;
		err = d->ops->create(d, n->text, 0120777, 0, to, &inode);
		if (!err) {
			char back[PATH_MAX];

			CHECK(inode->ops->readlink(inode, back) ==
			      (long)strlen(to));
			CHECK(!memcmp(back, to, strlen(to)));
			/* and away again: the model has none */
			CHECK(!d->ops->unlink(d, n->text, inode) || dead);
		}
	} else {
		err = d->ops->create(d, n->text, dir ? 040755 : 0100644, 0,
				     NULL, &inode);
		if (!err) {
			n->obj = calloc(1, sizeof(struct obj));
			n->obj->next = objects;
			objects = n->obj;
			n->obj->dir = dir;
			n->obj->links = 1;
			n->nr_places = 0;
			add_place(n);
		}
	}
	result(err);
	if (!err)
		inode_put(inode);
	inode_put(d);
}

static void set_unstable(struct obj *o, u32 from, u32 to)
{
	for (u32 i = from / CHUNK; i < NR_CHUNKS && i <= to / CHUNK; i++)
		o->unstable[i] = true;
}

static void op_write(void)
{
	struct name *n = pick(false);
	u32 at, len, model_at;
	struct inode *inode;
	u64 pos;
	int err;

	if (!n)
		return;
	inode = get(n);
	if (!inode)
		return;
	at = rnd(rnd(4) ? 30000 : DATA - 1);
	len = rnd(filling ? 2 : 3) ? 5000u : 100000u;
	len = 1 + rnd(min(DATA - at, filling ? 400000u : len));
	pos = model_at = at;
	if (!rnd(30)) {
		model_at = DATA + rnd(FAR_LEN - 1000);
		pos = FAR + (model_at - DATA);
		len = 1000;
	}
	for (u32 i = 0; i < len; i++)
		n->obj->data[model_at + i] = (u8)(rnd(256));
	set_unstable(n->obj, model_at, model_at + len - 1);
	n->obj->changed = true;
	err = file_io(inode, n->obj->data + model_at, pos, len, true);
	/* not all of it may have been written */
	if (err) {
		u64 end = inode->mapping.size;

		for (u32 i = 0; i < len; i++)
			if (pos + i >= end)
				n->obj->data[model_at + i] = 0;
			else if (!dead)
				file_io(inode, n->obj->data + model_at + i,
					pos + i, 1, false);
	}
	n->obj->size = inode->mapping.size;
	result(err);
	inode_put(inode);
}

static void op_truncate(void)
{
	struct name *n = pick(false);
	struct inode *inode;
	struct obj *o;
	u64 size = rnd(5) ? rnd(rnd(2) ? DATA : 20000) : FAR + rnd(FAR_LEN);

	if (!n)
		return;
	o = n->obj;
	inode = get(n);
	if (!inode)
		return;
	result(inode->ops->truncate(inode, size));
	if (size < o->size) {
		u64 from = min(size, (u64)DATA), far = DATA;

		memset(o->data + from, 0, DATA - from);
		if (size > FAR)
			far += size - FAR;
		memset(o->data + far, 0, DATA + FAR_LEN - far);
		set_unstable(o, (u32)from,
			     size > FAR ? DATA + FAR_LEN : DATA + FAR_LEN);
	}
	o->size = size;
	o->changed = true;
	inode_put(inode);
}

static void forget_name(struct name *n)
{
	n->obj->gone = true;
	n->obj->links--;
	n->obj = NULL;
}

static bool has_children(const struct name *dir)
{
	for (u32 i = 0; i < MAX_NAMES; i++)
		if (names[i].obj && names[i].parent == dir)
			return true;
	return false;
}

static bool only_dots(struct dir_sink *sink, const char *name, u32 len, u32 ino,
		      u32 mode, u64 next_pos)
{
	(void)sink, (void)ino, (void)mode, (void)next_pos;
	return is_dots(name, len);
}

/* As the VFS asks before a directory goes. */
static bool is_empty(struct inode *dir)
{
	struct dir_sink sink = { only_dots };
	struct file file = { .inode = dir };

	return !dir->fops->readdir(&file, &sink) &&
	       file.pos == dir->mapping.size;
}

static void op_unlink(bool dir)
{
	struct name *n = pick(dir);
	struct inode *d, *inode;
	int err;

	if (!n || (dir && has_children(n)))
		return;
	inode = get(n);
	d = get(n->parent);
	if (d && inode) {
		if (dir)
			CHECK(is_empty(inode) || dead);
		err = d->ops->unlink(d, n->text, inode);
		result(err);
		if (!err || dead)
			forget_name(n);
	}
	if (inode)
		inode_put(inode);
	if (d)
		inode_put(d);
}

static void op_link(void)
{
	struct name *n = pick(false), *to = unused_name();
	struct inode *d, *inode;
	int err;

	if (!n || !to)
		return;
	to->parent = rnd(3) ? pick(true) : NULL;
	fill_text(to->text);
	inode = get(n);
	d = get(to->parent);
	if (d && inode) {
		err = d->ops->link(d, to->text, inode);
		result(err);
		if (!err) {
			to->obj = n->obj;
			n->obj->links++;
		}
	}
	if (inode)
		inode_put(inode);
	if (d)
		inode_put(d);
}

static bool is_below(const struct name *n, const struct name *above)
{
	for (; n; n = n->parent)
		if (n == above)
			return true;
	return false;
}

static void op_rename(bool dir)
{
	struct name *n = pick(dir), *over = rnd(2) && !dir ? pick(false) : NULL;
	struct name *parent = over ? over->parent : rnd(3) ? pick(true) : NULL;
	struct inode *d, *inode, *to, *there = NULL;
	char text[64];
	int err = -1;

	if (!n || over == n || (over && over->obj == n->obj))
		return;
	if (dir && is_below(parent, n))
		return;
	if (over)
		memcpy(text, over->text, sizeof(text));
	else
		fill_text(text);
	inode = get(n);
	d = get(n->parent);
	to = get(parent);
	if (over)
		there = get(over);
	if (inode && d && to && (!over || there))
		err = d->ops->rename(d, n->text, inode, to, text, there);
	if (inode)
		inode_put(inode);
	if (d)
		inode_put(d);
	if (to)
		inode_put(to);
	if (there)
		inode_put(there);
	if (err != -1)
		result(err);
	if (err && !dead)
		return;
	n->obj->changed = true;
	if (over)
		forget_name(over);
	n->parent = parent;
	memcpy(n->text, text, sizeof(text));
	add_place(n);
}

static void synced(struct obj *o)
{
	if (!o->old)
		o->old = malloc(sizeof(o->data));
	memcpy(o->old, o->data, sizeof(o->data));
	memset(o->unstable, 0, sizeof(o->unstable));
	o->synced = true;
	o->changed = false;
	o->synced_size = o->size;
}

static void op_fsync(void)
{
	struct name *n = pick(false);
	struct inode *inode = n ? get(n) : NULL;
	bool all;
	int err;

	if (!inode)
		return;
	/* A file that has not changed takes nothing else along. */
	all = EXT2_I(inode)->state & EI_DIRTY;
	err = mapping_writeback(&inode->mapping, 0, ~0u);
	if (!err)
		err = inode->ops->fsync(inode, rnd(2));
	result(err);
	if (!err && !dead)
		synced(n->obj);
	if (all && !rnd(3) && !err) {
		err = root->ops->fsync(root, false);
		result(err);
	}
	if (!err && all && !dead && !(EXT2_I(inode)->state & EI_DIRTY))
		all_named();
	inode_put(inode);
}

static void op_writeback(void)
{
	struct name *n = pick(false);
	struct inode *inode = n ? get(n) : NULL;

	if (!inode)
		return;
	result(mapping_writeback(&inode->mapping, 0, ~0u));
	inode_put(inode);
}

/* Whether the bytes [from, to) of the model are the disk's. */
static bool same(struct inode *inode, const u8 *data, u32 from, u32 to,
		 u64 size)
{
	u64 pos = from < DATA ? from : FAR + (from - DATA);
	u32 n = to - from;
	u8 buf[CHUNK];

	if (pos >= size)
		return true;
	n = (u32)min((u64)n, size - pos);
	return !file_io(inode, buf, pos, n, false) &&
	       !memcmp(buf, data + from, n);
}

static void check_file(struct name *n)
{
	struct inode *inode = get(n);
	bool good = true;

	if (!inode)
		return;
	CHECK(inode->mapping.size == n->obj->size);
	CHECK(inode->nlink == n->obj->links);
	for (u32 at = 0; at < DATA + FAR_LEN && good;) {
		u32 to = min(at + CHUNK, at < DATA ? DATA : DATA + FAR_LEN);

		good = same(inode, n->obj->data, at, to, n->obj->size);
		if (!good)
			printf("# %s differs in chunk %u of %llu\n", n->text,
			       at / CHUNK, (unsigned long long)n->obj->size);
		at = to;
	}
	CHECK(good);
	inode_put(inode);
}

static void op_check(void)
{
	struct name *n = spoiled ? NULL : pick(false);

	if (n)
		check_file(n);
}

static void op_random(void)
{
	u32 dice = rnd(100);

	if (dice < 14)
		op_create(false);
	else if (dice < 18)
		op_create(true);
	else if (dice < 50)
		op_write();
	else if (dice < 56)
		op_truncate();
	else if (dice < 63)
		op_unlink(false);
	else if (dice < 66)
		op_unlink(true);
	else if (dice < 70)
		op_link();
	else if (dice < 80)
		op_rename(false);
	else if (dice < 83)
		op_rename(true);
	else if (dice < 90)
		op_fsync();
	else if (dice < 93)
		op_writeback();
	else if (dice < 98)
		op_check();
	else if (super.private)
		ext2_shrink(super.private, 1);
}

static void forget_all(void)
{
	while (objects) {
		struct obj *o = objects;

		objects = o->next;
		free(o->old);
		free(o);
	}
	memset(names, 0, sizeof(names));
	next_name = 0;
}
