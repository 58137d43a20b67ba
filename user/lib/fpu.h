/*
 * fpu.h - the floating-point and vector registers, all of them at once, so
 * that tests can see whether they survive. arch/fpregs.c has the instructions.
 */
#pragma once

#include "user/lib/sys.h"

#define FPU_WORDS 64

/* Puts @seed, @seed + 1, ... into the vector registers. */
void fpu_fill(uint32_t seed);
/* Copies them out. => how many words there are on this processor */
int fpu_read(uint32_t *words);
/* => are they as fpu_fill(@seed) left them? */
int fpu_check(uint32_t seed);
/* => are they all zero, as in a new program? */
int fpu_is_clear(void);
