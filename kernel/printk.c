/*
 * printk.c - text to the console.
 *
 * Formatting goes into a buffer on the stack and from there to the machine's
 * console_putc(), byte by byte, polled: a message is out before printk() returns, even if
 * the next instruction is the last. Lines longer than the buffer are cut.
 *
 * Formats: %c %s %d %i %u %x %X %o %p %%, flags 0 - +, width and precision (also *),
 * l, ll, z. Linux's printk has log levels and a ring buffer; here the console is
 * the log.
 */
#include "kernel/printk.h"
#include "kernel/arch.h"

bool headless, quiet;

/* ---- numbers */

u64 div_u64(u64 n, u32 d, u32 *rem)
{
	u32 high = (u32)(n >> 32), low = (u32)n, r = high % d, q = 0;

	if (!r) { /* mostly: no more than the machine divides itself */
		if (rem)
			*rem = low % d;
		return (u64)(high / d) << 32 | low / d;
	}
	/* Schoolbook division of (r:low) by d, a bit at a time. */
	for (int i = 0; i < 32; i++) {
		u32 carry = r >> 31;

		r = r << 1 | low >> 31;
		low <<= 1;
		q <<= 1;
		if (carry || r >= d) {
			r -= d;
			q |= 1;
		}
	}
	if (rem)
		*rem = r;
	return (u64)(high / d) << 32 | q;
}

/* Where formatted bytes go; what does not fit is counted only. */
struct out {
	char *buf;
	size_t size, len;
};

struct spec {
	bool zero, left, plus, upper;
	int width, precision; /* precision -1: none */
	int longs;
};

static void put(struct out *o, char c)
{
	if (o->len + 1 < o->size)
		o->buf[o->len] = c;
	o->len++;
}

static void put_padded(struct out *o, const struct spec *s, const char *text,
		       int len, int sign_len)
{
	int pad = s->width - len;

	if (s->zero && !s->left)
		for (; sign_len > 0; sign_len--, len--)
			put(o, *text++);
	for (; pad > 0 && !s->left; pad--)
		put(o, s->zero ? '0' : ' ');
	for (; len > 0; len--)
		put(o, *text++);
	for (; pad > 0; pad--)
		put(o, ' ');
}

static void put_number(struct out *o, const struct spec *s, u64 n, u32 base,
		       bool negative)
{
	const char *digits = s->upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char buf[80], *p = buf + sizeof(buf);
	int ndigits = 0, sign_len = 0;

	do {
		u32 digit;

		n = div_u64(n, base, &digit);
		*--p = digits[digit];
		ndigits++;
	} while (n || (ndigits < s->precision && ndigits < 64));
	if (negative || s->plus) {
		*--p = negative ? '-' : '+';
		sign_len = 1;
	}
	put_padded(o, s, p, (int)(buf + sizeof(buf) - p), sign_len);
}

static void put_string(struct out *o, struct spec *s, const char *text)
{
	int len = 0;

	if (!text)
		text = "(null)";
	while (text[len] && (s->precision < 0 || len < s->precision))
		len++;
	s->zero = false;
	put_padded(o, s, text, len, 0);
}

/* A width or precision: digits, or "*" for an argument. */
static int parse_int(const char **fmt, va_list *args)
{
	int n = 0;

	if (**fmt == '*') {
		++*fmt;
		return va_arg(*args, int);
	}
	while (**fmt >= '0' && **fmt <= '9')
		n = n * 10 + *(*fmt)++ - '0';
	return n;
}

/* Parses what stands between % and the conversion's letter. */
static const char *parse_spec(struct spec *s, const char *fmt, va_list *args)
{
	*s = (struct spec){ .precision = -1 };
	for (;; fmt++) {
		if (*fmt == '0')
			s->zero = true;
		else if (*fmt == '-')
			s->left = true;
		else if (*fmt == '+')
			s->plus = true;
		else
			break;
	}
	s->width = parse_int(&fmt, args);
	if (*fmt == '.') {
		fmt++;
		s->precision = parse_int(&fmt, args);
	}
	for (; *fmt == 'l' || *fmt == 'z'; fmt++)
		s->longs += *fmt == 'l';
	return fmt;
}

static u64 next_unsigned(const struct spec *s, va_list *args)
{
	return s->longs >= 2 ? va_arg(*args, u64)
			     : va_arg(*args, unsigned long);
}

static void put_signed(struct out *o, const struct spec *s, va_list *args)
{
	s64 n = s->longs >= 2 ? va_arg(*args, s64) : va_arg(*args, long);

	put_number(o, s, n < 0 ? -(u64)n : (u64)n, 10, n < 0);
}

static void convert(struct out *o, struct spec *s, char c, va_list *args)
{
	switch (c) {
	case 'c':
		put_padded(o, s, (char[]){ (char)va_arg(*args, int) }, 1, 0);
		break;
	case 's':
		put_string(o, s, va_arg(*args, const char *));
		break;
	case 'd':
	case 'i':
		put_signed(o, s, args);
		break;
	case 'u':
		put_number(o, s, next_unsigned(s, args), 10, false);
		break;
	case 'o':
		put_number(o, s, next_unsigned(s, args), 8, false);
		break;
	case 'p':
		put(o, '0');
		put(o, 'x');
		*s = (struct spec){ .precision = 8 };
		/* fall through */
	case 'x':
	case 'X':
		s->upper = c == 'X';
		put_number(o, s, next_unsigned(s, args), 16, false);
		break;
	default:
		put(o, c);
	}
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct out o = { buf, size, 0 };
	struct spec s;
	va_list ap;

	va_copy(ap, args);
	while (*fmt) {
		if (*fmt != '%') {
			put(&o, *fmt++);
			continue;
		}
		fmt = parse_spec(&s, fmt + 1, &ap);
		if (*fmt)
			convert(&o, &s, *fmt++, &ap);
	}
	va_end(ap);
	if (size)
		buf[min(o.len, size - 1)] = '\0';
	return (int)o.len;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	return format_args(buf, size, fmt);
}

/* ---- the console */

void console_write(const char *buf, size_t n)
{
	for (; n; n--, buf++) {
		if (*buf == '\n' && !headless)
			console_putc('\r');
		console_putc(*buf);
	}
}

void console_printf(const char *fmt, ...)
{
	char buf[256];

	format_args(buf, sizeof(buf), fmt);
	console_write(buf, strlen(buf));
}

/* Writes text, with the frame's byte before each line that begins in it. */
static void write_framed(const char *text)
{
	static bool mid_line;

	for (; *text; text++) {
		if (!mid_line)
			console_putc(FRAME);
		console_putc(*text);
		mid_line = *text != '\n';
	}
}

void printk(const char *fmt, ...)
{
	char buf[512];

	if (quiet)
		return;
	format_args(buf, sizeof(buf), fmt);
	if (headless)
		write_framed(buf);
	else
		console_write(buf, strlen(buf));
}
