/*
 * free.c - the machine's memory, in KiB: who has it.
 */
#include "user/lib/text.h"

int main(void)
{
	char *m = slurp("/proc/meminfo");
	unsigned long total, unused, cached, swap, swap_free;

	if (!m)
		return complain("/proc/meminfo");
	total = field(m, "MemTotal");
	unused = field(m, "MemFree");
	cached = field(m, "Cached") + field(m, "Buffers");
	swap = field(m, "SwapTotal");
	swap_free = field(m, "SwapFree");
	printf("KiB        total       used       free     cached  "
	       "available\n");
	printf("Mem:  %10lu %10lu %10lu %10lu %10lu\n", total,
	       total - unused - cached, unused, cached,
	       field(m, "MemAvailable"));
	printf("High: %10lu %10lu %10lu\n", field(m, "HighTotal"),
	       field(m, "HighTotal") - field(m, "HighFree"),
	       field(m, "HighFree"));
	printf("Swap: %10lu %10lu %10lu\n", swap, swap - swap_free, swap_free);
	printf("processes: %lu anonymous, %lu mapped; page tables %lu; kernel: "
	       "slab %lu, stacks %lu\n",
	       field(m, "AnonPages"), field(m, "Mapped"),
	       field(m, "PageTables"), field(m, "Slab"),
	       field(m, "KernelStack"));
	return 0;
}
