/*
 * power.c - the end of the machine.
 *
 * Two ways. Semihosting hands QEMU an exit status, and only a run that
 * asks for one does that: `headless` ones, with -semihosting. When nobody
 * listens, the svc comes to our own trap_svc(), which returns. PSCI's
 * SYSTEM_OFF is the other: the firmware's, or QEMU's in its place; it knows no
 * status (ARM DEN 0022, 5.10).
 *
 * A device tree too broken to name PSCI's method leaves QEMU virt's default,
 * hvc.
 */
#include "kernel/arch.h"
#include "kernel/bootinfo.h"
#include "kernel/printk.h"

/* Semihosting for AArch32, 2.0: SYS_EXIT_EXTENDED and its reason */
#define SYS_EXIT_EXTENDED 0x20
#define APPLICATION_EXIT  0x20026
#define PSCI_SYSTEM_OFF	  0x84000008

static void semihosting_exit(int status)
{
	u32 args[2] = { APPLICATION_EXIT, (u32)status };
	register u32 r0 __asm__("r0") = SYS_EXIT_EXTENDED;
	register u32 *r1 __asm__("r1") = args;

	/* In supervisor mode svc overwrites lr. */
	__asm__ volatile("svc #0xab" : "+r"(r0) : "r"(r1) : "lr", "memory");
}

static void psci_off(enum psci_method method)
{
	register u32 r0 __asm__("r0") = PSCI_SYSTEM_OFF;

	if (method == PSCI_SMC)
		__asm__ volatile(".arch_extension sec\n\tsmc #0"
				 : "+r"(r0)::"r1", "r2", "r3", "memory");
	else if (method == PSCI_HVC)
		__asm__ volatile(".arch_extension virt\n\thvc #0"
				 : "+r"(r0)::"r1", "r2", "r3", "memory");
}

noreturn void machine_poweroff(int status)
{
	static bool tried;
	enum psci_method method = bootinfo.platform.psci;

	irq_disable();
	console_drain();
	/* An undefined hvc would bring us here again. */
	if (!tried) {
		tried = true;
		if (headless || bootinfo.error)
			semihosting_exit(status);
		if (bootinfo.error && method == PSCI_NONE)
			method = PSCI_HVC;
		psci_off(method);
	}
	printk("the machine has no power switch: halted\n");
	for (;;)
		cpu_wait();
}
