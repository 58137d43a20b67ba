/*
 * sum.h - checksums of files: Adler 32, which the host's Python knows by itself.
 */
#pragma once

#include "user/lib/file.h"
#include "user/lib/text.h"

/* => the checksum of all of an open file; a read that fails ends it */
static inline unsigned long adler(int fd)
{
	static unsigned char bytes[4096];
	unsigned long a = 1, b = 0;
	long n, i;

	lseek(fd, 0, 0);
	while ((n = read(fd, bytes, sizeof(bytes))) > 0) {
		for (i = 0; i < n; i++) {
			a += bytes[i];
			b += a;
		}
		a %= 65521;
		b %= 65521;
	}
	return n < 0 ? 0 : b << 16 | a;
}

/* "# sum PATH SIZE CHECKSUM" of every file below @top, whose path is @below. => 0 */
static inline int print_sums(const char *top, const char *below)
{
	char *path = malloc(1000), *name = malloc(600);
	struct dir *d = malloc(sizeof(*d));
	const char *entry;
	stat_t st;
	int fd;

	dir_open(d, top);
	while ((entry = dir_next(d)) != NULL) {
		if (!strcmp(entry, ".") || !strcmp(entry, ".."))
			continue;
		snprintf(path, 1000, "%s/%s", top, entry);
		snprintf(name, 600, "%s/%s", below, entry);
		if (lstat(path, &st) < 0)
			printf("# sum %s: %s\n", name, strerror(errno));
		else if ((st.st_mode & S_IFMT) == S_IFDIR)
			print_sums(path, name);
		if ((st.st_mode & S_IFMT) != S_IFREG)
			continue;
		fd = open(path, O_RDONLY | O_LARGEFILE, 0);
		printf("# sum %s %ld %lu\n", name, (long)st.st_size,
		       fd < 0 ? 0 : adler(fd));
		close(fd);
	}
	dir_close(d);
	free(d);
	free(name);
	free(path);
	return 0;
}
