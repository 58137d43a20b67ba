/*
 * hexdump.c - shows bytes: where, in hexadecimal, and as text.
 *
 *	hexdump [-s SKIP] [-n LENGTH] [FILE]
 *
 * A row like the one before it is left out, with a * in its place.
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

#define USE "[-s SKIP] [-n LENGTH] [FILE]"

static void row(unsigned long at, const unsigned char *p, int n)
{
	int i;

	printf("%08lx ", at);
	for (i = 0; i < 16; i++) {
		if (i % 8 == 0)
			printf(" ");
		if (i < n)
			printf("%02x ", p[i]);
		else
			printf("   ");
	}
	printf(" |");
	for (i = 0; i < n; i++)
		printf("%c", p[i] >= 32 && p[i] < 127 ? p[i] : '.');
	printf("|\n");
}

/* Reads up to 16 bytes. => how many */
static int get(int fd, unsigned char *p, unsigned long left)
{
	int r, n = 0, max = left < 16 ? (int)left : 16;

	while (n < max && (r = read(fd, p + n, (size_t)(max - n))) > 0)
		n += r;
	return n;
}

static void dump(int fd, unsigned long at, unsigned long left)
{
	unsigned char now[16], last[16];
	int n, starred = 0, any = 0;

	while ((n = get(fd, now, left)) > 0) {
		if (any && n == 16 && !memcmp(now, last, 16)) {
			if (!starred)
				printf("*\n");
			starred = 1;
		} else {
			row(at, now, n);
			starred = 0;
		}
		memcpy(last, now, 16);
		any = 1;
		at += (unsigned long)n;
		left -= (unsigned long)n;
	}
	printf("%08lx\n", at);
}

int main(int argc, char **argv)
{
	unsigned long skip = 0, left = -1ul;
	int bad = 0, fd = 0;

	(void)argc;
	for (argv++; argv[0] && argv[0][0] == '-' && argv[1]; argv += 2) {
		if (!strcmp(argv[0], "-s"))
			skip = size_of(argv[1], &bad);
		else if (!strcmp(argv[0], "-n"))
			left = size_of(argv[1], &bad);
		else
			bad = 1;
	}
	if (bad || (argv[0] && (argv[0][0] == '-' || argv[1])))
		usage(USE);
	if (argv[0])
		fd = open(argv[0], O_RDONLY, 0);
	if (fd < 0)
		return complain(argv[0]);
	if (skip && lseek(fd, (long)skip, 0) < 0)
		return complain(argv[0] ? argv[0] : "input");
	dump(fd, skip, left);
	return 0;
}
