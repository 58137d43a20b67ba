/*
 * platform_arch.h - where the devices of a PC are.
 *
 * A PC's old devices have had the same ports and interrupt lines since 1984;
 * they are part of the architecture, like its instructions. Ports, not
 * addresses: `in` and `out` reach them whatever the page tables hold.
 */
#pragma once

#include "mm/types.h"

#define PORT_PIC1     0x20 /* 8259: interrupts 0-7 */
#define PORT_PIC2     0xa0 /* 8-15 */
#define PORT_PIT      0x40 /* 8254: 3 counters and the mode */
#define PORT_PIT_GATE 0x61 /* counter 2's gate and output */
#define PORT_CMOS     0x70 /* MC146818: which register, and its value */
#define PORT_DELAY    0x80 /* the BIOS's progress codes: harmless to read */
#define PORT_EXIT     0xf4 /* QEMU -device isa-debug-exit,iobase=0xf4 */
#define PORT_COM1     0x3f8

#define IRQ_PIT	    0
#define IRQ_CASCADE 2 /* where the second 8259 is connected */
#define IRQ_COM1    4

/* Nothing to find out: a PC has its devices where they always were. */
struct platform {
};

/* traps.c; called as soon as there is C (boot/x86/multiboot.c) */
void traps_load(void);
