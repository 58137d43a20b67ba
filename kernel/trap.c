/*
 * trap.c - traps, after the machine's code has decoded them.
 *
 * In the kernel a trap is a bug of ours and ends in an oops that says what was
 * tried, where, and what the page tables say of the address.
 */
#include "kernel/arch.h"
#include "kernel/panic.h"

static const char *access_name(unsigned flags)
{
	if (flags & FAULT_EXEC)
		return "executing";
	return flags & FAULT_WRITE ? "writing" : "reading";
}

void trap_page_fault(struct regs *regs, vaddr_t addr, unsigned flags,
		     const char *cause)
{
	oops(regs, true, addr, "%s %s %p: %s",
	     flags & FAULT_USER ? "the program," : "the kernel,",
	     access_name(flags), (void *)addr, cause);
}

void trap_unexpected(struct regs *regs, const char *cause)
{
	oops(regs, false, 0, "%s", cause);
}

noreturn void trap_stack_overflow(struct regs *regs, vaddr_t addr)
{
	oops(regs, true, addr, "kernel stack overflow");
}

void trap_irq_exit(struct regs *regs)
{
	(void)regs; /* nothing is preempted yet */
}
