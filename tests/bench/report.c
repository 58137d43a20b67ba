/*
 * report.c - text out, without a C library.
 *
 * Lines are kept until the end, so that the console's interrupts do not fall
 * into a later measurement; -i writes each at once.
 */
#include "mmbench.h"

static char out[24576];
static u32 outn;
int immediate;

void *memset(void *d, int c, unsigned long n);
void *memcpy(void *d, const void *s, unsigned long n);

/* What the compiler may call for by itself. */
void *memset(void *d, int c, unsigned long n)
{
	for (u8 *p = d; n--; p++) {
		*p = (u8)c;
		__asm__ volatile("" ::: "memory");
	}
	return d;
}

void *memcpy(void *d, const void *s, unsigned long n)
{
	const u8 *q = s;

	for (u8 *p = d; n--; p++, q++) {
		*p = *q;
		__asm__ volatile("" ::: "memory");
	}
	return d;
}

/* 64 by 32 bits, without the compiler's support library. */
u64 divide(u64 n, u32 d)
{
	u64 q = 0, r = 0;

	for (int i = 0; i < 64; i++) {
		r = r + r + (u32)(n >> 63);
		n += n;
		q += q;
		if (r >= d) {
			r -= d;
			q++;
		}
	}
	return q;
}

void flush(void)
{
	for (u32 k = 0; k < outn;) {
		long r = sys3(__NR_write, 1, (long)(out + k), (long)(outn - k));
		if (r <= 0)
			break;
		k += (u32)r;
	}
	outn = 0;
}

void put_char(char c)
{
	if (outn == sizeof out)
		flush();
	out[outn++] = c;
}

u32 put(const char *s)
{
	u32 n = 0;

	for (; *s; s++, n++)
		put_char(*s);
	return n;
}

void pad(int n)
{
	while (n-- > 0)
		put_char(' ');
}

/* Right-aligned in width columns; returns the number of digits. */
u32 put_number(u64 v, int width)
{
	char digits[24];
	int n = 0, k;

	do {
		u64 q = divide(v, 10);
		digits[n++] = (char)('0' + (int)(v - q * 10));
		v = q;
	} while (v);
	pad(width - n);
	for (k = n; k > 0;)
		put_char(digits[--k]);
	return (u32)n;
}

/* m thousandths, rounded to digits (1 or 3) behind the point. */
void put_milli(u64 m, int width, int digits)
{
	u32 scale = digits == 1 ? 10 : 1000, rest;
	u64 t = digits == 1 ? divide(m + 50, 100) : m;
	u64 whole = divide(t, scale);

	rest = (u32)(t - whole * scale);
	put_number(whole, width - digits - 1);
	put_char('.');
	if (digits > 1) {
		put_char((char)('0' + rest / 100));
		put_char((char)('0' + rest / 10 % 10));
	}
	put_char((char)('0' + rest % 10));
}
