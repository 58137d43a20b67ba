/*
 * syscall_arch.h - system calls with a 64-bit argument: on i386 just two
 * words, wherever they come (ARM must align them); and the calls that only x86
 * has.
 */
#ifndef SYSCALL_ARCH_H
#define SYSCALL_ARCH_H

#include "mm/types.h"

#define arch_pread64	 sys_pread64
#define arch_pwrite64	 sys_pwrite64
#define arch_truncate64	 sys_truncate64
#define arch_ftruncate64 sys_ftruncate64
#define arch_readahead	 sys_readahead
#define ARCH_FILE_CALLS \
	CALL(fadvise64), CALL(fadvise64_64), CALL(sync_file_range),

/* tls.c. desc: the user address of a struct user_desc (<asm/ldt.h>) */
long sys_set_thread_area(u32 desc);
long sys_get_thread_area(u32 desc);

#endif
