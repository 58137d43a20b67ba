/*
 * exec.h - execve().
 */
#ifndef KERNEL_EXEC_H
#define KERNEL_EXEC_H

#include "kernel/process.h"

/* Replaces the running program by the one at path: kernel strings. => 0, and
 * thread_regs(current) are the new program's; or -errno, and nothing has changed */
int exec_kernel(const char *path, const char *const argv[],
		const char *const envp[]);
/* Lets go of process->exe: it may be written again. */
void exec_file_put(struct file *file);
extern bool legacy_va_layout; /* /proc/sys/vm/legacy_va_layout */

#endif
