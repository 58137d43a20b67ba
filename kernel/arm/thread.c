/*
 * thread.c - a thread's stack: the first frame, and the way up from the last.
 *
 * gcc's frames with -marm -fno-omit-frame-pointer, fp being r11:
 *
 *	a function that calls            a leaf
 *	  fp ->  lr                        fp ->  caller's fp
 *	         caller's fp                      ...
 *	         ...
 *
 * A leaf does not save lr; the two are told apart by the word fp points at: an
 * address in the kernel's text, or one on the stack. Only the first frame of a
 * walk can be a leaf whose lr is still in the register; struct frame has it.
 * A trap out of no function of ours (a call through NULL) has no frame at all:
 * then lr is the first caller, and fp belongs to it. `lr | 1` says so.
 *
 * A walk reads nothing that is not mapped: the stack pointer may be the bug.
 */
#include "kernel/arch.h"
#include "kernel/sched.h"
#include "mm/layout.h"

#include "traps_arch.h"

void thread_setup_stack(struct thread *thread, void (*entry)(void *arg),
			void *arg)
{
	/* As switch_to() pushes them: r4-r11, lr; then two words, so that sp
	 * is a multiple of 8. fp = 0 ends backtraces. */
	u32 *sp = (u32 *)((vaddr_t)thread->stack + STACK_SIZE) - 11;

	memset(sp, 0, 11 * sizeof(*sp));
	sp[0] = (u32)arg;
	sp[1] = (u32)entry;
	sp[8] = (u32)thread_begin;
	thread->ksp = (vaddr_t)sp;
}

/* ---- for an oops */

static bool in_text(vaddr_t addr)
{
	return addr >= (vaddr_t)__text_start && addr < (vaddr_t)__text_end;
}

/* Whether the kernel may read a word: the MMU itself looks it up (ATS1CPR, PAR;
 * ARM DDI 0406C B4.2.4). */
static bool readable(vaddr_t addr)
{
	u32 par;

	__asm__ volatile("mcr p15, 0, %1, c7, c8, 0\n\t"
			 "isb\n\t"
			 "mrc p15, 0, %0, c7, c4, 0"
			 : "=r"(par)
			 : "r"(addr));
	return !(par & 1);
}

/* Whether fp can be a frame's: in the lower half of 2 * STACK_SIZE bytes. */
static bool is_frame(vaddr_t fp)
{
	return IS_ALIGNED(fp, 4) && fp >= PAGE_OFFSET && !(fp & STACK_SIZE) &&
	       !((fp - 4) & STACK_SIZE) && readable(fp) && readable(fp - 4);
}

struct frame frame_start(const struct regs *regs)
{
	return (struct frame){ .fp = regs->r[11],
			       .lr = in_text(regs->pc) ? regs->lr
						       : regs->lr | 1 };
}

vaddr_t frame_next(struct frame *frame)
{
	const u32 *fp = (const u32 *)frame->fp;
	vaddr_t lr = frame->lr;

	frame->lr = 0;
	if (lr & 1 && in_text(lr - 1))
		return lr - 1;
	if (!is_frame(frame->fp))
		return 0;
	if (in_text(*fp)) {
		lr = *fp;
		fp--;
	}
	/* Callers' frames lie higher, or the chain is broken. */
	frame->fp = *fp > frame->fp ? *fp : 0;
	return in_text(lr) ? lr : frame_next(frame);
}

static const char *mode_name(u32 cpsr)
{
	switch (cpsr & 0x1f) {
	case 0x10:
		return "user";
	case 0x11:
		return "fast interrupt";
	case 0x12:
		return "interrupt";
	case 0x13:
		return "supervisor";
	case 0x17:
		return "abort";
	case 0x1b:
		return "undefined";
	case 0x1f:
		return "system";
	default:
		return "unknown";
	}
}

void regs_print(const struct regs *regs)
{
	u32 psr = regs->cpsr;

	printk("pc %08x  lr %08x  sp %08x  cpsr %08x\n", regs->pc, regs->lr,
	       regs->sp, psr);
	printk("  %s mode, %s, flags %c%c%c%c, interrupts %s\n", mode_name(psr),
	       psr & PSR_THUMB ? "Thumb" : "ARM", psr >> 31 & 1 ? 'N' : '-',
	       psr >> 30 & 1 ? 'Z' : '-', psr >> 29 & 1 ? 'C' : '-',
	       psr >> 28 & 1 ? 'V' : '-', psr & PSR_IRQ_OFF ? "off" : "on");
	for (int i = 0; i < 13; i += 4)
		for (int j = i; j < i + 4 && j < 13; j++)
			printk("%sr%-2d %08x%s", j > i ? "  " : "", j,
			       regs->r[j], j == i + 3 || j == 12 ? "\n" : "");
}
