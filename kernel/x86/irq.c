/*
 * irq.c - the interrupt controllers: two 8259A of the PC/AT.
 *
 * Each has eight lines; the second hangs on line 2 of the first. The processor
 * asks them for a vector, and we have them answer 32 + line: what the BIOS
 * sets, 8 + line, collides with the exceptions. (Intel 8259A data sheet)
 *
 *	device --> second 8259 --> first 8259: masked? --> vector --> trap_irq()
 *
 * A line that fell silent before the processor asked is answered as line 7 (of
 * either), with nothing in service: spurious, and not acknowledged there.
 * Left out: the APICs, priorities.
 */
#include "kernel/arch.h"
#include "kernel/bootinfo.h"

#include "traps_arch.h"

#define ICW1_INIT     0x11 /* edge-triggered, cascaded, ICW4 follows */
#define ICW4_8086     0x01
#define OCW2_EOI      0x20
#define OCW3_READ_ISR 0x0b

#define NR_LINES 16

static u16 mask = (u16) ~(1u << IRQ_CASCADE); /* 1: off */

static void write_mask(void)
{
	outb(PORT_PIC1 + 1, (u8)mask);
	outb(PORT_PIC2 + 1, (u8)(mask >> 8));
}

static void pic_init(u16 port, u8 vector, u8 cascade)
{
	outb(port, ICW1_INIT);
	outb(port + 1, vector);
	outb(port + 1, cascade);
	outb(port + 1, ICW4_8086);
	outb(port, OCW3_READ_ISR); /* what reading `port` gives from now on */
}

void irq_init(void)
{
	pic_init(PORT_PIC1, VECTOR_IRQ, 1 << IRQ_CASCADE);
	pic_init(PORT_PIC2, VECTOR_IRQ + 8, IRQ_CASCADE);
	write_mask();
}

bool irq_unmask(unsigned irq)
{
	if (irq >= NR_LINES || irq == IRQ_CASCADE)
		return false;
	mask &= (u16) ~(1u << irq);
	write_mask();
	return true;
}

static bool in_service_7(u16 port)
{
	return inb(port) & 0x80;
}

void trap_irq(struct regs *regs)
{
	unsigned irq = regs->vector - VECTOR_IRQ;
	bool spurious = (irq == 7 && !in_service_7(PORT_PIC1)) ||
			(irq == 15 && !in_service_7(PORT_PIC2));

	if (!spurious)
		irq_handle(regs, irq);
	if (irq >= 8 && !spurious)
		outb(PORT_PIC2, OCW2_EOI);
	/* The first one did serve its line 2, whatever the second meant. */
	if (irq >= 8 || !spurious)
		outb(PORT_PIC1, OCW2_EOI);
}
