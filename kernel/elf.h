/*
 * elf.h - ELF programs: from a file to areas of an address space.
 */
#ifndef KERNEL_ELF_H
#define KERNEL_ELF_H

#include "mm/mm.h"

#include <linux/elf.h>

#define ELF_MAX_PHDRS  128
#define ELF_INTERP_MAX 256

/* A program file's headers, checked. */
struct elf {
	struct file *file;
	struct elf32_hdr header;
	struct elf32_phdr *phdrs; /* kmalloc()ed, as is the next */
	char *interp;		  /* PT_INTERP's path, or NULL */
	bool exec_stack;
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
 * => 0 or -errno, what is mapped stays. May sleep */
int elf_map(const struct elf *elf, vaddr_t base, struct elf_loaded *loaded);

#endif
