/*
 * exec_args.c - what execve() is given: the file, the strings, the scripts.
 *
 * The strings lie one after the other in a buffer that grows. A file that begins with
 * "#!" names an interpreter, which becomes the file, and
 *
 *	argv[0] argv[1] ...   becomes   interpreter [argument] path argv[1] ...
 */
#include "kernel/exec.h"
#include "kernel/fs/file.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#include <linux/binfmts.h>
#include <linux/mount.h>

#define SCRIPT_LINE  256
#define SCRIPT_DEPTH 5
#define ARGS_MAX     (2 * MiB)

int exec_open(int dirfd, const char *path, u32 how, struct file **result)
{
	scoped_dentry *dentry = NULL;
	scoped_file *file = NULL;
	struct inode *inode;
	int err = path_lookup(dirfd, path, how, &dentry);

	if (err)
		return err;
	inode = dentry->inode;
	if (inode->super->flags & MS_NOEXEC)
		return -EACCES;
	if (!S_ISREG(inode->mode))
		return S_ISLNK(inode->mode) ? -ELOOP : -EACCES;
	err = inode_permission(inode, MAY_EXEC)
		      ?: file_open(dentry_get(dentry), O_RDONLY, &file);
	err = err ?: file_deny_write(file);
	if (!err)
		*result = scoped_keep(&file);
	return err;
}

void exec_file_put(struct file *file)
{
	file_allow_write(file);
	file_put(file);
}

/* ---- argument strings */

static int grow_strings(struct exec *e, u32 more)
{
	u32 size = e->size, stack = mm_limits()->stack;
	u32 most = max(stack / 4, (u32)ARG_MAX);
	char *strings;

	/* of what a stack may be a quarter, but 128 KiB in a small one, too */
	most = min(most, stack);
	most = min(most, ARGS_MAX);
	if (more > most || e->used + more > most)
		return -E2BIG;
	while (size < e->used + more)
		size = size ? size * 2 : 512;
	if (size == e->size)
		return 0;
	strings = kmalloc(size);
	if (!strings)
		return -ENOMEM;
	memcpy(strings, e->strings, e->used);
	kfree(e->strings);
	e->strings = strings;
	e->size = size;
	return 0;
}

int exec_add_string(struct exec *e, const char *s)
{
	u32 n = strlen(s) + 1;
	int err = grow_strings(e, n);

	if (err)
		return err;
	memcpy(e->strings + e->used, s, n);
	e->used += n;
	return 0;
}

static int add_user_string(struct exec *e, const char *from)
{
	for (;;) {
		u32 room = min(e->size - e->used, (u32)MAX_ARG_STRLEN);
		long n = strncpy_from_user(e->strings + e->used, from, room);
		int err;

		if (n < 0)
			return (int)n;
		if ((u32)n < room) {
			e->used += (u32)n + 1;
			return 0;
		}
		if (room >= MAX_ARG_STRLEN)
			return -E2BIG;
		err = grow_strings(e, room + PAGE_SIZE);
		if (err)
			return err;
	}
}

int exec_add_vector(struct exec *e, const char *const *vector, bool user,
		    u32 *count)
{
	int err = 0;

	for (*count = 0; vector && !err; ++*count) {
		const char *string, *const *from = vector + *count;

		if (!user)
			string = *from;
		else if (copy_from_user(&string, from, sizeof(string)))
			return -EFAULT;
		if (!string)
			break;
		if (user && fatal_signal_pending())
			return -EINTR;
		err = (user ? add_user_string : exec_add_string)(e, string);
	}
	return err;
}

/* ---- scripts */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Puts "interpreter [argument] path" in the place of argv[0]. */
static int replace_argv0(struct exec *e, const char *interpreter,
			 const char *argument)
{
	u32 old = e->argc ? strlen(e->strings) + 1 : 0;
	u32 n = strlen(interpreter) + 1, p = strlen(e->path) + 1;
	u32 a = argument ? strlen(argument) + 1 : 0;
	int err = grow_strings(e, n + a + p);

	if (err)
		return err;
	memmove(e->strings + n + a + p, e->strings + old, e->used - old);
	memcpy(e->strings, interpreter, n);
	if (argument)
		memcpy(e->strings + n, argument, a);
	memcpy(e->strings + n + a, e->path, p);
	e->used += n + a + p - old;
	e->argc += 1 + !!argument + !e->argc;
	return 0;
}

/* Follows one "#!" line: the interpreter becomes the file. => 0; 1: not a script; -errno */
static int follow_script(struct exec *e)
{
	char buf[SCRIPT_LINE], *line = buf + 2, *interpreter, *end;
	long n = file_read_kernel(e->file, buf, sizeof(buf) - 1, 0);
	struct file *file;
	int err;

	if (n < 0)
		return (int)n;
	buf[n] = '\0';
	if (buf[0] != '#' || buf[1] != '!')
		return 1;
	for (end = line; *end && *end != '\n'; end++)
		;
	if (!*end && n == SCRIPT_LINE - 1)
		return -ENOEXEC;
	while (end > line && is_blank(end[-1]))
		end--;
	*end = '\0';
	while (is_blank(*line))
		line++;
	if (!*line)
		return -ENOEXEC;
	for (interpreter = line; *line && !is_blank(*line); line++)
		;
	while (is_blank(*line))
		*line++ = '\0';
	/* All of the rest is one argument. */
	err = replace_argv0(e, interpreter, *line ? line : NULL)
		      ?: exec_open(AT_FDCWD, interpreter, LOOKUP_FOLLOW, &file);
	if (err)
		return err;
	exec_file_put(e->file);
	e->file = file;
	snprintf(e->path, PATH_MAX, "%s", interpreter);
	return 0;
}

int exec_read_program(struct exec *e)
{
	struct file *file;
	int err;

	for (int depth = 0;; depth++) {
		err = follow_script(e);
		if (err == 1)
			break;
		if (err)
			return err;
		if (depth == SCRIPT_DEPTH)
			return -ELOOP;
	}
	err = elf_read(e->file, &e->elf);
	if (err || !e->elf.interp)
		return err;
	err = exec_open(AT_FDCWD, e->elf.interp, LOOKUP_FOLLOW, &file);
	if (err)
		return err;
	err = elf_read(file, &e->interp);
	return err == -ENOEXEC ? -ELIBBAD : err;
}
