/*
 * layout_arch.h - where the kernel lies on ARM.
 *
 * Low memory starts at the first byte of RAM, which is not built in: the
 * start-up code finds it (phys_base). The image lies 64 KiB above it, where
 * QEMU loads it and where boot/arm/head.S moves it from anywhere else.
 */
#pragma once

#define KERNEL_OFFSET 0x00010000 /* from the start of RAM */
#define KERNEL_VIRT   0xc0010000
#define VECTORS_VIRT  0xffff0000
#define DMA_END	      0 /* ZONE_DMA is empty: devices reach all memory */

#ifdef LINKER_SCRIPT
/* The image is position-independent until the MMU is on: any address will do. */
#define KERNEL_PHYS 0x40010000
#define LD_ARCH	    arm
#elif !defined(__ASSEMBLER__)
#include "mm/types.h"
extern paddr_t phys_base; /* set once by boot/arm/head.S */
#endif
