/*
 * copy.c - what cp and mv share: where each file goes, and a file copied (mv: between two
 * file systems).
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

static char buf[16384];

static int copy(int in, int out)
{
	ssize_t n;

	while ((n = read(in, buf, sizeof(buf))) > 0)
		if (write_full(out, buf, (size_t)n) < 0)
			return -1;
	return (int)n;
}

static int same(const stat_t *a, const stat_t *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

int copy_file(const char *from, const char *to)
{
	int bad = 0, in = open(from, O_RDONLY, 0), out;
	stat_t st, other;

	if (in < 0 || fstat(in, &st) < 0)
		return complain(from);
	if (S_ISDIR(st.st_mode))
		bad = wrong("%s: is a folder", from);
	else if (!stat(to, &other) && same(&st, &other))
		bad = wrong("%s and %s are the same file", from, to);
	if (bad) {
		close(in);
		return bad;
	}
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, (int)(st.st_mode & 0777));
	if (out < 0 || copy(in, out) < 0)
		bad = complain(to);
	if (out >= 0)
		close(out);
	close(in);
	return bad;
}

int each_goes_to(int argc, char **argv,
		 int (*fn)(const char *from, const char *to))
{
	const char *to = argv[argc - 1];
	char path[1024];
	int i, bad = 0;
	stat_t st;

	if (argc < 3)
		usage("FROM TO | FROM... FOLDER");
	if (stat(to, &st) || !S_ISDIR(st.st_mode)) {
		if (argc == 3)
			return fn(argv[1], to);
		errno = ENOTDIR;
		return complain(to);
	}
	for (i = 1; i < argc - 1; i++)
		bad |= fn(argv[i], path_join(path, sizeof(path), to,
					     base_name(argv[i])));
	return bad;
}
