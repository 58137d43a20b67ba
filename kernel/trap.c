/*
 * trap.c - traps, after the machine's code has decoded them.
 *
 * A page fault at a user address goes to mm/fault.c, whoever took it; what that cannot serve is a
 * signal to the program or, in the kernel, a copy that stops short (mm/uaccess.h).
 * Anything else in the kernel is a bug of ours and ends in an oops that says what
 * was tried, where, and what the page tables say of the address.
 */
#include "kernel/process.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

static u32 access_right(unsigned flags)
{
	if (flags & FAULT_EXEC)
		return VM_EXEC;
	return flags & FAULT_WRITE ? VM_WRITE : VM_READ;
}

/* What mm/fault.c could not serve, to the program. */
static void user_fault_failed(enum fault_result result, vaddr_t addr)
{
	if (result == FAULT_MAPERR)
		signal_fault(SIGSEGV, SEGV_MAPERR, addr);
	else if (result == FAULT_ACCERR)
		signal_fault(SIGSEGV, SEGV_ACCERR, addr);
	else if (result == FAULT_BUS)
		signal_fault(SIGBUS, BUS_ADRERR, addr);
	else
		out_of_memory();
}

/* Serves a fault at a user address; where an allocation failed, once more: it may
 * have been made to fail (fail-nth).
 * => up to FAULT_MAJOR: the instruction can be tried again */
static inline enum fault_result serve(vaddr_t addr, unsigned flags)
{
	struct process *p = current->process;
	enum fault_result result = mm_fault(p->mm, addr, access_right(flags));

	if (unlikely(result == FAULT_OOM))
		result = mm_fault(p->mm, addr, access_right(flags));
	if (likely(result == FAULT_OK))
		p->min_flt++;
	else if (result == FAULT_MAJOR)
		p->maj_flt++;
	return result;
}

static void kernel_fault(struct regs *regs, vaddr_t addr, unsigned flags,
			 const char *cause)
{
	vaddr_t fixup = ex_table_find(regs_pc(regs));
	const struct process *p = current->process;
	enum fault_result result;

	if (!fixup || addr >= TASK_SIZE || !p || !p->mm)
		oops(regs, true, addr, "the kernel, %s %p: %s",
		     flags & FAULT_EXEC	   ? "executing"
		     : flags & FAULT_WRITE ? "writing"
					   : "reading",
		     (void *)addr, cause);
	if (!user_faults_off) {
		irq_enable();
		result = serve(addr, flags);
		if (result == FAULT_OOM)
			out_of_memory();
		irq_disable();
		if (result <= FAULT_MAJOR)
			return;
		/* Unless it is our own end, the access may succeed now. */
		if (result == FAULT_OOM && !current->must_exit)
			return;
	}
	regs_pc(regs) = fixup;
}

void trap_page_fault(struct regs *regs, vaddr_t addr, unsigned flags,
		     const char *cause)
{
	enum fault_result result;

	if (!(flags & FAULT_USER)) {
		kernel_fault(regs, addr, flags, cause);
		return;
	}
	irq_enable();
	if (likely(addr < TASK_SIZE)) {
		result = serve(addr, flags);
		if (unlikely(result > FAULT_MAJOR))
			user_fault_failed(result, addr);
	} else {
		signal_fault(SIGSEGV, SEGV_MAPERR, addr);
	}
	irq_disable();
}

void trap_unexpected(struct regs *regs, const char *cause)
{
	oops(regs, false, 0, "%s", cause);
}

noreturn void trap_stack_overflow(struct regs *regs, vaddr_t addr)
{
	oops(regs, true, addr, "kernel stack overflow");
}

/* ---- interrupts */

struct regs *irq_regs;

struct handler {
	struct handler *next;
	unsigned irq;
	void (*fn)(void *arg);
	void *arg;
};
static struct handler *handlers;

int irq_request(unsigned irq, void (*fn)(void *arg), void *arg)
{
	struct handler *h = kmalloc(sizeof(*h));

	if (!h)
		return -ENOMEM;
	*h = (struct handler){ handlers, irq, fn, arg };
	handlers = h; /* before the line is let through */
	return irq_unmask(irq) ? 0 : -EINVAL;
}

void irq_handle(struct regs *regs, unsigned irq)
{
	irq_regs = regs;
	for (const struct handler *h = handlers; h; h = h->next)
		if (h->irq == irq)
			h->fn(h->arg);
}

noreturn void fork_return(void *unused)
{
	(void)unused;
	sched_thread_begins();
	irq_enable();
	clone_begin();
	irq_disable();
	enter_user(thread_regs(current));
}
