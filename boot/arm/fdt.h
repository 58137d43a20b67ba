/*
 * fdt.h - the device tree's reader.
 */
#ifndef BOOT_FDT_H
#define BOOT_FDT_H

#include "mm/types.h"

/* Reads a flattened device tree of at most `max` bytes into bootinfo and memblock.
 * => NULL, or what is wrong with it; then what was found until there is kept */
const char *fdt_parse(const void *blob, u32 max);

#endif
