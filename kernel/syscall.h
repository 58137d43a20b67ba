/*
 * syscall.h - what the files with system calls share.
 *
 * sys_NAME() is called through the table of kernel/syscall.c alone, with the program's
 * registers: its pointers lead into user memory and are reached through mm/uaccess.h only. A
 * 64-bit argument comes as two words, the low one first. The table declares all of them,
 * in the one shape that entry code knows; prototypes would say everything twice.
 */
#pragma once

#include "kernel/fs/file.h"

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

/* A call that is one expression: all that a longer function is told, or mm/ decides alone. */
#define SYSCALL(name, params, value)  \
	long sys_##name params        \
	{                             \
		return (long)(value); \
	}

/* The same of a `file`: what get() finds for the descriptor, which is called fd. */
#define FILE_CALL(name, params, get, value)           \
	long sys_##name params                        \
	{                                             \
		scoped_file *file = get(fd);          \
                                                      \
		return file ? (long)(value) : -EBADF; \
	}

/* The same of a `dentry`, once lookup, an expression, has found it. */
#define PATH_CALL(name, params, lookup, value)    \
	long sys_##name params                    \
	{                                         \
		scoped_dentry *dentry = NULL;     \
                                                  \
		return (lookup) ?: (long)(value); \
	}

/* Two calls of one function: times with 32-bit seconds, and with 64-bit ones. The function
 * has one argument more, whether they are 64-bit. */
#define BOTH_TIMES(name, name64, params, function, ...) \
	long sys_##name params                          \
	{                                               \
		return function(__VA_ARGS__, false);    \
	}                                               \
	long sys_##name64 params                        \
	{                                               \
		return function(__VA_ARGS__, true);     \
	}

/* A 64-bit argument. */
static inline u64 u64_of(u32 lo, u32 hi)
{
	return (u64)hi << 32 | lo;
}
