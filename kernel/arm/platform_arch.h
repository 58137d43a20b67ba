/*
 * platform_arch.h - where the devices are: what boot/arm/fdt.c found in the
 * device tree. Physical addresses, and interrupt numbers as the GIC counts
 * them.
 */
#pragma once

#include "mm/types.h"

#define VIRTIO_MMIO_MAX 64

enum psci_method { PSCI_NONE, PSCI_HVC, PSCI_SMC };

struct virtio_mmio {
	paddr_t base;
	u32 size; /* bytes */
	unsigned irq;
};

struct platform {
	paddr_t uart; /* PL011; 0: not found */
	unsigned uart_irq;
	paddr_t rtc;			 /* PL031; 0: none */
	paddr_t gic_dist, gic_cpu;	 /* GICv2; 0: not found */
	u32 gic_dist_size, gic_cpu_size; /* bytes */
	unsigned timer_irq;		 /* the virtual timer's; 0: not found */
	enum psci_method psci;
	unsigned nr_virtio;
	struct virtio_mmio virtio[VIRTIO_MMIO_MAX];
};
