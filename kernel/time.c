/*
 * time.c - the tick.
 */
#include "kernel/time.h"

#include "kernel/arch.h"

static u32 ticks;

void timer_tick(void)
{
	ticks++;
}

u32 ticks_now(void)
{
	return *(volatile u32 *)&ticks;
}
