/*
 * user.c - what user mode needs on x86: first registers, FPU, hardware
 * capabilities.
 *
 * What struct regs does not have, the FPU's and SSE's registers, fs and gs,
 * the GDT's three entries and the stack in the TSS, is some thread's,
 * fpu_owner's, until another thread of a process runs:
 *
 *	thread A     kernel thread    thread A             thread B
 *	its own      A's              A's: nothing to do   A's saved, B's loaded
 *
 *	fpu_owner->arch    older than the registers
 *	other threads'     what they will find
 *
 * So no thread ever sees another's. The kernel computes with integers; what of
 * SSE it uses to move pages it puts back (mm/x86/copy.S). Saving all at once
 * is one instruction, so there is no waiting for the first use (CR0.TS).
 */
#include "kernel/sched.h"
#include "traps_arch.h"

#define CR0_AM (1u << 18)

#define FCW_INITIAL   0x37fu  /* SDM 1 8.1.5: all masked, extended precision */
#define MXCSR_INITIAL 0x1f80u /* SDM 1 10.2.3: all masked */

_Static_assert(offsetof(struct thread, work) == 4, "entry.S knows the number");

static struct thread *fpu_owner; /* whose the registers are; NULL: nobody's */

static const struct fpu_state fpu_initial = {
	.control = FCW_INITIAL,
	.mxcsr = MXCSR_INITIAL,
};

/* ---- the FPU */

static inline void save_to(struct fpu_state *to)
{
	if (cpu_has_sse)
		__asm__ volatile("fxsave %0" : "=m"(*to));
	else /* fnsave empties the registers */
		__asm__ volatile("fnsave %0\n\tfrstor %0" : "+m"(*to));
}

static inline void load_from(const struct fpu_state *from)
{
	if (cpu_has_sse)
		__asm__ volatile("fxrstor %0" ::"m"(*from));
	else
		__asm__ volatile("frstor %0" ::"m"(*from));
}

void fpu_init(void)
{
	u32 cr0;

	/* Alignment checks, for programs that set EFLAGS.AC (SDM 3A 2.5). */
	__asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
	__asm__ volatile("mov %0, %%cr0" ::"r"(cr0 | CR0_AM));
	fpu_reset();
}

void fpu_reset(void)
{
	if (cpu_has_sse)
		load_from(&fpu_initial);
	else
		__asm__ volatile("fninit");
}

void fpu_save(void)
{
	if (fpu_owner == current)
		save_to(&current->arch.fpu);
}

void fpu_load(void)
{
	assert(fpu_owner == current);
	load_from(&current->arch.fpu);
}

/* ---- from one thread to another */

static void put_away(void)
{
	if (!fpu_owner)
		return;
	save_to(&fpu_owner->arch.fpu);
	segments_save(&fpu_owner->arch);
}

void thread_switch_arch(struct thread *next)
{
	if (fpu_owner == next)
		return;
	put_away();
	fpu_owner = next;
	gdt_set_thread(next);
	segments_load(&next->arch);
	load_from(&next->arch.fpu);
}

void thread_end_arch(struct thread *t)
{
	if (fpu_owner == t)
		fpu_owner = NULL;
}

int thread_setup_clone(struct thread *t, vaddr_t sp, const u32 *tls)
{
	struct regs *regs = thread_regs(t);

	assert(fpu_owner == current);
	thread_setup_stack(t, fork_return, NULL);
	*regs = *thread_regs(current);
	regs->eax = 0;
	if (sp)
		regs->esp = (u32)sp;
	save_to(&t->arch.fpu);
	segments_save(&t->arch);
	for (u32 i = 0; i < NR_TLS; i++)
		t->arch.tls[i] = current->arch.tls[i];
	return tls ? tls_set(t, *tls, false) : 0;
}

void thread_start_user(struct regs *regs, vaddr_t entry, vaddr_t sp)
{
	*regs = (struct regs){
		.es = SEL_USER_DS,
		.ds = SEL_USER_DS,
		.eip = (u32)entry,
		.cs = SEL_USER_CS,
		.eflags = EFLAGS_ALWAYS | EFLAGS_IF,
		.esp = (u32)sp,
		.ss = SEL_USER_DS,
	};
	if (fpu_owner != current)
		put_away();
	fpu_owner = current;
	memset(&current->arch, 0, sizeof(current->arch));
	gdt_set_thread(current);
	segments_load(&current->arch);
	fpu_reset();
}

/* ---- hardware capabilities */

u32 elf_hwcap(void)
{
	u32 leaf = 1, ebx, ecx, edx;

	__asm__("cpuid" : "+a"(leaf), "=b"(ebx), "=c"(ecx), "=d"(edx));
	return edx;
}
