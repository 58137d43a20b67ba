/*
 * sh.h - the shell's parts, and what they tell each other.
 *
 *	edit.c	 a line from the console, or from a file
 *	lex.c	 text to tokens		parse.c	 tokens to a tree
 *	expand.c $x, quotes, *, in words; vars.c  variables
 *	run.c	 does what a tree says; redirect.c  < > >> 2>&1
 *	jobs.c	 processes: pipelines, foreground, background
 *	builtin.c  cd, export, test ...
 */
#pragma once

#include "user/lib/file.h"
#include "user/lib/signal.h"
#include "user/lib/text.h"

/* ---- memory that lives as long as one command: taken, and released as a whole */
void *arena_alloc(size_t n);
char *arena_string(const char *s, size_t n);
size_t arena_mark(void);
void arena_release(size_t mark);

/* ---- edit.c */
extern int interactive; /* lines are typed by somebody */
/* => a line without its newline, until the next call; NULL at the end */
char *read_line(const char *prompt);

/* ---- lex.c */
enum token {
	T_END,	/* of the text */
	T_OPEN, /* the text ends inside quotes: more is needed */
	T_NEWLINE,
	T_WORD,
	T_REDIRECT, /* < > >> 2> 2>&1 ... */
	T_SEMI,
	T_AMP,
	T_PIPE,
	T_AND, /* && */
	T_OR,  /* || */
	T_LEFT,
	T_RIGHT
};

struct lexer {
	const char *at;
	enum token token;
	char *word; /* of T_WORD: as it was written, with its quotes */
	struct redirect *redirect; /* of T_REDIRECT: without its word */
};

void lex_next(struct lexer *l);
/* Past the ( ... ) at @s, quotes and nesting respected. => NULL: not closed */
const char *skip_parens(const char *s);

/* ---- parse.c */
struct redirect {
	struct redirect *next;
	int fd;
	int flags; /* of open(); -1: dup2() of the number in word */
	char *word;
};

struct words {
	struct words *next;
	char *text;
};

enum kind {
	N_COMMAND, /* words, redirects */
	N_PIPE,	   /* a | b */
	N_AND,
	N_OR,
	N_NOT,
	N_LIST,	 /* a ; b */
	N_BACK,	 /* a & */
	N_IF,	 /* if a then b else c */
	N_WHILE, /* while a do b */
	N_UNTIL,
	N_FOR,	   /* for name in words do a */
	N_GROUP,   /* { a } */
	N_SUBSHELL /* ( a ) */
};

struct node {
	enum kind kind;
	struct node *a, *b, *c;
	struct words *words;
	struct redirect *redirects;
	const char *name;
	const char *text; /* of a job: what the user wrote */
	size_t text_len;
};

/* => 0; 1: the text ends in the middle of something; -1: an error, said. *@tree may be
 * NULL: nothing to do. */
int parse(const char *text, struct node **tree);

/* ---- vars.c */
const char *var_get(const char *name);
void var_set(const char *name, const char *value);
void var_export(const char *name);
void var_unset(const char *name);
void vars_init(char **envp);
/* => the exported ones as execve() wants them, in the arena */
char **vars_environ(void);
extern char **positional; /* $0 $1 ..., NULL */
extern int last_status, last_background;
/* => the length of the name that @s begins with, or 0 */
size_t name_length(const char *s);
/* Does @s begin with NAME= ? => the length of the name, or 0 */
size_t assignment(const char *s);

/* ---- expand.c */
char **expand_words(struct words *w, int *count);
/* One word, no splitting, no *. */
char *expand_one(const char *word);
/* Says what is wrong with a word: the line ends there, and a script. */
void bad_word(const char *what, const char *word);
/* arith.c: the value of "2*(3+$x)" */
long arithmetic(const char *text);

/* ---- run.c */
extern volatile int interrupted; /* by Ctrl-C: 1; by bad_word(): 2 */
extern int loops;		 /* how deep in loops */
extern int loop_break;		 /* how many of them end by break, continue */
extern int loop_again;		 /* and the last one goes on (continue) */
extern int exiting;		 /* exit was called: unwind */
int run(const struct node *n);
int run_text(const char *text);
/* What a command of $(...) wrote, in the arena, without newlines at its end. */
char *run_capture(const char *text);

/* One process of a pipeline: a command with its words ready, or anything. */
struct stage {
	const struct node *node;
	char **argv; /* NULL: not expanded yet */
};
/* In a child. */
void run_stage(const struct stage *stage) __attribute__((noreturn));

/* ---- redirect.c */
struct saved_fds {
	int fd[10];
};
/* Points fds elsewhere; @saved (may be NULL) remembers what they were.
 * => 0, or -1, said */
int redirect(const struct redirect *r, struct saved_fds *saved);
void redirect_undo(struct saved_fds *saved);

/* ---- jobs.c */
void jobs_init(void);
/* Runs stages as one job, connected by pipes; @text names it. => its status; of a
 * background job 0 */
int run_job(const struct stage *stages, int n, const struct node *text,
	    int background);
/* Says which background jobs have ended. */
void jobs_report(void);
/* In a child: signals as programs expect them, no jobs. */
void jobs_forget(void);
/* jobs, fg, bg, wait, kill */
int job_builtin(int argc, char **argv);

/* ---- builtin.c, test.c */
struct builtin {
	const char *name;
	int (*fn)(int argc, char **argv);
	const char *options; /* letters; NULL: it looks for itself */
	int special;	     /* misused, it ends a script (POSIX) */
};
/* => NULL: it is a program */
const struct builtin *builtin_find(const char *name);
int builtin_run(const struct builtin *b, int argc, char **argv);
/* Says how a builtin was misused. => 2 */
int misused(const char *name, const char *what, const char *arg);
/* A whole number, which may be negative. => 0, where @s is none: said */
int parse_number(const char *name, const char *s, int *n);
int test_builtin(int argc, char **argv);
extern jump_buf *leave_read; /* where Ctrl-C goes while `read` waits, or NULL */
void history_show(void);
