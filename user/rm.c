/*
 * rm.c - removes names. -r: folders with what is in them; -f: what is not
 * there is no error.
 *
 * A file lives on while somebody has it open or mapped: only its name goes.
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

#define USE	  "[-rf] NAME..."
#define RECURSIVE 1u
#define FORCE	  2u

static unsigned int flags;

/* Empties a folder. After each removal it is read from the start: positions in a
 * folder that changes are worth nothing. */
static int empty(const char *path, int (*remove)(const char *))
{
	static struct dir d; /* closed before the next one is opened */
	char name[1024];
	const char *e;

	for (;;) {
		if (dir_open(&d, path) < 0)
			return complain(path);
		do
			e = dir_next(&d);
		while (e && (!strcmp(e, ".") || !strcmp(e, "..")));
		if (e)
			path_join(name, sizeof(name), path, e);
		dir_close(&d);
		if (!e)
			return 0;
		if (remove(name))
			return 1;
	}
}

static int rm(const char *path)
{
	stat_t st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT && flags & FORCE ? 0 : complain(path);
	if (S_ISDIR(st.st_mode)) {
		if (!(flags & RECURSIVE)) {
			errno = EISDIR;
			return complain(path);
		}
		if (empty(path, rm))
			return 1;
		return rmdir(path) < 0 ? complain(path) : 0;
	}
	return unlink(path) < 0 ? complain(path) : 0;
}

int main(int argc, char **argv)
{
	(void)argc;
	flags = options(&argv, "rf", USE);
	if (!*argv && !(flags & FORCE))
		usage(USE);
	return for_each(argv, rm);
}
