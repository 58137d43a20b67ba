/*
 * mount.c - mounts a file system, or lists what is mounted.
 *
 *	mount				the list
 *	mount -t tmpfs none /mnt	a new one in memory
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

#define USE "[-t TYPE WHAT FOLDER]"

static int list(void)
{
	char *text = slurp("/proc/mounts"), *p, *end;

	if (!text)
		return complain("/proc/mounts");
	for (p = text; (end = strchr(p, '\n')) != NULL; p = end + 1) {
		*end = 0;
		printf("%s\n", p);
	}
	free(text);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 1)
		return list();
	if (argc != 5 || strcmp(argv[1], "-t"))
		usage(USE);
	if (mount(argv[3], argv[4], argv[2], 0) < 0)
		return complain(argv[4]);
	return 0;
}
