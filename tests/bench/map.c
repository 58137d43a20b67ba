/*
 * map.c - mappings made, split, merged, protected, moved, grown.
 *
 * Most touch no memory: what is counted is the work on the list of mappings,
 * and where pages are there, the work on the page tables.
 */
#include "mmbench.h"

void b_map(void)
{
	u32 i;
	long p, r = 0;

	begin("map_unmap_4k");
	while (again()) {
		start();
		for (i = 0; i < 5000; i++) {
			p = anon(0, PAGE, RW);
			r = unmap((u32)p, PAGE);
		}
		stop(5000, 5000);
		TRY("mmap/munmap", r);
	}
	end();
	begin("map_touch_unmap_4k");
	while (again()) {
		start();
		for (i = 0; i < 5000; i++) {
			p = anon(0, PAGE, RW);
			wr((u32)p);
			unmap((u32)p, PAGE);
		}
		stop(5000, 5000);
	}
	end();
	begin("map_touch_unmap_1m"); /* per 256-page round */
	while (again()) {
		start();
		for (i = 0; i < 50; i++) {
			p = anon(0, 1 << 20, RW);
			write_pages((u32)p, 1 << 20);
			unmap((u32)p, 1 << 20);
		}
		stop(50, 50);
	}
	end();
	begin("map_extend_merge"); /* each new page joins its neighbour */
	while (again()) {
		start();
		for (i = 0; i < 2048; i++)
			anon(arena + i * PAGE, PAGE, RW);
		stop(2048, 2048);
		unmap(arena, 2048 * PAGE);
	}
	end();
}

void b_split(void)
{
	u32 np = 4096, len = np * PAGE, half = np / 2, i;
	long r = 0;

	TRY("mmap", anon(arena, len, RW));
	struct result back;    /* the way back, measured in the same rounds */
	begin("munmap_split"); /* every other page out of one mapping */
	init(&back, "mmap_fill_merge"); /* the holes filled: three become one */
	while (again()) {
		start();
		for (i = 1; i < np; i += 2)
			r = unmap(arena + i * PAGE, PAGE);
		stop(half, half);
		TRY("munmap", r);
		start();
		for (i = 1; i < np; i += 2)
			r = anon(arena + i * PAGE, PAGE, RW);
		stop_in(&back, half, half);
		TRY("mmap", r);
	}
	end();
	show(&back);
	unmap(arena, len);
}

void b_mprotect(void)
{
	u32 np = 4096, len = np * PAGE, half = np / 2, i;
	long r = 0;
	struct result back;

	TRY("mmap", anon(arena, len, RW));
	begin("mprotect_split"); /* every other page made read-only */
	init(&back, "mprotect_merge");
	while (again()) {
		start();
		for (i = 1; i < np; i += 2)
			r = protect(arena + i * PAGE, PAGE, PROT_READ);
		stop(half, half);
		TRY("mprotect", r);
		start();
		for (i = 1; i < np; i += 2)
			r = protect(arena + i * PAGE, PAGE, RW);
		stop_in(&back, half, half);
		TRY("mprotect", r);
	}
	end();
	show(&back);
	unmap(arena, len);

	TRY("mmap", anon(arena, PAGE, RW));
	wr(arena);
	begin("mprotect_whole_1"); /* one touched page, no split */
	while (again()) {
		start();
		for (i = 0; i < 2000; i++) {
			protect(arena, PAGE, PROT_READ);
			protect(arena, PAGE, RW);
		}
		stop(4000, 2000);
	}
	end();
	unmap(arena, PAGE);
	TRY("mmap", anon(arena, 1 << 20, RW));
	write_pages(arena, 1 << 20);
	begin("mprotect_whole_256"); /* per call over 256 touched pages */
	while (again()) {
		start();
		for (i = 0; i < 100; i++) {
			protect(arena, 1 << 20, PROT_READ);
			protect(arena, 1 << 20, RW);
		}
		stop(200, 100);
	}
	end();
	unmap(arena, 1 << 20);
}

void b_mremap(void)
{
	u32 i, k;
	long r = 0;

	begin("mremap_grow"); /* in place, a page at a time */
	while (again()) {
		TRY("mmap", anon(arena, PAGE, RW));
		start();
		for (k = 1; k < 1024; k++)
			r = sys4(__NR_mremap, arena, k * PAGE, (k + 1) * PAGE,
				 MREMAP_MAYMOVE);
		stop(1023, 1023);
		TRY("mremap", r);
		if ((u32)r != arena) {
			fail("mremap moved", 0);
			return;
		}
		unmap(arena, 1024 * PAGE);
	}
	end();
	begin("mremap_grow_touch");
	while (again()) {
		TRY("mmap", anon(arena, PAGE, RW));
		wr(arena);
		start();
		for (k = 1; k < 1024; k++) {
			sys4(__NR_mremap, arena, k * PAGE, (k + 1) * PAGE,
			     MREMAP_MAYMOVE);
			wr(arena + k * PAGE);
		}
		stop(1023, 1023);
		unmap(arena, 1024 * PAGE);
	}
	end();
	begin("mremap_move_256"); /* 256 touched pages to a fixed place, per call */
	TRY("mmap", anon(arena, 1 << 20, RW));
	write_pages(arena, 1 << 20);
	while (again()) {
		u32 o = arena, n = arena + (16 << 20), x;
		start();
		for (i = 0; i < 20; i++) {
			r = sys5(__NR_mremap, o, 1 << 20, 1 << 20,
				 MREMAP_MAYMOVE | MREMAP_FIXED, n);
			x = o;
			o = n;
			n = x;
		}
		stop(20, 20);
		TRY("mremap", r);
	}
	unmap(arena, 1 << 20);
	end();
}

void b_brk(void)
{
	u32 b0 = (u32)sys1(__NR_brk, 0), i;
	long r = 0;

	begin("brk_grow"); /* a page at a time, untouched */
	while (again()) {
		start();
		for (i = 1; i <= 1024; i++)
			r = sys1(__NR_brk, b0 + i * PAGE);
		stop(1024, 1024);
		if ((u32)r != b0 + 1024 * PAGE) {
			fail("brk", r);
			return;
		}
		sys1(__NR_brk, b0);
	}
	end();
	begin("brk_grow_touch");
	while (again()) {
		start();
		for (i = 1; i <= 1024; i++) {
			u32 e = (u32)sys1(__NR_brk, b0 + i * PAGE);
			wr(e - 1);
		}
		stop(1024, 1024);
		sys1(__NR_brk, b0);
	}
	end();
}
