/*
 * copy.S - clear_page, copy_page: 16 bytes at a time with SSE.
 *
 * The registers belong to the program that runs: the one in use is kept on the
 * stack. Interrupts find nothing broken, for no handler uses SSE. Processors
 * without it (cpu_has_sse, boot/x86/head.S) take the string instructions.
 * Stores go through the cache: whoever asks for a page uses it next.
 */
#include "mm/asm.h"

	.data
	.globl	cpu_has_sse
cpu_has_sse:
	.byte	0

	.text

/* void clear_page(void *kaddr) */
FUNC(clear_page):
	mov	%eax, %edx
	cmpb	$0, cpu_has_sse
	je	2f
	sub	$16, %esp
	movups	%xmm0, (%esp)
	xorps	%xmm0, %xmm0
	add	$4096, %edx
	mov	$-4096, %eax
1:
	.set	i, 0
	.rept	32
	movaps	%xmm0, i(%edx, %eax)
	.set	i, i + 16
	.endr
	add	$512, %eax
	jnz	1b
	movups	(%esp), %xmm0
	add	$16, %esp
	ret
2:	push	%edi
	mov	%edx, %edi
	xor	%eax, %eax
	mov	$1024, %ecx
	rep stosl
	pop	%edi
	ret
END(clear_page)

/* void copy_page(void *to, const void *from) */
FUNC(copy_page):
	mov	%edx, %ecx
	mov	%eax, %edx
	cmpb	$0, cpu_has_sse
	je	2f
	sub	$32, %esp
	movups	%xmm0, (%esp)
	movups	%xmm1, 16(%esp)
	add	$4096, %edx
	add	$4096, %ecx
	mov	$-4096, %eax
1:
	.set	i, 0
	.rept	16
	movaps	i(%ecx, %eax), %xmm0
	movaps	i+16(%ecx, %eax), %xmm1
	movaps	%xmm0, i(%edx, %eax)
	movaps	%xmm1, i+16(%edx, %eax)
	.set	i, i + 32
	.endr
	add	$512, %eax
	jnz	1b
	movups	(%esp), %xmm0
	movups	16(%esp), %xmm1
	add	$32, %esp
	ret
2:	push	%esi
	push	%edi
	mov	%edx, %edi
	mov	%ecx, %esi
	mov	$1024, %ecx
	rep movsl
	pop	%edi
	pop	%esi
	ret
END(copy_page)
