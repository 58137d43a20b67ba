/*
 * entry.S - the vectors, and the way into and out of the kernel.
 *
 * The kernel lives in supervisor mode. An exception arrives in a mode of its
 * own, whose lr and spsr hold where it came from; srsdb stores the two on the
 * supervisor's stack at once, then the rest of struct regs follows below:
 *
 *	vector -> NAME_entry -> [ struct regs | stack ] -> C -> trap_return
 *
 * The other modes have no stacks and need none; abort mode has a small one,
 * because a data abort may mean that the kernel's stack is used up: what runs
 * into the guard page below it cannot be saved there. A stack is STACK_SIZE
 * bytes at a multiple of twice that, so one bit of sp tells, looked at for an
 * sp lowered by what serving a fault takes anyway.
 *
 * VECTORS_VIRT shows the page `vectors` starts; until it is mapped, VBAR points
 * at the page itself (boot/arm/head.S). ARM DDI 0406C B1.8.
 */
#include "mm/layout.h"
#include "regs_arch.h"

#define STACK_MARGIN 512 /* bytes that serving a fault takes, generously */

	.text
	.syntax unified
	.arm

/* ---- the vectors: a page of their own */
	.balign	4096
	.globl	vectors
vectors:
	ldr	pc, .Lreset
	ldr	pc, .Lund
	ldr	pc, .Lsvc
	ldr	pc, .Lpabt
	ldr	pc, .Ldabt
	ldr	pc, .Lreset		/* hypervisor trap: not used */
	ldr	pc, .Lirq
	ldr	pc, .Lfiq
.Lreset: .long	und_entry
.Lund:	.long	und_entry
.Lsvc:	.long	svc_entry
.Lpabt:	.long	pabt_entry
.Ldabt:	.long	dabt_entry
.Lirq:	.long	irq_entry
.Lfiq:	.long	fiq_entry
	.balign	4096

/* ---- in */

	/* From the exception's mode, lr being where to return to: leaves sp
	 * at a complete struct regs, supervisor mode, interrupts off. */
	.macro	save_regs
	srsdb	sp!, #MODE_SVC
	cps	#MODE_SVC
	sub	sp, sp, #REGS_PC
	stmia	sp, {r0-r12}
	ldr	r2, [sp, #REGS_CPSR]
	add	r1, sp, #REGS_SP
	add	r3, sp, #REGS_SIZE
	tst	r2, #0xf		/* only user mode has none of these */
	stmiaeq	r1, {sp, lr}^		/* user mode's own two */
	stmiane	r1, {r3, lr}
	.endm

	/* Calls fn(regs) on an aligned stack and returns from the trap. */
	.macro	serve fn
	mov	r0, sp
	mov	r4, sp
	bic	sp, sp, #7
	bl	\fn
	b	trap_return
	.endm

und_entry:			/* lr: the next instruction; trap_und() knows */
	save_regs
	serve	trap_und

svc_entry:			/* lr: the next instruction, where to go on */
	save_regs
	serve	trap_svc

pabt_entry:
	sub	lr, lr, #4
	save_regs
	serve	trap_pabt

dabt_entry:
	sub	lr, lr, #8
	push	{r0}
	cps	#MODE_SVC
	mov	r0, sp
	cps	#MODE_ABT
	sub	r0, r0, #STACK_MARGIN
	tst	r0, #STACK_SIZE
	pop	{r0}
	bne	stack_overflow
	save_regs
	serve	trap_dabt

irq_entry:
	sub	lr, lr, #4
	save_regs
	serve	trap_irq

fiq_entry:
	sub	lr, lr, #4
	save_regs
	serve	trap_fiq

/* Abort mode, its stack empty: saves the registers on it and goes on there. */
stack_overflow:
	srsdb	sp!, #MODE_ABT
	sub	sp, sp, #REGS_PC
	stmia	sp, {r0-r12}
	mov	r0, sp
	mrc	p15, 0, r1, c6, c0, 0	/* DFAR: what was accessed */
	cps	#MODE_SVC
	str	sp, [r0, #REGS_SP]
	str	lr, [r0, #REGS_SP + 4]
	mov	sp, r0
	mov	fp, #0
	bl	trap_stack_overflow

/* ---- out: r4 points at the struct regs to return to */
	.globl	trap_return
trap_return:
	cpsid	i
	mov	sp, r4
	ldr	r1, [sp, #REGS_CPSR]
	clrex				/* a half-done ldrex is void (A3.4.4) */
	tst	r1, #0xf
	beq	1f
	ldr	lr, [sp, #REGS_SP + 4]
	ldmia	sp, {r0-r12}
	add	sp, sp, #REGS_PC
	rfeia	sp!			/* leaves sp as it was */
1:	ldmia	sp, {r0-lr}^
	add	sp, sp, #REGS_PC
	rfeia	sp!
