/*
 * board.h - the device tree's contents.
 */
#ifndef BOOT_BOARD_H
#define BOOT_BOARD_H

#include "mm/types.h"

/* Reads a flattened device tree of at most `max` bytes into bootinfo and
 * memblock. => NULL, or what is wrong; then what was found before is kept */
const char *board_read(const void *fdt, u32 max);

#endif
