/*
 * rtc.c - the time of day on x86: the PC's battery-backed clock (Motorola MC146818),
 * which knows years, months and days, in decimal digits or binary.
 *
 * Read once, at boot; from then on clock_ns() counts (kernel/sys_time.c). It is taken to
 * run in UTC and in this century. Left out: setting it, its alarm, clocks of
 * twelve hours.
 */
#include "kernel/arch.h"
#include "platform_arch.h"

#define SECOND	 0
#define MINUTE	 2
#define HOUR	 4
#define DAY	 7
#define MONTH	 8
#define YEAR	 9
#define REG_A	 10
#define A_UPDATE (1u << 7) /* the others are about to change */
#define REG_B	 11
#define B_BINARY (1u << 2)

static u32 cmos(u8 reg)
{
	outb(PORT_CMOS, reg);
	return inb(PORT_CMOS + 1);
}

static u32 number(u8 reg)
{
	u32 n = cmos(reg);

	return cmos(REG_B) & B_BINARY ? n : (n >> 4) * 10 + (n & 15);
}

/* Days from 1970 to a day of this century, whose every fourth year is a leap year. */
static u32 days(u32 year, u32 month, u32 day)
{
	static const u16 before[] = { 0,   31,	59,  90,  120, 151,
				      181, 212, 243, 273, 304, 334 };
	u32 leap_days = year / 4 + (year % 4 || month > 2);

	return 10957 + year * 365 + leap_days + before[month - 1] + day - 1;
}

/* => 0: there is none, or what it says is no date */
u32 rtc_seconds(void)
{
	u32 tries = 100000, month;

	while (cmos(REG_A) & A_UPDATE)
		if (!--tries)
			return 0;
	month = number(MONTH);
	if (!month || month > 12)
		return 0;
	return ((days(number(YEAR), month, number(DAY)) * 24 + number(HOUR)) *
			60 +
		number(MINUTE)) *
		       60 +
	       number(SECOND);
}
