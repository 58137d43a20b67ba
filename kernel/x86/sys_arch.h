/*
 * sys_arch.h - the system calls that only x86 has (kernel/syscall.c).
 */
#ifndef SYS_ARCH_H
#define SYS_ARCH_H

#include "mm/types.h"

/* desc: the user address of a struct user_desc (<asm/ldt.h>). */
long sys_set_thread_area(u32 desc);
long sys_get_thread_area(u32 desc);

#endif
