/*
 * one-file.h - what the tests of mapped files share: one file, put and read byte by byte,
 * without a mapping.
 */
#pragma once

#include "user/lib/probe.h"

static int fd;

static inline void put(size_t at, char c)
{
	lseek(fd, (long)at, 0);
	write(fd, &c, 1);
}

static inline int get(size_t at)
{
	char c = 0;

	lseek(fd, (long)at, 0);
	return read(fd, &c, 1) == 1 ? c : -1;
}

/* Every page of the file begins with its own digit. */
static inline void put_digits(int npages)
{
	int i;

	for (i = 0; i < npages; i++)
		put(P(i), (char)('0' + i));
}
