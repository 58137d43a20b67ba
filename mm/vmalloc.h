/*
 * vmalloc.h - kernel address space that is contiguous only virtually: vmalloc,
 * ioremap, kernel stacks. Areas are kept apart by unmapped guard pages.
 */
#pragma once

#include "mm/pgtable.h"

/* Maps `size` bytes, rounded up to pages, of pages from any zone. => NULL when
 * out of memory or address space, or size is 0; contents undefined */
void *vmalloc(u32 size);
void vfree(void *addr); /* NULL is let through */

/* Maps device registers (or a device's memory), uncached and ordered. `pa` need
 * not be aligned.
 * => NULL when out of address space, size is 0, [pa, pa + size) wraps or
 *    touches RAM, which the kernel maps cached already */
volatile void *ioremap(paddr_t pa, u32 size);
void iounmap(volatile void *addr); /* NULL is let through */

/* A kernel stack of STACK_SIZE bytes, aligned to twice that, with the page
 * below not mapped. Returns its lowest address. => NULL when out of memory */
void *stack_alloc(void);
void stack_free(void *stack);
/* Gives back the memory of stacks that are kept for reuse. */
void drain_stacks(void);

void vmalloc_init(void);
u32 vmalloc_pages(void); /* pages of memory mapped there now */
/* Checks areas against page tables; panics at the first difference. */
void vmalloc_validate(void);
