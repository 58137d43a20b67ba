/*
 * proc.c - /proc: what the kernel knows, as text files made when they are read.
 *
 * Nothing of it is stored. A name is in a table, or a process's or thread's number:
 *
 *	/proc/self -> 12		a link to whoever asks
 *	/proc/12/maps			a table's line, process 12
 *	/proc/12/task/13/		thread 13, the same lines
 *	/proc/12/fd/3, exe, cwd		links that lead to the very object (follow())
 *
 * A process may be gone when its file is read: every use finds it again by number.
 * The text of a file is made as a whole at the first read, and again from position 0.
 */
#include "kernel/fs/proc.h"
#include "kernel/process.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#include <linux/magic.h>

#define POS_NUMBERS 1024u /* directory positions from here on are numbers */

/* What an inode of /proc stands for. */
struct proc_inode {
	enum proc_dir dir;		/* of a directory */
	const struct proc_entry *entry; /* of a file */
	const char *link;		/* of a link: its name; "fd" */
	int pid, tid, fd;
};

static const struct inode_ops proc_inode_ops, proc_self_ops;
static const struct file_ops proc_dir_ops, proc_file_ops;

/* ---- whose */

static struct proc_inode *proc_of(const struct inode *inode)
{
	return inode->private;
}

struct process *proc_file_process(const struct file *file)
{
	return process_find(proc_of(file->inode)->pid);
}

static struct thread *thread_of(const struct proc_inode *pi)
{
	const struct process *p = process_find(pi->pid);

	if (pi->tid)
		return thread_find(pi->tid);
	return p ? p->leader : NULL;
}

struct thread *proc_file_thread(const struct file *file)
{
	return thread_of(proc_of(file->inode));
}

/* Where the links of a process lead. => 0 and a reference, or -ENOENT */
static int link_target(struct inode *inode, struct dentry **to)
{
	const struct proc_inode *pi = proc_of(inode);
	struct thread *t = thread_of(pi);
	const struct file *file;
	struct dentry *d = NULL;

	if (!t)
		return -ENOENT;
	if (!strcmp(pi->link, "fd")) {
		file = t->files ? files_at(t->files, pi->fd) : NULL;
		d = file ? file->dentry : NULL;
	} else if (!strcmp(pi->link, "exe")) {
		d = t->process->exe ? t->process->exe->dentry : NULL;
	} else if (!strcmp(pi->link, "cwd")) {
		d = t->fs ? t->fs->cwd : NULL;
	} else {
		d = t->fs ? t->fs->root : NULL;
	}
	if (!d)
		return -ENOENT;
	*to = dentry_get(d);
	return 0;
}

/* ---- inodes */

static int make_inode(struct super *super, u32 mode, struct proc_inode with,
		      struct inode **inode)
{
	struct proc_inode *pi = kmalloc(sizeof(*pi));
	const struct process *p = with.pid ? process_find(with.pid) : NULL;

	if (!pi)
		return -ENOMEM;
	*pi = with;
	*inode = inode_alloc(super, mode);
	if (!*inode) {
		kfree(pi);
		return -ENOMEM;
	}
	(*inode)->uid = p ? p->euid : 0;
	(*inode)->gid = p ? p->egid : 0;
	(*inode)->private = pi;
	(*inode)->ops =
		with.link && !with.pid ? &proc_self_ops : &proc_inode_ops;
	(*inode)->fops = S_ISDIR(mode) ? &proc_dir_ops : &proc_file_ops;
	if (with.entry && with.entry->ops)
		(*inode)->fops = with.entry->ops;
	(*inode)->nlink = S_ISDIR(mode) ? 2 : 1;
	return 0;
}

static void proc_evict(struct inode *inode)
{
	kfree(inode->private);
}

/* A decimal number from least to most. => 0 or -EINVAL, nothing stored */
static int parse_number(const char *text, s32 least, s32 most, u32 *to)
{
	bool minus = *text == '-';
	s64 n = 0;

	text += minus;
	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || n > most)
			return -EINVAL;
		n = n * 10 + (*text - '0');
	}
	n = minus ? -n : n;
	if (n < least || n > most)
		return -EINVAL;
	*to = (u32)n;
	return 0;
}

/* A name that is a number. => it, or -1 */
static int number(const char *name)
{
	u32 n;

	return parse_number(name, 0, 999999999, &n) ? -1 : (int)n;
}

