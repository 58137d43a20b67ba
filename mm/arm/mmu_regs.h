/*
 * mmu_regs.h - the MMU's system registers: coprocessor 15 of ARMv7-A.
 *
 * One inline function for each that mmu.c touches, named as the manual names
 * them (ARM DDI 0406C B4.1); and the constants that boot/arm/head.S shares.
 */
#pragma once

/* TTBR0: the walker reads tables as write-back, write-allocate, inner
 * shareable memory (B4.1.154, with the multiprocessing extensions). */
#define TTBR_FLAGS 0x6a

/*
 * The memory types (B4.1.127, B4.1.104): the index n is TEX0.C.B of a
 * descriptor, the order is that of PGPROT_WB, WT, WC, UC in mm/pgtable.h.
 *
 *    n                     PRRR TRn    NMRR IRn, ORn
 *    0  write-back         2 normal    1 write-back, write-allocate
 *    1  write-through      2 normal    2 write-through
 *    2  write-combining    2 normal    0 uncached
 *    3  device             1 device    -
 *
 * PRRR also: NS1 and DS1, DS0: what S means; NOSn: inner shareable is enough.
 */
#define PRRR_VALUE 0x070b006a
#define NMRR_VALUE 0x00090009

#ifndef __ASSEMBLER__
#include "mm/types.h"

#define CP15_READ(name, op)                                 \
	static inline u32 read_##name(void)                 \
	{                                                   \
		u32 v;                                      \
		__asm__ volatile("mrc p15, " op : "=r"(v)); \
		return v;                                   \
	}
#define CP15_WRITE(name, op)                                            \
	static inline void write_##name(u32 v)                          \
	{                                                               \
		__asm__ volatile("mcr p15, " op : : "r"(v) : "memory"); \
	}

CP15_READ(ctr, "0, %0, c0, c0, 1")
CP15_READ(ttbr0, "0, %0, c2, c0, 0")
CP15_WRITE(ttbr0, "0, %0, c2, c0, 0")
CP15_WRITE(contextidr, "0, %0, c13, c0, 1")
CP15_WRITE(tlbiall, "0, %0, c8, c7, 0")
CP15_WRITE(tlbimva, "0, %0, c8, c7, 1")
CP15_WRITE(tlbiasid, "0, %0, c8, c7, 2")
CP15_WRITE(iciallu, "0, %0, c7, c5, 0")
CP15_WRITE(bpiall, "0, %0, c7, c5, 6")
CP15_WRITE(dccmvau, "0, %0, c7, c11, 1")

static inline void isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

#endif
