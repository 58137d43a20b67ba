/*
 * switch.S - from one thread's stack to another's.
 *
 *	thread->ksp ->  r4 .. r11, lr      what a C function may expect to keep
 */
#include "mm/asm.h"
#include "regs_arch.h"

	.text
	.syntax unified
	.arm

/* void switch_to(struct thread *prev, struct thread *next); ksp comes first */
FUNC(switch_to):
	push	{r4-r11, lr}
	str	sp, [r0]
	ldr	sp, [r1]
	pop	{r4-r11, pc}
END(switch_to)

/* Where a new thread's lr points: r5(r4), which does not return. */
FUNC(thread_begin):
	mov	r0, r4
	blx	r5
	udf	#0
END(thread_begin)

/* void regs_here(struct regs *regs): the caller's, as after the call */
FUNC(regs_here):
	stmia	r0, {r0-r12}
	mrs	r1, cpsr
	orr	r1, r1, #PSR_T		/* the caller is C */
	bic	r2, lr, #1
	str	sp, [r0, #REGS_SP]
	str	lr, [r0, #REGS_SP + 4]
	str	r2, [r0, #REGS_PC]
	str	r1, [r0, #REGS_CPSR]
	bx	lr
END(regs_here)
