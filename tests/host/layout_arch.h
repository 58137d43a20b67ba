/*
 * layout_arch.h - the host's place of "physical memory" for the tests.
 *
 * env.c maps 4 GiB, untouched and so without cost, for all of a pretended
 * 32-bit machine's memory that starts at host_phys_base. The kernel's own
 * phys_to_virt() and virt_to_phys() work on it: phys_base, 64 bits wide here,
 * moves PAGE_OFFSET to that map, and its low 32 bits are still host_phys_base.
 */
#pragma once

#include "mm/types.h"

#define KERNEL_VIRT 0xc0100000
#define KERNEL_PHYS 0x00100000
#define DMA_END	    0x01000000

#define HOST_SHIFT 0x200000000000ull /* its low 32 bits must be zero */

extern u32 host_phys_base;
#define phys_base ((u64)host_phys_base - HOST_SHIFT)
