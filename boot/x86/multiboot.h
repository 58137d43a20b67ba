/*
 * multiboot.h - between head.S and multiboot.c.
 */
#ifndef BOOT_MULTIBOOT_H
#define BOOT_MULTIBOOT_H

#include "mm/types.h"

/* Reads the loader's information and goes on to kmain(). magic and info_pa are
 * eax and ebx as the loader left them. */
noreturn void boot_start(u32 magic, u32 info_pa, u32 cycles);

#endif
