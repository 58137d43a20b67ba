/*
 * switch.S - from one thread's stack to another's.
 *
 *	thread->ksp ->  edi, esi, ebx, ebp, return address
 */
#include "mm/asm.h"
#include "regs_arch.h"

	.text

/* void switch_to(struct thread *prev, struct thread *next): ksp is their first
 * field */
FUNC(switch_to):
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
END(switch_to)

/* Where a new thread returns to: esi(edi), which does not return. */
FUNC(thread_begin):
	mov	%edi, %eax
	call	*%esi
	ud2
END(thread_begin)

/* void regs_here(struct regs *regs): the caller's, as after the call */
FUNC(regs_here):
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
END(regs_here)
