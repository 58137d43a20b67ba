/*
 * namei.c - from a path to what it names.
 *
 * Called by every system call that takes a path. A walk goes through the path one
 * component at a time, holding a reference to where it is:
 *
 *	"/a/link/../b"      root -> a -> (link: walk its text from a) -> .. -> b
 *
 * A mounted directory is left at once for the root of what is mounted there, and ".."
 * of such a root leads out again. A link's text is walked by recursion, unless nothing follows
 * it, 40 links at most in one walk, as Linux counts; since text buffers come from kmalloc, a
 * level of the recursion costs little stack.
 *
 * Errors are Linux's: ENOENT for a missing or empty name, ENOTDIR when something
 * follows a file's name (a slash will do), ELOOP, ENAMETOOLONG (NAME_MAX for a
 * component, PATH_MAX for the whole), EACCES without search permission.
 */
#include "kernel/fs/file.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#define LINKS_MAX 40
#define DEPTH_MAX 12 /* links in links in links: bounds the stack */

struct walk {
	struct dentry *at; /* a reference */
	u32 links, depth;
};

static void walk_to(struct walk *w, struct dentry *to)
{
	dentry_put(w->at);
	w->at = to;
}

/* From a directory something is mounted on to the root of that. */
static void cross_mounts(struct walk *w)
{
	while (w->at->mounted)
		walk_to(w, dentry_get(w->at->mounted->root));
}

static void walk_up(struct walk *w)
{
	struct dentry *d = dentry_visible(w->at);

	walk_to(w, dentry_get(d != fs_root() && d->parent ? d->parent : d));
	cross_mounts(w);
}

static int walk_path(struct walk *w, const char *path, u32 how,
		     struct last *last);

/* Goes where the link `from` (a reference, dropped) in directory w->at leads. */
static int walk_link(struct walk *w, struct dentry *from)
{
	scoped_dentry *link = from;
	scoped_mem char *text = NULL;
	struct dentry *to;
	int err;

	for (;;) {
		if (++w->links > LINKS_MAX || w->depth >= DEPTH_MAX)
			return -ELOOP;
		if (link->inode->ops->follow) {
			err = link->inode->ops->follow(link->inode, &to);
			if (!err)
				walk_to(w, to);
			return err;
		}
		kfree(text);
		text = link_text(link->inode, &err);
		if (!text)
			return err;
		w->depth++;
		err = *text ? walk_path(w, text, 0, NULL) : -ENOENT;
		w->depth--;
		if (err || !S_ISLNK(w->at->inode->mode))
			return err;
		dentry_put(link); /* the next of a chain */
		link = dentry_get(w->at);
		walk_to(w, dentry_get(link->parent));
	}
}

/* One component, not "." or "..". */
static int walk_name(struct walk *w, const char *name, u32 len, bool follow)
{
	struct dentry *next;
	int err = dentry_lookup(w->at, name, len, &next);

	if (err)
		return err;
	if (S_ISLNK(next->inode->mode) && follow)
		return walk_link(w, next);
	walk_to(w, next);
	cross_mounts(w);
	return 0;
}

static int may_search(const struct dentry *dir)
{
	if (!S_ISDIR(dir->inode->mode))
		return -ENOTDIR;
	return inode_permission(dir->inode, MAY_EXEC);
}

/* Walks from w->at; with `last` only to the directory of the last component. */
static int walk_path(struct walk *w, const char *path, u32 how,
		     struct last *last)
{
	const char *end;
	int err = 0;

