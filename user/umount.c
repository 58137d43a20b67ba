/*
 * umount.c - takes mounted file systems away.
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

static int take(const char *path)
{
	return umount(path) < 0 ? complain(path) : 0;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		usage("FOLDER...");
	return for_each(argv + 1, take);
}
