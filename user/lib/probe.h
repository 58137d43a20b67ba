/*
 * probe.h - looking at the address space from inside: touch an address and
 * live, read /proc/self/maps, ask which pages are resident.
 */
#pragma once

#include "user/lib/file.h"
#include "user/lib/signal.h"
#include "user/lib/sys.h"

#define P(n) ((n)*PAGE_SIZE)
#define RW   (PROT_READ | PROT_WRITE)

enum access { READ, WRITE, EXEC };

/* The signal of the last probe(): signo is 0 if there was none. */
struct fault {
	int signo, code;
	unsigned long addr;
};
extern struct fault last_fault;

/* Touches one byte of @p (EXEC: calls it). => the signal, or 0 */
int probe(volatile void *p, enum access how);
/* Asserts that touching @p raises @signo with @code and @p as its address. */
int faults(volatile void *p, enum access how, int signo, int code,
	   const char *name);
/* Asserts that it does not fault. */
int works(volatile void *p, enum access how, const char *name);
/* Can this processor refuse to execute from readable pages? Tried out once. */
int has_nx(void);
/* Makes [p, p + 4096) code that returns 42. */
void put_code(void *p);

/* One line of /proc/self/maps. */
struct map {
	unsigned long start, end, offset, inode;
	char prot[5]; /* "rw-p" */
	char path[80];
};

/* Finds the mapping that holds @addr. => 1, or 0 where there is none */
int map_at(const volatile void *addr, struct map *m);
/* => how many mappings [addr, addr + len) touches */
int map_count(const volatile void *addr, size_t len);
/* Asserts that one mapping is exactly [addr, addr + len), with @prot. */
int is_map(const volatile void *addr, size_t len, const char *prot,
	   const char *name);
/* Calls @fn for every mapping, in the file's order. => how many */
int map_each(void (*fn)(const struct map *m, void *arg), void *arg);

/* => how many pages of [addr, addr + npages) mincore() says are resident, or
 * -1 */
int resident(void *addr, size_t npages);
/* => the entry of /proc/self/pagemap, 0 where it can't be read */
uint64_t pagemap(const volatile void *addr);
#define PM_PRESENT (1ULL << 63)
#define PM_SWAP	   (1ULL << 62)
#define PM_FILE	   (1ULL << 61)
#define PM_PFN(e)  ((e) & ((1ULL << 55) - 1))

/* Minor faults of this process so far. */
long minor_faults(void);

/* mmap() of private or shared anonymous memory, readable and writable. */
void *map_anon(size_t len);
void *map_shared(size_t len);
/* @npages of free address space: mapped and unmapped again. */
char *hole(size_t npages);
