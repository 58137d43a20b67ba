/*
 * parse.c - tokens to a tree, one function a rule:
 *
 *	list	  and_or { (; | & | newline) and_or }
 *	and_or	  pipeline { (&& | ||) pipeline }
 *	pipeline  [!] command { | command }
 *	command	  simple | if | while | until | for | { list } | ( list )
 *
 *	a | b && c &	->	BACK(AND(PIPE(a, b), c))
 *
 * The text may end in the middle of something; then the caller reads another
 * line and parses it all again, which for typed text costs nothing. The tree
 * lives in the arena. Left out: functions, case.
 */
#include "user/sh/sh.h"

struct parser {
	struct lexer l;
	int state; /* 0, 1: more is needed, -1: an error */
};

static struct node *list(struct parser *p);
static struct node *command(struct parser *p);

static struct node *make(enum kind kind, struct node *a, struct node *b)
{
	struct node *n = arena_alloc(sizeof(*n));

	memset(n, 0, sizeof(*n));
	n->kind = kind;
	n->a = a;
	n->b = b;
	return n;
}

static void next(struct parser *p)
{
	lex_next(&p->l);
	if (p->l.token == T_OPEN && !p->state)
		p->state = 1;
}

static void bad(struct parser *p)
{
	static const char *const names[] = {
		"end of file", "end of file", "newline", "",   "< or >", ";",
		"&",	       "|",	      "&&",	 "||", "(",	 ")"
	};

	if (p->state)
		return;
	if (p->l.token == T_END || p->l.token == T_OPEN) {
		p->state = 1;
		return;
	}
	p->state = -1;
	wrong("syntax error near '%s'",
	      p->l.token == T_WORD ? p->l.word : names[p->l.token]);
}

static int is_word(const struct parser *p, const char *word)
{
	return p->l.token == T_WORD && !strcmp(p->l.word, word);
}

static void expect(struct parser *p, const char *word)
{
	if (is_word(p, word))
		next(p);
	else
		bad(p);
}

static void skip_newlines(struct parser *p)
{
	while (p->l.token == T_NEWLINE)
		next(p);
}

static int ends_list(const struct parser *p)
{
	static const char *const words[] = { "then", "else", "elif", "fi",
					     "do",   "done", "}" };
	size_t i;

	if (p->l.token == T_END || p->l.token == T_OPEN ||
	    p->l.token == T_RIGHT)
		return 1;
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (is_word(p, words[i]))
			return 1;
	return 0;
}

/* Reads one redirection and its word. => false: there is none here */
static int take_redirect(struct parser *p, struct redirect ***end)
{
	struct redirect *r = p->l.redirect;

	if (p->l.token != T_REDIRECT)
		return 0;
	next(p);
	if (p->l.token != T_WORD) {
		bad(p);
		return 0;
	}
	r->word = p->l.word;
	**end = r;
	*end = &r->next;
	next(p);
	return 1;
}

static void take_words(struct parser *p, struct words **end)
{
	while (p->l.token == T_WORD) {
		struct words *w = arena_alloc(sizeof(*w));

		w->text = p->l.word;
		w->next = NULL;
		*end = w;
		end = &w->next;
		next(p);
	}
}

static struct node *simple(struct parser *p)
{
	struct node *n = make(N_COMMAND, NULL, NULL);
	struct redirect **redirects = &n->redirects;
	struct words **words = &n->words;

	do {
		take_words(p, words);
		while (*words)
			words = &(*words)->next;
	} while (take_redirect(p, &redirects));
	if (!n->words && !n->redirects)
		bad(p);
	return n;
}

/* After `if` or `elif`. */
static struct node *if_clause(struct parser *p)
{
	struct node *n = make(N_IF, NULL, NULL);

	n->a = list(p);
	expect(p, "then");
	n->b = list(p);
	if (is_word(p, "elif")) {
		next(p);
		n->c = if_clause(p);
		return n;
	}
	if (is_word(p, "else")) {
		next(p);
		n->c = list(p);
	}
	expect(p, "fi");
	return n;
}

static struct node *do_done(struct parser *p)
{
	struct node *body;

	expect(p, "do");
	body = list(p);
	expect(p, "done");
	return body;
}

static struct node *loop(struct parser *p, enum kind kind)
{
	struct node *n = make(kind, NULL, NULL);

