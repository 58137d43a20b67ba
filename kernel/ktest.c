/*
 * ktest.c - runs the kernel's own tests and reports in KTAP.
 *
 * After each test the allocators check themselves, and as many pages must be free
 * and as many objects allocated as before it: what a test took it gives back.
 */
#include "kernel/ktest.h"
#include "kernel/printk.h"
#include "kernel/process.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

extern const struct ktest __ktest_start[], __ktest_end[];

static bool failed;
static const char *skipped;

void ktest_fail(const char *file, int line, const char *fmt, ...)
{
	char buf[160];

	format_args(buf, sizeof(buf), fmt);
	console_printf("# %s:%d: %s\n", file, line, buf);
	failed = true;
}

void ktest_skip(const char *why)
{
	skipped = why;
}

/* What must be the same after a test: pages that are free or in a slab, objects. Slabs and
 * stacks kept for reuse are no leak. */
static struct slab_usage usage_now(void)
{
	struct slab_usage usage;

	drain_stacks();
	usage = slab_usage();
	usage.pages += nr_free_pages();
	return usage;
}

static bool run_one(const struct ktest *test, u32 number)
{
	struct slab_usage before = usage_now(), after;

	failed = false;
	skipped = NULL;
	test->run();
	after = usage_now();
	audit_allocators();
	EXPECT_EQ(after.pages, before.pages);
	EXPECT_EQ(after.objects, before.objects);
	console_printf("%sok %u %s%s%s\n", failed ? "not " : "", number,
		       test->name, skipped ? " # SKIP " : "",
		       skipped ? skipped : "");
	return !failed;
}

/* Whether `wanted` ("": all) asks for the test; in names - and _ are one. */
static bool selected(const struct ktest *test, const char *wanted)
{
	const char *a = test->name;

	if (!*wanted)
		return !test->oopses;
	for (; *a && *wanted; a++, wanted++)
		if (*a != *wanted && !(*a == '_' && *wanted == '-'))
			return false;
	return *a == *wanted;
}

int ktest_run(const char *name)
{
	const struct ktest *test;
	u32 planned = 0, number = 0, passed = 0;

	for (test = __ktest_start; test < __ktest_end; test++)
		planned += selected(test, name);
	console_printf("KTAP version 1\n1..%u\n", planned);
	for (test = __ktest_start; test < __ktest_end; test++)
		if (selected(test, name))
			passed += run_one(test, ++number);
	if (!planned)
		console_printf("# no kernel test has the name '%s'\n", name);
	return planned && passed == planned ? 0 : 1;
}
