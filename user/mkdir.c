/*
 * mkdir.c - makes folders. -p: with those above them; one that is there
 * already is no error.
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

static unsigned int parents;

static int make(const char *path)
{
	return mkdir(path, 0777) < 0 && !(parents && errno == EEXIST)
		       ? complain(path)
		       : 0;
}

static int make_all(const char *path)
{
	char part[1024];
	size_t i;

	for (i = 1; parents && path[i] && i < sizeof(part); i++) {
		if (path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = 0;
		if (make(part))
			return 1;
	}
	return make(path);
}

int main(int argc, char **argv)
{
	(void)argc;
	parents = options(&argv, "p", "[-p] FOLDER...");
	if (!*argv)
		usage("[-p] FOLDER...");
	return for_each(argv, make_all);
}
