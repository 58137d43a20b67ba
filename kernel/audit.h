/*
 * audit.h - the kernel checks itself.
 */
#ifndef KERNEL_AUDIT_H
#define KERNEL_AUDIT_H

#include "mm/types.h"

/* Checks all address spaces, and the allocators. => the number of differences, each
 * printed; ~0 when there was no memory to do it */
u32 audit_now(void);

/* Notes what is in use before there are files and processes ... */
void audit_begin(void);
/* ... and, when the last process has gone, takes down the file systems and compares.
 * => the number of differences */
u32 audit_end(void);

#endif
