/*
 * test-ext2.c - ext2 on images made by mke2fs, against a model, e2fsck and the power switch.
 *
 *	random	operations, then unmounted: e2fsck finds nothing, all bytes are there
 *	cut	the power fails at a random write, and of what was not flushed any part is
 *		there: e2fsck -p repairs it without a question, all that was synced is there
 *	fuzz	bytes of the metadata are changed: errors, never anything else
 */
#include "tests/host/ext2_ops.h"

/* ---- random operations */

static void random_ops(u32 bs, u32 inode_size, u32 mb)
{
	make_image(bs, inode_size, mb);
	disk_load(image);
	no_space = false;
	for (u32 round = 0; round < 3; round++) {
		if (mount_it(0)) {
			check_failed(__FILE__, __LINE__, "mount");
			return;
		}
		for (u32 i = 0; i < MAX_NAMES; i++)
			if (names[i].obj && !names[i].obj->dir)
				check_file(&names[i]);
		for (u32 i = 0; i < host_ops; i++)
			op_random();
		umount_it();
		for (u32 i = 0; i < MAX_NAMES; i++)
			names[i].was = NULL;
		CHECK(!nr_writes);
		disk_save(image);
		if (run("e2fsck -fn %s", image)) {
			show_output();
			check_failed(__FILE__, __LINE__, "e2fsck");
			return;
		}
	}
	forget_all();
}

static void random_1k(void)
{
	random_ops(1024, 128, 30);
}

static void random_2k(void)
{
	random_ops(2048, 256, 30);
}

static void random_4k(void)
{
	random_ops(4096, 256, 30);
}

static void random_full(void)
{
	filling = true;
	random_ops(1024, 256, 3);
	CHECK(no_space);
	random_ops(4096, 256, 4);
	CHECK(no_space);
	filling = false;
}

/* ---- the power fails */

static u32 nr_replays; /* cuts in the middle of a directory's move */

/* Whether what is at that place has all that was synced to o. */
static bool is_there(const struct place *place, const struct obj *o)
{
	struct inode *inode = find_place(place, 8);
	u64 size = min(o->size, o->synced_size);
	bool good;

	if (!inode)
		return false;
	good = o->changed || inode->mapping.size == o->synced_size;
	for (u32 i = 0; i < NR_CHUNKS; i++) {
		u32 from = i * CHUNK, to = from + CHUNK;

		to = min(to, from < DATA ? DATA : DATA + FAR_LEN);
		if (!o->unstable[i] && from < to)
			good &= same(inode, o->old, from, to, size);
	}
	inode_put(inode);
	return good;
}

static void check_synced(const struct name *n)
{
	const struct obj *o = n->was;

	if (!o || !o->synced || o->gone)
		return;
	for (u32 i = 0; i < n->nr_places; i++)
		if (i >= MAX_PLACES || is_there(&n->places[i], o))
			return;
	printf("# %s and what was synced of it is nowhere\n",
	       n->places[0].text);
	check_failed(__FILE__, __LINE__, "lost");
}

static bool is_journaled(void)
{
	const struct ext2_super_block *es = (void *)(stable + 1024);

	return es->s_feature_incompat & EXT2_INCOMPAT_RECOVER;
}

/* => whether all was well */
static bool one_cut(const u8 *fresh, u32 size)
{
	int err;

	memcpy(stable, fresh, size);
	memcpy(seen, fresh, size);
	nr_writes = 0;
	dead = false;
	cutting = true;
	fuse = rnd(20) ? (long)(10 + rnd(600)) : (long)rnd(20);
	err = mount_it(0);
	CHECK(!err || dead);
	for (u32 i = 0; i < 2000 && !dead; i++)
		op_random();
	disk_cut();
	umount_it();
	disk_save(image);
	nr_replays += is_journaled();
	err = run("e2fsck -p %s", image);
	if (err <= 1)
		err = run("e2fsck -fn %s", image) ? 2 : 0;
	if (err > 1) {
		show_output();
		check_failed(__FILE__, __LINE__, "e2fsck -p asks");
		return false;
	}
	disk_load(image);
	if (mount_it(MS_RDONLY)) {
		check_failed(__FILE__, __LINE__, "mount");
		return false;
	}
	dead = true; /* names may be missing */
	for (u32 i = 0; i < MAX_NAMES; i++)
		check_synced(&names[i]);
	umount_it();
	cutting = false;
	forget_all();
	return true;
}

static void cuts(u32 bs, u32 inode_size)
{
	u32 before = nr_replays;
	u8 *fresh = malloc(DISK_MAX);
	u32 size;

	make_image(bs, inode_size, bs == 4096 ? 16 : 12);
	disk_load(image);
	size = disk_size;
	memcpy(fresh, stable, size);
	for (u32 i = 0; i < host_ops / 40; i++)
		if (!one_cut(fresh, size))
			break;
	free(fresh);
	printf("# a journal was replayed %u times\n", nr_replays - before);
}

static void cut_1k(void)
{
	cuts(1024, 128);
}

static void cut_2k(void)
{
	cuts(2048, 256);
}

static void cut_4k(void)
{
	cuts(4096, 256);
}

/* ---- memory runs out in the middle of a commit */

static struct inode *new_file(const char *name)
{
	struct inode *inode = NULL;

	CHECK(!root->ops->create(root, name, 0100644, 0, NULL, &inode));
	CHECK(!file_io(inode, (char[100]){ 1 }, 0, 100, true));
	return inode;
}

