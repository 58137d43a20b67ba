/*
 * copy.c - what cp, mv and ln share: FROM TO, FROM... FOLDER; and a file copied, for
 * cp, and for mv between two file systems.
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

int from_to(char **argv, const char *use,
	    int (*fn)(const char *from, const char *to))
{
	char path[1024];
	int i, n = 0, bad = 0;
	const char *to;
	stat_t st;

	while (argv[n])
		n++;
	if (n < 2)
		usage(use);
	to = argv[--n];
	errno = ENOTDIR;
	if (!stat(to, &st) && S_ISDIR(st.st_mode)) {
		for (i = 0; i < n; i++)
			bad |= fn(argv[i], path_join(path, sizeof(path), to,
						     base_name(argv[i])));
		return bad;
	}
	return n == 1 ? fn(argv[0], to) : complain(to);
}
