/*
 * fpu.S - VFP, NEON and the thread registers: on, put away, back in place.
 *
 * The kernel computes with integers only, so these registers are always some
 * program's (kernel/process.c says whose).
 */
#include "mm/asm.h"

	.text
	.syntax unified
	.arm
	.fpu	neon-vfpv4

/* void fpu_init(void): coprocessors 10 and 11 for everybody (ARM DDI 0406C B4.1.40),
 * then FPEXC.EN (B4.1.57) */
FUNC(fpu_init):
	mrc	p15, 0, r0, c1, c0, 2
	orr	r0, r0, #0xf << 20
	mcr	p15, 0, r0, c1, c0, 2
	isb
	mov	r0, #1 << 30
	vmsr	fpexc, r0
	bx	lr
END(fpu_init)

/* void user_regs_save(struct thread_arch *to) */
FUNC(user_regs_save):
	vstmia	r0!, {d0-d15}
	vstmia	r0!, {d16-d31}
	vmrs	r1, fpscr
	mrc	p15, 0, r2, c13, c0, 2	/* TPIDRURW */
	stmia	r0, {r1, r2}
	bx	lr
END(user_regs_save)

/* void user_regs_load(struct thread_arch *from) */
FUNC(user_regs_load):
	vldmia	r0!, {d0-d15}
	vldmia	r0!, {d16-d31}
	ldmia	r0, {r1, r2, r3}
	vmsr	fpscr, r1
	mcr	p15, 0, r2, c13, c0, 2	/* TPIDRURW */
	mcr	p15, 0, r3, c13, c0, 3	/* TPIDRURO */
	bx	lr
END(user_regs_load)
