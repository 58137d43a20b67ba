/*
 * anon.c - anonymous memory: faults, and pages given back.
 *
 * The figures are per touched page, per call or per fault. The fault
 * lines differ in what the fault finds: nothing, no second-level table either
 * (_cold), or the shared zero page (_after_read).
 */
#include "mmbench.h"

/* Every page of a new mapping is touched, after it was read or not. */
static void touch(const char *name, int read_first, int write)
{
	u32 len = big_mb << 20, np = len / PAGE;

	begin(name);
	while (again()) {
		TRY("mmap", anon(arena, len, RW));
		if (read_first)
			read_pages(arena, len);
		start();
		if (write)
			write_pages(arena, len);
		else
			read_pages(arena, len);
		stop(np, np);
		unmap(arena, len);
	}
	end();
}

/* One page, its second-level table not yet there. */
static void write_cold(void)
{
	begin("anon_write_1_cold");
	current.count_faults = 0;
	while (again()) {
		u64 ns = 0;
		for (u32 i = 0; i < 64; i++) {
			u32 p = arena + (i << 22);
			TRY("mmap", anon(p, PAGE, RW));
			dither(i);
			u64 before = now();
			wr(p);
			ns += now() - before;
			unmap(p, PAGE);
		}
		sample(&current, 64, ns, 64, 0);
	}
	end();
}

void b_anon(void)
{
	u32 len = big_mb << 20;

	touch("anon_read_seq", 0, 0);
	touch("anon_write_seq", 0, 1);
	write_cold();
	touch("anon_write_after_read", 1, 1);
	begin("anon_munmap_touched"); /* per page */
	while (again()) {
		TRY("mmap", anon(arena, len, RW));
		write_pages(arena, len);
		start();
		long r = unmap(arena, len);
		stop(len / PAGE, 0);
		TRY("munmap", r);
	}
	end();
}

/* One page whose table is there already, touched again and again. */
static void touch_1(const char *name, int write)
{
	begin(name);
	current.count_faults = 0;
	TRY("mmap", anon(arena, PAGE, RW));
	wr(arena);
	while (again()) {
		u64 ns = 0, before;
		for (u32 i = 0; i < 1000; i++) {
			TRY("madvise", dontneed(arena, PAGE));
			dither(i);
			if (write) {
				before = now();
				wr(arena);
			} else {
				before = now();
				(void)rd(arena);
			}
			ns += now() - before;
		}
		sample(&current, 1000, ns, 1000, 0);
	}
	unmap(arena, PAGE);
	end();
}

void b_madv(void)
{
	u32 len = big_mb << 20;

	begin("madv_dontneed_big"); /* per page, one call */
	TRY("mmap", anon(arena, len, RW));
	while (again()) {
		write_pages(arena, len);
		start();
		long r = dontneed(arena, len);
		stop(len / PAGE, 0);
		TRY("madvise", r);
	}
	unmap(arena, len);
	end();
	begin("madv_dontneed_4k"); /* per call of one touched page */
	TRY("mmap", anon(arena, 4 << 20, RW));
	while (again()) {
		write_pages(arena, 4 << 20);
		start();
		for (u32 i = 0; i < 1024; i++)
			dontneed(arena + i * PAGE, PAGE);
		stop(1024, 1024);
	}
	unmap(arena, 4 << 20);
	end();
	touch_1("anon_write_1", 1);
	touch_1("anon_read_1", 0);
}

void b_sanon(void)
{
	begin("sanon_write_seq"); /* shared anonymous */
	while (again()) {
		TRY("mmap", map(arena, 16 << 20, RW,
				MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1));
		start();
		write_pages(arena, 16 << 20);
		stop(4096, 4096);
		unmap(arena, 16 << 20);
	}
	end();
}
