/*
 * audit.h - the memory of address spaces, checked against itself.
 */
#ifndef MM_AUDIT_H
#define MM_AUDIT_H

#include "mm/mm.h"

/*
 * Checks tree, list, page tables and counts of one address space.
 * => the number of differences, each printed
 */
u32 mm_audit(struct mm *mm);

/* Between the two, mm_audit() of every address space; then the pages' own counts are
 * compared. => begin: false, out of memory; end: the number of differences */
bool page_audit_begin(void);
u32 page_audit_end(void);

#endif
