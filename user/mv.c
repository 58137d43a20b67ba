/*
 * mv.c - renames: mv FROM TO, mv FROM... FOLDER.
 *
 * Within a file system a name moves, no byte does. Between two of them
 * rename() answers EXDEV: then a file is copied, and its old name removed.
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

#define USE "FROM TO | FROM... FOLDER"

static int mv(const char *from, const char *to)
{
	stat_t st;

	if (!rename(from, to))
		return 0;
	if (errno != EXDEV || lstat(from, &st) < 0)
		return complain(from);
	if (!S_ISREG(st.st_mode))
		return wrong("%s: only files go to another file system", from);
	return copy_file(from, to) || (unlink(from) < 0 && complain(from));
}

int main(int argc, char **argv)
{
	(void)argc;
	options(&argv, "", USE);
	return from_to(argv, USE, mv);
}
