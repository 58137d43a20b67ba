/*
 * string.S - memcpy, memmove, memset for the kernel.
 *
 * By words with the string instructions, then the one to three bytes that are
 * left: any alignment is right, and since the Pentium Pro rep movsl is as fast
 * as what one writes by hand. DF is clear everywhere else (entry.S). The arguments
 * are in eax, edx and ecx, as everywhere in the kernel (-mregparm=3).
 */
#include "mm/asm.h"

	.text

/* void *memmove(void *dst, const void *src, size_t n) */
FUNC(memmove):
	push	%ebx
	mov	%eax, %ebx
	sub	%edx, %ebx
	cmp	%ecx, %ebx	/* dst - src < n, unsigned: overlaps upwards */
	pop	%ebx
	jae	memcpy
	push	%esi
	push	%edi
	std
	lea	-4(%edx, %ecx), %esi
	lea	-4(%eax, %ecx), %edi
	mov	%ecx, %edx
	shr	$2, %ecx
	rep movsl
	mov	%edx, %ecx
	and	$3, %ecx
	add	$3, %esi
	add	$3, %edi
	rep movsb
	cld
	pop	%edi
	pop	%esi
	ret
END(memmove)

/* void *memcpy(void *dst, const void *src, size_t n) */
FUNC(memcpy):
	push	%esi
	push	%edi
	mov	%eax, %edi
	mov	%edx, %esi
	mov	%ecx, %edx
	shr	$2, %ecx
	rep movsl
	mov	%edx, %ecx
	and	$3, %ecx
	rep movsb
	pop	%edi
	pop	%esi
	ret
END(memcpy)

/* void *memset(void *dst, int byte, size_t n) */
FUNC(memset):
	push	%edi
	push	%eax
	mov	%eax, %edi
	movzbl	%dl, %eax
	imul	$0x01010101, %eax
	mov	%ecx, %edx
	shr	$2, %ecx
	rep stosl
	mov	%edx, %ecx
	and	$3, %ecx
	rep stosb
	pop	%eax
	pop	%edi
	ret
END(memset)
