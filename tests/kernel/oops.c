/*
 * oops.c - bugs on purpose: each must be caught, and say what it was.
 *
 * Each runs in a boot of its own (selftest=oops-NAME), and whoever started the
 * machine checks the text of the oops. A line after the bug is reached only if
 * nothing caught it, and then the test fails.
 */
#include "kernel/ktest.h"
#include "kernel/sched.h"
#include "mm/kmap.h"
#include "mm/pgtable.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

#define NOT_CAUGHT() ktest_fail(__FILE__, __LINE__, "the bug was not caught")

static const u32 read_only_word = 0x51ced;
static u32 data_words[4];

/* An address the compiler knows nothing about. */
static volatile u32 *opaque(vaddr_t va)
{
	__asm__ volatile("" : "+r"(va));
	return (volatile u32 *)va;
}

static void call(vaddr_t va)
{
	__asm__ volatile("" : "+r"(va));
	((void (*)(void))va)();
}

KTEST_OOPS(oops_write_text)
{
	*opaque((vaddr_t)__text_start) = 0;
	NOT_CAUGHT();
}

KTEST_OOPS(oops_write_rodata)
{
	*opaque((vaddr_t)&read_only_word) = 0;
	NOT_CAUGHT();
}

KTEST_OOPS(oops_exec_data)
{
	if (pte_executable(pte_make(pfn(0), pgprot(PGPROT_READ)))) {
		ktest_skip("this MMU cannot forbid execution");
		return;
	}
	call((vaddr_t)data_words);
	NOT_CAUGHT();
}

KTEST_OOPS(oops_null_read)
{
	(void)*opaque(0);
	NOT_CAUGHT();
}

KTEST_OOPS(oops_null_write)
{
	*opaque(8) = 0;
	NOT_CAUGHT();
}

KTEST_OOPS(oops_null_call)
{
	call(0);
	NOT_CAUGHT();
}

/* ---- guard pages */

/* As deep as a stack would have to be that is not caught. */
static volatile u32 deep = 1 << 16;

static noinline u32 recurse(u32 depth)
{
	volatile u32 frame[32];

	frame[depth % 32] = depth;
	if (depth == deep)
		return 0;
	/* Used after the call: the frame must stay. */
	return recurse(depth + 1) + frame[depth % 32];
}

static void overflow_stack(void *arg)
{
	(void)arg;
	*opaque((vaddr_t)data_words) = recurse(0);
}

KTEST_OOPS(oops_guard_page)
{
	kthread_start("overflow", overflow_stack, NULL);
	yield();
	NOT_CAUGHT();
}

KTEST_OOPS(oops_vmalloc_guard)
{
	vaddr_t end = (vaddr_t)vmalloc(2 * PAGE_SIZE) + 2 * PAGE_SIZE;

	*opaque(end - 4) = 0;
	*opaque(end) = 0;
	NOT_CAUGHT();
}

/* ---- kernel addresses that are gone */

KTEST_OOPS(oops_read_after_vfree)
{
	void *addr = vmalloc(PAGE_SIZE);

	*opaque((vaddr_t)addr) = 0;
	vfree(addr);
	(void)*opaque((vaddr_t)addr);
	NOT_CAUGHT();
}

KTEST_OOPS(oops_kmap_local_order)
{
	struct page *a = alloc_page(GFP_HIGHUSER);
	struct page *b = alloc_page(GFP_HIGHUSER);
	void *first;

	if (!page_is_highmem(a) || !page_is_highmem(b)) {
		ktest_skip("no high memory");
		return;
	}
	first = kmap_local(a);
	kmap_local(b);
	kunmap_local(first);
	NOT_CAUGHT();
}

KTEST_OOPS(oops_kmap_local_sleep)
{
	struct page *page = alloc_page(GFP_HIGHUSER);

	if (!page_is_highmem(page)) {
		ktest_skip("no high memory");
		return;
	}
	kmap_local(page);
	yield();
	NOT_CAUGHT();
}

/* ---- memory given back twice, or used afterwards */

KTEST_OOPS(oops_double_free_page)
{
	struct page *page = alloc_page(GFP_KERNEL);

	free_page(page);
	free_page(page);
	NOT_CAUGHT();
}

KTEST_OOPS(oops_write_after_free_page)
{
	struct page *page = alloc_page(GFP_KERNEL);

	free_page(page);
	*opaque((vaddr_t)page_address(page) + 100) = 0;
	alloc_page(GFP_KERNEL);
	NOT_CAUGHT();
}

KTEST_OOPS(oops_double_free_slab)
{
	void *obj = kmalloc(64);

	kfree(obj);
	kfree(obj);
	NOT_CAUGHT();
}

KTEST_OOPS(oops_use_after_free)
{
	char *obj = kmalloc(64);

	kfree(obj);
	*opaque((vaddr_t)obj + 32) = 0;
	kmalloc(64);
	slab_validate();
	NOT_CAUGHT();
}

KTEST_OOPS(oops_write_beyond_end)
{
	char *obj = kmalloc(64);

	*opaque((vaddr_t)obj + 64) = 0;
	kfree(obj);
	NOT_CAUGHT();
}
