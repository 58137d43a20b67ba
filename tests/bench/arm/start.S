/*
 * start.S - ARM: entry with Linux's initial stack, on to mm_main(sp).
 */
	.text
	.globl	_start
_start:
	mov	r0, sp
	bic	sp, sp, #7
	bl	mm_main
	mov	r7, #1			@ __NR_exit
	svc	0

	.section .note.GNU-stack, "", %progbits
