/*
 * entry.S - the vectors, and the way into and out of the kernel.
 *
 * The kernel lives in supervisor mode. An exception arrives in a mode of its
 * own, whose lr and spsr hold where it came from; srsdb stores the two on the
 * supervisor's stack at once, then the rest of struct regs follows below:
 *
 *	vector -> NAME_entry -> [ struct regs | stack ] -> C -> trap_return
 *
 * From user mode struct regs lies at the very top of the supervisor's stack
 * (kernel/sched.h, thread_regs()). A system call has a way of its own, as short as it
 * can be.
 *
 * Abort mode alone has a stack of its own, since a data abort may mean that the
 * kernel's is used up. A stack is STACK_SIZE bytes at a multiple of twice that, so one
 * bit of sp tells, looked at for an sp lowered by what serving a fault takes anyway.
 *
 * VECTORS_VIRT shows the page `vectors` starts; until it is mapped, VBAR points at the
 * page itself (boot/arm/head.S). ARM DDI 0406C B1.8. A program can read and execute
 * that page: it holds nothing secret, and at its end what programs call there.
 */
#include "mm/asm.h"
#include "mm/layout.h"
#include "regs_arch.h"
#include "traps_arch.h"

#include <asm/unistd.h>

#define STACK_MARGIN 512 /* bytes that serving a fault takes, generously */
#define THREAD_WORK  4	 /* offsetof(struct thread, work) */

	.syntax unified
	.arm

/* ---- the vectors: a page of their own */
	.section .text.page, "ax"
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

/*
 * What programs find in this page, at addresses that are Linux's interface
 * (Documentation/arm/kernel_user_helpers.rst), the first two excepted:
 *
 *	0xFFFF0F00  sigreturn        where a handler without SA_RESTORER returns to
 *	0xFFFF0F10  rt_sigreturn
 *	0xFFFF0F60  cmpxchg64        "kernel user helpers": binaries for older processors
 *	0xFFFF0FA0  memory_barrier   call them, where these need help of the kernel.
 *	0xFFFF0FC0  cmpxchg          Here the instructions themselves are enough
 *	0xFFFF0FE0  get_tls
 *	0xFFFF0FFC  the helpers' version
 *
 * Arguments in r0-r2; of a cmpxchg, success is r0 = 0 with C set, failure anything
 * else with C clear; r3, r12 and the flags are lost.
 */
	/* int cmpxchg64(const u64 *old, const u64 *new, volatile u64 *p) */
user_cmpxchg64:
	push	{r4-r7}
	ldrd	r4, r5, [r0]
	ldrd	r6, r7, [r1]
	dmb
1:	ldrexd	r0, r1, [r2]
	cmp	r0, r4
	cmpeq	r1, r5
	bne	2f
	strexd	r3, r6, r7, [r2]
	cmp	r3, #0
	bne	1b
2:	pop	{r4-r7}
	b	user_result

	/* int cmpxchg(int old, int new, volatile int *p) */
user_cmpxchg:
	dmb
1:	ldrex	r3, [r2]
	cmp	r3, r0
	bne	user_result
	strex	r3, r1, [r2]
	cmp	r3, #0
	bne	1b
	/* fall through */

user_result:				/* Z: it was exchanged */
	dmb
	moveq	r0, #0
	movne	r0, #1
	rsbs	r3, r0, #0		/* C: 0 - r0 does not borrow */
	bx	lr

	.org	vectors + SIGRETURN_OFFSET
	mov	r7, #__NR_sigreturn
	svc	#0
	.org	vectors + RT_SIGRETURN_OFFSET
	mov	r7, #__NR_rt_sigreturn
	svc	#0

	.org	vectors + 0xf60
	b	user_cmpxchg64
	.org	vectors + 0xfa0
	dmb
	bx	lr
	.org	vectors + 0xfc0
	b	user_cmpxchg
	.org	vectors + 0xfe0
	mrc	p15, 0, r0, c13, c0, 3	/* TPIDRURO */
	bx	lr
	.org	vectors + 0xffc
	.long	5

/* ---- in */
	.text

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

/* A system call: number in r7, arguments in r0-r5, of which C wants the last two on
 * the stack. The immediate of svc is ignored. No clrex on the way back: nobody
 * expects ldrex and strex to work with a system call between them. */
svc_entry:			/* lr: the next instruction, where to go on */
	srsdb	sp!, #MODE_SVC
	sub	sp, sp, #REGS_PC
	stmia	sp, {r0-lr}^
	mrs	r8, spsr
	str	r0, [sp, #REGS_ORIG_R0]
	tst	r8, #0xf
	bne	svc_in_kernel
	cpsie	i
	mov	fp, #0			/* backtraces end here */
	ldr	r8, =nr_syscalls
	ldr	r9, =syscall_table
	ldr	r8, [r8]
	cmp	r7, r8
	bhs	svc_private
	ldr	r8, [r9, r7, lsl #2]
	push	{r4, r5}
	blx	r8
	add	sp, sp, #8
svc_return:
	str	r0, [sp]
	cpsid	i
	ldr	r8, =current
	ldr	r8, [r8]
	ldr	r8, [r8, #THREAD_WORK]
	cmp	r8, #0
	bne	svc_work
	ldmia	sp, {r0-lr}^
	add	sp, sp, #REGS_PC
	rfeia	sp!

svc_private:
	mov	r0, sp
	mov	r1, r7
	bl	arch_syscall
	b	svc_return

svc_work:
	mov	r4, sp
	mov	r0, sp
	bl	do_syscall_work
	b	trap_return

svc_in_kernel:			/* the kernel's own sp and lr instead of the program's */
	add	r1, sp, #REGS_SP
	add	r3, sp, #REGS_SIZE
	stmia	r1, {r3, lr}
	serve	trap_svc
	.ltorg

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

/* ---- out */

/* void enter_user(struct regs *regs) */
FUNC(enter_user):
	mov	r4, r0
	/* fall through */

	/* r4 points at the struct regs to return to */
trap_return:
	cpsid	i
	mov	sp, r4
	ldr	r1, [sp, #REGS_CPSR]
	tst	r1, #0xf
	beq	1f
	ldr	lr, [sp, #REGS_SP + 4]
	ldmia	sp, {r0-r12}
	add	sp, sp, #REGS_PC
	rfeia	sp!			/* sp is what it was: the frame lay below */

	/* To user mode: first what current->work asks for. */
1:	ldr	r1, =current
	ldr	r1, [r1]
	ldr	r1, [r1, #THREAD_WORK]
	cmp	r1, #0
	movne	r0, sp
	blne	do_work
	clrex				/* a half-done ldrex is void (A3.4.4) */
	ldmia	sp, {r0-lr}^
	add	sp, sp, #REGS_PC
	rfeia	sp!
END(enter_user)
	.ltorg
