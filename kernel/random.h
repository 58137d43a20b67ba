/*
 * random.h - bytes nobody can guess (as far as this machine can do it).
 */
#ifndef KERNEL_RANDOM_H
#define KERNEL_RANDOM_H

#include "mm/types.h"

/* Fills buf. => never fails */
void random_bytes(void *buf, u32 n);
/* The same into the program's memory, until a signal comes. => how many, or -EFAULT */
long random_to_user(void *buf, u32 n);

#endif
