/*
 * switch.S - from one thread's stack to another's.
 *
 *	thread->ksp ->  edi, esi, ebx, ebp, return address
 */
#include "regs_arch.h"

	.text

/* void switch_to(struct thread *prev, struct thread *next): ksp is their first
 * field */
	.globl	switch_to
	.type	switch_to, @function
switch_to:
	push	%ebp
	push	%ebx
	push	%esi
	push	%edi
	mov	%esp, (%eax)
	mov	(%edx), %esp
	pop	%edi
	pop	%esi
	pop	%ebx
	pop	%ebp
	ret
	.size	switch_to, . - switch_to

/* Where a new thread returns to: esi(edi), which does not return. */
	.globl	thread_begin
	.type	thread_begin, @function
thread_begin:
	mov	%edi, %eax
	call	*%esi
	ud2
	.size	thread_begin, . - thread_begin

/* void regs_here(struct regs *regs): the caller's, as after the call */
	.globl	regs_here
	.type	regs_here, @function
regs_here:
	mov	%es, (%eax)
	mov	%ds, 4(%eax)
	mov	%edi, 8(%eax)
	mov	%esi, 12(%eax)
	mov	%ebp, 16(%eax)
	mov	%ebx, 24(%eax)
	mov	%edx, 28(%eax)
	mov	%ecx, 32(%eax)
	mov	%eax, 36(%eax)
	lea	(4 - REGS_PUSHED)(%esp), %ecx
	mov	%ecx, 20(%eax)
	mov	(%esp), %ecx
	mov	%ecx, 48(%eax)
	mov	%cs, 52(%eax)
	pushf
	pop	56(%eax)
	mov	32(%eax), %ecx
	ret
	.size	regs_here, . - regs_here
