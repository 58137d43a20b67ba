/*
 * layout_arch.h - where the kernel lies on x86.
 *
 * Low memory starts at physical 0; the image is loaded at 1 MiB, as the
 * Multiboot header asks.
 */
#pragma once

#define KERNEL_VIRT 0xc0100000
#define KERNEL_PHYS 0x00100000
#define DMA_END	    0x01000000 /* the ISA bus has 24 address lines */

#ifdef LINKER_SCRIPT
#define LD_ARCH i386
#elif !defined(__ASSEMBLER__)
#define phys_base ((paddr_t)0)
#endif
