/*
 * radix.h - a radix tree: pointers by a 32-bit index.
 */
#pragma once

#include "mm/env.h"

#define RADIX_BITS 6
#define RADIX_WAY  (1u << RADIX_BITS)

struct radix_node {
	u32 count;   /* of slots in use; a node without any is freed */
	u32 tags[2]; /* a bit for each slot: something below it is tagged */
	void *slots[RADIX_WAY];
};

struct radix {
	void *root; /* a struct radix_node; height 0: the item of index 0 */
	u32 height; /* levels of nodes */
	u32 tagged; /* 1: some item is tagged */
};

void radix_init(void); /* at boot, after slab_init() */

/* => the item, or NULL */
void *radix_lookup(const struct radix *tree, u32 index);
/* => 0, -EEXIST or -ENOMEM; then nothing has changed */
int radix_insert(struct radix *tree, u32 index, void *item);
/* Inserts one that is tagged, if it has a neighbour in its node that is. => whether it did;
 * takes no memory */
bool radix_join_tagged(struct radix *tree, u32 index, void *item);
/* Removes and returns the item, or NULL. => never fails, frees empty nodes */
void *radix_delete(struct radix *tree, u32 index);
/* The first item with an index of at least *index, which becomes its index.
 * => NULL: there is none, *index is undefined */
void *radix_next(const struct radix *tree, u32 *index);
/* An item can be tagged, until it is removed. => it is there */
void radix_tag(struct radix *tree, u32 index);
void radix_untag(struct radix *tree, u32 index);
/* As radix_next(), of the tagged ones. */
void *radix_next_tagged(const struct radix *tree, u32 *index);
/* The *n slots (items or NULL) of index and those that follow it in one node, until
 * the tree changes. => NULL: all of them are empty */
void *const *radix_run(const struct radix *tree, u32 index, u32 *n);
