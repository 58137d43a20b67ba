/*
 * mmbench_arch.h - ARM: system calls, a loop of two instructions, the counter.
 */
#pragma once

static inline long sys6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r7 __asm__("r7") = nr;
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;
	register long r3 __asm__("r3") = d;
	register long r4 __asm__("r4") = e;
	register long r5 __asm__("r5") = f;

	__asm__ volatile("svc 0"
			 : "+r"(r0)
			 : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5)
			 : "memory");
	return r0;
}

static inline long sys3(long nr, long a, long b, long c)
{
	register long r7 __asm__("r7") = nr;
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;

	__asm__ volatile("svc 0"
			 : "+r"(r0)
			 : "r"(r7), "r"(r1), "r"(r2)
			 : "memory");
	return r0;
}

/* Two instructions a turn. */
static inline void spin(unsigned int n)
{
	__asm__ volatile("1: subs %0, %0, #1\n\tbne 1b" : "+r"(n)::"cc");
}

/* The virtual counter and its ticks a second (ARM DDI 0406C B8.1). */
static inline unsigned long long raw_counter(unsigned int *hz)
{
	unsigned int lo, hi;

	__asm__ volatile("isb\n\tmrrc p15, 1, %0, %1, c14"
			 : "=r"(lo), "=r"(hi));
	__asm__ volatile("mrc p15, 0, %0, c14, c0, 0" : "=r"(*hz));
	return (unsigned long long)hi << 32 | lo;
}
