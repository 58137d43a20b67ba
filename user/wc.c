/*
 * wc.c - counts lines, words and bytes. -l -w -c: only these.
 */
#include "user/lib/text.h"

#define USE "[-lwc] [FILE...]"

static unsigned long total[3];
static unsigned int which;
static char buf[16384];

static void print(const unsigned long *n, const char *name)
{
	int i, first = 1;

	for (i = 0; i < 3; i++) {
		if (!(which & 1u << i))
			continue;
		printf(first ? "%lu" : " %7lu", n[i]);
		first = 0;
	}
	printf(*name ? " %s\n" : "\n", name);
}

static int count(int fd, const char *name)
{
	unsigned long n[3] = { 0, 0, 0 };
	ssize_t len, i;
	int word = 0, blank;

	while ((len = read(fd, buf, sizeof(buf))) > 0) {
		n[2] += (unsigned long)len;
		for (i = 0; i < len; i++) {
			blank = buf[i] == ' ' || (buf[i] >= 9 && buf[i] <= 13);
			n[0] += buf[i] == '\n';
			n[1] += !blank && !word;
			word = !blank;
		}
	}
	if (len < 0)
		return complain(name);
	for (i = 0; i < 3; i++)
		total[i] += n[i];
	print(n, name);
	return 0;
}

static int wc(const char *name)
{
	int bad, fd = open(name, O_RDONLY, 0);

	if (fd < 0)
		return complain(name);
	bad = count(fd, name);
	close(fd);
	return bad;
}

int main(int argc, char **argv)
{
	int bad;

	(void)argc;
	which = options(&argv, "lwc", USE);
	if (!which)
		which = 7;
	if (!*argv)
		return count(0, "");
	bad = for_each(argv, wc);
	if (argv[1])
		print(total, "total");
	return bad;
}
