/*
 * powercut-tree.h - what powercut.c knows of the tree it works in: directories, files and
 * their names, each in a table of fixed size, and how they are found when it begins.
 *
 *	files[] -> id, an open descriptor, a mapping of its beginning,
 *		   names[]: a slot of dirs[] and a name
 *	dirs[]  -> id, an open descriptor, the parent's slot; [0] is the top
 *
 * An id of 0 is a free slot (but for the top).
 */
#pragma once

#include "user/lib/file.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/text.h"
#include "tests/disk/sum.h"

#define FILES  32
#define DIRS   8
#define NAMES  4
#define HEADER 16
#define NAME   100
#define MAPPED (320 << 10)

struct dir_of {
	int id, fd, parent; /* parent: a slot */
	char name[NAME];
};

struct name_of {
	int dir; /* a slot, -1: none */
	char name[NAME];
};

struct file_of {
	int id, fd;
	long size;
	char *map;
	struct name_of names[NAMES];
};

static struct dir_of dirs[DIRS];
static struct file_of files[FILES];
static int next_id;
static char buf[40000];

#define say(...) dprintf(1, __VA_ARGS__)

static int rnd(int n)
{
	return (int)(random() % (unsigned)n);
}

static void check(long result, const char *what)
{
	if (result >= 0)
		return;
	say("! %s: %s\n", what, strerror(result == -1 ? errno : (int)-result));
	exit(1);
}

static void synced(long result, const char *what)
{
	check(result, what);
	say(".\n");
}

/* ---- what there is */

static struct file_of *file_slot(int id)
{
	int i, empty = -1;

	for (i = FILES - 1; i >= 0; i--) {
		if (files[i].id == id)
			return &files[i];
		if (!files[i].id)
			empty = i;
	}
	return empty < 0 ? NULL : &files[empty];
}

static int dir_slot(void)
{
	int i;

	for (i = 1; i < DIRS && dirs[i].id; i++)
		;
	return i < DIRS ? i : -1;
}

/* A random slot in use. */
static int any_dir(void)
{
	int i;

	do
		i = rnd(DIRS);
	while (i && !dirs[i].id);
	return i;
}

static struct file_of *any_file(void)
{
	int i, at = rnd(FILES);

	for (i = 0; i < FILES; i++)
		if (files[(at + i) % FILES].id)
			return &files[(at + i) % FILES];
	return NULL;
}

static struct name_of *free_name(struct file_of *f)
{
	int i;

	for (i = 0; i < NAMES; i++)
		if (f->names[i].dir < 0)
			return &f->names[i];
	return NULL;
}

static int name_count(const struct file_of *f)
{
	int i, n = 0;

	for (i = 0; i < NAMES; i++)
		n += f->names[i].dir >= 0;
	return n;
}

static struct name_of *any_name(struct file_of *f)
{
	int i = rnd(NAMES);

	while (f->names[i].dir < 0)
		i = (i + 1) % NAMES;
	return &f->names[i];
}

static void file_begin(struct file_of *f, int id, int fd, long size)
{
	int i;

	f->id = id;
	f->fd = fd;
	f->size = size;
	f->map = mmap(NULL, MAPPED, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	check(f->map == MAP_FAILED ? -1 : 0, "mmap");
	for (i = 0; i < NAMES; i++)
		f->names[i].dir = -1;
}

static void file_end(struct file_of *f)
{
	munmap(f->map, MAPPED);
	close(f->fd);
	f->id = 0;
}

static void set_name(struct name_of *n, int dir, const char *name)
{
	n->dir = dir;
	snprintf(n->name, sizeof(n->name), "%s", name);
}

static void found_file(int dir, const char *name)
{
	int fd = (int)sys(__NR_openat, dirs[dir].fd, name, O_RDWR);
	struct file_of *f;
	struct name_of *n;
	char header[HEADER + 1] = "";
	long size;

	check(fd, "openat");
	size = lseek(fd, 0, 2);
	lseek(fd, 0, 0);
	read(fd, header, HEADER);
	say("h %d %s %d %ld %lu\n", dirs[dir].id, name, atoi(header + 2), size,
	    adler(fd));
	f = memcmp(header, "QF", 2) ? NULL : file_slot(atoi(header + 2));
	n = f && f->id ? free_name(f) : NULL;
	/* none of ours yet; too many names; left over from a rename */
	if (!f || (f->id && !n) || *name == '#') {
		say("u %d %s\n", dirs[dir].id, name);
		check(sys(__NR_unlinkat, dirs[dir].fd, name, 0), "unlinkat");
		close(fd);
		return;
	}
	if (f->id)
		close(fd);
	else
		file_begin(f, atoi(header + 2), fd, size);
	set_name(free_name(f), dir, name);
}

static void walk(int dir, const char *path)
{
	char *below = malloc(DIRS * NAME);
	struct dir d;
	const char *name;
	stat_t st;
	int slot;

	dirs[dir].fd = dir_open(&d, path);
	check(d.fd, path);
	while ((name = dir_next(&d)) != NULL) {
		if (*name == '.' || !strcmp(name, "lost+found"))
			continue;
		snprintf(below, DIRS * NAME, "%s/%s", path, name);
		check(lstat(below, &st), below);
		if ((st.st_mode & S_IFMT) != S_IFDIR) {
			found_file(dir, name);
		} else if ((slot = dir_slot()) > 0) {
			dirs[slot].id = atoi(name + 1);
			dirs[slot].parent = dir;
			snprintf(dirs[slot].name, NAME, "%s", name);
			walk(slot, below);
		}
	}
	free(below);
}
