/*
 * traps_arch.h - between entry.S and the C files of kernel/x86.
 */
#pragma once

#include "mm/types.h"

struct regs;
struct thread;
struct thread_arch;

/* entry.S: a stub of 16 bytes for each vector; int 0x80's. */
extern char trap_vectors[], syscall_entry[];

/* Called by the stubs, interrupts off. */
void trap_page(struct regs *regs);
void trap_irq(struct regs *regs);
void trap_other(struct regs *regs);
/* User mode was to go on with a bad cs or ss. */
void trap_bad_return(struct regs *regs);

/* gdt.c. A segment descriptor, SDM 3A 3.4.5; sizes of 4 bits: pages, 32 bits, -, ours.
 *
 *	63       56 55    52 51      48 47     40 39      16 15       0
 *	[ base 24.. | size  | limit 16.. | rights | base     | limit    ] */
#define DESC(base, limit, rights, size)                              \
	((u64)(limit)&0xffff) | ((u64)(base)&0xffffff) << 16 |       \
		(u64)(rights) << 40 | ((u64)(limit)&0xf0000) << 32 | \
		(u64)(size) << 52 | ((u64)(base) >> 24) << 56
/* rights: present, privilege 3, no system segment; data */
#define RIGHTS_USER	 0xf0u
#define RIGHTS_WRITABLE	 2u
#define RIGHTS_ACCESSED	 1u
#define SEL_DOUBLE_FAULT 0x88
#define GDT_TLS		 6 /* the first of the thread's own segments */
void gdt_init(void);
/* Puts the thread's segments into the GDT, its stack, empty, into the TSS. */
void gdt_set_thread(const struct thread *t);

/* Where a new thread starts (switch.S). */
void thread_begin(void);

/* tls.c. The segment registers that the kernel does not use, fs and gs; a bad
 * selector becomes 0. */
void segments_save(struct thread_arch *arch);
void segments_load(const struct thread_arch *arch);
/* Sets one of t's segments as the program describes it at `desc`. alloc: it
 * may ask for any free one. => 0, -EFAULT, -EINVAL, -ESRCH: none is free */
int tls_set(struct thread *t, u32 desc, bool alloc);

/* user.c. The FPU is as at a program's start. */
void fpu_reset(void);
void fpu_load(void);	     /* the registers are as current->arch.fpu says */
extern const u8 cpu_has_sse; /* and FXSR (mm/x86/copy.S) */
