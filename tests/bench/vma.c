/*
 * vma.c - the same operations among 10 to 60,000 mappings.
 *
 * Every other page is read-only, so that no two neighbours merge. Per number
 * of mappings there are five lines: a mapping made; a pair of mmap and munmap
 * where the kernel likes; the same in a hole in the middle; a fault; a mapping
 * destroyed, when one munmap removes them all.
 */
#include "mmbench.h"

enum { CREATE, PAIR, FIXED, FAULT, DESTROY, KINDS };

static const char *const names[KINDS] = {
	"vma_create", "vma_mmap_pair", "vma_fixed_pair",
	"vma_fault",  "vma_destroy",
};

static void create(struct result *r, u32 n)
{
	long e = 0;

	start();
	for (u32 i = 0; i < n; i++)
		e = anon(arena + i * PAGE, PAGE, i & 1 ? RW : PROT_READ);
	stop_in(r, n, n);
	TRY("mmap", e);
}

/*
 * One page more, in short runs, of which the least counts: allocators have good
 * and bad moments.
 */
static void pair(struct result *r)
{
	long e = 0;

	for (u32 q = 0; q < 10; q++) {
		start();
		for (u32 i = 0; i < 500; i++) {
			long p = anon(0, PAGE, RW);
			e = unmap((u32)p, PAGE);
		}
		stop_in(r, 500, 500);
		TRY("munmap", e);
	}
}

static void fixed_pair(struct result *r, u32 n)
{
	u32 middle = arena + n / 2 * PAGE;
	int prot = n / 2 & 1 ? RW : PROT_READ;

	unmap(middle, PAGE);
	for (u32 q = 0; q < 10; q++) {
		start();
		for (u32 i = 0; i < 500; i++) {
			anon(middle, PAGE, prot);
			unmap(middle, PAGE);
		}
		stop_in(r, 500, 500);
	}
	anon(middle, PAGE, prot);
}

/* Up to 2,000 of the mappings are touched, scattered over all of them. */
static void fault(struct result *r, u32 n)
{
	u32 k = n < 2000 ? n : 2000, rounds = (u32)divide(2000, k);
	u32 stride = 7919 - n * (u32)divide(7919, n);
	u64 ns = 0;

	read_pages(arena, n * PAGE); /* page tables are there from now on */
	for (u32 q = 0; q < rounds; q++) {
		TRY("madvise", dontneed(arena, n * PAGE));
		u32 before = faults();
		u64 t = now();
		for (u32 i = 0, x = 0; i < k; i++) {
			(void)rd(arena + x * PAGE);
			x += stride;
			if (x >= n)
				x -= n;
		}
		ns += now() - t;
		r->faults += faults() - before;
	}
	sample(r, rounds * k, ns, rounds, rounds * k);
	dontneed(arena, n * PAGE);
}

static void destroy(struct result *r, u32 n)
{
	start();
	long e = unmap(arena, n * PAGE);
	stop_in(r, n, 0);
	TRY("munmap", e);
}

static void among(u32 n)
{
	struct result r[KINDS];

	for (u32 i = 0; i < KINDS; i++) {
		init(&r[i], names[i]);
		r[i].suffix = n;
		r[i].has_suffix = 1;
	}
	begin("vma");
	for (u32 i = n > 5000 && reps > 2 ? 2 : reps; i; i--) {
		create(&r[CREATE], n);
		pair(&r[PAIR]);
		fixed_pair(&r[FIXED], n);
		fault(&r[FAULT], n);
		destroy(&r[DESTROY], n);
	}
	for (u32 i = 0; i < KINDS; i++)
		show(&r[i]);
}

void b_vma(void)
{
	for (u32 n = 10; n <= 10000; n *= 10)
		among(n);
	among(60000);
}
