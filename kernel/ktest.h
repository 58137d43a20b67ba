/*
 * ktest.h - tests that run in the kernel (tests/kernel), reported in KTAP.
 *
 *	KTEST(buddy_merges_neighbours)
 *	{
 *		EXPECT_EQ(nr_free_pages(), before);
 *	}
 *
 * Word `selftest` runs them all; `selftest=NAME` one. A test that expects an oops
 * (KTEST_OOPS) needs a boot of its own and runs only by name.
 */
#pragma once

#include "mm/env.h"

struct ktest {
	const char *name;
	void (*run)(void);
	bool oopses;
};

#define KTEST_DEFINE(test, expect_oops)                                     \
	static void test(void);                                             \
	static const struct ktest ktest_##test                              \
		__attribute__((section(".ktest"), used)) = { #test, test,   \
							     expect_oops }; \
	static void test(void)
#define KTEST(test)	 KTEST_DEFINE(test, false)
#define KTEST_OOPS(test) KTEST_DEFINE(test, true)

/* Notes a failure of the running test; it goes on. */
void ktest_fail(const char *file, int line, const char *fmt, ...)
	printf_like(3, 4);
/* Marks the running test as skipped: the machine lacks what it needs. */
void ktest_skip(const char *why);

#define EXPECT(cond)                                                 \
	do {                                                         \
		if (!(cond))                                         \
			ktest_fail(__FILE__, __LINE__, "%s", #cond); \
	} while (0)

/* Two integers or pointers. */
#define EXPECT_EQ(a, b)                                                       \
	do {                                                                  \
		unsigned long ktest_a = (unsigned long)(a);                   \
		unsigned long ktest_b = (unsigned long)(b);                   \
		if (ktest_a != ktest_b)                                       \
			ktest_fail(__FILE__, __LINE__,                        \
				   "%s is %lu (0x%lx), not %lu", #a, ktest_a, \
				   ktest_a, ktest_b);                         \
	} while (0)

/* Runs what `selftest` asked for. => the exit status: 0 if all passed */
int ktest_run(const char *name);

/* Prints the figures of `bench` (kernel/bench.c). */
void bench_run(void);
