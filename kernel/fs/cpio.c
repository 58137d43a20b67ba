/*
 * cpio.c - the initial archive: from the boot loader's memory into the root.
 *
 * Called once, by kmain(). The archive ("newc", as `cpio -H newc` writes it) is a row of
 * entries, everything in hexadecimal text:
 *
 *	"070701" 13 fields of 8 digits | name \0 pad | bytes pad | next entry
 *
 * padded to 4 bytes each; "TRAILER!!!" ends an archive, and after zeros another
 * may follow (a second one can be appended to a first with cat). The memory it lies in may be
 * HIGHMEM, without an address; so it is read through a cursor that maps
 * one page at a time. Names that share an inode number with nlink > 1 are
 * hard links; the last of them brings the bytes.
 *
 * Whatever is wrong in it: one line that says so, and false. Left out: gzip, checksums.
 */
#include "kernel/fs/file.h"
#include "mm/kmap.h"
#include "mm/slab.h"

#define LINKS_MAX 64

#define NR_FIELDS   13
#define HEADER_SIZE (6 + 8 * NR_FIELDS)

struct cpio {
	paddr_t start;
	u32 size, at; /* at: bytes read */
	const char *error;
	u32 nr_links;
	struct {
		u32 ino;
		struct dentry *dentry;
	} links[LINKS_MAX];
};

struct entry {
	union {
		u32 field[NR_FIELDS];
		struct {
			u32 ino, mode, uid, gid, nlink, mtime, size;
			u32 dev_major, dev_minor, rdev_major, rdev_minor;
			u32 name_size, check;
		};
	};
	char name[PATH_MAX];
};

/* Copies the next n bytes out. => false: the archive ends before */
static bool take(struct cpio *c, void *to, u32 n)
{
	if (n > c->size - c->at)
		return false;
	for (u32 done = 0, part; done < n; done += part, c->at += part) {
		u32 offset = (c->start + c->at) % PAGE_SIZE;
		pfn_t frame = pfn((c->start + c->at) >> PAGE_SHIFT);

		part = min(n - done, PAGE_SIZE - offset);
		page_part(pfn_to_page(frame), offset, (char *)to + done, part,
			  false);
	}
	return true;
}

static void align(struct cpio *c)
{
	c->at = min(ALIGN_UP(c->at, 4u), c->size);
}

static bool hex(const char *text, u32 *value)
{
	*value = 0;
	for (u32 i = 0; i < 8; i++) {
		u32 c = (u8)text[i], digit = c - '0';

		if (digit > 9) {
			digit = (c | 0x20) - 'a' + 10;
			if (digit < 10 || digit > 15)
				return false;
		}
		*value = *value << 4 | digit;
	}
	return true;
}

/* Skips the zeros between archives. => false: nothing else follows */
static bool skip_zeros(struct cpio *c)
{
	u32 word = 0;

	while (c->size - c->at >= 4) {
		take(c, &word, 4);
		if (word) {
			c->at -= 4;
			return true;
		}
	}
	return false;
}

/* => false: broken, c->error says how */
static bool read_header(struct cpio *c, struct entry *e)
{
	char header[HEADER_SIZE];

	c->error = "it ends within an entry";
	if (!take(c, header, sizeof(header)))
		return false;
	c->error = "an entry does not begin with 070701";
	if (memcmp(header, "070701", 6) && memcmp(header, "070702", 6))
		return false;
	c->error = "a field is not hexadecimal";
	for (u32 i = 0; i < NR_FIELDS; i++)
		if (!hex(header + 6 + i * 8, &e->field[i]))
			return false;
	c->error = "a name's length is wrong";
	if (!e->name_size || e->name_size > PATH_MAX - 1)
		return false;
	c->error = "it ends within an entry";
	/* An absolute path is what the rest wants. */
	e->name[0] = '/';
	if (!take(c, e->name + 1, e->name_size))
		return false;
	align(c);
	c->error = "a name has no end";
	return !e->name[e->name_size];
}

/* Copies the entry's bytes into a file's pages. */
static int fill(struct cpio *c, struct inode *inode, u32 size)
{
	scoped_mem char *buf = kmalloc(PAGE_SIZE);
	int err = buf ? 0 : -ENOMEM;

	for (u32 done = 0, part; done < size && !err; done += part) {
		part = min(size - done, PAGE_SIZE);
		take(c, buf, part);
		err = mapping_fill(&inode->mapping, buf, part, done);
	}
	return err;
}

