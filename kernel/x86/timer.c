/*
 * timer.c - the clock and the alarm: the time-stamp counter and the 8254.
 *
 * The TSC counts up for ever, but nothing says how fast. Counter 2 of the 8254
 * does 1,193,182 steps a second: two milliseconds of it are measured in TSC
 * counts.
 *
 *	first -- start -- second .... third -- low -- rises -- high -- fourth
 *
 * third is read before the port last showed a low output, fourth after it first showed
 * a high one: whatever holds the processor up lies between them. The true length lies
 * between third - second and fourth - first. If a whole number of MHz does too, the TSC
 * has that (QEMU's -icount: 1,000), else the middle. Where the two are far apart it is
 * measured again.
 *
 * Counter 0 is the alarm: it counts down once, and interrupts at zero. Left out: the
 * HPET, the ACPI timer, and TSCs that stop or change their rate.
 */
#include "kernel/arch.h"
#include "kernel/bootinfo.h"
#include "kernel/printk.h"

#define PIT_HZ	  1193182u
#define PIT_MODE  (PORT_PIT + 3)
#define PIT_STEPS 2386u /* 2 ms */

/* Intel 8254 data sheet: counter, both bytes, mode */
#define PIT_0_ONCE 0x30 /* 0, interrupts at zero */
#define PIT_2_ONCE 0xb0 /* 2, the output rises at zero */
/* Port 0x61 */
#define GATE_2	 (1u << 0)
#define SPEAKER	 (1u << 1)
#define OUTPUT_2 (1u << 5)

/* Measurements at most; 1/TIGHT: bounds so close need no other (the 8254's
 * rounding alone makes 1/1,200). */
#define TRIES 16
#define TIGHT 512

#define SHIFT 24

/* So many counts in so many of the 8254's steps, to kHz. */
static u32 to_khz(u64 counts, u32 steps)
{
	return (u32)div_u64(counts * PIT_HZ, steps * 1000, NULL);
}

/* One measurement: counter 2 once, PIT_STEPS long. The bounds grow apart by as
 * long as anything interrupts it. => kHz, [*least, *most] */
static void measure_once(u32 *least, u32 *most)
{
	u64 first, second, third, fourth, last;
	u8 gate = (u8)(inb(PORT_PIT_GATE) & ~SPEAKER) | GATE_2;

	outb(PORT_PIT_GATE, gate);
	outb(PIT_MODE, PIT_2_ONCE);
	outb(PORT_PIT + 2, PIT_STEPS & 0xff);
	first = read_count();
	outb(PORT_PIT + 2, PIT_STEPS >> 8);
	second = fourth = last = read_count();
	do {
		third = last;
		last = fourth;
		gate = inb(PORT_PIT_GATE);
		fourth = read_count();
	} while (!(gate & OUTPUT_2));
	/* The 8254 itself rounds to a step at either end. */
	*least = to_khz(third - second, PIT_STEPS + 1);
	*most = to_khz(fourth - first, PIT_STEPS - 1);
}

/* The TSC's rate in kHz. On a busy host the emulator may stand still in the
 * middle of a measurement, and the middle of its bounds says nothing: the
 * tightest of several counts, the first one tight enough at once. */
static u32 measure_tsc(void)
{
	u32 least = 0, most = ~0u, low, high, khz;

	for (int i = 0; i < TRIES && most - least > least / TIGHT; i++) {
		measure_once(&low, &high);
		if (high - low < most - least) {
			least = low;
			most = high;
		}
	}
	khz = least + (most - least) / 2;
	least = (khz + 500) / 1000 * 1000;
	return most - least < most - khz + (most - khz) ? least : khz;
}

/* A step of the 8254 takes 838.1 ns; a tick has 11,932. */
void timer_set(u32 ns)
{
	u32 steps = ns * 5 / 4190 + 1;

	outb(PIT_MODE, PIT_0_ONCE);
	outb(PORT_PIT, (u8)steps);
	outb(PORT_PIT, (u8)(steps >> 8));
}

void timer_init(void)
{
	u32 khz = measure_tsc();

	if (khz < 4000)
		panic("the time-stamp counter runs at %u kHz", khz);
	clock_start((u32)div_u64(1000000ull << SHIFT, khz, NULL), SHIFT);
	timer_set(0);
	if (irq_request(IRQ_PIT, timer_interrupt, NULL))
		panic("the timer's interrupt cannot be had");
}
