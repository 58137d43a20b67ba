/*
 * text.h - what the commands share: error messages, reading lines, numbers
 * with a unit.
 */
#pragma once

#include "user/lib/stdio.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"

extern const char *progname; /* argv[0] without its folders */

/* "No such file or directory" for ENOENT, as Linux's programs say it */
const char *strerror(int err);
/* "cat: NAME: No such file or directory" on standard error. => 1 */
int complain(const char *name);
/* "cat: what is wrong". => 1 */
int wrong(const char *fmt, ...) PRINTF(1, 2);
/* Says how the program is called, and ends it with status 2. */
void usage(const char *words) __attribute__((noreturn));

/* A file, read line by line. */
struct lines {
	int fd;
	int at, len;
	char buf[1024];
	char line[1024]; /* the last one, without its newline */
};

void lines_init(struct lines *l, int fd);
/* => the next line, or NULL at the end; a longer one comes in pieces */
char *lines_next(struct lines *l);

/* Writes all of it. => 0, or -1 */
int write_full(int fd, const void *buf, size_t n);
/* "4096", "64k", "2M". => the number; *@bad is set where it is none */
unsigned long size_of(const char *s, int *bad);
/* "KEY:   123 kB" in the text of a file of /proc. => the number, or 0 */
unsigned long field(const char *text, const char *key);
/* Last part of a path. */
const char *base_name(const char *path);
/* Writes DIR/NAME into @buf. */
const char *path_join(char *buf, size_t size, const char *dir,
		      const char *name);
/* Calls @fn(argument) for each argument, for those below -- too. => main()'s
 * result: 1 where one call failed */
int for_each(char **argv, int (*fn)(const char *));
/* Takes the options of argv, all of one letter of @known. => a bit for each, in
 * the order of @known; *@argv is then at the first argument */
unsigned int options(char ***argv, const char *known, const char *use);

/* Copies a file and its rights. => 0, or 1, said */
int copy_file(const char *from, const char *to);
/* Calls fn(FROM, TO) for the arguments FROM TO, or for FROM... FOLDER with the names they
 * get there. => main()'s result */
int from_to(char **argv, const char *use,
	    int (*fn)(const char *from, const char *to));
/* In the order of strcmp(). */
void sort_names(char **names, int n);

/* A whole file of /proc (or any), in memory of malloc()'s. => NULL: errno */
char *slurp(const char *path);
