/*
 * mv.c - renames: mv FROM TO, mv FROM... FOLDER.
 *
 * Within a file system only: a name moves, no byte does. Between two of them
 * rename() answers EXDEV, and cp and rm do the rest.
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

static int mv(const char *from, const char *to)
{
	return rename(from, to) < 0 ? complain(from) : 0;
}

int main(int argc, char **argv)
{
	const char *to = argv[argc - 1];
	char path[1024];
	int i, bad = 0;
	stat_t st;

	if (argc < 3)
		usage("FROM TO | FROM... FOLDER");
	if (stat(to, &st) || !S_ISDIR(st.st_mode)) {
		if (argc == 3)
			return mv(argv[1], to);
		errno = ENOTDIR;
		return complain(to);
	}
	for (i = 1; i < argc - 1; i++)
		bad |= mv(argv[i], path_join(path, sizeof(path), to,
					     base_name(argv[i])));
	return bad;
}
