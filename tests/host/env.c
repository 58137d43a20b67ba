/*
 * env.c - the host's version of what mm/ asks of its surroundings (mm/env.h,
 * and of mm/kmap.h and mm/pgtable.h what the pure files use).
 *
 * The pretended machine's memory is one map of 4 GiB at a fixed address; the
 * host gives it real pages as they are touched. Low and high memory are both
 * in it, so that kmap_local() is an addition here, too.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "mm/kmap.h"
#include "mm/memblock.h"
#include "mm/page.h"
#include "mm/pgtable.h"
#include "mm/radix.h"
#include "mm/slab.h"
#include "tests/host/host.h"

u32 host_phys_base;
unsigned host_ops;

static unsigned nr_tests, nr_failed;
static bool failed;	    /* the running test */
static u64 state;	    /* of rnd() */
static jmp_buf *on_panic;   /* where panic() goes, or NULL */
static char panicked[500];  /* its message */
static unsigned kmap_depth; /* kmap_local() less kunmap_local() */

/* ---- mm/env.h */

void printk(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
}

void assert_failed(const char *where)
{
	panic("%s: assertion failed: %s", where, where + strlen(where) + 1);
}

void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(panicked, sizeof(panicked), fmt, args);
	va_end(args);
	if (on_panic) {
		kmap_depth = 0;
		longjmp(*on_panic, 1);
	}
	printf("Bail out! panic: %s\n", panicked);
	abort();
}

void waitq_sleep(struct waitq *q)
{
	(void)q;
	panic("would sleep");
}

void waitq_wake_all(struct waitq *q)
{
	(void)q;
}

bool fatal_signal_pending(void)
{
	return false;
}

/* ---- kmap.h */

void *kmap_local(struct page *page)
{
	assert(kmap_depth++ < KMAP_LOCAL_MAX);
	return page_address(page);
}

void kunmap_local(const void *addr)
{
	(void)addr;
	assert(kmap_depth--);
}

/* ---- the pretended machine */

void host_machine(u32 base, u64 low)
{
	void *ram = (void *)(HOST_SHIFT + 0xc0000000);
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;

	/* mapped anew: the last machine's pages go */
	if (mmap(ram, 1ull << 32, PROT_READ | PROT_WRITE, flags, -1, 0) !=
	    ram) {
		perror("mmap");
		exit(1);
	}
	memset(&memblock, 0, sizeof(memblock));
	memset(zones, 0, sizeof(zones));
	mem_map = NULL;
	fail_nth = 0;
	host_phys_base = base;
	low_pfn = (u32)((base + low) >> PAGE_SHIFT);
}

void host_slabs(u32 base, u64 low, u64 ram)
{
	host_machine(base, low);
	memblock_add(base, ram);
	page_init();
	list_init(&slab_caches);
	slab_init();
	radix_init();
}

/* ---- tests */

u32 rnd(u32 below)
{
	/* a 64-bit linear congruential generator, its high half */
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (u32)(((state >> 32) * below) >> 32);
}

static unsigned from_env(const char *name, unsigned otherwise)
{
	const char *s = getenv(name);

	return s ? (unsigned)strtoul(s, NULL, 0) : otherwise;
}

void host_start(unsigned default_ops)
{
	unsigned seed = from_env("SEED", 1);

	setvbuf(stdout, NULL, _IOLBF, 0);
	host_ops = from_env("OPS", default_ops);
	state = seed;
	printf("# SEED=%u OPS=%u\n", seed, host_ops);
}

void check_failed(const char *file, int line, const char *what)
{
	if (!failed)
		printf("# %s:%d: %s\n", file, line, what);
	failed = true;
}

bool panics(void (*fn)(void), const char *text)
{
	jmp_buf here, *outer = on_panic;
	volatile bool returned = false;

	*panicked = 0;
	on_panic = &here;
	if (!setjmp(here)) {
		fn();
		returned = true;
	}
	on_panic = outer;
	if (!returned && text && !strstr(panicked, text))
		printf("# panic: %s\n", panicked);
	return !returned && (!text || strstr(panicked, text));
}

void test(const char *name, void (*fn)(void))
{
	failed = false;
	if (panics(fn, NULL)) {
		printf("# panic: %s\n", panicked);
		failed = true;
	}
	nr_failed += failed;
	printf("%sok %u - %s\n", failed ? "not " : "", ++nr_tests, name);
}

int host_done(void)
{
	printf("1..%u\n", nr_tests);
	return nr_failed ? 1 : 0;
}
