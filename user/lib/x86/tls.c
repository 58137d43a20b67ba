/*
 * tls.c - a thread's own pointer, on i386: the base of the segment in %gs.
 * The kernel keeps three GDT entries a thread for it (set_thread_area); the
 * block's first word is its own address, as the ABI has it, so that %gs:0
 * can be read without asking the kernel. lib/arm/tls.c does the same with a
 * register.
 */
#include <asm/ldt.h>
#include "user/lib/sys.h"
#include "user/lib/thread.h"

static unsigned int tls_entry = -1u; /* which GDT entry; -1: none yet */

static void describe(struct user_desc *desc, void *block)
{
	*(void **)block = block;
	desc->entry_number = tls_entry;
	desc->base_addr = (unsigned int)block;
	desc->limit = 0xfffff;
	desc->seg_32bit = 1;
	desc->contents = 0;
	desc->read_exec_only = 0;
	desc->limit_in_pages = 1;
	desc->seg_not_present = 0;
	desc->useable = 1;
}

int tls_set(void *block)
{
	struct user_desc desc;
	int err;

	describe(&desc, block);
	err = (int)sys(__NR_set_thread_area, &desc);
	if (err)
		return err;
	tls_entry = desc.entry_number;
	__asm__ volatile("movw %w0, %%gs" : : "r"(tls_entry * 8 + 3));
	return 0;
}

void *tls_get(void)
{
	void *block;

	__asm__ volatile("movl %%gs:0, %0" : "=r"(block));
	return block;
}

void *tls_clone_arg(void *block, void *scratch)
{
	describe(scratch, block);
	return scratch;
}

void icache_sync(void *start, unsigned long len)
{
	(void)start; /* the processor watches stores into its code */
	(void)len;
}
