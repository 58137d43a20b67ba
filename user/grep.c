/*
 * grep.c - prints the lines in which a pattern is found.
 *
 *	-i small and capital letters are one	-v the other lines
 *	-n with line numbers			-c only how many
 *	-q says nothing: the status tells
 *
 * A pattern is text with ^ $ . and *, where * repeats the character before it.
 * The matcher tries every start, and for * every length, by calling itself.
 */
#include "user/lib/text.h"

#define USE   "[-ivncq] PATTERN [FILE...]"
#define FOLD  1u
#define OTHER 2u
#define NUM   4u
#define COUNT 8u
#define QUIET 16u

static unsigned int flags;
static const char *pattern;
static int named, found;

static char fold(char c)
{
	return flags & FOLD && c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static int same(const char *p, const char *s)
{
	return *s && (*p == '.' || fold(*p) == fold(*s));
}

/* Does @s begin with @p? */
static int match_here(const char *p, const char *s)
{
	for (;;) {
		if (!*p || (p[0] == '$' && !p[1] && !*s))
			return 1;
		if (p[0] == '\\' && p[1])
			p++;
		if (p[1] == '*')
			break;
		if (!same(p, s))
			return 0;
		p++;
		s++;
	}
	do {
		if (match_here(p + 2, s))
			return 1;
	} while (same(p, s++));
	return 0;
}

static int match(const char *s)
{
	if (*pattern == '^')
		return match_here(pattern + 1, s);
	do {
		if (match_here(pattern, s))
			return 1;
	} while (*s++);
	return 0;
}

static void search(int fd, const char *name)
{
	static struct lines l;
	unsigned long number = 0, hits = 0;
	const char *line;

	lines_init(&l, fd);
	while ((line = lines_next(&l)) != NULL) {
		number++;
		if (match(line) == !!(flags & OTHER))
			continue;
		hits++;
		if (flags & (COUNT | QUIET))
			continue;
		if (named)
			printf("%s:", name);
		if (flags & NUM)
			printf("%lu:", number);
		printf("%s\n", line);
	}
	found |= hits != 0;
	if (flags & COUNT)
		printf(named ? "%s:%lu\n" : "%s%lu\n", named ? name : "", hits);
}

static int grep(const char *name)
{
	int fd = open(name, O_RDONLY, 0);

	if (fd < 0)
		return complain(name);
	search(fd, name);
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	int bad = 0;

	(void)argc;
	flags = options(&argv, "ivncq", USE);
	if (!*argv)
		usage(USE);
	pattern = *argv++;
	if (!*argv)
		search(0, "");
	else {
		named = argv[1] != NULL;
		bad = for_each(argv, grep);
	}
	return bad ? 2 : !found;
}
