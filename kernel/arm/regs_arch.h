/*
 * regs_arch.h - what a trap saves on the kernel stack, ARM.
 *
 *	higher   cpsr      srsdb of the vector (entry.S) stores these two
 *	         pc
 *	         orig_r0   of a system call; makes the frame a multiple of 8
 *	         lr, sp    of the mode the trap came from
 *	lower    r12 .. r0
 */
#pragma once

#define REGS_SP	     52
#define REGS_ORIG_R0 60
#define REGS_PC	     64
#define REGS_CPSR    68
#define REGS_SIZE    72

/* Modes of the processor (ARM DDI 0406C B1.3.1). */
#define MODE_USR 0x10
#define MODE_SVC 0x13
#define MODE_ABT 0x17
#define MODE_HYP 0x1a
#define PSR_MODE 0x1f
#define PSR_T	 0x20
#define PSR_OFF	 0x1c0 /* aborts, interrupts, fast interrupts masked */

#ifndef __ASSEMBLER__
#include "mm/types.h"

struct regs {
	u32 r[13];
	u32 sp, lr;
	u32 orig_r0;
	u32 pc, cpsr;
};
_Static_assert(offsetof(struct regs, sp) == REGS_SP &&
		       offsetof(struct regs, orig_r0) == REGS_ORIG_R0 &&
		       offsetof(struct regs, pc) == REGS_PC &&
		       offsetof(struct regs, cpsr) == REGS_CPSR &&
		       sizeof(struct regs) == REGS_SIZE,
	       "entry.S knows another struct regs");

/* Also to be assigned to; the last is a system call's. */
#define regs_pc(regs)	   ((regs)->pc)
#define regs_sp(regs)	   ((regs)->sp)
#define regs_user_sp(regs) ((regs)->sp)
#define regs_result(regs)  ((regs)->r[0])

static inline bool regs_user(const struct regs *regs)
{
	return (regs->cpsr & 0xf) == (MODE_USR & 0xf);
}

/* User mode is to execute a system call again. */
static inline void regs_restart_syscall(struct regs *regs)
{
	regs->r[0] = regs->orig_r0;
	regs->pc -= regs->cpsr & PSR_T ? 2 : 4;
}

#endif
