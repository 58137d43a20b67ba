/*
 * start.S - the program's first instructions, system calls, and the few
 * routines that C cannot express, for i386. lib/arm/start.S mirrors it.
 *
 * The kernel enters _start with esp at argc (see user/lib/start.c for the
 * picture). A system call has its number in eax, its arguments in ebx, ecx,
 * edx, esi, edi, ebp, and its result in eax: -errno if it lies in
 * [-4095, -1].
 */
	.text

#define FUNC(name)                                                             \
	.section .text.name, "ax", @progbits;                                  \
	.globl name;                                                           \
	.type name, @function;                                                 \
	name:

FUNC(_start)
	xorl	%ebp, %ebp
	movl	%esp, %eax
	andl	$-16, %esp
	subl	$12, %esp
	pushl	%eax
	call	start_c

/* long syscall6(long nr, long a, long b, long c, long d, long e, long f) */
FUNC(syscall6)
	pushl	%ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	movl	20(%esp), %eax
	movl	24(%esp), %ebx
	movl	28(%esp), %ecx
	movl	32(%esp), %edx
	movl	36(%esp), %esi
	movl	40(%esp), %edi
	movl	44(%esp), %ebp
	int	$0x80
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	ret

/* long vfork_raw(void): the child would spoil the return address */
FUNC(vfork_raw)
	popl	%ecx
	movl	$190, %eax
	int	$0x80
	pushl	%ecx
	ret

/*
 * long thread_clone(unsigned long flags, void *stack_top, int *ptid,
 *		     void *tls, int *ctid)
 * The new thread finds its function and argument at the top of its stack.
 */
FUNC(thread_clone)
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	movl	16(%esp), %ebx
	movl	20(%esp), %ecx
	movl	24(%esp), %edx
	movl	28(%esp), %esi
	movl	32(%esp), %edi
	movl	$120, %eax
	int	$0x80
	testl	%eax, %eax
	jz	1f
	popl	%edi
	popl	%esi
	popl	%ebx
	ret
1:	xorl	%ebp, %ebp	/* on the new stack */
	popl	%eax
	popl	%ecx
	subl	$4, %esp	/* a multiple of 16 at the call */
	pushl	%ecx
	call	*%eax
	movl	%eax, %ebx
	movl	$1, %eax
	int	$0x80

/* where a signal handler returns to: the old frame, and the rt frame */
FUNC(sig_restore)
	popl	%eax
	movl	$119, %eax
	int	$0x80
FUNC(sig_restore_rt)
	movl	$173, %eax
	int	$0x80

/* int set_jump(jump_buf *); void long_jump(jump_buf *, int value) */
FUNC(set_jump)
	movl	4(%esp), %eax
	movl	%ebx, (%eax)
	movl	%esi, 4(%eax)
	movl	%edi, 8(%eax)
	movl	%ebp, 12(%eax)
	leal	4(%esp), %ecx
	movl	%ecx, 16(%eax)
	movl	(%esp), %ecx
	movl	%ecx, 20(%eax)
	xorl	%eax, %eax
	ret
FUNC(long_jump)
	movl	4(%esp), %edx
	movl	8(%esp), %eax
	movl	(%edx), %ebx
	movl	4(%edx), %esi
	movl	8(%edx), %edi
	movl	12(%edx), %ebp
	movl	16(%edx), %esp
	jmp	*20(%edx)

	.section .note.GNU-stack, "", @progbits
