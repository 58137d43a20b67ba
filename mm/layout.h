/*
 * layout.h - the address space, the same on both machines.
 *
 *   0xFFFFFFFF  +--------------------------------------------+
 *               | fixed slots: kmap_local; ARM: vectors at   |  one 4 MiB slot
 *               | 0xFFFF0000                                 |
 *   0xFFC00000  +--------------------------------------------+  FIXMAP_START
 *               | kmap window                                |  one 4 MiB slot
 *   0xFF800000  +--------------------------------------------+  PKMAP_START
 *               | vmalloc, ioremap, kernel stacks            |  30 slots
 *   0xF8000000  +--------------------------------------------+  VMALLOC_START
 *               | (nothing: above high_memory)               |
 *               | low memory, by sections                    |  896 MiB at most
 *   0xC0000000  +--------------------------------------------+  PAGE_OFFSET
 *               | the program                                |
 *   0x00010000  +--------------------------------------------+  USER_START
 *               | never mapped                               |
 *   0x00000000  +--------------------------------------------+
 *
 * Also read by the linker script and by assembly: constants only outside the
 * __ASSEMBLER__ and LINKER_SCRIPT guards.
 */
#pragma once

#include "layout_arch.h" /* KERNEL_VIRT, KERNEL_PHYS, phys_base */

#define USER_START    0x00010000
#define TASK_SIZE     0xc0000000 /* end of the program's part */
#define PAGE_OFFSET   0xc0000000
#define LOWMEM_MAX    0x38000000 /* bytes */
#define VMALLOC_START 0xf8000000
#define VMALLOC_END   0xff800000
#define PKMAP_START   0xff800000
#define FIXMAP_START  0xffc00000
#define SLOT_SIZE     0x00400000 /* what one page of second-level entries maps */

/* A kernel stack: two pages, aligned to twice that, a guard page below. */
#define STACK_SIZE 8192

#if !defined(__ASSEMBLER__) && !defined(LINKER_SCRIPT)
#include "mm/types.h"

/* Low memory: physical to the kernel's address of it and back. */
static inline void *phys_to_virt(paddr_t pa)
{
	return (void *)(vaddr_t)(pa - phys_base + PAGE_OFFSET);
}

static inline paddr_t virt_to_phys(const void *va)
{
	return (paddr_t)(vaddr_t)va - PAGE_OFFSET + phys_base;
}

extern char __text_start[], __text_end[], __rodata_start[], __rodata_end[],
	__data_start[], __kernel_end[];
static inline bool in_text(vaddr_t addr)
{
	return addr >= (vaddr_t)__text_start && addr < (vaddr_t)__text_end;
}
#endif
