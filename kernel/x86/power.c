/*
 * power.c - the end of the machine.
 *
 * Two ways. QEMU's isa-debug-exit hands a status on: a write of v to its port
 * ends QEMU with 2 * v + 1. Only a run that asks for a status does that:
 * `headless` ones, or one that could not even read its command line. The other
 * is ACPI's: SLP_EN with S5's type into PM1a_CNT (ACPI 6.4, 4.8.3.2.1). Where
 * that port is and what type S5 has is told by tables in a language of their
 * own; what QEMU's machines have is known, and is harmless elsewhere.
 */
#include "kernel/arch.h"
#include "kernel/bootinfo.h"
#include "kernel/printk.h"

#define SLP_EN	     (1u << 13) /* and type 0 is S5 */
#define PM1A_CNT     0x604	/* QEMU pc */
#define PM1A_CNT_OLD 0xb004	/* QEMU pc before 1.7, Bochs */

noreturn void machine_poweroff(int status)
{
	irq_disable();
	console_drain();
	if (headless || bootinfo.error)
		outb(PORT_EXIT, (u8)status);
	outw(PM1A_CNT, SLP_EN);
	outw(PM1A_CNT_OLD, SLP_EN);
	/* QEMU goes on for a moment. Port 0x80 takes a microsecond on a PC. */
	for (int i = 0; i < 1000000; i++)
		inb(PORT_DELAY);
	printk("the machine has no power switch: halted\n");
	for (;;)
		__asm__ volatile("hlt");
}
