/*
 * thread.c - a thread's stack: the first frame, and the way up from the last.
 *
 * Thumb code keeps no chain of frames. How far a function has moved sp down, its
 * first instructions say, and where among what they push lr is:
 *
 *	push {r4, r5, lr}    sp ->  12 bytes of locals
 *	sub  sp, #12                r4, r5, lr
 *	                     the caller's sp ->
 *
 * A trap in a function that has not pushed lr, or in none of ours (a call through
 * NULL), leaves it in the register: struct frame has it for the first step. What
 * ARM code called, a trap's entry did (entry.S): the walk goes on from the struct regs
 * it left there.
 *
 * A walk reads nothing that is not mapped: the stack pointer may be the bug.
 */
#include "kernel/sched.h"
#include "mm/pgtable.h"
#include "traps_arch.h"

/* How far behind the push of lr `sub sp` may come, in halfwords. */
#define PROLOGUE 12

void thread_setup_stack(struct thread *thread, void (*entry)(void *arg),
			void *arg)
{
	/* As switch_to() pushes them: r4-r11, lr. fp = 0 ends backtraces. Above them
	 * is room for the struct regs of the program it may become. */
	u32 *sp = (u32 *)thread_regs(thread) - 9;

	memset(sp, 0, 9 * sizeof(*sp));
	sp[0] = (u32)arg;
	sp[1] = (u32)entry;
	sp[8] = (u32)thread_begin;
	thread->ksp = (vaddr_t)sp;
}

/* ---- for an oops */

/* The registers that an instruction pushes. The encodings of 32 bits are the same in
 * both instruction sets (ARM DDI 0406C A8.8.133). */
static u32 push_list(u32 insn)
{
	if (insn >> 9 == 0xb400 >> 9)
		return (insn & 0xff) | (insn & 0x100) << 6;
	if ((insn & 0xffff0fff) == 0xf84d0d04)
		return 1u << (insn >> 12 & 15);
	return insn >> 16 == 0xe92d ? insn & 0xffff : 0;
}

/* The words that sub sp, #n takes, up to 1 KiB of them (A8.8.225, A6.3.2). */
static u32 sub_words(u32 insn)
{
	if (insn >> 7 == 0xb080 >> 7)
		return insn & 0x7f;
	return insn >> 7 == 0xf5ad7d00 >> 7 ? (insn & 0x7f) + 0x80 : 0;
}

/* How far, in words, the function of pc has moved sp down when it is there; *lr_at:
 * in which of them lr is, counted down from 1, or 0. */
static u32 frame_words(vaddr_t pc, u32 *lr_at)
{
	const u16 *end = (const u16 *)(pc & ~1u), *code;
	bool thumb = pc & 1;
	u32 offset, words = 0;

	*lr_at = 0;
	if (!ksym_lookup(pc, &offset))
		return 0;
	for (code = end - offset / 2; code < end;) {
		u32 insn = *code++, list;

		if (!thumb)
			insn |= (u32)*code++ << 16;
		else if (insn >= 0xe800)
			insn = insn << 16 | *code++;
		list = push_list(insn);
		if (list & 1 << 14) { /* lr; sub sp comes soon after */
			*lr_at = words + 1;
			end = min(end, code + PROLOGUE);
		}
		if (!thumb && insn >> 16 == 0xe8bd) /* pop */
			words = 0;
		for (; list; list &= list - 1)
			words++;
		words += thumb ? sub_words(insn) : 0;
	}
	return words;
}

struct frame frame_start(const struct regs *regs)
{
	return (struct frame){ .pc = regs->pc | !!(regs->cpsr & PSR_T),
			       .sp = regs->sp,
			       .lr = regs->lr };
}

/* The struct regs of a trap of the kernel's own: entry.S has aligned sp below it. */
static const struct regs *trap_regs(vaddr_t sp)
{
	for (vaddr_t at = sp; at <= sp + 4; at += 4) {
		const struct regs *regs = (const struct regs *)at;

		if (is_stack(at, sizeof(*regs)) &&
		    regs->sp == (vaddr_t)(regs + 1))
			return regs;
	}
	return NULL;
}

vaddr_t frame_next(struct frame *frame)
{
	const struct regs *regs;
	vaddr_t ret = frame->lr, at;
	u32 words, lr_at;

	frame->lr = 0;
	if (in_text(frame->pc)) {
		words = frame_words(frame->pc, &lr_at);
		regs = ret ? NULL : trap_regs(frame->sp);
		if (!(frame->pc & 1) && regs) {
			*frame = frame_start(regs);
			return regs->pc + 1;
		}
		at = frame->sp + 4 * (words - lr_at);
		if (lr_at)
			ret = is_stack(at, 4) ? *(const u32 *)at : 0;
		frame->sp += 4 * words;
	}
	frame->pc =
		ret - 2; /* in the call: a noreturn one may end its function */
	return in_text(ret) ? ret & ~1u : 0;
}

/* By the mode's number (ARM DDI 0406C B1.3.1). */
static const char *const mode_names[32] = {
	[0x10] = "user",       [0x11] = "fast interrupt", [0x12] = "interrupt",
	[0x13] = "supervisor", [0x17] = "abort",	  [0x1b] = "undefined",
	[0x1f] = "system",
};

void regs_print(const struct regs *regs)
{
	u32 psr = regs->cpsr;

	printk("pc %08x  lr %08x  sp %08x  cpsr %08x\n", regs->pc, regs->lr,
	       regs->sp, psr);
	printk("  %s mode, %s, flags %c%c%c%c, interrupts %s\n",
	       mode_names[psr & 0x1f] ?: "unknown",
	       psr & PSR_T ? "Thumb" : "ARM", psr >> 31 & 1 ? 'N' : '-',
	       psr >> 30 & 1 ? 'Z' : '-', psr >> 29 & 1 ? 'C' : '-',
	       psr >> 28 & 1 ? 'V' : '-', psr & PSR_IRQ_OFF ? "off" : "on");
	for (int i = 0; i < 13; i += 4)
		for (int j = i; j < i + 4 && j < 13; j++)
			printk("%sr%-2d %08x%s", j > i ? "  " : "", j,
			       regs->r[j], j == i + 3 || j == 12 ? "\n" : "");
}