	if (*path == '/') {
		walk_to(w, dentry_get(fs_root()));
		cross_mounts(w);
	}
	while (*path == '/')
		path++;
	if (last)
		*last = (struct last){ .name = path, .special = true };
	for (; *path && !err; path = end) {
		u32 len = 0;
		bool is_last;

		while (path[len] && path[len] != '/')
			len++;
		for (end = path + len; *end == '/'; end++)
			;
		is_last = !*end;
		err = may_search(w->at);
		if (!err && len > NAME_MAX)
			err = -ENAMETOOLONG;
		if (err)
			break;
		if (is_last && last) {
			*last = (struct last){ .name = path,
					       .len = len,
					       .slash = end > path + len,
					       .special = is_dots(path, len) };
			break;
		}
		if (is_dots(path, len)) {
			if (len == 2)
				walk_up(w);
			continue;
		}
		err = walk_name(w, path, len,
				!is_last || end > path + len ||
					how & LOOKUP_FOLLOW);
		if (!err && is_last &&
		    (end > path + len || how & LOOKUP_DIRECTORY) &&
		    !S_ISDIR(w->at->inode->mode))
			err = -ENOTDIR;
	}
	return err;
}

/* Where a walk of path begins. */
static int walk_start(struct walk *w, int dirfd, const char *path, u32 how)
{
	scoped_file *file = NULL;

	w->links = w->depth = 0;
	if (!*path && !(how & LOOKUP_EMPTY))
		return -ENOENT;
	if (*path == '/' || !current->fs) {
		w->at = dentry_get(fs_root());
		return 0;
	}
	if (dirfd == AT_FDCWD) {
		w->at = dentry_get(current->fs->cwd);
		return 0;
	}
	file = fd_get(dirfd);
	if (!file)
		return -EBADF;
	if (*path && !S_ISDIR(file->inode->mode))
		return -ENOTDIR;
	w->at = dentry_get(file->dentry);
	return 0;
}

/* The whole walk, and its end. => 0 and *found has w's reference; -errno: it is put */
static int walk_all(struct walk *w, const char *path, u32 how,
		    struct last *last, struct dentry **found)
{
	int err = walk_path(w, path, how, last);

	if (!err && how & LOOKUP_DIRECTORY && !S_ISDIR(w->at->inode->mode))
		err = -ENOTDIR;
	if (err)
		dentry_put(w->at);
	else
		*found = w->at;
	return err;
}

int path_lookup(int dirfd, const char *path, u32 how, struct dentry **found)
{
	struct walk w;
	int err = walk_start(&w, dirfd, path, how)
			  ?: walk_all(&w, path, how, NULL, found);

	if (!err && !(how & LOOKUP_UMOUNT))
		w.at->inode->super->expiring = false;
	return err;
}

int path_parent(int dirfd, const char *path, struct last *last)
{
	struct walk w;

	return walk_start(&w, dirfd, path, 0)
		       ?: walk_all(&w, path, LOOKUP_DIRECTORY, last,
				   &last->dir);
}

int path_next(struct last *last, const char *text)
{
	struct walk w = { .at = dentry_get(last->dir) };
	struct last next;
	int err = walk_all(&w, text, LOOKUP_DIRECTORY, &next, &next.dir);

	if (err)
		return err;
	last_put(last);
	*last = next;
	return 0;
}

char *path_get(const char *upath, int *err)
{
	char *path = kmalloc(PATH_MAX);
	long n;

	*err = -ENOMEM;
	if (!path)
		return NULL;
	n = strncpy_from_user(path, upath, PATH_MAX);
	if (n >= 0 && n < PATH_MAX)
		return path;
	*err = n < 0 ? (int)n : -ENAMETOOLONG;
	kfree(path);
	return NULL;
}

char *link_text(struct inode *link, int *err)
{
	char *text = kmalloc(PATH_MAX);
	long n = text ? link->ops->readlink(link, text) : -ENOMEM;

	if (n >= 0) {
		text[n] = 0;
		return text;
	}
	*err = (int)n;
	kfree(text);
	return NULL;
}

int user_path(int dirfd, const char *upath, u32 how, struct dentry **found)
{
	int err;
	scoped_mem char *path = path_get(upath, &err);

	return path ? path_lookup(dirfd, path, how, found) : err;
}

int user_parent(int dirfd, const char *upath, struct last *last)
{
	int err;
	char *path = path_get(upath, &err);

	if (!path)
		return err;
	err = path_parent(dirfd, path, last);
	last->path = path;
	return err;
}

void last_put(struct last *last)
{
	dentry_put(last->dir);
	kfree(last->path);
}
