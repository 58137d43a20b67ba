/*
 * pgtable_arch.h - as much of the contract as the pure files of mm/ need to
 * compile for the host: there is no MMU to drive here.
 */
#ifndef PGTABLE_ARCH_H
#define PGTABLE_ARCH_H

#include "mm/env.h"

struct pgdir;
struct mmu_context {
	struct pgdir *pgdir;
};

pte_t *pgdir_table(struct pgdir *dir, vaddr_t va);

static inline void clear_page(void *kaddr)
{
	memset(kaddr, 0, PAGE_SIZE);
}

#endif
