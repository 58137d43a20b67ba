/*
 * string.S - memcpy, memmove and memset: what the compiler calls by itself,
 * too.
 *
 * All make the destination word-aligned first, then move 32 bytes at a turn.
 * When the source is not aligned along with it, it is read by single loads:
 * ordinary memory may be read unaligned by ldr (SCTLR.A is clear), though not
 * by ldm (ARM DDI 0406C A3.2.1). So: not for device memory.
 *
 * r0, the destination, is also the result.
 */
#include "mm/asm.h"

	.text
	.syntax unified
	.arm

/* void *memmove(void *to, const void *from, size_t n) */
FUNC(memmove):
	sub	r3, r0, r1
	cmp	r3, r2			/* to in (from, from + n): backwards */
	blo	copy_down
END(memmove)
	/* fall through: forwards is right for every other overlap */

/* void *memcpy(void *to, const void *from, size_t n) */
FUNC(memcpy):
	mov	r12, r0
	cmp	r2, #16
	blo	5f
1:	tst	r12, #3
	beq	2f
	ldrb	r3, [r1], #1
	strb	r3, [r12], #1
	sub	r2, r2, #1
	b	1b
2:	tst	r1, #3
	bne	copy_unaligned
	subs	r2, r2, #32
	blo	4f
	push	{r4-r10}
3:	ldmia	r1!, {r3-r10}
	stmia	r12!, {r3-r10}
	subs	r2, r2, #32
	bhs	3b
	pop	{r4-r10}
4:	add	r2, r2, #32
words:	subs	r2, r2, #4		/* the source may be unaligned here */
	ldrhs	r3, [r1], #4
	strhs	r3, [r12], #4
	bhi	words
	bxeq	lr
	add	r2, r2, #4
5:	subs	r2, r2, #1
	ldrbhs	r3, [r1], #1
	strbhs	r3, [r12], #1
	bhi	5b
	bx	lr

copy_unaligned:
	subs	r2, r2, #16
	blo	7f
	push	{r4-r6}
6:	ldr	r3, [r1], #4
	ldr	r4, [r1], #4
	ldr	r5, [r1], #4
	ldr	r6, [r1], #4
	stmia	r12!, {r3-r6}
	subs	r2, r2, #16
	bhs	6b
	pop	{r4-r6}
7:	add	r2, r2, #16
	b	words
END(memcpy)

/* The same from the end downwards, byte by byte: it is rare. */
copy_down:
	subs	r2, r2, #1
	ldrbhs	r3, [r1, r2]
	strbhs	r3, [r0, r2]
	bhi	copy_down
	bx	lr

/* void *memset(void *to, int byte, size_t n) */
FUNC(memset):
	mov	r12, r0
	and	r1, r1, #0xff
	cmp	r2, #8
	blo	4f
	orr	r1, r1, r1, lsl #8
	orr	r1, r1, r1, lsl #16
1:	tst	r12, #3
	strbne	r1, [r12], #1
	subne	r2, r2, #1
	bne	1b
	subs	r2, r2, #32
	blo	3f
	push	{r4-r9}
	mov	r3, r1
	mov	r4, r1
	mov	r5, r1
	mov	r6, r1
	mov	r7, r1
	mov	r8, r1
	mov	r9, r1
2:	stmia	r12!, {r1, r3-r9}
	subs	r2, r2, #32
	bhs	2b
	pop	{r4-r9}
3:	add	r2, r2, #32
5:	subs	r2, r2, #4
	strhs	r1, [r12], #4
	bhi	5b
	bxeq	lr
	add	r2, r2, #4
4:	subs	r2, r2, #1
	strbhs	r1, [r12], #1
	bhi	4b
	bx	lr
END(memset)
