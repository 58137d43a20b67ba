/*
 * grow.c - the stack grows by itself: a fault just below it makes it longer, up
 * to its limit, and never closer than a gap to the mapping below it.
 */
#include <linux/resource.h>
#include "user/lib/demo.h"

static void show_stack(const char *when)
{
	char local = 0;
	struct map m;

	need(map_at(&local, &m), "/proc/self/maps");
	printf("  %s: [stack] is %lx-%lx, %lu KiB\n", when, m.start, m.end,
	       (m.end - m.start) / 1024);
}

/* Each call puts 16 KiB on the stack. */
static __attribute__((noinline)) int descend(int depth)
{
	volatile char frame[16 * 1024];

	frame[0] = (char)depth;
	if (depth > 1)
		return descend(depth - 1) + frame[0];
	show_stack("at the bottom");
	return frame[0];
}

/* A mapping 2 MiB below the stack, to see how near the stack may come to it. */
static void gap(void)
{
	unsigned long a, stop;
	char *below, local = 0;
	struct map m;

	map_at(&local, &m);
	below = (char *)(m.start - (2ul << 20));
	if (mmap(below, PAGE_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != below)
		need(0, "mmap");
	printf("a mapping at 0x%lx, 2 MiB below the stack's end; now touch "
	       "page by page, downwards:\n",
	       (unsigned long)below);
	stop = (unsigned long)below + PAGE_SIZE;
	for (a = m.start - PAGE_SIZE; a >= stop; a -= PAGE_SIZE)
		if (probe((char *)a, WRITE))
			break;
	printf("  at 0x%lx: %s, %lu KiB above that mapping: the guard gap\n", a,
	       signal_name(last_fault.signo),
	       (a + PAGE_SIZE - (unsigned long)below - PAGE_SIZE) / 1024);
	show_stack("then");
}

int main(void)
{
	struct rlimit64 limit;

	getrlimit(RLIMIT_STACK, &limit);
	printf("the stack may grow to %llu KiB (ulimit)\n",
	       (unsigned long long)limit.rlim_cur / 1024);
	show_stack("at the start");
	printf("30 calls deep, 16 KiB each:\n");
	descend(30);
	show_stack("back again: what has grown stays");
	gap();
	return 0;
}
