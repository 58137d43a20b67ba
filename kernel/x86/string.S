/*
 * string.S - memcpy, memmove, memset for the kernel.
 *
 * By words with the string instructions, then the one to three bytes that are
 * left: any alignment is right, and since the Pentium Pro rep movsl is as fast
 * as what one writes by hand. DF is clear everywhere else (entry.S).
 */
	.text

/* void *memmove(void *dst, const void *src, size_t n) */
	.globl	memmove
	.type	memmove, @function
memmove:
	mov	4(%esp), %eax
	mov	%eax, %edx
	sub	8(%esp), %edx
	cmp	12(%esp), %edx	/* dst - src < n, unsigned: overlaps upwards */
	jae	memcpy
	push	%esi
	push	%edi
	mov	20(%esp), %edx
	mov	16(%esp), %esi
	std
	lea	-4(%esi, %edx), %esi
	lea	-4(%eax, %edx), %edi
	mov	%edx, %ecx
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
	.size	memmove, . - memmove

/* void *memcpy(void *dst, const void *src, size_t n) */
	.globl	memcpy
	.type	memcpy, @function
memcpy:
	mov	%esi, %eax
	mov	%edi, %edx
	mov	4(%esp), %edi
	mov	8(%esp), %esi
	mov	12(%esp), %ecx
	shr	$2, %ecx
	rep movsl
	mov	12(%esp), %ecx
	and	$3, %ecx
	rep movsb
	mov	%edx, %edi
	mov	%eax, %esi
	mov	4(%esp), %eax
	ret
	.size	memcpy, . - memcpy

/* void *memset(void *dst, int byte, size_t n) */
	.globl	memset
	.type	memset, @function
memset:
	mov	%edi, %edx
	mov	4(%esp), %edi
	movzbl	8(%esp), %eax
	imul	$0x01010101, %eax
	mov	12(%esp), %ecx
	shr	$2, %ecx
	rep stosl
	mov	12(%esp), %ecx
	and	$3, %ecx
	rep stosb
	mov	%edx, %edi
	mov	4(%esp), %eax
	ret
	.size	memset, . - memset
