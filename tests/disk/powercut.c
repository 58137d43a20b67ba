/*
 * powercut.c - works on an ext2 disk until somebody pulls the plug, and says on the
 * console what it does: tests/powercut listens, cuts, and compares.
 *
 *	powercut DEVICE FOLDER SEED FIRST	FIRST: the first number that is free
 *
 * Each line is said before the thing is done, so that nothing reaches the disk
 * unannounced; "." follows when a call that makes things safe has returned.
 *
 *	c DIR NAME FILE		a file is created, with its 16 bytes of header
 *	n DIR NAME FILE		a second name		u DIR NAME	one is removed
 *	r DIR NAME DIR NAME	rename, maybe over a file
 *	k DIR NAME NEW		a directory		d DIR NAME	it is removed
 *	w m o FILE OFF LEN GEN	write, store by a mapping, write with O_SYNC
 *	t FILE SIZE		truncate
 *	M FILE OFF LEN		msync	F D FILE	fsync, fdatasync
 *	Y DIR			fsync of a directory	S	sync
 *
 * Files and directories have numbers that are never used again: a file's is in its header
 * ("QF" and six digits), a directory's in its name (D<number>.<anything>); the top is
 * 0. The byte at OFF of a write GEN is T[(GEN * 17 + OFF) % 251]: none is zero.
 * Names may end in x's.
 * When it starts, it says what it finds: h DIR NAME FILE SIZE CHECKSUM (Adler 32).
 */
#include "user/lib/file.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/text.h"
#include "tests/disk/sum.h"
#include "tests/disk/powercut-tree.h"

#define LONGEST	 (400 << 10)
#define PERIOD	 251
#define DIR_NAME 16 /* characters: a new name has room where the old one was */

/* What is random from one start to the next: how often something is made safe, how many
 * of the changes are those of names, how long names are. */
static int generation, unsafe, names, longest;

static void pad(char *name, size_t end)
{
	size_t n = strlen(name);

	while (n < end)
		name[n++] = 'x';
	name[n] = 0;
}

static void lengthen(char *name)
{
	pad(name, strlen(name) + (size_t)rnd(longest + 1));
}

/* ---- names come and go */

static void op_create(void)
{
	struct file_of *f = file_slot(-1);
	int dir = any_dir(), fd, id = next_id++;
	char name[NAME], header[HEADER + 1];

	if (!f)
		return;
	snprintf(name, sizeof(name), "f%d", id);
	lengthen(name);
	snprintf(header, sizeof(header), "QF%06d ------\n", id);
	say("c %d %s %d\n", dirs[dir].id, name, id);
	fd = (int)sys(__NR_openat, dirs[dir].fd, name,
		      O_RDWR | O_CREAT | O_EXCL, 0644);
	check(fd, "create");
	check(write(fd, header, HEADER), "write");
	file_begin(f, id, fd, HEADER);
	set_name(&f->names[0], dir, name);
}

static void op_link(struct file_of *f)
{
	struct name_of *from = any_name(f), *to = free_name(f);
	int dir = any_dir();
	char name[NAME];

	if (!to || name_count(f) > 1)
		return;
	snprintf(name, sizeof(name), "f%d.l%d", f->id, next_id++);
	lengthen(name);
	say("n %d %s %d\n", dirs[dir].id, name, f->id);
	check(sys(__NR_linkat, dirs[from->dir].fd, from->name, dirs[dir].fd,
		  name, 0),
	      "linkat");
	set_name(to, dir, name);
}

static void op_unlink(struct file_of *f)
{
	struct name_of *n = any_name(f);

	say("u %d %s\n", dirs[n->dir].id, n->name);
	check(sys(__NR_unlinkat, dirs[n->dir].fd, n->name, 0), "unlinkat");
	n->dir = -1;
	if (!name_count(f))
		file_end(f);
}

/* To a new name, or over one of the file @over. */
static void op_rename(struct file_of *f, struct file_of *over)
{
	struct name_of *from = any_name(f), *to = NULL;
	int dir = any_dir();
	char name[NAME];

	snprintf(name, sizeof(name), "f%d.r%d", f->id, next_id++);
	lengthen(name);
	if (over && over != f) {
		to = any_name(over);
		dir = to->dir;
		snprintf(name, sizeof(name), "%s", to->name);
	}
	say("r %d %s %d %s\n", dirs[from->dir].id, from->name, dirs[dir].id,
	    name);
	check(sys(__NR_renameat, dirs[from->dir].fd, from->name, dirs[dir].fd,
		  name),
	      "renameat");
	set_name(from, dir, name);
	if (to) {
		to->dir = -1;
		if (!name_count(over))
			file_end(over);
	}
}

static void op_mkdir(void)
{
	int slot = dir_slot(), parent = any_dir();
	struct dir_of *d = &dirs[slot];

	if (slot < 0)
		return;
	d->id = next_id++;
	d->parent = parent;
	snprintf(d->name, sizeof(d->name), "D%d", d->id);
	pad(d->name, DIR_NAME);
	say("k %d %s %d\n", dirs[parent].id, d->name, d->id);
	check(sys(__NR_mkdirat, dirs[parent].fd, d->name, 0755), "mkdirat");
	d->fd = (int)sys(__NR_openat, dirs[parent].fd, d->name,
			 O_RDONLY | O_DIRECTORY);
	check(d->fd, "openat");
}

static int is_empty(int slot)
{
	int i, j;

	for (i = 0; i < FILES; i++)
		for (j = 0; files[i].id && j < NAMES; j++)
			if (files[i].names[j].dir == slot)
				return 0;
	for (i = 1; i < DIRS; i++)
		if (dirs[i].id && dirs[i].parent == slot)
			return 0;
	return 1;
}

static void op_rmdir(int slot)
{
	struct dir_of *d = &dirs[slot];

	if (!slot || !is_empty(slot))
		return;
	say("d %d %s\n", dirs[d->parent].id, d->name);
	check(sys(__NR_unlinkat, dirs[d->parent].fd, d->name, AT_REMOVEDIR),
	      "rmdir");
	close(d->fd);
	d->id = 0;
}

static void op_move_dir(int slot, int to)
{
	struct dir_of *d = &dirs[slot];
	char name[NAME];
	int i;

	for (i = to; i; i = dirs[i].parent)
		if (i == slot)
			return;
	if (!slot)
		return;
	snprintf(name, sizeof(name), "D%d.%d", d->id, next_id++);
	pad(name, DIR_NAME);
	say("r %d %s %d %s\n", dirs[d->parent].id, d->name, dirs[to].id, name);
	check(sys(__NR_renameat, dirs[d->parent].fd, d->name, dirs[to].fd,
		  name),
	      "rename of a directory");
	d->parent = to;
	snprintf(d->name, sizeof(d->name), "%s", name);
}

/* ---- bytes */

static void fill(char *to, long off, long len, int gen)
{
	long i, t = (gen * 17L + off) % PERIOD;

	for (i = 0; i < len; i++) {
		to[i] = (char)(t * 7 % PERIOD + 1);
		t = t + 1 == PERIOD ? 0 : t + 1;
	}
}

static void op_write(struct file_of *f, int o_sync)
{
	long off = HEADER + rnd((int)f->size + 5000);
	long len = 1 + rnd(rnd(3) ? 3000 : (int)sizeof(buf));
	int flags = O_RDWR | O_APPEND, gen = generation++;

	if (off + len > LONGEST)
		return;
	fill(buf, off, len, gen);
	say("%c %d %ld %ld %d\n", o_sync ? 'o' : 'w', f->id, off, len, gen);
	/* O_SYNC cannot be set later: another open file. */
	if (o_sync) {
		struct name_of *n = any_name(f);
		int fd = (int)sys(__NR_openat, dirs[n->dir].fd, n->name,
				  (flags & ~O_APPEND) | O_SYNC);

		lseek(fd, off, 0);
		synced(write(fd, buf, (size_t)len) == len ? 0 : -1, "O_SYNC");
		close(fd);
	} else {
		lseek(f->fd, off, 0);
		check(write(f->fd, buf, (size_t)len) == len ? 0 : -1, "write");
	}
	if (off + len > f->size)
		f->size = off + len;
}

