/*
 * exec.h - execve(), and the ELF programs it runs.
 */
#pragma once

#include "kernel/process.h"

#include <linux/elf.h>
#include <linux/limits.h>

/* Replaces the running program by the one at path: kernel strings. => 0, and
 * thread_regs(current) are the new program's; or -errno, and nothing has changed */
int exec_kernel(const char *path, const char *const argv[],
		const char *const envp[]);
/* Lets go of process->exe: it may be written again. */
void exec_file_put(struct file *file);
extern u32 legacy_va_layout; /* /proc/sys/vm/legacy_va_layout */

/* ---- elf.c: from a file to areas of an address space */

#define ELF_MAX_PHDRS  128
#define ELF_INTERP_MAX 256

/* A program file's headers, checked. */
struct elf {
	struct file *file;
	struct elf32_hdr header;
	struct elf32_phdr *phdrs; /* kmalloc()ed, as is the next */
	char *interp;		  /* PT_INTERP's path, or NULL */
	bool exec_stack;
	vaddr_t start, end; /* of all segments, in the file's own addresses */
};

#define for_each_load(ph, elf)                                             \
	for (ph = (elf)->phdrs; ph < (elf)->phdrs + (elf)->header.e_phnum; \
	     ph++)                                                         \
		if ((ph)->p_type == PT_LOAD)

/* What the new program's start must know. */
struct elf_loaded {
	vaddr_t bias; /* what was added to the file's addresses */
	vaddr_t entry;
	vaddr_t phdr; /* where the program headers are in memory */
	vaddr_t end;  /* of the last segment, bss included */
};

/* Reads and checks the headers. => 0; -ENOEXEC: not one for this machine;
 * or what reading gave. elf is all zeros before; elf_free() is due in any case. May sleep */
int elf_read(struct file *file, struct elf *elf);
void elf_free(struct elf *elf);

/* Maps the segments into the running process's mm, nothing read yet but the page where data
 * ends and bss begins. base: for a position-independent one, 0: wherever there is room.
 * loaded: all zeros before. => 0 or -errno, what is mapped stays. May sleep */
int elf_map(const struct elf *elf, vaddr_t base, struct elf_loaded *loaded);

/* ---- an execve() in progress: between exec.c and exec_args.c */

struct exec {
	struct file *file;
	char *path;    /* as the program is told (AT_EXECFN) */
	char *strings; /* argv's, then envp's, each with its end */
	u32 used, size;
	u32 argc, envc;
	u32 euid, egid; /* it will have */
	struct elf elf, interp;
	struct elf_loaded program, loader;
	vaddr_t sp;
};

/* Opens what is to be executed; nobody may write it from now on. => 0 or -errno
 * how: LOOKUP_*; a link that is not followed is ELOOP */
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