	n->a = list(p);
	n->b = do_done(p);
	return n;
}

static struct node *for_loop(struct parser *p)
{
	struct node *n = make(N_FOR, NULL, NULL);

	if (p->l.token != T_WORD || p->l.word[name_length(p->l.word)]) {
		bad(p);
		return n;
	}
	n->name = p->l.word;
	next(p);
	skip_newlines(p);
	expect(p, "in");
	take_words(p, &n->words);
	if (p->l.token == T_SEMI || p->l.token == T_NEWLINE)
		next(p);
	else
		bad(p);
	skip_newlines(p);
	n->a = do_done(p);
	return n;
}

static struct node *subshell(struct parser *p)
{
	struct node *n;

	next(p);
	n = make(N_SUBSHELL, list(p), NULL);
	if (p->l.token == T_RIGHT)
		next(p);
	else
		bad(p);
	return n;
}

static struct node *group(struct parser *p)
{
	struct node *n = make(N_GROUP, list(p), NULL);

	expect(p, "}");
	return n;
}

/* A command that begins with a word of the shell's own. => NULL: it doesn't */
static struct node *compound(struct parser *p)
{
	static const char *const words[] = { "if", "while", "until", "for",
					     "{" };
	size_t i;

	if (p->l.token == T_LEFT)
		return subshell(p);
	for (i = 0; i < ARRAY_SIZE(words) && !is_word(p, words[i]); i++)
		;
	if (i == ARRAY_SIZE(words))
		return NULL;
	next(p);
	switch (i) {
	case 0:
		return if_clause(p);
	case 1:
		return loop(p, N_WHILE);
	case 2:
		return loop(p, N_UNTIL);
	case 3:
		return for_loop(p);
	default:
		return group(p);
	}
}

static struct node *command(struct parser *p)
{
	struct node *n;
	struct redirect **end;

	if (ends_list(p)) {
		bad(p);
		return make(N_COMMAND, NULL, NULL);
	}
	n = compound(p);
	if (!n)
		return simple(p);
	end = &n->redirects;
	while (take_redirect(p, &end))
		;
	return n;
}

static struct node *pipeline(struct parser *p)
{
	struct node *n;
	int not = 0;

	while (is_word(p, "!")) {
		not = !not ;
		next(p);
	}
	n = command(p);
	while (p->l.token == T_PIPE && !p->state) {
		next(p);
		skip_newlines(p);
		n = make(N_PIPE, n, command(p));
	}
	return not ? make(N_NOT, n, NULL) : n;
}

static struct node *and_or(struct parser *p)
{
	struct node *n = pipeline(p);

	while ((p->l.token == T_AND || p->l.token == T_OR) && !p->state) {
		enum kind kind = p->l.token == T_AND ? N_AND : N_OR;

		next(p);
		skip_newlines(p);
		n = make(kind, n, pipeline(p));
	}
	return n;
}

/* Where the token that was read last begins: words are in the arena, so this is
 * their length before the lexer's place. */
static const char *token_start(const struct parser *p)
{
	if (p->l.token == T_WORD)
		return p->l.at - strlen(p->l.word);
	return p->l.token == T_END ? p->l.at : p->l.at - 1;
}

static struct node *list(struct parser *p)
{
	struct node *n = NULL, *one;
	const char *start;

	skip_newlines(p);
	while (!ends_list(p) && !p->state) {
		start = token_start(p);
		one = and_or(p);
		one->text = start;
		one->text_len = (size_t)(token_start(p) - start);
		if (p->l.token == T_AMP) {
			one->text_len = (size_t)(p->l.at - 1 - start);
			one = make(N_BACK, one, NULL);
		}
		n = n ? make(N_LIST, n, one) : one;
		if (p->l.token != T_AMP && p->l.token != T_SEMI &&
		    p->l.token != T_NEWLINE)
			break;
		next(p);
		skip_newlines(p);
	}
	if (!n)
		bad(p);
	return n ? n : make(N_COMMAND, NULL, NULL);
}

int parse(const char *text, struct node **tree)
{
	struct parser p = { .l = { .at = text } };

	*tree = NULL;
	next(&p);
	skip_newlines(&p);
	if (p.l.token == T_END)
		return 0;
	*tree = list(&p);
	if (!p.state && p.l.token != T_END)
		bad(&p);
	return p.state;
}
