/*
 * floors.c - ARM: a page zeroed and copied by the program itself.
 *
 * What the kernel needs for a fault cannot be less than this.
 */
#include "mmbench.h"

static void zero_stm(u32 d) /* 4 x 32 bytes a turn */
{
	u32 end = d + PAGE;

	__asm__ volatile("mov r1, #0\n\tmov r2, #0\n\t"
			 "mov r3, #0\n\tmov r4, #0\n\t"
			 "mov r5, #0\n\tmov r6, #0\n\t"
			 "mov r8, #0\n\tmov r9, #0\n"
			 "1: stmia %0!, {r1-r6,r8,r9}\n\t"
			 "stmia %0!, {r1-r6,r8,r9}\n\t"
			 "stmia %0!, {r1-r6,r8,r9}\n\t"
			 "stmia %0!, {r1-r6,r8,r9}\n\t"
			 "cmp %0, %1\n\tbne 1b"
			 : "+&r"(d)
			 : "r"(end)
			 : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9",
			   "memory", "cc");
}

static void copy_ldm(u32 d, u32 s)
{
	u32 end = d + PAGE;

	__asm__ volatile("1: ldmia %1!, {r3-r6,r8,r9,r10,r12}\n\t"
			 "stmia %0!, {r3-r6,r8,r9,r10,r12}\n\t"
			 "ldmia %1!, {r3-r6,r8,r9,r10,r12}\n\t"
			 "stmia %0!, {r3-r6,r8,r9,r10,r12}\n\t"
			 "ldmia %1!, {r3-r6,r8,r9,r10,r12}\n\t"
			 "stmia %0!, {r3-r6,r8,r9,r10,r12}\n\t"
			 "ldmia %1!, {r3-r6,r8,r9,r10,r12}\n\t"
			 "stmia %0!, {r3-r6,r8,r9,r10,r12}\n\t"
			 "cmp %0, %2\n\tbne 1b"
			 : "+&r"(d), "+&r"(s)
			 : "r"(end)
			 : "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r12",
			   "memory", "cc");
}

static void zero_vstm(u32 d) /* 4 x 128 bytes a turn */
{
	u32 end = d + PAGE;

	__asm__ volatile(".fpu neon\n\t"
			 "veor q0, q0, q0\n\tveor q1, q1, q1\n\t"
			 "veor q2, q2, q2\n\tveor q3, q3, q3\n\t"
			 "veor q4, q4, q4\n\tveor q5, q5, q5\n\t"
			 "veor q6, q6, q6\n\tveor q7, q7, q7\n"
			 "1: vstmia %0!, {d0-d15}\n\tvstmia %0!, {d0-d15}\n\t"
			 "vstmia %0!, {d0-d15}\n\tvstmia %0!, {d0-d15}\n\t"
			 "cmp %0, %1\n\tbne 1b"
			 : "+&r"(d)
			 : "r"(end)
			 : "memory", "cc");
}

void floors(u32 page, u32 other)
{
	begin("zero4k_stm8");
	while (again()) {
		start();
		for (int k = 0; k < 1000; k++)
			zero_stm(page);
		stop(1000, 1000);
	}
	end();
	begin("copy4k_ldm8");
	while (again()) {
		start();
		for (int k = 0; k < 1000; k++)
			copy_ldm(page, other);
		stop(1000, 1000);
	}
	end();
	if (!extended)
		return;
	begin("zero4k_vstm16");
	while (again()) {
		start();
		for (int k = 0; k < 1000; k++)
			zero_vstm(page);
		stop(1000, 1000);
	}
	end();
}
