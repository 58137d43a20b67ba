/*
 * cmdline.h - the kernel's command line.
 */
#pragma once

#include "kernel/bootinfo.h"

struct cmdline {
	u64 mem, lowmem;      /* bytes; 0: not given */
	const char *selftest; /* "": all; else a test's name; NULL: none */
	bool bench;
	char *init;    /* the first program; NULL: not given */
	char *root;    /* the disk to be the root; NULL: memory */
	bool ro;       /* it is only read */
	char *args;    /* what follows " -- ", for init */
	char bad[128]; /* what is wrong with it: the machine must not start */
	char unknown[128]; /* words that are ignored */
};
extern struct cmdline cmdline;

/* Takes the line apart (in place), and sets `headless` and `quiet`. Prints nothing: how to print is
 * known only when it is done. */
void cmdline_parse(char *line);

/* "64M" -> bytes. => false unless it is digits with at most one of K, M, G */
bool parse_size(const char *s, u64 *size);
/* If word is NAME=VALUE for this name: the value, else NULL. */
char *value_of(char *word, const char *name);