/* The file that an earlier name of the same inode made. */
static struct dentry *find_link(const struct cpio *c, u32 ino)
{
	for (u32 i = 0; i < c->nr_links; i++)
		if (c->links[i].ino == ino)
			return dentry_get(c->links[i].dentry);
	return NULL;
}

static int make_file(struct cpio *c, const struct entry *e, struct last *last,
		     struct dentry **made)
{
	bool linked = e->nlink > 1;
	struct dentry *old = linked ? find_link(c, e->ino) : NULL;
	int err;

	if (old) {
		*made = old;
		return vfs_link(old, last);
	}
	err = vfs_mknod(last, e->mode, 0, NULL, made);
	if (!err && linked && c->nr_links < LINKS_MAX) {
		c->links[c->nr_links].ino = e->ino;
		c->links[c->nr_links++].dentry = dentry_get(*made);
	}
	return err;
}

static int make_symlink(struct cpio *c, const struct entry *e,
			struct last *last)
{
	scoped_mem char *text = kzalloc(PATH_MAX);

	if (!e->size || e->size >= PATH_MAX)
		return -EINVAL;
	if (!text)
		return -ENOMEM;
	take(c, text, e->size);
	return vfs_mknod(last, S_IFLNK | 0777, 0, text, NULL);
}

/* What a later entry of the same name replaces: not directories. */
static void make_room(struct last *last, u32 mode)
{
	scoped_dentry *there = NULL;

	if (!last->special &&
	    !dentry_lookup(last->dir, last->name, last->len, &there) &&
	    !S_ISDIR(there->inode->mode) && !S_ISDIR(mode)) {
		there->inode->nlink--;
		dentry_remove(there);
	}
}

static int make_entry(struct cpio *c, const struct entry *e, struct last *last)
{
	u32 mode = e->mode;
	scoped_dentry *made = NULL;
	struct inode *inode;
	int err;

	make_room(last, mode);
	if (S_ISLNK(mode))
		return make_symlink(c, e, last);
	if (S_ISREG(mode))
		err = make_file(c, e, last, &made);
	else
		err = vfs_mknod(last, mode, MKDEV(e->rdev_major, e->rdev_minor),
				NULL, &made);
	if (err == -EEXIST && S_ISDIR(mode)) {
		err = path_lookup(AT_FDCWD, e->name, 0, &made);
		if (!err && made->inode->super != root_dentry->inode->super)
			return 0; /* /tmp, /dev: mounted on, as it is */
	}
	if (err)
		return err;
	inode = made->inode;
	inode->mode = mode;
	inode->uid = e->uid;
	inode->gid = e->gid;
	inode->mtime = inode->ctime = e->mtime * 1000000000ull;
	return S_ISREG(mode) ? fill(c, inode, e->size) : 0;
}

/* => 1: go on; 0: this archive has ended; -errno, c->error */
static int unpack_entry(struct cpio *c, struct entry *e)
{
	scoped_last last = { 0 };
	u32 next;
	int err;

	if (!read_header(c, e))
		return -EINVAL;
	if (!strcmp(e->name, "/TRAILER!!!"))
		return 0;
	c->error = "it ends within a file";
	if (e->size > c->size - c->at)
		return -EINVAL;
	next = c->at + e->size;
	err = vfs_make_parents(e->name)
		      ?: path_parent(AT_FDCWD, e->name, &last);
	if (!err && !last.special)
		err = make_entry(c, e, &last);
	c->at = next;
	align(c);
	c->error = err == -ENOMEM || err == -ENOSPC ? "it does not fit"
						    : "an entry is not valid";
	return err ? err : 1;
}

bool initramfs_unpack(paddr_t start, u32 size)
{
	scoped_mem struct cpio *c = kzalloc(sizeof(*c));
	scoped_mem struct entry *e = kmalloc(sizeof(*e));
	int more = 0;

	if (!c || !e)
		panic("no memory to unpack the initial archive");
	c->start = start;
	c->size = size;
	c->error = "it is empty";
	e->name[0] = 0;
	if (size && !skip_zeros(c))
		more = -EINVAL;
	while (!more && skip_zeros(c)) {
		do {
			more = unpack_entry(c, e);
		} while (more > 0);
		while (c->nr_links)
			dentry_put(c->links[--c->nr_links].dentry);
		align(c);
	}
	if (more < 0)
		printk("initrd: %s, at byte %u (%s)\n", c->error, c->at,
		       e->name);
	if (size)
		free_reserved(start, (u64)start + size);
	return more >= 0;
}
