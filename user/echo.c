/*
 * echo.c - writes its arguments, with a blank between them. -n: no newline.
 *
 * All of it in one write(), so that lines of several processes do not mix.
 */
#include "user/lib/text.h"

int main(int argc, char **argv)
{
	int i, first = argc > 1 && !strcmp(argv[1], "-n") ? 2 : 1;
	size_t n = 0, size = 1;
	char *buf;

	for (i = first; i < argc; i++)
		size += strlen(argv[i]) + 1;
	buf = malloc(size);
	if (!buf)
		return complain("arguments");
	for (i = first; i < argc; i++) {
		if (i > first)
			buf[n++] = ' ';
		strcpy(buf + n, argv[i]);
		n += strlen(argv[i]);
	}
	if (first == 1)
		buf[n++] = '\n';
	return write_full(1, buf, n) < 0 ? complain("write error") : 0;
}
