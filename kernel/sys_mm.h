/*
 * sys_mm.h - the system calls of memory mapping. Arguments are as the program gave them.
 */
#ifndef KERNEL_SYS_MM_H
#define KERNEL_SYS_MM_H

#include "mm/types.h"

long sys_mmap2(u32 addr, u32 len, u32 prot, u32 flags, int fd, u32 pgoff);
long sys_old_mmap(const u32 *from);
long sys_munmap(u32 addr, u32 len);
long sys_mprotect(u32 addr, u32 len, u32 prot);
long sys_mremap(u32 addr, u32 old_len, u32 new_len, u32 flags, u32 new_addr);
long sys_madvise(u32 addr, u32 len, int advice);
long sys_mlock(u32 addr, u32 len);
long sys_mlock2(u32 addr, u32 len, u32 flags);
long sys_munlock(u32 addr, u32 len);
long sys_mlockall(u32 flags);
long sys_munlockall(void);
long sys_brk(u32 brk);
long sys_mincore(u32 addr, u32 len, u8 *vec);

/* sys_sync.c */
long sys_msync(u32 start, u32 len, u32 flags);
long sys_remap_file_pages(u32 start, u32 size, u32 prot, u32 pgoff, u32 flags);

#endif
