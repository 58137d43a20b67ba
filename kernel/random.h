/*
 * random.h - bytes nobody can guess (as far as this machine can do it).
 */
#pragma once

#include "mm/types.h"

/* Fills buf. => never fails */
void random_bytes(void *buf, u32 n);
/* The same into the program's memory, until a signal comes. => how many, or -EFAULT */
long random_to_user(void *buf, u32 n);
