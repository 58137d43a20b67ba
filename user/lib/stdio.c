/*
 * stdio.c - printf and its family.
 *
 * Knows %d %i %u %x %p %c %s %%, a width, the flags '-' and '0', and the
 * sizes l and ll. Like C's, vsnprintf() answers the length that the whole
 * text would have, and always ends what it wrote with a zero byte.
 */
#include "user/lib/stdio.h"
#include "user/lib/string.h"

struct out {
	char *buf;
	size_t size, len; /* len may pass size: it counts the whole text */
};

struct spec {
	int width, left, longs;
	char pad;
};

static void put(struct out *o, char c)
{
	if (o->len + 1 < o->size)
		o->buf[o->len] = c;
	o->len++;
}

static void put_padded(struct out *o, const struct spec *s, const char *p,
		       int n)
{
	int fill = s->width - n;

	if (s->pad == '0' && n && *p == '-') {
		put(o, *p++);
		n--;
	}
	for (; !s->left && fill > 0; fill--)
		put(o, s->pad);
	for (; n > 0; n--)
		put(o, *p++);
	for (; fill > 0; fill--)
		put(o, ' ');
}

static void put_number(struct out *o, const struct spec *s, uint64_t v,
		       unsigned int base, int negative)
{
	char buf[24], *p = buf + sizeof(buf);

	do {
		*--p = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	if (negative)
		*--p = '-';
	put_padded(o, s, p, (int)(buf + sizeof(buf) - p));
}

static const char *parse_spec(const char *f, struct spec *s)
{
	memset(s, 0, sizeof(*s));
	s->pad = ' ';
	for (; *f == '-' || *f == '0'; f++) {
		if (*f == '-')
			s->left = 1;
		else
			s->pad = '0';
	}
	for (; *f >= '0' && *f <= '9'; f++)
		s->width = s->width * 10 + *f - '0';
	for (; *f == 'l' || *f == 'z'; f++)
		s->longs += *f == 'l';
	return f;
}

static void put_string(struct out *o, const struct spec *s, const char *p)
{
	if (!p)
		p = "(null)";
	put_padded(o, s, p, (int)strlen(p));
}

/* 32-bit machines: int, long and size_t are the same, "ll" is not. */
#define UARG(s, ap) \
	((s).longs > 1 ? va_arg(ap, uint64_t) : va_arg(ap, unsigned int))
#define SARG(s, ap) ((s).longs > 1 ? va_arg(ap, long long) : va_arg(ap, int))

int vsnprintf(char *buf, size_t n, const char *fmt, va_list ap)
{
	struct out o = { buf, n, 0 };
	struct spec s;
	long long v;
	char c;

	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			put(&o, *fmt);
			continue;
		}
		fmt = parse_spec(fmt + 1, &s);
		switch (*fmt) {
		case 'd':
		case 'i':
			v = SARG(s, ap);
			put_number(&o, &s, v < 0 ? -(uint64_t)v : (uint64_t)v,
				   10, v < 0);
			break;
		case 'u':
			put_number(&o, &s, UARG(s, ap), 10, 0);
			break;
		case 'p':
			put(&o, '0');
			put(&o, 'x');
			/* fall through */
		case 'x':
			put_number(&o, &s, UARG(s, ap), 16, 0);
			break;
		case 'c':
			c = (char)va_arg(ap, int);
			put_padded(&o, &s, &c, 1);
			break;
		case 's':
			put_string(&o, &s, va_arg(ap, const char *));
			break;
		default:
			put(&o, *fmt);
		}
	}
	if (n)
		buf[o.len < n ? o.len : n - 1] = 0;
	return (int)o.len;
}

int snprintf(char *buf, size_t n, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(buf, n, fmt, ap);
	va_end(ap);
	return len;
}

static char line[512];
static size_t line_len;

static void write_all(int fd, const char *p, size_t n)
{
	ssize_t r;

	for (; n; p += r, n -= (size_t)r) {
		r = (ssize_t)sys(__NR_write, fd, p, n);
		if (r == -EINTR)
			r = 0;
		if (r < 0)
			return;
	}
}

void flush(void)
{
	size_t n = line_len;

	line_len = 0;
	write_all(1, line, n);
}

int vprintf(const char *fmt, va_list ap)
{
	char buf[512];
	int i, len = vsnprintf(buf, sizeof(buf), fmt, ap);

	for (i = 0; i < len && i < (int)sizeof(buf) - 1; i++) {
		line[line_len++] = buf[i];
		if (buf[i] == '\n' || line_len == sizeof(line))
			flush();
	}
	return len;
}

int printf(const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vprintf(fmt, ap);
	va_end(ap);
	return len;
}

int dprintf(int fd, const char *fmt, ...)
{
	char buf[512];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	write_all(fd, buf,
		  len < (int)sizeof(buf) ? (size_t)len : sizeof(buf) - 1);
	return len;
}
