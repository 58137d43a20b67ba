/*
 * ln.c - gives a file another name, here or in a folder; -s: a symbolic link, which
 * may lead nowhere.
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

#define USE "[-s] FILE NAME | FILE... FOLDER"

static unsigned int symbolic;

static int ln(const char *from, const char *to)
{
	int err = symbolic ? symlink(from, to) : link(from, to);

	return err < 0 ? complain(to) : 0;
}

int main(int argc, char **argv)
{
	(void)argc;
	symbolic = options(&argv, "s", USE);
	return from_to(argv, USE, ln);
}
