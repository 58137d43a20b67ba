/*
 * timer.c - the clock and the alarm: the generic timer's virtual half.
 *
 * CNTVCT counts up for ever, CNTFRQ times a second; CNTV_CVAL is the count at
 * which the timer interrupts, from then on until it is moved (ARM DDI 0406C
 * B8.1).
 *
 *	ns = count * mult / 2^shift       mult = 10^9 * 2^shift / CNTFRQ
 *
 * with the largest shift whose mult has 32 bits. The way back, for CVAL, is a
 * multiplication, too.
 */
#include "kernel/arch.h"
#include "kernel/bootinfo.h"
#include "kernel/printk.h"

#define CNTV_CTL_ENABLE 1u

static u32 rate; /* counts in a nanosecond, / 2^24 */

static void write_cntv_cval(u64 count)
{
	__asm__ volatile("mcrr p15, 3, %Q0, %R0, c14" ::"r"(count));
}

void timer_set(u32 ns)
{
	write_cntv_cval(read_count() + ((u64)ns * rate >> 24) + 1);
}

void timer_init(void)
{
	u32 freq, shift = 32;
	u64 mult;

	__asm__ volatile("mrc p15, 0, %0, c14, c0, 0" : "=r"(freq));
	if (freq < HZ)
		panic("CNTFRQ is %u: the firmware has not set it", freq);
	while ((mult = div_u64(1000000000ull << shift, freq, NULL)) > ~0u)
		shift--;
	clock_start((u32)mult, shift);
	rate = (u32)div_u64((u64)freq << 24, 1000000000, NULL);
	/* CNTKCTL.PL0VCTEN: programs may read the count, as on Linux (B4.1.26). */
	__asm__ volatile("mcr p15, 0, %0, c14, c1, 0" ::"r"(2));
	write_cntv_cval(read_count());
	__asm__ volatile(
		"mcr p15, 0, %0, c14, c3, 1\n\tisb" ::"r"(CNTV_CTL_ENABLE));
	if (irq_request(bootinfo.platform.timer_irq, timer_interrupt, NULL))
		panic("the timer's interrupt %u cannot be had",
		      bootinfo.platform.timer_irq);
}
