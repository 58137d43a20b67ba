/*
 * host.h - what the host tests share (env.c): TAP, random numbers, a pretended
 * machine, and code that is expected to panic.
 *
 * Every test-NAME.c has a main() that calls host_start(), test() per behaviour,
 * and returns host_done(). `SEED=n` in the environment repeats a run,
 * `OPS=n` sets its length.
 */
#pragma once

#include "mm/page.h"

/* Takes SEED and OPS from the environment, prints the seed. */
void host_start(unsigned default_ops);
/* Prints the plan. => the exit status */
int host_done(void);
/* One test: prints ok or not ok. A panic in fn is a failure. */
void test(const char *name, void (*fn)(void));

extern unsigned host_ops;
u32 rnd(u32 below); /* a random number in [0, below) */

void check_failed(const char *file, int line, const char *what);
#define CHECK(cond)                                              \
	do {                                                     \
		if (!(cond))                                     \
			check_failed(__FILE__, __LINE__, #cond); \
	} while (0)

/* Whether fn panics with a message that contains `text`. */
bool panics(void (*fn)(void), const char *text);

/*
 * A machine fresh from its loader: empty memblock, no mem_map, and RAM as given
 * by memblock_add() afterwards; low memory is `low` bytes from base.
 */
void host_machine(u32 base, u64 low);
/* The same with so many bytes of RAM, its pages, slabs, and nodes of radix trees. */
void host_slabs(u32 base, u64 low, u64 ram);
