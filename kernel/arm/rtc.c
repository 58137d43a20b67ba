/*
 * rtc.c - the time of day on ARM: a PL031 (ARM DDI 0224), which counts seconds.
 *
 * Read once, at boot; from then on clock_ns() counts (kernel/sys_time.c). Left out:
 * setting it, its alarm.
 */
#include "kernel/arch.h"
#include "kernel/bootinfo.h"
#include "mm/vmalloc.h"

u32 rtc_seconds(void)
{
	volatile u32 *regs;
	u32 seconds;

	if (!bootinfo.platform.rtc)
		return 0;
	regs = ioremap(bootinfo.platform.rtc, PAGE_SIZE);
	if (!regs)
		return 0;
	seconds = regs[0]; /* RTCDR */
	iounmap(regs);
	return seconds;
}
