/*
 * mmbench_arch.h - x86: system calls, a loop of two instructions, the counter.
 */
#pragma once

/* The sixth argument goes into EBP, which the compiler may need itself. */
static inline long sys6(long nr, long a, long b, long c, long d, long e, long f)
{
	long nf[2] = { nr, f }, r;

	__asm__ volatile("pushl %%ebp\n\t"
			 "movl 4(%%eax), %%ebp\n\t"
			 "movl (%%eax), %%eax\n\t"
			 "int $0x80\n\t"
			 "popl %%ebp"
			 : "=a"(r)
			 : "a"(nf), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory");
	return r;
}

static inline long sys3(long nr, long a, long b, long c)
{
	long r;

	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "a"(nr), "b"(a), "c"(b), "d"(c)
			 : "memory");
	return r;
}

/* Two instructions a turn. */
static inline void spin(unsigned int n)
{
	__asm__ volatile("1: decl %0\n\tjnz 1b" : "+r"(n)::"cc");
}

/* The time-stamp counter: under -icount it counts nanoseconds. */
static inline unsigned long long raw_counter(unsigned int *hz)
{
	unsigned int lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	*hz = 1000000000;
	return (unsigned long long)hi << 32 | lo;
}
