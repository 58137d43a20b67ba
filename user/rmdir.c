/*
 * rmdir.c - removes empty folders.
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

static int remove(const char *path)
{
	return rmdir(path) < 0 ? complain(path) : 0;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		usage("FOLDER...");
	return for_each(argv + 1, remove);
}
