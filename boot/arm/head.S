/*
 * head.S - from the boot loader to C: the first instructions on ARM.
 *
 * The image is a Linux zImage to its loader: magic and size in a header, then
 * r0 = 0, r1 = a machine number nobody needs, r2 = the device tree; MMU and
 * data cache off, the data cache clean (Linux, Documentation/arm/booting.rst).
 * It may lie anywhere in RAM, at a multiple of 256 bytes. Start of RAM is the
 * load address rounded down to 128 MiB, which is Linux's rule for zImages, too.
 *
 *	start of RAM = phys_base
 *	|<- 64 KiB ->| image | bss |                      | device tree |
 *	             ^ the image moves here by itself, from wherever it is
 *
 * Everything up to `high` depends on no address of its own. The map it makes,
 * in kernel_pgdir itself: the first 16 MiB of RAM at PAGE_OFFSET, and the first
 * one also at its physical address, for the moment of the switch. start.c takes
 * that away; paging_init() replaces all of it.
 *
 * Registers that live through the whole of it:
 *	r8 device tree   r9 phys_base   r7 the counter at the first instruction
 *	r10 where the image is   r11 where it should be
 */
#include "mm/layout.h"
#include "mmu_regs.h"
#include "pgtable_arch.h"
#include "regs_arch.h"

#define ZIMAGE_MAGIC 0x016f2818
#define MOVER_SIZE   256	/* header and mover fit in */
#define START_MIB    16		/* of low memory in the start-up map */
#define PGDIR_SIZE   0x4000

/* Ordinary memory, everything allowed to the kernel. */
#define START_SECTION \
	SECTION_BITS(PTE_YOUNG | PTE_COUNTED | PTE_WRITE | PTE_DIRTY)

/* SCTLR, ARM DDI 0406C B4.1.130 */
#define SCTLR_CLEAR (1 << 30 | 1 << 25 | 1 << 13 | 1 << 1) /* TE, EE, V, A */
#define SCTLR_SET   (1 << 29 | 1 << 28 | 1 << 12 | 1 << 11 | 1 << 2 | 1 << 0)
					/* AFE, TRE, I, Z, C, M */

	.arch_extension virt
	.section .boot.header, "ax"
	.syntax unified
	.arm
	.globl	_start
_start:
	.rept	8
	nop
	.endr
	b	1f
	.long	ZIMAGE_MAGIC
	.long	0			/* start: wherever it is */
image_size:
	.long	__image_end - KERNEL_VIRT

1:	mrrc	p15, 1, r7, r3, c14	/* CNTVCT, its lower half */
	mov	r8, r2
	adr	r10, _start
	and	r9, r10, #0xf8000000
	add	r11, r9, #KERNEL_OFFSET

/* ---- moving the image, when it has to */
	ldr	r2, image_size
	add	r2, r2, #15
	bic	r2, r2, #15
	cmp	r10, r11
	beq	in_place
	blo	move_up

	/* Down: first these 256 bytes, which go on at their new place. */
	mov	r0, r11
	mov	r1, r10
	add	r12, r0, #MOVER_SIZE
2:	ldmia	r1!, {r3-r6}
	stmia	r0!, {r3-r6}
	cmp	r0, r12
	blo	2b
	bl	sync_code
	add	r3, r11, #(3f - _start)
	bx	r3
3:	add	r12, r11, r2
4:	ldmia	r1!, {r3-r6}
	stmia	r0!, {r3-r6}
	cmp	r0, r12
	blo	4b
	b	moved

	/* Up: from the end; the last bytes overwritten would be these. */
move_up:
	add	r0, r11, r2
	add	r1, r10, r2
5:	ldmdb	r1!, {r3-r6}
	stmdb	r0!, {r3-r6}
	cmp	r0, r11
	bhi	5b
moved:	bl	sync_code
	ldr	r3, =in_place
	ldr	r12, =_start
	sub	r3, r3, r12
	add	r3, r3, r11
	bx	r3

	/* New code is in memory (the data cache is off): forget the old. */
sync_code:
	dsb
	mcr	p15, 0, r3, c7, c5, 0	/* ICIALLU */
	mcr	p15, 0, r3, c7, c5, 6	/* BPIALL */
	dsb
	isb
	bx	lr
	.ltorg
	.org	_start + MOVER_SIZE	/* does not assemble if it is more */

/* ---- at phys_base + KERNEL_OFFSET */
	.section .boot, "ax"
