/*
 * timer.c - the clock and the alarm: the generic timer's virtual half.
 *
 * CNTVCT counts up for ever, CNTFRQ times a second; CNTV_CVAL is the count at
 * which the timer interrupts, from then on until it is moved (ARM DDI 0406C
 * B8.1).
 *
 *	ns = count * mult / 2^shift       mult = 10^9 * 2^shift / CNTFRQ
 *
 * with the largest shift whose mult has 32 bits: the clock is a multiplication
 * of 64 by 32 bits, never a division. The way back, for CVAL, is one, too.
 */
#include "kernel/arch.h"
#include "kernel/bootinfo.h"
#include "kernel/printk.h"

#include "traps_arch.h"

#define CNTV_CTL_ENABLE 1u

static u64 clock_base;	/* the count at the kernel's first instruction */
static u32 mult, shift; /* shift <= 32 */
static u32 rate;	/* counts in a nanosecond, / 2^24 */

static void write_cntv_cval(u64 count)
{
	__asm__ volatile("mcrr p15, 3, %Q0, %R0, c14" ::"r"(count));
}

static void write_cntv_ctl(u32 v)
{
	__asm__ volatile("mcr p15, 0, %0, c14, c3, 1\n\tisb" ::"r"(v));
}

/* count * mult >> shift, the intermediate result 96 bits wide. */
static u64 counts_to_ns(u64 count)
{
	u64 low = (u64)(u32)count * mult;
	u64 high = (u64)(u32)(count >> 32) * mult;

	return (low >> shift) + (high << (32 - shift));
}

u64 cycles_to_ns(u32 cycles)
{
	return counts_to_ns(cycles);
}

u64 clock_ns(void)
{
	return counts_to_ns(read_cntvct() - clock_base);
}

/* Long division, a bit a turn, as far as mult has room. */
static void clock_scale(u32 freq)
{
	u32 rem = 1000000000u % freq;

	mult = 1000000000u / freq;
	while (shift < 32 && mult < 1u << 31) {
		bool carry = rem >= freq - rem;

		rem = carry ? rem - (freq - rem) : rem + rem;
		mult = mult << 1 | carry;
		shift++;
	}
}

void timer_set(u32 ns)
{
	write_cntv_cval(read_cntvct() + ((u64)ns * rate >> 24) + 1);
}

void timer_init(void)
{
	u64 now;
	u32 freq;

	__asm__ volatile("mrc p15, 0, %0, c14, c0, 0" : "=r"(freq));
	if (freq < HZ)
		panic("CNTFRQ is %u: the firmware has not set it", freq);
	clock_scale(freq);
	rate = (u32)div_u64((u64)freq << 24, 1000000000, NULL);
	/* CNTKCTL.PL0VCTEN: programs may read the count, as on Linux (B4.1.26). */
	__asm__ volatile("mcr p15, 0, %0, c14, c1, 0" ::"r"(2));
	now = read_cntvct();
	clock_base = now - (cycle_count() - bootinfo.start_cycles);
	write_cntv_cval(now);
	write_cntv_ctl(CNTV_CTL_ENABLE);
	if (irq_request(bootinfo.platform.timer_irq, timer_interrupt, NULL))
		panic("the timer's interrupt %u cannot be had",
		      bootinfo.platform.timer_irq);
}
