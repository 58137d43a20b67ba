/*
 * expand.c - words as they were written to words as a program gets them.
 *
 *	"a $x"'$y' *.c	->	a 1$y | x.c | y.c
 *
 * A first pass removes the quotes and puts values in, into `out`. Bytes that came
 * from inside quotes are marked, in `quoted`, so that the second pass splits at
 * blanks and takes * ? as patterns only where neither was quoted. Left out:
 * ${x:-y} and its kind, [a-z] in patterns, ~name.
 */
#include "user/sh/sh.h"

#define OUT_MAX	  16384
#define WORDS_MAX 4096

struct text {
	char *out;
	char *quoted; /* per byte: 1 where it is to be taken literally */
	size_t len;
	int any_quotes; /* "" is a word, too */
};

void bad_word(const char *what, const char *word)
{
	if (interrupted)
		return;
	wrong("%s%s%s", what, *word ? " " : "", word);
	interrupted = 2;
	exiting = !interactive;
}

static void put(struct text *t, char c, int quoted)
{
	if (t->len >= OUT_MAX - 1) {
		bad_word("a word is too long", "");
		return;
	}
	t->out[t->len] = c;
	t->quoted[t->len++] = (char)quoted;
}

static void put_string(struct text *t, const char *s, int quoted)
{
	while (*s)
		put(t, *s++, quoted);
}

/* $(command) or $((sum)); @s is at the first ( */
static const char *put_command(struct text *t, const char *s, int quoted)
{
	const char *end = skip_parens(s);
	size_t n = end ? (size_t)(end - s) - 2 : 0;
	char *text = arena_string(s + 1, n);
	char number[16];

	if (!end) {
		bad_word("a ) is missing:", s);
		return s + strlen(s);
	}
	if (*text == '(' && n && text[n - 1] == ')') {
		text[n - 1] = 0;
		snprintf(number, sizeof(number), "%ld",
			 arithmetic(expand_one(text + 1)));
		put_string(t, number, quoted);
	} else {
		put_string(t, run_capture(text), quoted);
	}
	return end;
}

/* `command`, the old way to write it; @s is behind the first ` */
static const char *put_backquoted(struct text *t, const char *s, int quoted)
{
	const char *end = strchr(s, '`');

	if (!end)
		end = s + strlen(s);
	put_string(t, run_capture(arena_string(s, (size_t)(end - s))), quoted);
	return *end ? end + 1 : end;
}

/* "$*" and "$@", simplified: all arguments, with blanks between them */
static void put_arguments(struct text *t, int quoted)
{
	int i;

	for (i = 1; positional[0] && positional[i]; i++) {
		if (i > 1)
			put(t, ' ', quoted);
		put_string(t, positional[i], quoted);
	}
}

/* What follows a $. => where the word goes on */
static const char *put_variable(struct text *t, const char *s, int quoted)
{
	int brace = *s == '{';
	const char *start = s;
	size_t n;

	if (*s == '(')
		return put_command(t, s, quoted);
	s += brace;
	n = *s && strchr("?$!#*@0123456789", *s) ? 1 : name_length(s);
	if (brace && (!n || s[n] != '}')) {
		bad_word("bad substitution:", start - 1);
		return s + strlen(s);
	}
	if (!n)
		put(t, '$', quoted);
	else if (*s == '*' || *s == '@')
		put_arguments(t, quoted);
	else
		put_string(t, var_get(arena_string(s, n)), quoted);
	return s + n + brace;
}

/* Gives back what of the two buffers, and behind them, was not needed. */
static void shrink(struct text *t, size_t mark)
{
	const char *quoted = t->quoted;
	size_t n = t->len + 1;

	t->out[t->len] = 0;
	t->quoted[t->len] = 0;
	arena_release(mark);
	t->out = arena_alloc(n); /* where it was */
	t->quoted = memmove(arena_alloc(n), quoted, n);
}

