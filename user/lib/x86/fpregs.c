/*
 * fpregs.c - xmm0 to xmm7, where the processor has SSE; else two x87 registers'
 * worth of integers. lib/arm/fpu.c mirrors it.
 */
#include <linux/auxvec.h>
#include "user/lib/fpu.h"

#define HWCAP_SSE (1u << 25) /* CPUID 1, EDX (SDM 2A CPUID) */

static int has_sse(void)
{
	return (auxval(AT_HWCAP) & HWCAP_SSE) != 0;
}

void fpu_fill(uint32_t seed)
{
	uint32_t words[32];
	int i;

	for (i = 0; i < 32; i++)
		words[i] = seed + (uint32_t)i;
	__asm__ volatile("fninit\n\t"
			 "fildl 4(%0)\n\t"
			 "fildl (%0)"
			 :
			 : "r"(words)
			 : "memory");
	if (has_sse())
		__asm__ volatile("movups (%0), %%xmm0\n\t"
				 "movups 16(%0), %%xmm1\n\t"
				 "movups 32(%0), %%xmm2\n\t"
				 "movups 48(%0), %%xmm3\n\t"
				 "movups 64(%0), %%xmm4\n\t"
				 "movups 80(%0), %%xmm5\n\t"
				 "movups 96(%0), %%xmm6\n\t"
				 "movups 112(%0), %%xmm7"
				 :
				 : "r"(words)
				 : "memory");
}

int fpu_read(uint32_t *words)
{
	if (!has_sse()) {
		__asm__ volatile("fistl (%0)\n\t"
				 "fxch %%st(1)\n\t"
				 "fistl 4(%0)\n\t"
				 "fxch %%st(1)"
				 :
				 : "r"(words)
				 : "memory");
		return 2;
	}
	__asm__ volatile("movups %%xmm0, (%0)\n\t"
			 "movups %%xmm1, 16(%0)\n\t"
			 "movups %%xmm2, 32(%0)\n\t"
			 "movups %%xmm3, 48(%0)\n\t"
			 "movups %%xmm4, 64(%0)\n\t"
			 "movups %%xmm5, 80(%0)\n\t"
			 "movups %%xmm6, 96(%0)\n\t"
			 "movups %%xmm7, 112(%0)"
			 :
			 : "r"(words)
			 : "memory");
	return 32;
}
