/*
 * exec.h - execve().
 */
#ifndef KERNEL_EXEC_H
#define KERNEL_EXEC_H

#include "kernel/elf.h"
#include "kernel/process.h"

#include <linux/limits.h>

/* Replaces the running program by the one at path: kernel strings. => 0, and
 * thread_regs(current) are the new program's; or -errno, and nothing has changed */
int exec_kernel(const char *path, const char *const argv[],
		const char *const envp[]);
/* Lets go of process->exe: it may be written again. */
void exec_file_put(struct file *file);
extern u32 legacy_va_layout; /* /proc/sys/vm/legacy_va_layout */

/* ---- an execve() in progress: between exec.c and exec_args.c */

struct exec {
	struct file *file;
	char *path;    /* as the program is told (AT_EXECFN) */
	char *strings; /* argv's, then envp's, each with its end */
	u32 used, size;
	u32 argc, envc;
	struct elf elf, interp;
	struct elf_loaded program, loader;
	vaddr_t sp;
};

/* Opens what is to be executed; nobody may write it from now on. => 0 or -errno */
/* how: LOOKUP_*; a link that is not followed is ELOOP */
int exec_open(int dirfd, const char *path, u32 how, struct file **file);
/* Adds a string of the kernel's. => 0, -E2BIG, -ENOMEM */
int exec_add_string(struct exec *e, const char *s);
/* Copies a NULL-ended vector of strings, of the program or the kernel.
 * => 0, -E2BIG, -ENOMEM, -EFAULT */
int exec_add_vector(struct exec *e, const char *const *vector, bool user,
		    u32 *count);
/* From e->file: follows scripts, reads the headers of the program and of its
 * interpreter. => 0 or -errno */
int exec_read_program(struct exec *e);

#endif