/* The first pass. */
static void unquote(struct text *t, const char *s)
{
	size_t mark = arena_mark();
	char quote = 0;

	t->out = arena_alloc(OUT_MAX);
	t->quoted = arena_alloc(OUT_MAX);
	t->len = 0;
	t->any_quotes = 0;
	if (*s == '~' && (!s[1] || s[1] == '/')) {
		put_string(t, var_get("HOME"), 1);
		s++;
	}
	while (*s) {
		if (quote && *s == quote) {
			quote = 0;
			s++;
		} else if (!quote && (*s == '\'' || *s == '"')) {
			quote = *s++;
			t->any_quotes = 1;
		} else if (*s == '\\' && quote != '\'' && s[1] &&
			   (!quote || strchr("$\"\\`\n", s[1]))) {
			put(t, s[1], 1);
			s += 2;
		} else if (*s == '$' && quote != '\'') {
			s = put_variable(t, s + 1, quote != 0);
		} else if (*s == '`' && quote != '\'') {
			s = put_backquoted(t, s + 1, quote != 0);
		} else {
			put(t, *s++, quote != 0);
		}
	}
	shrink(t, mark);
}

char *expand_one(const char *word)
{
	struct text t;

	unquote(&t, word);
	return t.out;
}

/* ---- * and ? */

/* @q: which bytes of @p are literal */
static int match(const char *p, const char *q, const char *s)
{
	for (; *p; p++, q++, s++) {
		if (*p == '*' && !*q) {
			do {
				if (match(p + 1, q + 1, s))
					return 1;
			} while (*s++);
			return 0;
		}
		if (!*s || (*p != *s && (*p != '?' || *q)))
			return 0;
	}
	return !*s;
}

static int is_pattern(const struct text *t, size_t from, size_t to)
{
	for (; from < to; from++)
		if (!t->quoted[from] &&
		    (t->out[from] == '*' || t->out[from] == '?'))
			return 1;
	return 0;
}

/* Names that match the last part of a path. => how many */
static int glob(const char *p, const char *q, char **v, int max)
{
	const char *slash, *s = p;
	struct dir d;
	const char *e;
	char folder[256], path[512];
	int n = 0;

	while ((slash = strchr(s, '/')) != NULL)
		s = slash + 1;
	snprintf(folder, sizeof(folder), "%s", p);
	if ((size_t)(s - p) >= sizeof(folder))
		return 0;
	folder[s - p] = 0;
	if (dir_open(&d, *folder ? folder : ".") < 0)
		return 0;
	while (n < max && (e = dir_next(&d)) != NULL) {
		if ((*e == '.' && *s != '.') || !match(s, q + (s - p), e))
			continue;
		snprintf(path, sizeof(path), "%s%s", folder, e);
		v[n++] = arena_string(path, strlen(path));
	}
	dir_close(&d);
	sort_names(v, n);
	return n;
}

/* ---- the second pass */

/* One word of the text: itself, or the names it matches. => how many */
static int emit(const struct text *t, size_t from, size_t to, char **v, int max)
{
	char *word = arena_string(t->out + from, to - from);
	char *marks = arena_string(t->quoted + from, to - from);
	int n = is_pattern(t, from, to) ? glob(word, marks, v, max) : 0;

	if (n == max)
		bad_word("too many words", "");
	if (n || !max)
		return n;
	v[0] = word;
	return 1;
}

static int is_blank(const struct text *t, size_t i)
{
	return !t->quoted[i] && strchr(" \t\n", t->out[i]) != NULL;
}

static int expand_word(const char *word, char **v, int max)
{
	struct text t;
	size_t i = 0, start;
	int n = 0;

	unquote(&t, word);
	if (!t.len && t.any_quotes)
		return emit(&t, 0, 0, v, max);
	while (i < t.len) {
		while (i < t.len && is_blank(&t, i))
			i++;
		start = i;
		while (i < t.len && !is_blank(&t, i))
			i++;
		if (i > start)
			n += emit(&t, start, i, v + n, max - n);
	}
	return n;
}

char **expand_words(struct words *w, int *count)
{
	char **v = arena_alloc((WORDS_MAX + 1) * sizeof(*v));
	int n = 0;

	for (; w; w = w->next)
		n += expand_word(w->text, v + n, WORDS_MAX - n);
	v[n] = NULL;
	if (count)
		*count = n;
	return v;
}
