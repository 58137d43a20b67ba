/*
 * stdlib.h - numbers, memory, the end.
 */
#pragma once

#include "user/lib/sys.h"

void exit(int status) __attribute__((noreturn)); /* start.c: flushes */
int atoi(const char *s);
/* @base 0: by prefix, as C has it; *@end: the first character not read */
unsigned long strtoul(const char *s, char **end, int base);

void *malloc(size_t n);
void *calloc(size_t n, size_t size);
void *realloc(void *p, size_t n);
void free(void *p);

/* A small generator with a seed, so that runs can be repeated. */
void srandom(uint32_t seed);
uint32_t random(void);
