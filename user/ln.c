/*
 * ln.c - gives a file another name; -s: a symbolic link, which may lead
 * nowhere.
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

#define USE "[-s] FILE NAME"

int main(int argc, char **argv)
{
	unsigned int symbolic = options(&argv, "s", USE);
	char path[1024];
	const char *to;
	stat_t st;

	(void)argc;
	if (!argv[0] || !argv[1] || argv[2])
		usage(USE);
	to = argv[1];
	if (!stat(to, &st) && S_ISDIR(st.st_mode))
		to = path_join(path, sizeof(path), to, base_name(argv[0]));
	if ((symbolic ? symlink(argv[0], to) : link(argv[0], to)) < 0)
		return complain(to);
	return 0;
}
