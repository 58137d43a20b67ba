/*
 * uaccess.h - the kernel's access to the running process's memory.
 *
 * The kernel uses the process's own page tables, so an access from here behaves as it would
 * from the program: an untouched page is faulted in, a shared one copied on write, a
 * read-only one refused. An instruction that may fault on a bad address is listed in
 * .ex_table with the place to go on; a fault anywhere else is an oops.
 *
 *	.ex_table:	{ address of the instruction, address of its fixup }, ...
 *
 * All of these may sleep, since a fault may.
 */
#pragma once

#include "mm/layout.h"

/* Whether [addr, addr + n) lies in the program's part of the address space. */
static inline bool access_ok(const void *addr, u32 n)
{
	return n <= TASK_SIZE && (vaddr_t)addr <= TASK_SIZE - n;
}

/* mm/ARCH/uaccess.S. => bytes that could not be copied or cleared, from the first fault on */
u32 raw_copy_user(void *to, const void *from, u32 n);
u32 raw_clear_user(void *to, u32 n);

/* => bytes NOT copied: 0 when all is well */
static inline u32 copy_to_user(void *to, const void *from, u32 n)
{
	return access_ok(to, n) ? raw_copy_user(to, from, n) : n;
}

static inline u32 copy_from_user(void *to, const void *from, u32 n)
{
	return access_ok(from, n) ? raw_copy_user(to, from, n) : n;
}

static inline u32 clear_user(void *to, u32 n)
{
	return access_ok(to, n) ? raw_clear_user(to, n) : n;
}

/* One word. => 0 or -EFAULT */
static inline int get_user_u32(u32 *value, const void *from)
{
	return copy_from_user(value, from, 4) ? -EFAULT : 0;
}

static inline int put_user_u32(u32 value, void *to)
{
	return copy_to_user(to, &value, 4) ? -EFAULT : 0;
}

/* A whole object of the kernel's to the program. => 0 or -EFAULT */
#define put_user(to, from) \
	(copy_to_user(to, from, sizeof(*(from))) ? -EFAULT : 0)

/* Copies a string with its end. => its length, without the end; -EFAULT; n when it
 * does not fit into n bytes */
long strncpy_from_user(char *to, const char *from, u32 n);

/* While off, a fault in a copy is not served: the copy stops short. For code that holds a
 * kmap_local slot, which must not sleep. Nests. */
extern u32 user_faults_off;

/* Where to go on after a fault at pc, or 0. */
vaddr_t ex_table_find(vaddr_t pc);
