/*
 * test-ext2.c - ext2 on images made by mke2fs, against a model, e2fsck and the power switch.
 *
 *	random	operations, then unmounted: e2fsck finds nothing, all bytes are there
 *	cut	the power fails at a random write, and of what was not flushed any part is
 *		there: e2fsck -p repairs it without a question, all that was synced is there
 *	fuzz	bytes of the metadata are changed: errors, never anything else
 */
#include "tests/host/fake_disk.h"

#define MAX_NAMES 60u
#define DATA	  (400u << 10)	/* bytes of a file that the model keeps */
#define FAR	  (66ull << 20) /* and a few behind three indirect blocks */
#define FAR_LEN	  6000u
#define CHUNK	  1024u
#define NR_CHUNKS ((DATA + FAR_LEN) / CHUNK + 1)

/* A file or directory; and a name of it. */
struct obj {
	struct obj *next; /* all of them */
	u32 links;
	bool dir, is_link, synced, changed, gone;
	u64 size, synced_size;
	u8 data[DATA + FAR_LEN];
	u8 *old;		  /* data as of the last fsync */
	bool unstable[NR_CHUNKS]; /* changed since then */
};
struct name {
	struct obj *obj;     /* NULL: free */
	struct name *parent; /* NULL: the root */
	char text[64];
	struct obj *was; /* what it was at the last commit that was asked for */
	struct place {	 /* where it was then, and since */
		struct name *parent;
		char text[64];
	} places[8];
	u32 nr_places;
};
static struct name names[MAX_NAMES];
static struct obj *objects;
static struct super super;
static struct inode *root;
static u32 block_size, next_name;
static bool cutting, filling, spoiled, no_space;
static char image[64];

static int run(const char *fmt, ...)
{
	char cmd[300], line[400];
	va_list args;
	int status;

	va_start(args, fmt);
	(vsnprintf)(cmd, sizeof(cmd), fmt, args);
	va_end(args);
	snprintf(line, sizeof(line), "%s >%s.out 2>&1", cmd, image);
	status = system(line);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static void show_output(void)
{
	char cmd[200];

	snprintf(cmd, sizeof(cmd), "head -20 %s.out | sed 's/^/# /'", image);
	fflush(stdout);
	if (system(cmd))
		printf("# no output\n");
}

static void make_image(u32 bs, u32 inode_size, u32 mb)
{
	block_size = bs;
	unlink(image);
	/* what is not written yet is garbage */
	if (run("dd if=/dev/urandom of=%s bs=1M count=%u", image, mb) ||
	    run("mke2fs -q -F -E nodiscard -t ext2 -b %u -I %u -g %u -N 256 -m "
		"2 %s %uM",
		bs, inode_size, bs == 1024 ? 2048u : 1024u, image, mb)) {
		show_output();
		panic("mke2fs");
	}
}

static int mount_it(u32 flags)
{
	static bool first = true;

	if (first) {
		host_machine(0x40000000, 512 * MiB);
		memblock_add(0x40000000, 512 * MiB);
		page_init();
		list_init(&slab_caches);
		slab_init();
		radix_init();
		first = false;
	}
	super = (struct super){ .bdev = &disk, .flags = flags };
	return ext2_type.fill(&super, &root);
}

static void umount_it(void)
{
	inode_put(root);
	super.ops->umount(&super);
	CHECK(!super.nr_inodes);
}

/* ---- the model's view of the disk */

static struct inode *get(const struct name *n)
{
	struct inode *dir, *inode = NULL;
	int err;

	if (!n)
		return inode_get(root);
	dir = get(n->parent);
	if (!dir)
		return NULL;
	err = root->ops->lookup(dir, n->text, &inode);
	inode_put(dir);
	if (err && !dead && !super.flags)
		check_failed(__FILE__, __LINE__, n->text);
	return err ? NULL : inode;
}

static void fill_text(char *text)
{
	static const char pad[] = "____________________________________";

	snprintf(text, 64, "n%u%.*s", next_name++, (int)rnd(36), pad);
}

static struct name *pick(bool dir)
{
	for (u32 i = 0; i < 30; i++) {
		struct name *n = &names[rnd(MAX_NAMES)];

		if (n->obj && n->obj->dir == dir)
			return n;
	}
	return NULL;
}

static struct name *unused_name(void)
{
	for (u32 i = 0; i < MAX_NAMES; i++)
		if (!names[i].obj && !names[i].was)
			return &names[i];
	return NULL;
}

static void result(int err)
{
	if (err == -ENOSPC)
		no_space = true;
	else if (err && !dead && !fail_io)
		printf("# error %d\n", err);
	CHECK(!err || err == -ENOSPC || dead || fail_io);
}

static void add_place(struct name *n)
{
	struct place *place = &n->places[n->nr_places++ % 8];

	place->parent = n->parent;
	memcpy(place->text, n->text, sizeof(n->text));
}

/* Everything so far is on the disk. */
static void all_named(void)
{
	if (dead)
		return;
	for (u32 i = 0; i < MAX_NAMES; i++) {
		struct name *n = &names[i];

		n->was = n->obj;
		n->nr_places = 0;
		add_place(n);
	}
}

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
		err = d->ops->symlink(d, n->text, to, &inode);
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
				     &inode);
		if (!err) {
			n->obj = calloc(1, sizeof(struct obj));
			n->obj->next = objects;
			objects = n->obj;
			n->obj->dir = dir;
			n->obj->links = 1;
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
			CHECK(!d->ops->is_empty(inode) || dead);
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
	if (dir && cutting) /* to elsewhere is beyond e2fsck: see name.c */
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

/* Whether what is at that place has all that was synced to o. */
static bool is_there(const struct place *place, const struct obj *o)
{
	struct inode *d = get(place->parent), *inode = NULL;
	u64 size = min(o->size, o->synced_size);
	bool good;

	if (d && root->ops->lookup(d, place->text, &inode))
		inode = NULL;
	if (d)
		inode_put(d);
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
		if (i >= 8 || is_there(&n->places[i], o))
			return;
	printf("# %s and what was synced of it is nowhere\n",
	       n->places[0].text);
	check_failed(__FILE__, __LINE__, "lost");
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
	err = run("e2fsck -p %s", image);
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
	test("changed bytes on the disk", fuzz);
	unlink(image);
	strcat(image, ".out");
	unlink(image);
	return host_done();
}
