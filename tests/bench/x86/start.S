/*
 * start.S - x86: entry with Linux's initial stack, on to mm_main(sp).
 */
	.text
	.globl	_start
_start:
	movl	%esp, %eax
	xorl	%ebp, %ebp
	andl	$-16, %esp
	subl	$12, %esp
	pushl	%eax
	call	mm_main
	movl	%eax, %ebx
	movl	$1, %eax		# __NR_exit
	int	$0x80

	.section .note.GNU-stack, "", @progbits
