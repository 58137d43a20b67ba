/*
 * uaccess.S - copying and clearing that survive a fault on a user address.
 *
 * Whole words by a repeated string instruction, then the rest by bytes. Such an instruction
 * that faults leaves its registers at the element that faulted (SDM 2B, REP): a fault
 * among the words goes on bytewise from there, so that the count returned is exact.
 */
#include "mm/asm.h"

	.text
/* u32 raw_copy_user(void *to, const void *from, u32 n) */
FUNC(raw_copy_user):
	pushl	%esi
	pushl	%edi
	movl	%eax, %edi
	movl	%edx, %esi
	movl	%ecx, %edx
	shrl	$2, %ecx
	andl	$3, %edx		/* the bytes after the last word */
	user	1f, rep movsl
	movl	%edx, %ecx
	jmp	2f
1:	leal	(%edx, %ecx, 4), %ecx
2:	user	3f, rep movsb
3:	movl	%ecx, %eax
	popl	%edi
	popl	%esi
	ret
END(raw_copy_user)

/* u32 raw_clear_user(void *to, u32 n) */
FUNC(raw_clear_user):
	pushl	%edi
	movl	%eax, %edi
	movl	%edx, %ecx
	shrl	$2, %ecx
	andl	$3, %edx
	xorl	%eax, %eax
	user	1f, rep stosl
	movl	%edx, %ecx
	jmp	2f
1:	leal	(%edx, %ecx, 4), %ecx
2:	user	3f, rep stosb
3:	movl	%ecx, %eax
	popl	%edi
	ret
END(raw_clear_user)