static int lookup_number(struct inode *dir, int n, struct inode **inode)
{
	struct proc_inode pi = *proc_of(dir);
	const struct thread *t =
		pi.dir == PROC_TASK ? thread_find(n) : thread_of(&pi);
	u32 mode = S_IFDIR | 0555;

	if (pi.dir == PROC_ROOT && process_find(n)) {
		pi.dir = PROC_PID;
		pi.pid = n;
	} else if (pi.dir == PROC_TASK && t && t->process &&
		   t->process->pid == pi.pid) {
		pi.dir = PROC_PID;
		pi.tid = n;
	} else if (pi.dir == PROC_FD && t && t->files &&
		   files_at(t->files, n)) {
		pi.fd = n;
		pi.link = "fd";
		mode = S_IFLNK | 0700;
	} else {
		return -ENOENT;
	}
	return make_inode(dir->super, mode, pi, inode);
}

static const struct proc_entry builtin[] = {
	{ PROC_ROOT, "self", .mode = S_IFLNK | 0777 },
	{ PROC_ROOT, "thread-self", .mode = S_IFLNK | 0777 },
	{ PROC_PID, "exe", .mode = S_IFLNK | 0777 },
	{ PROC_PID, "cwd", .mode = S_IFLNK | 0777 },
	{ PROC_PID, "root", .mode = S_IFLNK | 0777 },
	{ PROC_ROOT, "sys", S_IFDIR | 0555, .child = PROC_SYS },
	{ PROC_SYS, "vm", S_IFDIR | 0555, .child = PROC_SYS_VM },
	{ PROC_SYS, "kernel", S_IFDIR | 0555, .child = PROC_SYS_KERNEL },
	{ PROC_SYS, "fs", S_IFDIR | 0555, .child = PROC_SYS_FS },
	{ PROC_PID, "task", S_IFDIR | 0555, .child = PROC_TASK },
	{ PROC_PID, "fd", S_IFDIR | 0500, .child = PROC_FD },
	{ .name = NULL },
};
static const struct proc_entry *const tables[] = { builtin, proc_files };

/* The nth line of a directory. => NULL: there are no more */
static const struct proc_entry *nth_entry(enum proc_dir dir, u32 n)
{
	for (u32 i = 0; i < ARRAY_SIZE(tables); i++)
		for (const struct proc_entry *e = tables[i]; e->name; e++)
			if (e->dir == dir && !n--)
				return e;
	return NULL;
}

static u32 type_of(const struct proc_entry *e)
{
	return e->mode & S_IFMT ? e->mode & S_IFMT : S_IFREG;
}

static int proc_lookup(struct inode *dir, const char *name,
		       struct inode **inode)
{
	struct proc_inode pi = *proc_of(dir);
	const struct proc_entry *e;
	int n = number(name);
	u32 i = 0;

	if (n >= 0)
		return lookup_number(dir, n, inode);
	do {
		e = nth_entry(pi.dir, i++);
		if (!e)
			return -ENOENT;
	} while (strcmp(e->name, name));
	if (S_ISLNK(e->mode))
		pi.link = e->name;
	else if (S_ISDIR(e->mode))
		pi.dir = e->child;
	else
		pi.entry = e;
	return make_inode(dir->super, type_of(e) | e->mode, pi, inode);
}

static long proc_readlink(struct inode *inode, char *buf)
{
	scoped_dentry *to = NULL;
	char *path;
	int err = link_target(inode, &to);

	if (err)
		return err;
	path = dentry_path(to, buf, PATH_MAX);
	if (!path)
		return -ENAMETOOLONG;
	memmove(buf, path, strlen(path));
	return buf + PATH_MAX - 1 - path;
}

/* self and thread-self: a walk goes on by their text. */
static long self_readlink(struct inode *inode, char *buf)
{
	int pid = current->process->pid;

	if (!strcmp(proc_of(inode)->link, "self"))
		return snprintf(buf, PATH_MAX, "%d", pid);
	return snprintf(buf, PATH_MAX, "%d/task/%d", pid, current->tid);
}

static const struct inode_ops proc_self_ops = {
	.readlink = self_readlink,
	.evict = proc_evict,
};

static const struct inode_ops proc_inode_ops = {
	.lookup = proc_lookup,
	.readlink = proc_readlink,
	.follow = link_target,
	.evict = proc_evict,
};

/* ---- reading directories */

/* The smallest number of at least n that the directory has, or -1. */
static int next_number(const struct proc_inode *pi, int n)
{
	struct process *p = process_find(pi->pid);
	struct thread *t = thread_of(pi);
	int best = -1;

	if (pi->dir == PROC_ROOT)
		list_for_each_entry (p, &all_processes, all)
			if (p->pid >= n && (best < 0 || p->pid < best))
				best = p->pid;
	if (pi->dir == PROC_TASK && p)
		list_for_each_entry (t, &p->threads, peers)
			if (t->tid >= n && (best < 0 || t->tid < best))
				best = t->tid;
	if (pi->dir == PROC_FD && t && t->files)
		for (u32 i = (u32)n; i < t->files->size && best < 0; i++)
			if (t->files->table[i].file)
				best = (int)i;
	return best;
}

