/*
 * fdt.h - reading a flattened device tree: its nodes, one by one.
 */
#pragma once

#include "mm/types.h"

/* The properties that anybody here asks for. */
#define FDT_PROPS(P)                          \
	P(ADDRESS_CELLS, "#address-cells")    \
	P(SIZE_CELLS, "#size-cells")          \
	P(BOOTARGS, "bootargs")               \
	P(COMPATIBLE, "compatible")           \
	P(DEVICE_TYPE, "device_type")         \
	P(INITRD_END, "linux,initrd-end")     \
	P(INITRD_START, "linux,initrd-start") \
	P(INTERRUPTS, "interrupts")           \
	P(METHOD, "method")                   \
	P(REG, "reg")                         \
	P(STATUS, "status")                   \
	P(STDOUT_PATH, "stdout-path")
#define PROP_ID(id, name) id,
enum { FDT_PROPS(PROP_ID) NR_PROPS };
struct prop {
	const u8 *data; /* NULL: the node has none */
	u32 len;
};

struct node {
	const char *path; /* from the root, "" for the root itself */
	u32 address_cells, size_cells; /* of its parent: how to read REG */
	struct prop props[NR_PROPS];
};

/* Takes a tree of at most `max` bytes and reserves the memory it lists.
 * => whether it is one; if not, fdt_error says why */
bool fdt_open(const void *blob, u32 max);
/* Calls visit for every node, in the tree's order. => false: broken, see fdt_error */
bool fdt_walk(void (*visit)(const struct node *node));
/* The first thing that is wrong with the tree, or NULL. */
extern const char *fdt_error;
/* Notes it. => false */
bool fdt_fail(const char *error);

/* One number of one or two cells. */
u64 fdt_cells(const u8 *p, u32 cells);
/* Whether a property's list of strings has this one. */
bool fdt_has_string(const struct prop *prop, const char *s);
/* The index-th range of a node's reg. => false: none, or in another form */
bool fdt_range(const struct node *node, u32 index, u64 *start, u64 *size);

/* board.c: reads a tree of at most `max` bytes into bootinfo and memblock.
 * => NULL, or what is wrong; then what was found before is kept */
const char *board_read(const void *fdt, u32 max);
