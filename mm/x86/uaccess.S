/*
 * uaccess.S - copying and clearing that survive a fault on a user address.
 *
 * Whole words by a repeated string instruction, then the rest by bytes. Such an instruction
 * that faults leaves its registers at the element that faulted (SDM 2B, REP): a fault
 * among the words goes on bytewise from there, so that the count returned is exact.
 */
#include "mm/asm.h"

/* ecx bytes by the string instruction \insn (movs, stos); eax: how many are left.
 * => edi, and esi or eax, are set */
	.macro	by_words insn
	movl	%ecx, %edx
	shrl	$2, %ecx
	andl	$3, %edx		/* the bytes after the last word */
	user	1f, rep \insn\()l
	movl	%edx, %ecx
	jmp	2f
1:	leal	(%edx, %ecx, 4), %ecx
2:	user	3f, rep \insn\()b
3:	movl	%ecx, %eax
	.endm

	.text
/* u32 raw_copy_user(void *to, const void *from, u32 n) */
FUNC(raw_copy_user):
	pushl	%esi
	pushl	%edi
	movl	%eax, %edi
	movl	%edx, %esi
	by_words movs
	popl	%edi
	popl	%esi
	ret
END(raw_copy_user)

/* u32 raw_clear_user(void *to, u32 n) */
FUNC(raw_clear_user):
	pushl	%edi
	movl	%eax, %edi
	movl	%edx, %ecx
	xorl	%eax, %eax
	by_words stos
	popl	%edi
	ret
END(raw_clear_user)
