/*
 * bench.c - the figures of the kernel's own operations (word `bench`).
 *
 * Under QEMU's -icount shift=0 one instruction takes one nanosecond, so
 * nanoseconds are instructions, and a second run gives the same figures.
 * Each figure is the mean of many turns, the loop's own cost taken off.
 */
#include "kernel/arch.h"
#include "kernel/bootinfo.h"
#include "kernel/ktest.h"
#include "kernel/printk.h"
#include "mm/kmap.h"
#include "mm/slab.h"

#define TURNS 1000

static void nothing(void *arg)
{
	(void)arg;
}

static void page_pair(void *arg)
{
	(void)arg;
	free_page(alloc_page(GFP_HIGHUSER));
}

static void kmalloc_pair(void *arg)
{
	(void)arg;
	kfree(kmalloc(64));
}

static void kmap_local_pair(void *page)
{
	kunmap_local(kmap_local(page));
}

/* Instructions for TURNS calls of fn. */
static u32 measure(void (*volatile fn)(void *arg), void *arg)
{
	u64 start;

	fn(arg); /* the first turn may have to fill a list */
	start = clock_ns();
	for (int i = 0; i < TURNS; i++)
		fn(arg);
	return (u32)(clock_ns() - start);
}

static void show(const char *name, void (*fn)(void *arg), void *arg)
{
	u32 total = measure(fn, arg) - measure(nothing, NULL);

	console_printf("%-28s %10u\n", name, (total + TURNS / 2) / TURNS);
}

void bench_run(void)
{
	struct page *high = alloc_page(GFP_HIGHUSER);

	assert(high);
	console_printf("%-28s %10s\n", "# figure", "value");
	console_printf(
		"%-28s %10u\n", "boot_instructions",
		(u32)cycles_to_ns(cycle_count() - bootinfo.start_cycles));
	show("alloc_page+free_page", page_pair, NULL);
	show("kmalloc(64)+kfree", kmalloc_pair, NULL);
	if (page_is_highmem(high))
		show("kmap_local+kunmap_local", kmap_local_pair, high);
	free_page(high);
	console_printf("%-28s %10u\n", "struct_page_bytes",
		       (u32)sizeof(struct page));
	console_printf("%-28s %10u\n", "kernel_image_bytes",
		       (u32)(__kernel_end - __text_start));
}
