/*
 * ext2_model.h - what test-ext2.c knows the disk must hold: files, their bytes, and under
 * which names each may be found, now and after the power went. And making, mounting
 * and checking the image.
 */
#pragma once

#include "tests/host/fake_disk.h"

#define MAX_NAMES  60u
#define MAX_PLACES 16u
#define DATA	   (400u << 10)	 /* bytes of a file that the model keeps */
#define FAR	   (66ull << 20) /* and a few behind three indirect blocks */
#define FAR_LEN	   6000u
#define CHUNK	   1024u
#define NR_CHUNKS  ((DATA + FAR_LEN) / CHUNK + 1)

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
	} places[MAX_PLACES];
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

	if (first)
		host_slabs(0x40000000, 512 * MiB, 512 * MiB);
	first = false;
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

static struct inode *find_place(const struct place *place, u32 depth);

/* The directory at whichever of its places it is, after the power went. => NULL: at none */
static struct inode *find_dir(const struct name *n, u32 depth)
{
	struct inode *inode = n ? NULL : inode_get(root);

	for (u32 i = 0; !inode && depth && i < MAX_PLACES; i++)
		if (i < n->nr_places)
			inode = find_place(&n->places[i], depth - 1);
	return inode;
}

static struct inode *find_place(const struct place *place, u32 depth)
{
	struct inode *dir = find_dir(place->parent, depth), *inode = NULL;

	if (dir && root->ops->lookup(dir, place->text, &inode))
		inode = NULL;
	if (dir)
		inode_put(dir);
	return inode;
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
	struct place *place = &n->places[n->nr_places++ % MAX_PLACES];

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
