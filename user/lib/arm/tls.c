/*
 * tls.c - a thread's own pointer, on ARM: the register TPIDRURO (ARM DDI
 * 0406C B4.1.150), which a program reads by itself and which only the kernel
 * writes. lib/x86/tls.c does the same with a segment.
 */
#include "user/lib/sys.h"
#include "user/lib/thread.h"

int tls_set(void *block)
{
	return (int)sys(__ARM_NR_set_tls, block);
}

void *tls_get(void)
{
	void *block;

	__asm__ volatile("mrc p15, 0, %0, c13, c0, 3" : "=r"(block));
	return block;
}

void *tls_clone_arg(void *block, void *scratch)
{
	(void)scratch;
	return block;
}

void icache_sync(void *start, unsigned long len)
{
	sys(__ARM_NR_cacheflush, start, (char *)start + len, 0);
}
