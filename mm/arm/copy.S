/*
 * copy.S - whole pages: clear_page and copy_page.
 *
 * Eight registers in one stm fill a cache line of 32 bytes or half one of
 * the cortex-a15's 64; 160 instructions clear a page.
 */
#include "mm/asm.h"

	.text
	.syntax unified
	.arm

/* void clear_page(void *kaddr) */
FUNC(clear_page):
	push	{r4-r9}
	add	r1, r0, #4096
	.irp	reg, r2, r3, r4, r5, r6, r7, r8, r9
	mov	\reg, #0
	.endr
1:	.rept	16
	stmia	r0!, {r2-r9}
	.endr
	cmp	r0, r1
	bne	1b
	pop	{r4-r9}
	bx	lr
END(clear_page)

/* void copy_page(void *to, const void *from) */
FUNC(copy_page):
	push	{r4-r10}
	add	r2, r0, #4096
1:	.rept	16
	ldmia	r1!, {r3-r10}
	stmia	r0!, {r3-r10}
	.endr
	cmp	r0, r2
	bne	1b
	pop	{r4-r10}
	bx	lr
END(copy_page)
