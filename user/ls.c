/*
 * ls.c - lists folders: one name a line when it is read by a program, in
 * columns on a terminal. -l: what each is; -a: those with a dot, too; -1: one
 * a line; -d: the folder itself.
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

#define USE  "[-la1d] [FILE...]"
#define LONG 1u
#define ALL  2u
#define ONE  4u
#define SELF 8u

static unsigned int flags;
static char **names; /* with room for so many */
static int room;
static int several;

static void print_mode(unsigned int mode)
{
	static const char letters[] = "rwxrwxrwx", types[] = "?pc?d?b?-?l?s???";
	char text[11];
	int i;

	text[0] = types[mode >> 12 & 15];
	for (i = 0; i < 9; i++)
		text[i + 1] = mode & 0400u >> i ? letters[i] : '-';
	text[10] = 0;
	printf("%s ", text);
}

static void print_long(const char *path, const char *name)
{
	char to[256], size[24];
	stat_t st;

	if (lstat(path, &st) < 0) {
		complain(path);
		return;
	}
	print_mode(st.st_mode);
	if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
		snprintf(size, sizeof(size), "%lu, %lu",
			 (unsigned long)st.st_rdev >> 8,
			 (unsigned long)st.st_rdev & 0xff);
	else
		snprintf(size, sizeof(size), "%llu",
			 (unsigned long long)st.st_size);
	printf("%3lu %4lu %4lu %10s %s", (unsigned long)st.st_nlink,
	       (unsigned long)st.st_uid, (unsigned long)st.st_gid, size, name);
	if (S_ISLNK(st.st_mode) && readlink(path, to, sizeof(to)) >= 0)
		printf(" -> %s", to);
	printf("\n");
}

static void print_columns(int n)
{
	int i, j, width = 0, columns, rows;

	for (i = 0; i < n; i++)
		if ((int)strlen(names[i]) > width)
			width = (int)strlen(names[i]);
	columns = flags & ONE ? 1 : 80 / (width + 2);
	columns = columns ? columns : 1;
	rows = (n + columns - 1) / columns;
	for (i = 0; i < rows; i++) {
		for (j = i; j < n; j += rows) {
			int fill = j + rows < n ? width + 2 : 0;

			printf("%s", names[j]);
			for (fill -= (int)strlen(names[j]); fill > 0; fill--)
				printf(" ");
		}
		printf("\n");
	}
}

/* The next name's place, or NULL. */
static char **place(int n)
{
	char **more;

	if (n == room) {
		more = realloc(names, 2 * (size_t)(n + 32) * sizeof(*names));
		if (!more)
			return NULL;
		names = more;
		room = 2 * (n + 32);
	}
	return names + n;
}

/* => how many, or -1 */
static int collect(struct dir *d)
{
	const char *e;
	char **name;
	int n = 0;

	while ((e = dir_next(d)) != NULL) {
		if (*e == '.' && !(flags & ALL))
			continue;
		name = place(n);
		if (!name || !(*name = malloc(strlen(e) + 1)))
			return -1;
		strcpy(*name, e);
		n++;
	}
	return n;
}

static int list(const char *path)
{
	static struct dir d;
	char full[1024];
	int i, n;

	if (dir_open(&d, path) < 0)
		return complain(path);
	n = collect(&d);
	if (n < 0)
		return complain(path);
	sort_names(names, n);
	if (several)
		printf("%s:\n", path);
	for (i = 0; i < n && flags & LONG; i++)
		print_long(path_join(full, sizeof(full), path, names[i]),
			   names[i]);
	if (!(flags & LONG))
		print_columns(n);
	for (i = 0; i < n; i++)
		free(names[i]);
	dir_close(&d); /* not before: /proc/self/fd has it among its names */
	return 0;
}

static int ls(const char *path)
{
	stat_t st;

	if (lstat(path, &st) < 0)
		return complain(path);
	if (S_ISLNK(st.st_mode) && !(flags & LONG))
		stat(path, &st);
	if (S_ISDIR(st.st_mode) && !(flags & SELF))
		return list(path);
	if (flags & LONG)
		print_long(path, path);
	else
		printf("%s\n", path);
	return 0;
}

int main(int argc, char **argv)
{
	(void)argc;
	flags = options(&argv, "la1d", USE);
	if (!isatty(1))
		flags |= ONE;
	if (!*argv)
		return ls(".");
	several = argv[1] != NULL;
	return for_each(argv, ls);
}
