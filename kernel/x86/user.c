/*
 * user.c - what user mode needs on x86: first registers, FPU, hardware
 * capabilities.
 *
 * The kernel computes with integers, so the FPU's and SSE's registers, fs and gs,
 * the GDT's three entries and the stack in the TSS are always some program's
 * (kernel/process.c says whose). What of SSE the kernel uses to move pages it puts
 * back (mm/x86/copy.S).
 */
#include "kernel/sched.h"
#include "traps_arch.h"

#define CR0_AM (1u << 18)

#define FCW_INITIAL   0x37fu  /* SDM 1 8.1.5: all masked, extended precision */
#define MXCSR_INITIAL 0x1f80u /* SDM 1 10.2.3: all masked */

_Static_assert(offsetof(struct thread, work) == 4, "entry.S knows the number");

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

void traps_init(void)
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

void fpu_load(void)
{
	load_from(&current->arch.fpu);
}

/* ---- from one thread to another */

void user_regs_save(struct thread_arch *to)
{
	save_to(&to->fpu);
	segments_save(to);
}

void user_regs_load(struct thread_arch *from)
{
	gdt_set_thread(container_of(from, struct thread, arch));
	segments_load(from);
	load_from(&from->fpu);
}

int thread_copy_arch(struct thread *t, const u32 *tls)
{
	user_regs_save(&t->arch);
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
