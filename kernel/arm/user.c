/*
 * user.c - what user mode needs on ARM: first registers, hardware capabilities, the
 * system calls that only ARM has.
 */
#include "kernel/sched.h"
#include "mm/pgtable.h"

#include <asm/hwcap.h>
#include <asm/unistd.h>

int thread_copy_arch(struct thread *t, const u32 *tls)
{
	user_regs_save(&current->arch);
	t->arch = current->arch;
	if (tls)
		t->arch.tpidruro = *tls;
	return 0;
}

void thread_start_user(struct regs *regs, vaddr_t entry, vaddr_t sp)
{
	*regs = (struct regs){
		.sp = (u32)sp,
		.pc = (u32)entry & ~1u,
		.cpsr = MODE_USR | (entry & 1 ? PSR_T : 0),
	};
	current->arch = (struct thread_arch){ 0 };
	user_regs_load(&current->arch);
}

/* ---- hardware capabilities: what a cortex-a15 has, and we let programs use */

u32 elf_hwcap(void)
{
	return HWCAP_HALF | HWCAP_THUMB | HWCAP_FAST_MULT | HWCAP_VFP |
	       HWCAP_EDSP | HWCAP_NEON | HWCAP_VFPv3 | HWCAP_TLS | HWCAP_VFPv4 |
	       HWCAP_IDIV | HWCAP_VFPD32 | HWCAP_LPAE;
}

/* ---- ARM's own system calls */

static long cacheflush(u32 start, u32 end, u32 flags)
{
	if (flags || end < start || end > TASK_SIZE)
		return -EINVAL;
	return icache_sync_user(start, end);
}

long arch_syscall(struct regs *regs, u32 number)
{
	switch (number) {
	case __ARM_NR_breakpoint:
		signal_fault(SIGTRAP, TRAP_BRKPT, regs->pc);
		return (long)regs_result(regs);
	case __ARM_NR_cacheflush:
		return cacheflush(regs->r[0], regs->r[1], regs->r[2]);
	case __ARM_NR_set_tls:
		current->arch.tpidruro = regs->r[0];
		__asm__ volatile(
			"mcr p15, 0, %0, c13, c0, 3" ::"r"(regs->r[0]));
		return 0;
	case __ARM_NR_get_tls:
		return (long)current->arch.tpidruro;
	default: /* usr26 and usr32, too: there is only one user mode */
		return -ENOSYS;
	}
}
