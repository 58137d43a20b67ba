/*
 * cp.c - copies files: cp FROM TO, cp FROM... FOLDER.
 *
 * By read() and write(). `rmw` shows how the same work goes through mmap.
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

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
			return copy_file(argv[1], to);
		errno = ENOTDIR;
		return complain(to);
	}
	for (i = 1; i < argc - 1; i++)
		bad |= copy_file(argv[i], path_join(path, sizeof(path), to,
						    base_name(argv[i])));
	return bad;
}
