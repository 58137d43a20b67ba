/*
 * mount.c - mounts a file system, or lists what is mounted.
 *
 *	mount				the list
 *	mount -t tmpfs none /mnt	a new one in memory
 *	mount [-t ext2] [-o ro] /dev/vda /mnt	a disk's
 *	mount -o remount,ro /mnt	from now on it is only read
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

#include <linux/mount.h>

#define USE "[-t TYPE] [-o ro|rw|remount,...] [WHAT] [FOLDER]"

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

/* The flags that words between commas stand for, or -1. */
static int flags_of(const char *words)
{
	static const struct {
		const char *word;
		int flag;
	} known[] = { { "rw", 0 },
		      { "ro", MS_RDONLY },
		      { "remount", MS_REMOUNT },
		      { "noatime", MS_NOATIME } };
	int flags = 0;

	while (*words) {
		size_t n = 0, i = 0;

		while (words[n] && words[n] != ',')
			n++;
		while (i < ARRAY_SIZE(known) &&
		       (strlen(known[i].word) != n ||
			memcmp(known[i].word, words, n)))
			i++;
		if (i == ARRAY_SIZE(known))
			return -1;
		flags |= known[i].flag;
		words += n + (words[n] == ',');
	}
	return flags;
}

int main(int argc, char **argv)
{
	const char *type = "ext2";
	int flags = 0, i = 1;
	stat_t st;

	if (argc == 1)
		return list();
	for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
		if (!strcmp(argv[i], "-t"))
			type = argv[i + 1];
		else if (!strcmp(argv[i], "-o"))
			flags = flags_of(argv[i + 1]);
		else
			usage(USE);
	}
	if (flags < 0 || argc - i != (flags & MS_REMOUNT ? 1 : 2))
		usage(USE);
	if (!mount(argv[i], argv[argc - 1], type, flags))
		return 0;
	if (errno == ENOENT && *argv[i] == '/' && stat(argv[i], &st) < 0)
		return complain(argv[i]);
	if (errno != EROFS || flags & (MS_RDONLY | MS_REMOUNT))
		return complain(argv[argc - 1]);
	/* What cannot be written can be read, as mount(8) of others has it. */
	complain(argv[i]);
	if (mount(argv[i], argv[argc - 1], type, flags | MS_RDONLY))
		return complain(argv[argc - 1]);
	return 0;
}
