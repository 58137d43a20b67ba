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

#include "mm/types.h"

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

long sys_sync(void); /* for syncfs() */

#endif
