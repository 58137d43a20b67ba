/*
 * board.c - what the device tree says of the board, into bootinfo and memblock.
 *
 * Called once by start.c. Two walks of the tree (fdt.c): the first reads
 * /chosen, which says which of the devices is the console, the second the rest:
 *
 *	/chosen          bootargs, initrd, stdout-path
 *	memory           memblock
 *	arm,pl011        the console
 *	arm,pl031        the time of day
 *	GICv2, timer, PSCI, virtio,mmio     bootinfo.platform
 *
 * Nothing is built in, nothing is believed: a device whose registers do not fit 32 bits
 * is as good as none. What is missing and needed ends in one line that says so.
 * Interrupts are the GIC's three cells. Left out: buses that translate addresses
 * (ranges), and aliases.
 */
#include "fdt.h"
#include "kernel/bootinfo.h"
#include "mm/env.h"
#include "mm/layout.h"
#include "mm/memblock.h"

#define GIC_CELLS	3 /* kind, number, flags */
#define GIC_LINES	1020
#define VIRT_TIMER	2 /* of the timer's four interrupts */
#define STDOUT_PATH_MAX 256

static char stdout_path[STDOUT_PATH_MAX];

static bool is_compatible(const struct node *node, const char *s)
{
	return fdt_has_string(&node->props[COMPATIBLE], s);
}

/* A device's registers, if they lie where 32 bits reach. */
static bool node_registers(const struct node *node, u32 index, paddr_t *base,
			   u32 *size)
{
	u64 start, len;

	if (!fdt_range(node, index, &start, &len) || !len ||
	    start > UINT32_MAX || len > UINT32_MAX || start + len > 1ull << 32)
		return false;
	*base = (paddr_t)start;
	*size = (u32)len;
	return true;
}

/* The index-th interrupt, numbered as the GIC does; 0: there is none. */
static unsigned node_irq(const struct node *node, u32 index)
{
	const struct prop *irqs = &node->props[INTERRUPTS];
	const u8 *cells = irqs->data + index * GIC_CELLS * 4;
	u32 first, line;

	if (irqs->len < (index + 1) * GIC_CELLS * 4)
		return 0;
	line = (u32)fdt_cells(cells + 4, 1);
	/* The processor's own, or the board's. */
	first = fdt_cells(cells, 1) ? 16 : 32;
	return line < GIC_LINES - first ? line + first : 0;
}

/* ---- first walk: /chosen */

static void copy_string(char *to, u32 size, const struct prop *prop)
{
	u32 n = min(prop->len, size - 1);

	memcpy(to, prop->data, n);
	to[n] = '\0';
}

static u64 number(const struct prop *prop)
{
	return prop->len == 4 || prop->len == 8
		       ? fdt_cells(prop->data, prop->len / 4)
		       : 0;
}

static void visit_chosen(const struct node *node)
{
	const struct prop *p = node->props;
	u64 start = number(&p[INITRD_START]), end = number(&p[INITRD_END]);

	if (strcmp(node->path, "/chosen") != 0)
		return;
	copy_string(bootinfo.cmdline, CMDLINE_MAX, &p[BOOTARGS]);
	bootinfo.cmdline_cut = p[BOOTARGS].len > CMDLINE_MAX;
	copy_string(stdout_path, STDOUT_PATH_MAX, &p[STDOUT_PATH]);
	for (char *c = stdout_path; *c; c++)
		if (*c == ':') /* options follow: speed, parity */
			*c-- = '\0';
	if (end <= start)
		return;
	if (end > UINT32_MAX)
		fdt_fail("device tree: the initrd ends above 4 GiB");
	bootinfo.initrd_start = (paddr_t)start;
	bootinfo.initrd_size = (u32)(end - start);
}

/* ---- second walk: memory and devices */

/* Takes what lies above phys_base. */
static void visit_memory(const struct node *node)
{
	u64 start, size;

	for (u32 i = 0; fdt_range(node, i, &start, &size); i++) {
		u64 below = max(start, (u64)phys_base) - start;

		if (below < size)
			memblock_add(start + below, size - below);
	}
}

static void visit_uart(const struct node *node)
{
	struct platform *p = &bootinfo.platform;
	bool chosen = strcmp(node->path, stdout_path) == 0;
	paddr_t base;
	u32 size;

	/* Without a stdout-path that names one: the first. */
	if ((p->uart && !chosen) || !node_registers(node, 0, &base, &size))
		return;
	p->uart = base;
	p->uart_irq = node_irq(node, 0);
}

static void visit_rtc(const struct node *node)
{
	u32 size;

	node_registers(node, 0, &bootinfo.platform.rtc, &size);
}

static void visit_gic(const struct node *node)
{
	struct platform *p = &bootinfo.platform;

	node_registers(node, 0, &p->gic_dist, &p->gic_dist_size);
	node_registers(node, 1, &p->gic_cpu, &p->gic_cpu_size);
}

static void visit_virtio(const struct node *node)
{
	struct platform *p = &bootinfo.platform;
	struct virtio_mmio *v = &p->virtio[p->nr_virtio];

	if (p->nr_virtio == VIRTIO_MMIO_MAX ||
	    !node_registers(node, 0, &v->base, &v->size))
		return;
	v->irq = node_irq(node, 0);
	p->nr_virtio++;
}

static void visit_device(const struct node *node)
{
	const struct prop *p = node->props;

	if (p[STATUS].data && !fdt_has_string(&p[STATUS], "okay") &&
	    !fdt_has_string(&p[STATUS], "ok"))
		return;
	if (fdt_has_string(&p[DEVICE_TYPE], "memory"))
		visit_memory(node);
	else if (is_compatible(node, "arm,pl011"))
		visit_uart(node);
	else if (is_compatible(node, "arm,pl031"))
		visit_rtc(node);
	else if (is_compatible(node, "arm,cortex-a15-gic") ||
		 is_compatible(node, "arm,gic-400"))
		visit_gic(node);
	else if (is_compatible(node, "arm,armv7-timer"))
		bootinfo.platform.timer_irq = node_irq(node, VIRT_TIMER);
	else if (is_compatible(node, "arm,psci-0.2") ||
		 is_compatible(node, "arm,psci-1.0"))
		bootinfo.platform.psci =
			fdt_has_string(&p[METHOD], "hvc")   ? PSCI_HVC
			: fdt_has_string(&p[METHOD], "smc") ? PSCI_SMC
							    : PSCI_NONE;
	else if (is_compatible(node, "virtio,mmio"))
		visit_virtio(node);
}

const char *board_read(const void *fdt, u32 max)
{
	const struct platform *p = &bootinfo.platform;

	if (!fdt_open(fdt, max) || !fdt_walk(visit_chosen) ||
	    !fdt_walk(visit_device))
		return fdt_error;
	if (!memblock.nr_ram ||
	    memblock.ram[0].start > virt_to_phys(__text_start))
		return "the device tree names no memory where the kernel lies";
	if (!p->uart || !p->uart_irq)
		return "the device tree names no PL011 console";
	if (!p->gic_dist || !p->gic_cpu)
		return "the device tree names no GICv2 interrupt controller";
	if (!p->timer_irq)
		return "the device tree names no generic timer";
	return NULL;
}
