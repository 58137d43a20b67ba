/*
 * floors.c - x86: a page zeroed and copied by the program itself.
 *
 * What the kernel needs for a fault cannot be less than this. Under -icount
 * each repetition of REP counts; on hardware it is far quicker.
 */
#include "mmbench.h"

static void zero_stosl(u32 d)
{
	u32 c = 1024;

	__asm__ volatile("cld; rep stosl"
			 : "+D"(d), "+c"(c)
			 : "a"(0)
			 : "memory");
}

static void copy_movsl(u32 d, u32 s)
{
	u32 c = 1024;

	__asm__ volatile("cld; rep movsl"
			 : "+D"(d), "+c"(c), "+S"(s)::"memory");
}

static void zero_sse(u32 d) /* 8 x 16 bytes a turn */
{
	u32 c = 32;

	__asm__ volatile("xorps %%xmm0, %%xmm0\n"
			 "1: movaps %%xmm0, (%0)\n\tmovaps %%xmm0, 16(%0)\n\t"
			 "movaps %%xmm0, 32(%0)\n\tmovaps %%xmm0, 48(%0)\n\t"
			 "movaps %%xmm0, 64(%0)\n\tmovaps %%xmm0, 80(%0)\n\t"
			 "movaps %%xmm0, 96(%0)\n\tmovaps %%xmm0, 112(%0)\n\t"
			 "subl $-128, %0\n\tdecl %1\n\tjnz 1b"
			 : "+&r"(d), "+&r"(c)::"memory", "cc");
}

void floors(u32 page, u32 other)
{
	begin("zero4k_rep_stosl");
	while (again()) {
		start();
		for (int k = 0; k < 1000; k++)
			zero_stosl(page);
		stop(1000, 1000);
	}
	end();
	begin("copy4k_rep_movsl");
	while (again()) {
		start();
		for (int k = 0; k < 1000; k++)
			copy_movsl(page, other);
		stop(1000, 1000);
	}
	end();
	if (!extended)
		return;
	begin("zero4k_sse");
	while (again()) {
		start();
		for (int k = 0; k < 1000; k++)
			zero_sse(page);
		stop(1000, 1000);
	}
	end();
}
