/*
 * entry.S - where traps enter the kernel, and leave it.
 *
 * The IDT (traps.c) sends vector n to trap_vectors + 16 * n. Each stub there brings the
 * stack to one shape, struct regs (regs_arch.h), and calls C with a pointer to it. From
 * user mode the processor takes the stack from the TSS, so that then struct regs lies at
 * the very top of the thread's (kernel/sched.h, thread_regs()). A system call has a way
 * of its own, as short as it can be.
 *
 * All gates but the system call's clear IF; C decides when interrupts may come again.
 * ds and es are always loaded, for a program may have put anything into them; loading
 * back a bad one of the program's is a trap inside the kernel, and .ex_table says where
 * to go on. The stub of vector 8 is never used: a double fault has a task (gdt.c).
 */
#include "mm/asm.h"
#include "regs_arch.h"

#define THREAD_WORK 4 /* offsetof(struct thread, work) */

/* Exceptions for which the processor pushes an error code (SDM 3A 6.13). */
#define HAS_ERROR(n) ((n) == 8 || ((n) >= 10 && (n) <= 14) || (n) == 17)

	.macro	save_regs
	pusha
	push	%ds
	push	%es
	mov	$SEL_USER_DS, %eax
	mov	%eax, %ds
	mov	%eax, %es
	cld
	mov	%esp, %eax	/* the argument, struct regs * */
	.endm

	.text
	.balign	16
	.globl	trap_vectors
trap_vectors:
	.set	n, 0
	.rept	48
	.balign	16
	.if	!HAS_ERROR(n)
	push	$0
	.endif
	push	$n
	.if	n == 14
	jmp	page_fault
	.elseif	n >= VECTOR_IRQ
	jmp	interrupt
	.else
	jmp	other
	.endif
	.set	n, n + 1
	.endr

/* A system call: number in eax, arguments in ebx, ecx, edx, esi, edi, ebp; C wants
 * the first three in eax, edx, ecx, the rest on the stack (-mregparm=3). Its gate
 * leaves interrupts on. */
	.globl	syscall_entry
syscall_entry:
	push	%eax
	push	$VECTOR_SYSCALL
	pusha
	push	%ds
	push	%es
	push	%ebp
	push	%edi
	push	%esi
	mov	$SEL_USER_DS, %esi
	mov	%esi, %ds
	mov	%esi, %es
	xor	%ebp, %ebp	/* backtraces end here */
	cld
	mov	$syscall_unknown, %esi
	cmp	nr_syscalls, %eax
	jae	1f
	mov	syscall_table(, %eax, 4), %esi
1:	mov	%ebx, %eax
	xchg	%ecx, %edx
	call	*%esi
	add	$12, %esp
	mov	%eax, REGS_EAX(%esp)
	cli
	mov	current, %eax
	cmpl	$0, THREAD_WORK(%eax)
	je	trap_return
	mov	%esp, %eax
	call	do_syscall_work
	jmp	trap_return

other:
	save_regs
	call	trap_other
	jmp	leave

page_fault:
	save_regs
	call	trap_page
	jmp	leave

interrupt:
	save_regs
	call	trap_irq
leave:
	testb	$3, REGS_CS(%esp)
	jz	trap_return
return_to_user:
	mov	current, %eax
	cmpl	$0, THREAD_WORK(%eax)
	je	trap_return
	mov	%esp, %eax
	call	do_work

/* Ends a trap: esp points to its struct regs. */
trap_return:
	pop	%es
2:	pop	%ds
	popa
	add	$8, %esp	/* vector, error */
4:	iret

/* A bad ds or es becomes none. A bad cs or ss is the program's fault, with the
 * registers it was to go on with: once more a struct regs, from what iret has
 * left there. */
5:	movl	$0, (%esp)
	jmp	trap_return
6:	movl	$0, (%esp)
	jmp	2b
7:	push	$0
	push	$VECTOR_GP
	save_regs
	call	trap_bad_return
	jmp	leave

	.pushsection .ex_table, "a"
	.long	trap_return, 5b, 2b, 6b, 4b, 7b
	.popsection

/* void enter_user(struct regs *regs) */
FUNC(enter_user):
	mov	%eax, %esp
	jmp	return_to_user
END(enter_user)
