/*
 * regs_arch.h - what a trap saves on the kernel stack, x86.
 *
 *	higher   ss, esp   by the processor, only when it comes from user mode
 *	         eflags, cs, eip      by the processor
 *	         error     by the processor for some exceptions, else by entry.S;
 *	                   of a system call: its number
 *	         vector    by entry.S
 *	         eax .. edi           by one pusha; its esp is vector's address
 *	lower    ds, es
 *
 * fs and gs are not here: the kernel does not use them, so they stay as the
 * program left them and belong to what a switch of threads saves.
 */
#pragma once

#define VECTOR_GP      13 /* general protection */
#define VECTOR_IRQ     32 /* where the 8259s' interrupts begin */
#define VECTOR_SYSCALL 0x80

/* Selectors; the GDT's order is Linux's (gdt.c). */
#define SEL_KERNEL_CS 0x60
#define SEL_KERNEL_DS 0x68
#define SEL_USER_CS   0x73
#define SEL_USER_DS   0x7b

/* From vector to eflags: what lies between pusha's esp and the trap's. */
#define REGS_PUSHED (5 * 4)
#define REGS_EAX    36
#define REGS_CS	    52

#ifndef __ASSEMBLER__
#include "mm/types.h"

struct regs {
	u32 es, ds;
	u32 edi, esi, ebp, pusha_esp, ebx, edx, ecx, eax;
	u32 vector, error;
	u32 eip, cs, eflags;
	u32 esp, ss; /* from user mode only */
};
_Static_assert(offsetof(struct regs, eax) == REGS_EAX &&
		       offsetof(struct regs, cs) == REGS_CS,
	       "entry.S uses the numbers");

static inline bool regs_user(const struct regs *regs)
{
	return regs->cs & 3;
}

/* Also to be assigned to; the second is a system call's. */
#define regs_pc(regs)	   ((regs)->eip)
#define regs_result(regs)  ((regs)->eax)
#define regs_user_sp(regs) ((regs)->esp)

static inline vaddr_t regs_sp(const struct regs *regs)
{
	return regs_user(regs) ? regs->esp : regs->pusha_esp + REGS_PUSHED;
}

/* User mode is to execute a system call again. */
static inline void regs_restart_syscall(struct regs *regs)
{
	regs->eax = regs->error; /* the number */
	regs->eip -= 2;		 /* int $0x80 */
}

#endif
