/*
 * lex.c - text to tokens.
 *
 *	echo "a  $b" >out &	->	WORD echo, WORD "a  $b", REDIRECT 1>, WORD out, AMP
 *
 * A word keeps its quotes: what they mean is only known when the word is
 * expanded. Left out: here documents, <>, aliases.
 */
#include "user/sh/sh.h"

static int is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static int ends_word(char c)
{
	return !c || is_blank(c) || strchr("\n;&|<>()", c) != NULL;
}

const char *skip_parens(const char *s)
{
	int depth = 0;
	char quote = 0;

	for (; *s; s++) {
		if (*s == '\\' && quote != '\'' && s[1]) {
			s++;
		} else if (quote) {
			quote = *s == quote ? 0 : quote;
		} else if (*s == '\'' || *s == '"') {
			quote = *s;
		} else if (*s == '(') {
			depth++;
		} else if (*s == ')' && !--depth) {
			return s + 1;
		}
	}
	return NULL;
}

/* Past a word. => NULL: a quote is open at the end of the text */
static const char *skip_word(const char *s)
{
	char quote = 0;

	for (; quote ? *s : !ends_word(*s); s++) {
		if (*s == '\\' && quote != '\'') {
			if (!*++s)
				return NULL;
		} else if (*s == '$' && s[1] == '(' && quote != '\'') {
			s = skip_parens(s + 1);
			if (!s)
				return NULL;
			s--;
		} else if (*s == '`' && quote != '\'') {
			s = strchr(s + 1, '`');
			if (!s)
				return NULL;
		} else if (quote) {
			quote = *s == quote ? 0 : quote;
		} else if (*s == '\'' || *s == '"') {
			quote = *s;
		}
	}
	return quote ? NULL : s;
}

/* [n]< [n]> [n]>> [n]>&m [n]<&m: the word (or m) follows. => 0: none here */
static int lex_redirect(struct lexer *l)
{
	const char *s = l->at;
	int fd = -1, flags;

	if (*s >= '0' && *s <= '9' && (s[1] == '<' || s[1] == '>'))
		fd = *s++ - '0';
	if (*s != '<' && *s != '>')
		return 0;
	if (fd < 0)
		fd = *s == '>';
	flags = *s == '<' ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC;
	if (s[0] == '>' && s[1] == '>') {
		flags = O_WRONLY | O_CREAT | O_APPEND;
		s++;
	} else if (s[1] == '&') {
		flags = -1;
		s++;
	}
	l->at = s + 1;
	l->token = T_REDIRECT;
	l->redirect = arena_alloc(sizeof(*l->redirect));
	l->redirect->fd = fd;
	l->redirect->flags = flags;
	l->redirect->next = NULL;
	return 1;
}

static enum token lex_operator(struct lexer *l)
{
	char c = *l->at++;
	int twice = *l->at == c;

	switch (c) {
	case '\n':
		return T_NEWLINE;
	case ';':
		return T_SEMI;
	case '(':
		return T_LEFT;
	case ')':
		return T_RIGHT;
	case '&':
		l->at += twice;
		return twice ? T_AND : T_AMP;
	default:
		l->at += twice;
		return twice ? T_OR : T_PIPE;
	}
}

void lex_next(struct lexer *l)
{
	const char *end;

	while (is_blank(*l->at) || (l->at[0] == '\\' && l->at[1] == '\n'))
		l->at += *l->at == '\\' ? 2 : 1;
	if (*l->at == '#')
		while (*l->at && *l->at != '\n')
			l->at++;
	if (!*l->at) {
		l->token = T_END;
		return;
	}
	if (lex_redirect(l))
		return;
	if (ends_word(*l->at)) {
		l->token = lex_operator(l);
		return;
	}
	end = skip_word(l->at);
	if (!end) {
		l->token = T_OPEN;
		return;
	}
	l->token = T_WORD;
	l->word = arena_string(l->at, (size_t)(end - l->at));
	l->at = end;
}
