/*
 * irq.c - the interrupt controller: ARM's GICv2.
 *
 * The distributor collects the board's lines, the processor interface hands the
 * most urgent one to us (ARM IHI 0048B). Lines 0-15 are for messages between
 * processors, 16-31 are this processor's own (the timer), 32 and up the
 * board's.
 *
 *	device --> distributor: enabled? to whom? --> interface --> trap_irq()
 *
 * All lines have one priority: no handler is interrupted. Edge or level is as
 * the firmware left it: the controllers we know start with what the board needs,
 * and our devices are level-triggered or tell by themselves.
 * Left out: priorities, more processors, groups.
 */
#include "kernel/arch.h"
#include "kernel/bootinfo.h"
#include "mm/vmalloc.h"

#include "traps_arch.h"

/* Distributor, 4.3: words */
#define GICD_CTLR	0x000
#define GICD_TYPER	0x004
#define GICD_ISENABLER	0x100 /* a bit for each line */
#define GICD_ICENABLER	0x180
#define GICD_IPRIORITYR 0x400 /* a byte for each line */
#define GICD_ITARGETSR	0x800
/* Processor interface, 4.4 */
#define GICC_CTLR 0x000
#define GICC_PMR  0x004
#define GICC_IAR  0x00c
#define GICC_EOIR 0x010

#define GIC_SPURIOUS 1020 /* numbers from here on are no lines */

static volatile u8 *dist, *cpu;
static unsigned nr_lines;

static volatile u32 *reg(volatile u8 *base, u32 offset)
{
	return (volatile u32 *)(volatile void *)(base + offset);
}

static void dist_init(void)
{
	*reg(dist, GICD_CTLR) = 0;
	for (unsigned i = 0; i < nr_lines; i += 32)
		*reg(dist, GICD_ICENABLER + i / 8) = ~0u;
	for (unsigned i = 0; i < nr_lines; i += 4)
		*reg(dist, GICD_IPRIORITYR + i) = 0x80808080;
	for (unsigned i = 32; i < nr_lines; i += 4)
		*reg(dist, GICD_ITARGETSR + i) = 0x01010101;
	*reg(dist, GICD_CTLR) = 1;
}

void irq_init(void)
{
	const struct platform *p = &bootinfo.platform;

	dist = ioremap(p->gic_dist, p->gic_dist_size);
	cpu = ioremap(p->gic_cpu, p->gic_cpu_size);
	if (!dist || !cpu)
		panic("no address space for the interrupt controller");
	nr_lines = min(((*reg(dist, GICD_TYPER) & 31) + 1) * 32, 1020u);
	dist_init();
	*reg(cpu, GICC_PMR) = 0xff; /* every priority gets through */
	*reg(cpu, GICC_CTLR) = 1;
}

bool irq_unmask(unsigned irq)
{
	if (irq < 16 || irq >= nr_lines)
		return false;
	*reg(dist, GICD_ISENABLER + irq / 32 * 4) = 1u << irq % 32;
	return true;
}

void trap_irq(struct regs *regs)
{
	u32 ack = *reg(cpu, GICC_IAR), irq = ack & 0x3ff;

	if (irq >= GIC_SPURIOUS)
		return;
	irq_handle(regs, irq);
	*reg(cpu, GICC_EOIR) = ack;
}
