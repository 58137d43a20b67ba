/*
 * stdlib.c - numbers from text, and numbers from nowhere.
 */
#include "user/lib/stdlib.h"
#include "user/lib/string.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

unsigned long strtoul(const char *s, char **end, int base)
{
	unsigned long v = 0;

	while (*s == ' ' || *s == '\t' || *s == '\n')
		s++;
	if ((base == 0 || base == 16) && s[0] == '0' && (s[1] | 0x20) == 'x') {
		base = 16;
		s += 2;
	} else if (base == 0) {
		base = *s == '0' ? 8 : 10;
	}
	for (; digit(*s) < base; s++)
		v = v * (unsigned long)base + (unsigned long)digit(*s);
	if (end)
		*end = (char *)(uintptr_t)s;
	return v;
}

int atoi(const char *s)
{
	if (*s == '-')
		return -(int)strtoul(s + 1, NULL, 10);
	return (int)strtoul(s, NULL, 10);
}

/* Marsaglia's xorshift: three shifts, every non-zero state once. */
static uint32_t state = 1;

void srandom(uint32_t seed)
{
	state = seed ? seed : 1;
}

uint32_t random(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}
