/*
 * calib.c - does the clock count instructions? And system calls that do nothing.
 */
#include "mmbench.h"

#define NR_NONE 223 /* unassigned on both machines: the shortest way */

static void least_step(void)
{
	u32 tick = ~0u, n;
	u64 a, b;

	put("# one clock_gettime: ");
	put_milli(clock_cost, 1, 1);
	put("  empty loop turn: ");
	put_milli(turn_cost, 1, 3);
	for (n = 0; n < 200; n++) {
		dither(n);
		a = now();
		b = now();
		if (b != a && (u32)(b - a) < tick)
			tick = (u32)(b - a);
	}
	put("  least step seen: ");
	put_number(tick, 1);
	put_char('\n');
}

void b_calib(void)
{
	u32 at = arena;

	least_step();
	begin("calib_2instr_loop"); /* must come out as 2.0 under -icount */
	while (again()) {
		start();
		spin(1000000);
		stop(1000000, 0);
	}
	end();

	TRY("mmap", anon(arena, 1 << 20, RW));
	write_pages(arena, 1 << 20);
	begin("touch_mapped"); /* one store a page, 256 pages */
	while (again()) {
		start();
		for (int k = 0; k < 1000; k++)
			write_pages(at, 1 << 20);
		stop(256000, 0);
	}
	end();
	begin("read_mapped_word"); /* sequential words */
	while (again()) {
		start();
		for (int k = 0; k < 4; k++)
			for (u32 p = arena; p < arena + (1 << 20); p += 4)
				(void)*(volatile u32 *)p;
		stop(1 << 20, 0);
	}
	end();
	floors(arena, arena + PAGE);
	unmap(arena, 1 << 20);
}

void b_syscall(void)
{
	begin("syscall_getppid");
	while (again()) {
		start();
		for (u32 i = 0; i < 100000; i++)
			sys0(__NR_getppid);
		stop(100000, 100000);
	}
	end();
	begin("syscall_enosys");
	while (again()) {
		start();
		for (u32 i = 0; i < 100000; i++)
			sys0(NR_NONE);
		stop(100000, 100000);
	}
	end();
}