/* => what fsync says when there is no memory */
static int fsync_without_memory(struct inode *inode)
{
	struct page *page, *taken = NULL;
	int err;

	while ((page = alloc_page(GFP_KERNEL))) {
		*(struct page **)page_address(page) = taken;
		taken = page;
	}
	err = inode->ops->fsync(inode, true);
	while ((page = taken)) {
		taken = *(struct page **)page_address(page);
		free_page(page);
	}
	return err;
}

/* The inode of the second file is not in memory when both are stored: so the new size of
 * the first is in its block, and that is not on the disk. */
static void no_memory(void)
{
	static const char more[50];
	struct inode *first, *second = NULL;
	struct ext2_disk_inode *d;
	struct buf *buf;
	u32 block = 0;

	make_image(4096, 1024, 16);
	disk_load(image);
	CHECK(!mount_it(0));
	first = new_file("first");
	for (u32 i = 0; i < 8; i++) {
		char name[4] = { 'a', (char)('0' + i) };

		if (second)
			inode_put(second);
		second = new_file(name);
	}
	CHECK(!super.ops->sync(&super));
	CHECK(!file_io(first, (void *)(uintptr_t)more, 100, 50, true));
	ext2_mark(EXT2_I(second), EI_META);
	if (!ext2_disk_inode(super.private, second->ino, &buf, &d)) {
		block = buf->block;
		buf_put(buf);
	}
	buf_forget(super.private, block);
	CHECK(fsync_without_memory(first) == -ENOMEM);
	CHECK(!first->ops->fsync(first, true));
	memcpy(seen, stable, disk_size);
	buf_forget(super.private, block);
	CHECK(!ext2_disk_inode(super.private, first->ino, &buf, &d));
	block = buf->block;
	buf_put(buf);
	buf_forget(super.private, block);
	CHECK(!ext2_disk_inode(super.private, first->ino, &buf, &d));
	CHECK(d->i_size == 150);
	buf_put(buf);
	inode_put(first);
	inode_put(second);
	umount_it();
}

/* ---- somebody else has written on it */

/* Changes some bytes, most of them in what a group has at its start. */
static void spoil(void)
{
	u32 n = 1 + rnd(12),
	    group = (block_size == 1024 ? 2048 : 1024) * block_size;

	while (n--) {
		u32 at = rnd(disk_size);
		static const u8 values[] = { 0, 1, 2, 0x7f, 0x80, 0xff };

		if (rnd(4))
			at = at / group * group + 1024 + rnd(24 * block_size);
		for (u32 i = 0; i < 1000 && at < disk_size && !seen[at]; i++)
			at++;
		if (at < disk_size)
			seen[at] = rnd(2) ? values[rnd(ARRAY_SIZE(values))]
					  : (u8)(seen[at] ^ 1u << rnd(8));
	}
}

static bool skip_entry(struct dir_sink *sink, const char *name, u32 len,
		       u32 ino, u32 mode, u64 next_pos)
{
	(void)sink, (void)name, (void)len, (void)ino, (void)mode,
		(void)next_pos;
	return true;
}

static void read_dirs(void)
{
	struct dir_sink sink = { skip_entry };

	for (u32 i = 0; i < MAX_NAMES; i++) {
		struct inode *inode = names[i].obj && names[i].obj->dir
					      ? get(&names[i])
					      : NULL;
		struct file file = { .inode = inode };

		if (inode && S_ISDIR(inode->mode))
			inode->fops->readdir(&file, &sink);
		if (inode)
			inode_put(inode);
	}
}

static void fuzz_block_size(u32 bs)
{
	u8 *fresh = malloc(DISK_MAX);

	make_image(bs, 256, 12);
	disk_load(image);
	CHECK(!mount_it(0));
	for (u32 i = 0; i < 400; i++)
		op_random();
	umount_it();
	memcpy(fresh, seen, disk_size);
	spoiled = dead = true;
	for (u32 i = 0; i < host_ops / 2; i++) {
		memcpy(seen, fresh, disk_size);
		spoil();
		alarm(30);
		if (mount_it(0))
			continue;
		read_dirs();
		for (u32 j = 0; j < 40; j++)
			op_random();
		umount_it();
	}
	alarm(0);
	spoiled = dead = false;
	free(fresh);
	forget_all();
}

static void fuzz(void)
{
	fuzz_block_size(1024);
	fuzz_block_size(4096);
}

int main(void)
{
	host_start(1000);
	if (system("mke2fs -V >/dev/null 2>&1 && e2fsck -V >/dev/null 2>&1")) {
		printf("1..0 # SKIP no mke2fs and e2fsck here (e2fsprogs)\n");
		return 0;
	}
	snprintf(image, sizeof(image), "/%s/quire-ext2.%d",
		 access("/dev/shm", W_OK) ? "tmp" : "dev/shm", (int)getpid());
	test("random operations, blocks of 1 KiB", random_1k);
	test("random operations, blocks of 2 KiB", random_2k);
	test("random operations, blocks of 4 KiB", random_4k);
	test("random operations, the disk is full", random_full);
	test("power cuts, blocks of 1 KiB", cut_1k);
	test("power cuts, blocks of 2 KiB", cut_2k);
	test("power cuts, blocks of 4 KiB", cut_4k);
	test("a commit without memory is done again", no_memory);
	test("changed bytes on the disk", fuzz);
	unlink(image);
	strcat(image, ".out");
	unlink(image);
	return host_done();
}
