/*
 * panic.c - panic and oops: the last words.
 *
 *	panic: mm/page.c:120: assertion failed: page->refs > 0
 *	registers
 *	backtrace:
 *	  [<0xc0012345>] free_page+0x21
 *	the walk of the address, if a fault was the cause
 *
 * Names come from a table that kernel/ksyms.sh makes out of the first link; the
 * second link adds it behind everything it names. A fault in here ends the report
 * at once instead of starting another.
 */
#include "kernel/arch.h"
#include "kernel/printk.h"
#include "mm/pgtable.h"

/* kernel/ksyms.sh; the first link has no table yet. */
#define WEAK extern const __attribute__((weak))
WEAK u32 ksym_count, ksym_start;
WEAK u16 ksym_sizes[];
WEAK u8 ksym_names[], ksym_pairs[][2];

#define EXIT_PANIC 125 /* tests/vm's status for a panic */

const u8 *ksym_lookup(vaddr_t addr, u32 *offset)
{
	const u8 *name = ksym_names;

	if (!&ksym_count || addr < ksym_start || addr >= (vaddr_t)__text_end)
		return NULL;
	*offset = addr - ksym_start;
	for (u32 i = 0; i + 1 < ksym_count && *offset >= ksym_sizes[i]; i++) {
		*offset -= ksym_sizes[i];
		while (*name++)
			;
	}
	return name;
}

/* A byte of a name: itself, or two others that are such. */
static void print_packed(u8 byte)
{
	if (byte < 128) {
		printk("%c", byte);
		return;
	}
	print_packed(ksym_pairs[byte - 128][0]);
	print_packed(ksym_pairs[byte - 128][1]);
}

static void print_address(vaddr_t addr)
{
	u32 offset;
	const u8 *name = ksym_lookup(addr, &offset);

	printk("  [<%p>]", (void *)addr);
	if (name) {
		printk(" ");
		while (*name)
			print_packed(*name++);
		printk("+0x%x", offset);
	}
	printk("\n");
}

bool is_stack(vaddr_t addr, u32 size)
{
	return IS_ALIGNED(addr, 4) && addr >= PAGE_OFFSET &&
	       !((addr | (addr + size - 1)) & STACK_SIZE) &&
	       kernel_readable(addr) && kernel_readable(addr + size - 1);
}

static void backtrace(const struct regs *regs)
{
	struct frame frame = frame_start(regs);

	printk("backtrace:\n");
	print_address(regs_pc(regs));
	for (int depth = 0; depth < 32; depth++) {
		vaddr_t caller = frame_next(&frame);

		if (!caller)
			return;
		/* The call itself is before the address it returns to. */
		print_address(caller - 1);
	}
}

/* Says "panic: ...", once: a second call is a fault of the report itself. */
static noreturn void report(const char *message, const struct regs *regs,
			    bool has_addr, vaddr_t addr)
{
	static bool begun;

	irq_disable();
	quiet = false;
	if (begun) {
		printk("\npanic: again while reporting: %s\n", message);
		machine_poweroff(EXIT_PANIC);
	}
	begun = true;
	printk("panic: %s\n", message);
	regs_print(regs);
	backtrace(regs);
	if (has_addr) {
		printk("page-table walk of %p:\n", (void *)addr);
		pgtable_describe(mmu_current_pgdir(), addr);
	}
	printk("the machine stops here\n");
	machine_poweroff(EXIT_PANIC);
}

noreturn void panic(const char *fmt, ...)
{
	struct regs regs;
	char message[256];

	regs_here(&regs);
	format_args(message, sizeof(message), fmt);
	report(message, &regs, false, 0);
}

noreturn void assert_failed(const char *where)
{
	panic("%s: assertion failed: %s", where, where + strlen(where) + 1);
}

noreturn void oops(struct regs *regs, bool has_addr, vaddr_t addr,
		   const char *fmt, ...)
{
	char message[256];

	format_args(message, sizeof(message), fmt);
	report(message, regs, has_addr, addr);
}