in_place:
	mrs	r3, cpsr
	and	r3, r3, #PSR_MODE
	cmp	r3, #MODE_HYP
	bne	1f
	/* From hypervisor mode down, with nothing trapped up again (B3.3). */
	mov	r3, #0
	mcr	p15, 4, r3, c1, c1, 0	/* HCR */
	mcr	p15, 4, r3, c1, c1, 2	/* HCPTR */
	mcr	p15, 4, r3, c1, c1, 3	/* HSTR */
	mcrr	p15, 4, r3, r3, c14	/* CNTVOFF */
	mov	r3, #3
	mcr	p15, 4, r3, c14, c1, 0	/* CNTHCTL: the counter is ours, too */
	mrc	p15, 0, r3, c0, c0, 0
	mcr	p15, 4, r3, c0, c0, 0	/* VPIDR = MIDR */
	ldr	r3, =(MODE_SVC | PSR_OFF)
	msr	spsr_cxsf, r3
	adr	r3, 2f
	msr	elr_hyp, r3
	eret
1:	cpsid	aif, #MODE_SVC
2:
	ldr	r12, =PAGE_OFFSET
	sub	r12, r9, r12		/* from virtual to physical */

	/* The bss, kernel_pgdir in it, becomes zero. */
	ldr	r0, =__bss_start
	ldr	r1, =__bss_end
	add	r0, r0, r12
	add	r1, r1, r12
	mov	r2, #0
	mov	r3, #0
	mov	r4, #0
	mov	r5, #0
3:	stmia	r0!, {r2-r5}
	stmia	r0!, {r2-r5}
	cmp	r0, r1
	blo	3b
	ldr	r0, =phys_base
	str	r9, [r0, r12]

	/* The start-up map. */
	ldr	r0, =kernel_pgdir
	add	r0, r0, r12
	ldr	r1, =START_SECTION
	orr	r1, r1, r9
	str	r1, [r0, r9, lsr #18]
	add	r2, r0, #(PAGE_OFFSET >> 18)
	mov	r3, #START_MIB
4:	str	r1, [r2], #4
	add	r1, r1, #SECTION_SIZE
	subs	r3, r3, #1
	bne	4b

	/* The MMU, with nothing old in its TLB and the caches of code. */
	mov	r3, #0
	mcr	p15, 0, r3, c8, c7, 0	/* TLBIALL */
	mcr	p15, 0, r3, c2, c0, 2	/* TTBCR: TTBR0 for everything */
	mcr	p15, 0, r3, c13, c0, 1	/* CONTEXTIDR: ASID 0 */
	orr	r0, r0, #TTBR_FLAGS
	mcr	p15, 0, r0, c2, c0, 0	/* TTBR0 */
	mov	r3, #1
	mcr	p15, 0, r3, c3, c0, 0	/* DACR: domain 0, rights are checked */
	ldr	r3, =PRRR_VALUE
	mcr	p15, 0, r3, c10, c2, 0
	ldr	r3, =NMRR_VALUE
	mcr	p15, 0, r3, c10, c2, 1
	mrc	p15, 0, r0, c1, c0, 0
	ldr	r3, =SCTLR_CLEAR
	bic	r0, r0, r3
	ldr	r3, =SCTLR_SET
	orr	r0, r0, r3
	ldr	r4, =high
	bl	sync_code
	mcr	p15, 0, r0, c1, c0, 0
	isb
	bx	r4
	.ltorg

/* ---- at PAGE_OFFSET and above */
	.text
high:
	ldr	r0, =vectors
	mcr	p15, 0, r0, c12, c0, 0	/* VBAR, until traps_init() */
	cps	#MODE_ABT
	ldr	sp, =abort_stack + 4096
	cps	#MODE_SVC
	ldr	sp, =boot_stack + STACK_SIZE
	mov	fp, #0			/* backtraces end here */
	mov	r0, r8
	mov	r1, r7
	bl	boot_main
	.ltorg

/* The stacks: abort mode's, for a kernel stack that is used up; and the one kmain() runs
 * on, placed as stack_alloc() places others (mm/vmalloc.h): linker.ld sees to that. The
 * page below it is taken away by kmain(). */
	.section .bss.abort_stack, "aw", %nobits
	.balign	8
abort_stack:
	.skip	4096
	.section .bss.boot_stack, "aw", %nobits
	.balign	4096
	.globl	boot_guard
boot_guard:
	.skip	4096
boot_stack:
	.skip	STACK_SIZE
