/*
 * bootinfo.h - what the start-up code of each machine hands to kmain().
 *
 * boot/arm/fdt.c fills it from the device tree, boot/x86/multiboot.c from the
 * Multiboot information; everything is copied, nothing points into either. RAM goes
 * straight into memblock (mm/memblock.h).
 */
#pragma once

#include "mm/types.h"
#include "platform_arch.h" /* struct platform: where the devices are */

#define CMDLINE_MAX 1024

struct bootinfo {
	char cmdline[CMDLINE_MAX]; /* longer ones are cut, and kmain says so */
	bool cmdline_cut;
	paddr_t initrd_start; /* bytes; anywhere in RAM, HIGHMEM too */
	u32 initrd_size;      /* 0: none */
	u32 start_cycles;     /* cycle_count() at the first instruction */
	const char *error;    /* what kmain says and stops; NULL: all is well */
	struct platform platform;
};
extern struct bootinfo bootinfo;

/* The common end of both start-up codes. => runs on the boot stack, interrupts off,
 * the start-up code's map still in force */
noreturn void kmain(void);
