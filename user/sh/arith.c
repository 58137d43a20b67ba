/*
 * arith.c - $((2 * (3 + x))): whole numbers, by descent through the ranks
 *
 *	== != < > <= >=   below   + -   below   * / %   below   - ! ( )
 */
#include "user/sh/sh.h"

static const char *at;

static long compare(void);

static void blanks(void)
{
	while (*at == ' ' || *at == '\t' || *at == '\n')
		at++;
}

static void syntax_error(void)
{
	bad_word(*at ? "arithmetic: syntax error near"
		     : "arithmetic: a number is missing at the end",
		 at);
	at += strlen(at);
}

static int take(const char *op)
{
	size_t n = strlen(op);

	blanks();
	if (strncmp(at, op, n))
		return 0;
	at += n;
	return 1;
}

static long variable(void)
{
	const char *value;
	size_t n = name_length(at);

	if (!n) {
		syntax_error();
		return 0;
	}
	value = var_get(arena_string(at, n));
	at += n;
	return *value == '-' ? -(long)strtoul(value + 1, NULL, 0)
			     : (long)strtoul(value, NULL, 0);
}

static long unary(void)
{
	char *end;
	long v;

	if (take("-"))
		return -unary();
	if (take("!"))
		return !unary();
	if (take("(")) {
		v = compare();
		if (!take(")"))
			bad_word("arithmetic: ) is missing", "");
		return v;
	}
	if (*at < '0' || *at > '9')
		return variable();
	v = (long)strtoul(at, &end, 0);
	at = end;
	return v;
}

static long product(void)
{
	long v = unary(), w;
	char op;

	for (;;) {
		blanks();
		op = *at;
		if (op != '*' && op != '/' && op != '%')
			return v;
		at++;
		w = unary();
		if (op != '*' && (!w || w == -1)) {
			if (!w)
				bad_word("arithmetic: division by zero", "");
			v = op == '/' && w ? -v : 0;
			continue;
		}
		v = op == '*' ? v * w : op == '/' ? v / w : v % w;
	}
}

static long sum(void)
{
	long v = product();

	for (;;) {
		if (take("+"))
			v += product();
		else if (take("-"))
			v -= product();
		else
			return v;
	}
}

static long compare(void)
{
	long v = sum();

	for (;;) {
		if (take("=="))
			v = v == sum();
		else if (take("!="))
			v = v != sum();
		else if (take("<="))
			v = v <= sum();
		else if (take(">="))
			v = v >= sum();
		else if (take("<"))
			v = v < sum();
		else if (take(">"))
			v = v > sum();
		else
			return v;
	}
}

long arithmetic(const char *text)
{
	long v;

	at = text;
	v = compare();
	blanks();
	if (*at)
		syntax_error();
	return v;
}