static void op_store(struct file_of *f)
{
	long end = f->size < MAPPED ? f->size : MAPPED, off, len;
	int gen = generation++;

	if (end <= HEADER)
		return;
	off = HEADER + rnd((int)end - HEADER);
	len = 1 + rnd(rnd(3) ? 3000 : 30000);
	if (len > end - off)
		len = end - off;
	say("m %d %ld %ld %d\n", f->id, off, len, gen);
	fill(f->map + off, off, len, gen);
	if (rnd(2))
		return;
	off &= -4096L;
	say("M %d %ld %ld\n", f->id, off, len);
	synced(sys(__NR_msync, f->map + off, len, MS_SYNC), "msync");
}

static void op_truncate(struct file_of *f)
{
	long to = HEADER + rnd(rnd(2) ? (int)f->size : LONGEST - HEADER);

	say("t %d %ld\n", f->id, to);
	check(sys(__NR_ftruncate, f->fd, to), "ftruncate");
	f->size = to;
}

static void op_sync(struct file_of *f)
{
	int dir = any_dir();

	switch (rnd(6)) {
	case 0:
		say("S\n");
		synced(sys(__NR_sync), "sync");
		break;
	case 1:
		say("Y %d\n", dirs[dir].id);
		synced(sys(__NR_fsync, dirs[dir].fd), "fsync of a directory");
		break;
	case 2:
		say("D %d\n", f->id);
		synced(sys(__NR_fdatasync, f->fd), "fdatasync");
		break;
	default:
		say("F %d\n", f->id);
		synced(sys(__NR_fsync, f->fd), "fsync");
	}
}

/* What editors do: all of the new file is there, or all of the old one. */
static void op_replace(struct file_of *over)
{
	struct file_of *f;

	op_create();
	f = file_slot(next_id - 1);
	if (!f || !f->id || !over || over == f)
		return;
	op_write(f, 0);
	say("F %d\n", f->id);
	synced(sys(__NR_fsync, f->fd), "fsync");
	op_rename(f, over);
}

static void one(void)
{
	struct file_of *f = any_file();
	int what = names && rnd(2) ? 54 + rnd(23) : rnd(100 - unsafe);

	if (!f || what < 8)
		op_create();
	else if (what < 28)
		op_write(f, 0);
	else if (what < 44)
		op_store(f);
	else if (what < 48)
		op_write(f, !unsafe || !rnd(4));
	else if (what < 54)
		op_truncate(f);
	else if (what < 57)
		op_link(f);
	else if (what < 64)
		op_unlink(f);
	else if (what < 70)
		op_rename(f, rnd(2) ? any_file() : NULL);
	else if (what < 73)
		op_mkdir();
	else if (what < 75)
		op_rmdir(any_dir());
	else if (what < 77)
		op_move_dir(any_dir(), any_dir());
	else if (what < 80)
		op_replace(f);
	else
		op_sync(f);
}

int main(int argc, char **argv)
{
	int i, n;

	if (argc < 5)
		usage("DEVICE FOLDER SEED FIRST");
	srandom((uint32_t)atoi(argv[3]));
	next_id = generation = atoi(argv[4]);
	unsafe = 10 * rnd(3);
	names = rnd(2);
	longest = rnd(2) ? 70 : 0;
	sys(__NR_mkdir, argv[2], 0755);
	if (*argv[1] != '-')
		check(mount(argv[1], argv[2], "ext2", 0), "mount");
	walk(0, argv[2]);
	say("begin\n");
	for (n = 0; n < 3000; n++)
		one();
	say("end\n");
	for (i = 0; i < 60; i++)
		sys(__NR_poll, 0, 0, 1000); /* until the plug is pulled */
	return 0;
}
