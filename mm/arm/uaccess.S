/*
 * uaccess.S - copying and clearing that survive a fault on a user address.
 *
 * Whole blocks while there are, then the rest by ever smaller ones. A fault in a block goes on
 * bytewise from where that block began, so that the count returned is
 * exact: a faulting ldm or stm leaves its base register as it was (ARM DDI 0406C
 * B1.9.8), and `to` moves only when a store is complete.
 */
#include "mm/asm.h"

#include <asm/errno.h>

	.text
	.arm
/* u32 raw_copy_user(void *to, const void *from, u32 n) */
FUNC(raw_copy_user):
	orr	r3, r0, r1
	tst	r3, #3			/* ldm and stm want whole words */
	bne	.Lcopy_bytes
	cmp	r2, #4			/* a single word is what is copied most often */
	bne	1f
	user	.Lcopy_bytes, ldr r3, [r1]
	user	.Lcopy_bytes, str r3, [r0]
	mov	r0, #0
	bx	lr
1:
	push	{r4-r10, lr}
	add	r12, r0, r2		/* the end of `to` */
	sub	lr, r1, r0		/* what leads from `to` to `from` */
	subs	r2, r2, #128
	blo	2f
1:	.rept	4
	user	.Lcopy_fault, ldmia r1!, {r3-r10}
	user	.Lcopy_fault, stmia r0!, {r3-r10}
	.endr
	subs	r2, r2, #128
	bhs	1b
2:	tst	r2, #64
	beq	2f
	.rept	2
	user	.Lcopy_fault, ldmia r1!, {r3-r10}
	user	.Lcopy_fault, stmia r0!, {r3-r10}
	.endr
2:	tst	r2, #32			/* the low bits still count the rest */
	beq	3f
	user	.Lcopy_fault, ldmia r1!, {r3-r10}
	user	.Lcopy_fault, stmia r0!, {r3-r10}
3:	tst	r2, #16
	beq	4f
	user	.Lcopy_fault, ldmia r1!, {r3-r6}
	user	.Lcopy_fault, stmia r0!, {r3-r6}
4:	ands	r2, r2, #15
	pop	{r4-r10, lr}
	moveq	r0, #0
	bxeq	lr
5:	subs	r2, r2, #4
	addlo	r2, r2, #4
	blo	.Lcopy_bytes
	user	6f, ldr r3, [r1], #4
	user	7f, str r3, [r0], #4
	b	5b
7:	sub	r1, r1, #4
6:	add	r2, r2, #4
	b	.Lcopy_bytes

.Lcopy_fault:
	sub	r2, r12, r0
	add	r1, r0, lr
	pop	{r4-r10, lr}
.Lcopy_bytes:
	cmp	r2, #0
	beq	9f
8:	user	9f, ldrb r3, [r1], #1
	user	9f, strb r3, [r0], #1
	subs	r2, r2, #1
	bne	8b
9:	mov	r0, r2
	bx	lr
END(raw_copy_user)

/* u32 raw_clear_user(void *to, u32 n) */
FUNC(raw_clear_user):
	mov	r2, #0
	mov	r3, #0
	tst	r0, #3
	bne	3f
	push	{r4-r6, lr}
	mov	r4, #0
	mov	r5, #0
	add	r6, r0, r1		/* the end */
	bic	r1, r1, #63
	add	r1, r0, r1		/* of whole runs of 64 bytes */
1:	cmp	r0, r1
	beq	2f
	.rept	4
	user	2f, stmia r0!, {r2-r5}
	.endr
	b	1b
2:	sub	r1, r6, r0
	pop	{r4-r6, lr}
3:	cmp	r1, #0
	beq	5f
4:	user	5f, strb r2, [r0], #1
	subs	r1, r1, #1
	bne	4b
5:	mov	r0, r1
	bx	lr
END(raw_clear_user)

/* int icache_sync_user(u32 start, u32 end): the program has written code there.
 * => start <= end <= TASK_SIZE; 0 or -EFAULT */
FUNC(icache_sync_user):
	mrc	p15, 0, r2, c0, c0, 1	/* CTR.DminLine (ARM DDI 0406C B4.1.42) */
	ubfx	r2, r2, #16, #4
	mov	r3, #4
	lsl	r2, r3, r2
	sub	r3, r2, #1
	bic	r3, r0, r3
	mov	r0, #0
1:	cmp	r3, r1
	bhs	2f
	user	3f, mcr p15, 0, r3, c7, c11, 1	/* DCCMVAU */
	add	r3, r3, r2
	b	1b
3:	mvn	r0, #(EFAULT - 1)
2:	mov	r3, #0
	dsb	ish
	mcr	p15, 0, r3, c7, c5, 0	/* ICIALLU */
	mcr	p15, 0, r3, c7, c5, 6	/* BPIALL */
	dsb	ish
	isb
	bx	lr
END(icache_sync_user)
