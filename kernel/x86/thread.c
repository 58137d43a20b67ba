/*
 * thread.c - a thread's stack: the first frame, and the way up from the last.
 *
 * gcc's frames with -fno-omit-frame-pointer:
 *
 *	ebp ->  caller's ebp
 *	        return address
 *
 * A trap out of no function of ours (a call through NULL) has made no frame:
 * then the return address is on top of the stack, and ebp is the caller's own.
 * struct frame carries it in `lr`.
 *
 * A walk reads nothing that is not mapped: the stack pointer may be the bug.
 */
#include "kernel/sched.h"
#include "mm/pgtable.h"
#include "traps_arch.h"

void thread_setup_stack(struct thread *thread, void (*entry)(void *arg),
			void *arg)
{
	/* As switch_to() pushes them; ebp = 0 ends backtraces. Above them is
	 * room for the struct regs of the program it may become. */
	u32 *sp = (u32 *)thread_regs(thread) - 5;

	sp[0] = (u32)arg;
	sp[1] = (u32)entry;
	sp[2] = sp[3] = 0;
	sp[4] = (u32)thread_begin;
	thread->ksp = (vaddr_t)sp;
}

/* ---- for an oops */

struct frame frame_start(const struct regs *regs)
{
	vaddr_t sp = regs_sp(regs);
	struct frame frame = { .sp = regs->ebp };

	if (!in_text(regs->eip) && is_stack(sp, 4))
		frame.lr = *(const u32 *)sp;
	return frame;
}

vaddr_t frame_next(struct frame *frame)
{
	const u32 *fp = (const u32 *)frame->sp;
	vaddr_t caller = frame->lr;

	frame->lr = 0;
	if (in_text(caller))
		return caller;
	if (!is_stack(frame->sp, 8))
		return 0;
	/* Callers' frames lie higher, or the chain is broken. */
	frame->sp = fp[0] > frame->sp ? fp[0] : 0;
	return in_text(fp[1]) ? fp[1] : 0;
}

void regs_print(const struct regs *regs)
{
	u32 flags = regs->eflags;

	printk("eip %08x  esp %08x  ebp %08x  eflags %08x\n", regs->eip,
	       (u32)regs_sp(regs), regs->ebp, flags);
	printk("  %s mode, flags %c%c%c%c%c, interrupts %s\n",
	       regs_user(regs) ? "user" : "kernel", flags & 0x800 ? 'O' : '-',
	       flags & 0x400 ? 'D' : '-', flags & 0x80 ? 'S' : '-',
	       flags & 0x40 ? 'Z' : '-', flags & 1 ? 'C' : '-',
	       flags & EFLAGS_IF ? "on" : "off");
	printk("eax %08x  ebx %08x  ecx %08x  edx %08x\n", regs->eax, regs->ebx,
	       regs->ecx, regs->edx);
	printk("esi %08x  edi %08x  cs %04x  ds %04x  es %04x  ss %04x\n",
	       regs->esi, regs->edi, regs->cs & 0xffff, regs->ds & 0xffff,
	       regs->es & 0xffff,
	       regs_user(regs) ? regs->ss & 0xffff : SEL_KERNEL_DS);
	printk("vector %u, error code 0x%x\n", regs->vector, regs->error);
}
