/*
 * fpu.c - what both machines have in common of fpu.h.
 */
#include "user/lib/fpu.h"

int fpu_check(uint32_t seed)
{
	uint32_t words[FPU_WORDS];
	int i, n = fpu_read(words);

	for (i = 0; i < n; i++)
		if (words[i] != seed + (uint32_t)i)
			return 0;
	return 1;
}

int fpu_is_clear(void)
{
	uint32_t words[FPU_WORDS];
	int i, n = fpu_read(words);

	for (i = 0; i < n; i++)
		if (words[i])
			return 0;
	return 1;
}
