/*
 * entry.S - where traps enter the kernel, and leave it.
 *
 * The IDT (traps.c) sends vector n to trap_vectors + 16 * n. Each stub there
 * brings the stack to one shape, struct regs (regs_arch.h), and calls C with
 * a pointer to it: trap_page() for vector 14, trap_irq() for the 8259s'
 * vectors, trap_other() for the rest.
 *
 * All gates clear IF; C decides when interrupts may come again. ds and es are
 * always loaded, for a program may have put anything into them. Vector 8, the
 * double fault, has a task of its own, and its stub is never used (gdt.c).
 */
#include "regs_arch.h"

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
	mov	%esp, %eax
	push	%eax		/* the argument, struct regs * */
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

	.globl	syscall_entry
syscall_entry:
	push	%eax
	push	$VECTOR_SYSCALL
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
	add	$4, %esp

/* Ends a trap: esp points to its struct regs. */
	.globl	trap_return
trap_return:
	pop	%es
	pop	%ds
	popa
	add	$8, %esp	/* vector, error */
	iret
