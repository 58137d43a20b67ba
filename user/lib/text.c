/*
 * text.c - what the commands share.
 */
#include "user/lib/text.h"

const char *base_name(const char *path)
{
	const char *p, *base = path;

	for (p = path; *p; p++)
		if (*p == '/' && p[1])
			base = p + 1;
	return base;
}

int complain(const char *name)
{
	int err = errno;

	flush();
	dprintf(2, "%s: %s: %s\n", progname, name, strerror(err));
	return 1;
}

int wrong(const char *fmt, ...)
{
	char buf[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	flush();
	dprintf(2, "%s: %s\n", progname, buf);
	return 1;
}

void usage(const char *words)
{
	dprintf(2, "usage: %s %s\n", progname, words);
	exit(2);
}

void lines_init(struct lines *l, int fd)
{
	l->fd = fd;
	l->at = l->len = 0;
}

char *lines_next(struct lines *l)
{
	size_t n = 0;
	char c;

	while (n < sizeof(l->line) - 1) {
		if (l->at == l->len) {
			l->at = 0;
			l->len = read(l->fd, l->buf, sizeof(l->buf));
			if (l->len <= 0) {
				l->len = 0;
				break;
			}
		}
		c = l->buf[l->at++];
		if (c == '\n') {
			l->line[n] = 0;
			return l->line;
		}
		l->line[n++] = c;
	}
	l->line[n] = 0;
	return n ? l->line : NULL;
}

int write_full(int fd, const void *buf, size_t n)
{
	const char *p = buf;
	ssize_t r;

	for (; n; p += r, n -= (size_t)r) {
		r = write(fd, p, n);
		if (r < 0)
			return -1;
	}
	return 0;
}

unsigned long size_of(const char *s, int *bad)
{
	char *end;
	unsigned long n = strtoul(s, &end, 0);

	if (end == s)
		*bad = 1;
	if (*end == 'k' || *end == 'K')
		n <<= 10, end++;
	else if (*end == 'm' || *end == 'M')
		n <<= 20, end++;
	else if (*end == 'g' || *end == 'G')
		n <<= 30, end++;
	if (*end)
		*bad = 1;
	return n;
}

unsigned long field(const char *text, const char *key)
{
	size_t n = strlen(key);

	for (; text && *text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (!strncmp(text, key, n) &&
		    (text[n] == ':' || text[n] == ' '))
			return strtoul(text + n + 1, NULL, 10);
	}
	return 0;
}

const char *path_join(char *buf, size_t size, const char *dir, const char *name)
{
	size_t n = strlen(dir);

	snprintf(buf, size, "%s%s%s", dir, n && dir[n - 1] == '/' ? "" : "/",
		 name);
	return buf;
}

int for_each(char **argv, int (*fn)(const char *))
{
	int bad = 0;

	for (; *argv; argv++)
		bad |= fn(*argv) != 0;
	return bad;
}

unsigned int options(char ***argv, const char *known, const char *use)
{
	unsigned int bits = 0;
	char **a, *p;
	const char *k;

	for (a = *argv + 1; *a && (*a)[0] == '-' && (*a)[1]; a++) {
		if (!strcmp(*a, "--")) {
			a++;
			break;
		}
		for (p = *a + 1; *p; p++) {
			k = strchr(known, *p);
			if (!k)
				usage(use);
			bits |= 1u << (k - known);
		}
	}
	*argv = a;
	return bits;
}

char *slurp(const char *path)
{
	size_t size = 4096, n = 0;
	char *buf = malloc(size), *more;
	int fd = open(path, O_RDONLY, 0), r = fd;

	while (buf && r >= 0 && (r = read(fd, buf + n, size - n - 1)) > 0) {
		n += (size_t)r;
		if (n < size - 1)
			continue;
		size *= 2;
		more = realloc(buf, size);
		if (!more)
			free(buf);
		buf = more;
	}
	if (fd >= 0)
		close(fd);
	if (r < 0) {
		free(buf);
		return NULL;
	}
	if (buf)
		buf[n] = 0;
	return buf;
}

void sort_names(char **names, int n)
{
	char *name;
	int i, j;

	for (i = 1; i < n; i++) {
		name = names[i];
		for (j = i; j && strcmp(names[j - 1], name) > 0; j--)
			names[j] = names[j - 1];
		names[j] = name;
	}
}
