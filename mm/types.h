/*
 * types.h - the integer types, the errors, and the few macros everything uses.
 *
 * Addresses: vaddr_t is a virtual one (as wide as a pointer, so that the pure
 * parts of mm/ also compile for a 64-bit host), paddr_t a physical one (32 bits
 * on both machines). A byte count of physical memory can be 2^32, and
 * is therefore a u64; the end of a range of frames is a frame number.
 * Ranges are [start, end) everywhere.
 */
#pragma once

#include <asm/errno.h> /* a result is 0 or -errno */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;

typedef unsigned long vaddr_t;
typedef u32 paddr_t;

/* A physical page frame's number; a struct, so that it mixes with nothing. */
typedef struct {
	u32 n;
} pfn_t;

/* An entry of a page table (mm/pgtable.h). */
typedef struct {
	u32 v;
} pte_t;

/* The bits of a young entry, dirty if writable, without its frame. */
typedef struct {
	u32 v;
} pgprot_t;

#define KiB 1024u
#define MiB (1024u * KiB)

#define PAGE_SHIFT 12
#define PAGE_SIZE  (1u << PAGE_SHIFT)
#define PAGE_MASK  (~(vaddr_t)(PAGE_SIZE - 1))

/* align: a power of two */
#define ALIGN_DOWN(x, align) ((x) & ~((__typeof__(x))(align)-1))
#define ALIGN_UP(x, align)   ALIGN_DOWN((x) + ((__typeof__(x))(align)-1), align)
#define IS_ALIGNED(x, align) (((x) & ((__typeof__(x))(align)-1)) == 0)
#define ARRAY_SIZE(a)	     (sizeof(a) / sizeof((a)[0]))

#define container_of(ptr, type, member) \
	((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#define min(a, b)                              \
	({                                     \
		__typeof__(a) min_a = (a);     \
		__typeof__(b) min_b = (b);     \
		min_a < min_b ? min_a : min_b; \
	})
#define max(a, b)                              \
	({                                     \
		__typeof__(a) max_a = (a);     \
		__typeof__(b) max_b = (b);     \
		max_a > max_b ? max_a : max_b; \
	})

#define likely(x)	       __builtin_expect(!!(x), 1)
#define unlikely(x)	       __builtin_expect(!!(x), 0)
#define noinline	       __attribute__((noinline))
#define noreturn	       __attribute__((noreturn))
#define printf_like(fmt, args) __attribute__((format(printf, fmt, args)))
