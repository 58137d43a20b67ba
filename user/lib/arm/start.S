/*
 * start.S - the program's first instructions, system calls, and the few
 * routines that C cannot express, for ARM. lib/x86/start.S mirrors it.
 *
 * The kernel enters _start with sp at argc (see user/lib/start.c for the
 * picture). A system call has its number in r7, its arguments in r0 to r5,
 * and its result in r0: -errno if it lies in [-4095, -1].
 */
	.syntax unified
	.arm
	.text

#define FUNC(name)                                                             \
	.section .text.name, "ax", %progbits;                                  \
	.globl name;                                                           \
	.type name, %function;                                                 \
	name:

FUNC(_start)
	mov	fp, #0
	mov	lr, #0
	mov	r0, sp
	bic	sp, sp, #7
	bl	start_c

/* long syscall6(long nr, long a, long b, long c, long d, long e, long f) */
FUNC(syscall6)
	push	{r4, r5, r7, lr}
	mov	r7, r0
	mov	r0, r1
	mov	r1, r2
	mov	r2, r3
	ldr	r3, [sp, #16]
	ldr	r4, [sp, #20]
	ldr	r5, [sp, #24]
	svc	#0
	pop	{r4, r5, r7, pc}

/* long vfork_raw(void): nothing on the stack, which the child shares */
FUNC(vfork_raw)
	mov	ip, r7
	mov	r7, #190
	svc	#0
	mov	r7, ip
	bx	lr

/*
 * long thread_clone(unsigned long flags, void *stack_top, int *ptid,
 *		     void *tls, int *ctid)
 * The new thread finds its function and argument at the top of its stack.
 */
FUNC(thread_clone)
	push	{r4, r7, lr}
	ldr	r4, [sp, #12]
	mov	r7, #120
	svc	#0
	cmp	r0, #0
	popne	{r4, r7, pc}
	pop	{r1, r2}	@ on the new stack
	mov	fp, #0
	mov	r0, r2
	blx	r1
	mov	r7, #1
	svc	#0

/* where a signal handler returns to: the old frame, and the rt frame */
FUNC(sig_restore)
	mov	r7, #119
	svc	#0
FUNC(sig_restore_rt)
	mov	r7, #173
	svc	#0

/* int set_jump(jump_buf *); void long_jump(jump_buf *, int value) */
FUNC(set_jump)
	stmia	r0!, {r4-r11}
	str	sp, [r0], #4
	str	lr, [r0], #4
	vstmia	r0, {d8-d15}
	mov	r0, #0
	bx	lr
FUNC(long_jump)
	ldmia	r0!, {r4-r11}
	ldr	sp, [r0], #4
	ldr	lr, [r0], #4
	vldmia	r0, {d8-d15}
	mov	r0, r1
	bx	lr

	.section .note.GNU-stack, "", %progbits
