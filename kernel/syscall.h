/*
 * syscall.h - what the files with system calls share.
 *
 * sys_NAME() is called through the table of kernel/syscall.c alone, with the program's
 * registers: its pointers lead into user memory and are reached through mm/uaccess.h only. A
 * 64-bit argument comes as two words, the low one first. The table declares all of them,
 * in the one shape that entry code knows; prototypes would say everything twice.
 */
#ifndef KERNEL_SYSCALL_H
#define KERNEL_SYSCALL_H

#include "kernel/fs/file.h"

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

long sys_sync(void); /* for syncfs() */

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

static inline void scoped_file_put(struct file **file)
{
	if (*file)
		file_put(*file);
}
/* scoped_file *f = fd_get(fd): f, if it is not NULL, is put when its block is left, in
 * whatever way (GCC calls the function of `cleanup` there). */
#define scoped_file __attribute__((cleanup(scoped_file_put))) struct file

#endif
