/*
 * panic.h - the end: what is said of a bug of ours before the machine stops.
 */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include "kernel/arch.h"

/* A trap that only a bug of ours can cause: registers, backtrace and, when
 * has_addr, the page-table walk of addr; then the machine stops. */
noreturn void oops(struct regs *regs, bool has_addr, vaddr_t addr,
		   const char *fmt, ...) printf_like(4, 5);

/* The function that holds a text address, packed, and how far in. => NULL: none */
const u8 *ksym_lookup(vaddr_t addr, u32 *offset);

#endif