static int proc_readdir(struct file *file, struct dir_sink *sink)
{
	static const struct proc_entry dots[] = {
		{ .name = ".", .mode = S_IFDIR },
		{ .name = "..", .mode = S_IFDIR },
	};
	const struct proc_inode *pi = proc_of(file->inode);
	u32 mode = pi->dir == PROC_FD ? S_IFLNK : S_IFDIR;
	char text[12];
	int n;

	for (; file->pos < POS_NUMBERS; file->pos++) {
		u32 i = (u32)file->pos;
		const struct proc_entry *e =
			i < 2 ? &dots[i] : nth_entry(pi->dir, i - 2);

		if (!e)
			break;
		if (!sink->emit(sink, e->name, (u32)strlen(e->name), i + 1,
				type_of(e), i + 1))
			return 0;
	}
	file->pos = max(file->pos, (u64)POS_NUMBERS);
	while ((n = next_number(pi, (int)(file->pos - POS_NUMBERS))) >= 0) {
		u64 next = POS_NUMBERS + (u32)n + 1;

		snprintf(text, sizeof(text), "%d", n);
		if (!sink->emit(sink, text, (u32)strlen(text), (u32)next, mode,
				next))
			return 0;
		file->pos = next;
	}
	return 0;
}

static const struct file_ops proc_dir_ops = { .readdir = proc_readdir };

/* ---- reading and writing files */

static int make_text(struct file *file, struct seq *seq)
{
	const struct proc_inode *pi = proc_of(file->inode);
	struct process *p = pi->pid ? process_find(pi->pid) : NULL;
	const struct proc_entry *e = pi->entry;
	u32 next = seq->next;

	seq->thread = pi->tid ? thread_find(pi->tid) : NULL;
	if ((pi->pid && !p) || (pi->tid && !seq->thread))
		return -ESRCH;
	seq->from += seq->len;
	seq->len = seq->failed = 0;
	if (e->show)
		e->show(seq, p);
	else if (e->text)
		seq_write(seq, e->text, strlen(e->text));
	else
		seq_printf(seq, "%u\n", *e->number);
	if (!seq->failed)
		return 0;
	seq->len = 0;
	seq->next = next; /* it can be tried again */
	return -ENOMEM;
}

static long proc_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	struct seq *seq = file->private;
	bool anew = !seq || !*pos || *pos < seq->from;
	u32 part, left;
	int err = 0;

	if (!seq)
		seq = file->private = kzalloc(sizeof(*seq));
	if (!seq)
		return -ENOMEM;
	if (anew) {
		seq->from = seq->len = seq->next = 0;
		err = make_text(file, seq);
	}
	while (!err && *pos >= seq->from + seq->len && seq->next)
		err = make_text(file, seq);
	if (err)
		return err;
	if (*pos >= seq->from + seq->len)
		return 0;
	part = min(n, (u32)(seq->from + seq->len - *pos));
	left = copy_to_user(buf, seq->buf + (u32)(*pos - seq->from), part);
	*pos += part - left;
	return left == part && part ? -EFAULT : (long)(part - left);
}

int user_number(const void *buf, u32 n, s32 least, s32 most, u32 *to)
{
	char text[64];
	u32 len = min(n, (u32)sizeof(text) - 1);

	if (copy_from_user(text, buf, len))
		return -EFAULT;
	while (len && (text[len - 1] == '\n' || text[len - 1] == ' '))
		len--;
	text[len] = 0;
	return parse_number(text, least, most, to);
}

static long proc_write(struct file *file, const void *buf, u32 n, u64 *pos)
{
	const struct proc_entry *e = proc_of(file->inode)->entry;
	struct thread *t = proc_file_thread(file);
	int err = -EIO;

	(void)pos;
	if (e->store)
		err = t ? e->store(t, buf, n) : -ESRCH;
	else if (e->least < e->most)
		err = user_number(buf, n, e->least, e->most, e->number);
	if (!err && e->stored)
		e->stored();
	return err ?: (long)n;
}

static void proc_release(struct file *file)
{
	struct seq *seq = file->private;

	if (seq)
		seq_free(seq);
	kfree(seq);
}

static const struct file_ops proc_file_ops = {
	.read = proc_read,
	.write = proc_write,
	.release = proc_release,
};

static int proc_fill(struct super *super, struct inode **root)
{
	super->magic = PROC_SUPER_MAGIC;
	return make_inode(super, S_IFDIR | 0555,
			  (struct proc_inode){ .dir = PROC_ROOT }, root);
}

const struct fs_type proc_type = { "proc", true, proc_fill, NULL };
