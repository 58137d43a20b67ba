/*
 * fpregs.c - d0 to d31 of VFPv3 and NEON. lib/x86/fpu.c mirrors it.
 */
#include "user/lib/fpu.h"

void fpu_fill(uint32_t seed)
{
	uint32_t words[FPU_WORDS], *p = words;
	int i;

	for (i = 0; i < FPU_WORDS; i++)
		words[i] = seed + (uint32_t)i;
	__asm__ volatile("vldmia %0!, {d0-d15}\n\t"
			 "vldmia %0!, {d16-d31}"
			 : "+r"(p)
			 :
			 : "memory");
}

int fpu_read(uint32_t *words)
{
	__asm__ volatile("vstmia %0!, {d0-d15}\n\t"
			 "vstmia %0!, {d16-d31}"
			 : "+r"(words)
			 :
			 : "memory");
	return FPU_WORDS;
}
