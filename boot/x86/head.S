/*
 * head.S - from the boot loader to C, x86.
 *
 * A Multiboot 1 loader (QEMU's -kernel, GRUB) has put the image at 1 MiB and
 * jumps to _start with 0x2BADB002 in eax, the address of its information in
 * ebx, flat segments, paging and interrupts off (Multiboot 0.6.96, 3.2). Here:
 *
 *	1. the processor is asked whether it can do what we need
 *	2. bss is cleared
 *	3. kernel_pgdir gets the first map, sections of 4 MiB, all writable:
 *
 *	     0           one section, for the instructions of the switch
 *	     0xC0000000  all that low memory can ever be, 896 MiB: the loader's
 *	                 information may lie anywhere in it
 *
 *	4. paging on, jump to the high address, boot_start() in multiboot.c
 *
 * .boot is linked where it runs, at physical addresses; what it names of the
 * rest goes through PHYS(). paging_init() makes the final map out of this one.
 */
#include "mm/layout.h"
#include "pgtable_arch.h"

#define PHYS(x) ((x) - KERNEL_VIRT + KERNEL_PHYS)

/* Multiboot 3.1: modules page-aligned, tell the memory */
#define MB_MAGIC 0x1badb002
#define MB_FLAGS 3

/* CPUID.1:EDX (SDM 2A, CPUID) */
#define CPU_FPU	 (1 << 0)
#define CPU_PSE	 (1 << 3)
#define CPU_TSC	 (1 << 4)
#define CPU_MSR	 (1 << 5)
#define CPU_PGE	 (1 << 13)
#define CPU_CMOV (1 << 15)
#define CPU_PAT	 (1 << 16)
#define CPU_FXSR (1 << 24)
#define CPU_SSE	 (1 << 25)
#define CPU_NEED (CPU_FPU | CPU_PSE | CPU_TSC | CPU_MSR | CPU_PGE | CPU_CMOV \
		  | CPU_PAT)

#define EFLAGS_ID (1 << 21)

/* SDM 3A 2.5 */
#define CR0_SET 0x80010033 /* PG, WP, NE, ET, MP, PE; caches on, no TS, no EM */
#define CR4_SET 0x00000090 /* PGE, PSE */
#define CR4_SSE 0x00000600 /* OSXMMEXCPT, OSFXSR */

/* SDM 3A 11.12.4: a byte for each of PWT + 2 * PCD: WB, WT, WC, UC. */
#define MSR_PAT	  0x277
#define PAT_TYPES 0x00010406

#define COM1	  0x3f8
#define EXIT_PORT 0xf4 /* isa-debug-exit, kernel/x86/power.c */

	.section .boot.header, "a"
	.balign	4
	.long	MB_MAGIC, MB_FLAGS, -(MB_MAGIC + MB_FLAGS)

	.section .boot, "ax"
	.globl	_start
_start:
	cli
	cld
	mov	$PHYS(boot_stack_top), %esp
	mov	%eax, %esi
	mov	%ebx, %edi

	/* There is CPUID if EFLAGS.ID can be changed. */
	pushf
	mov	(%esp), %ecx
	xorl	$EFLAGS_ID, (%esp)
	popf
	pushf
	pop	%eax
	xor	%ecx, %eax
	test	$EFLAGS_ID, %eax
	jz	too_old
	mov	$1, %eax
	cpuid
	mov	%edx, %ebp
	and	$CPU_NEED, %edx
	cmp	$CPU_NEED, %edx
	jne	too_old
	rdtsc
	mov	%eax, %edx
	mov	%edi, %ebx

	/* esi: magic, ebx: information, ebp: features, edx: cycles */
	mov	$PHYS(__bss_start), %edi
	mov	$__bss_end, %ecx
	sub	$__bss_start, %ecx
	shr	$2, %ecx
	xor	%eax, %eax
	rep stosl
	push	%edx

	mov	$PHYS(kernel_pgdir), %edi
	mov	$(PTE_VALID | PTE_WRITE | PDE_PS), %eax
	mov	%eax, (%edi)
	add	$(PAGE_OFFSET >> 20), %edi
	mov	$(LOWMEM_MAX / SLOT_SIZE), %ecx
1:	mov	%eax, (%edi)
	add	$SLOT_SIZE, %eax
	add	$4, %edi
	dec	%ecx
	jnz	1b

	mov	$MSR_PAT, %ecx
	mov	$PAT_TYPES, %eax
	mov	%eax, %edx
	wrmsr

	mov	$CR4_SET, %eax
	mov	%ebp, %ecx
	and	$(CPU_FXSR | CPU_SSE), %ecx
	cmp	$(CPU_FXSR | CPU_SSE), %ecx
	jne	1f
	or	$CR4_SSE, %eax
	movb	$1, PHYS(cpu_has_sse)
1:	mov	%eax, %cr4
	mov	$PHYS(kernel_pgdir), %eax
	mov	%eax, %cr3
	mov	$CR0_SET, %eax
	mov	%eax, %cr0
	mov	$high, %eax
	jmp	*%eax

too_old:
	mov	$message, %esi
1:	mov	$(COM1 + 5), %edx /* line status; bit 5: may send */
2:	in	(%dx), %al
	test	$0x20, %al
	jz	2b
	mov	$COM1, %edx
	lodsb
	out	%al, (%dx)
	cmp	$'\n', %al
	jne	1b
	mov	$125, %al
	mov	$EXIT_PORT, %edx
	out	%al, (%dx)
	mov	$0x604, %edx /* QEMU's ACPI power-off, where no exit port is */
	mov	$0x2000, %eax
	out	%ax, (%dx)
3:	hlt
	jmp	3b

message:
	.ascii	"cannot boot: the processor lacks one of "
	.ascii	"FPU PSE TSC MSR PGE CMOV PAT; a Pentium II has all\r\n"

	.text
high:
	pop	%ecx
	mov	$boot_stack_top, %esp
	xor	%ebp, %ebp	/* the end of every backtrace */
	mov	%esi, %eax
	mov	%ebx, %edx
	call	boot_start
	ud2

/* kmain()'s stack, placed as stack_alloc() places others (mm/vmalloc.h):
 * aligned to twice its size, the page below taken away by kmain(). */
	.section .bss.boot_stack, "aw", @nobits
	.balign	4096
	.globl	boot_guard
boot_guard:
	.skip	4096
	.skip	STACK_SIZE
boot_stack_top:
