/*
 * test-memblock.c - mm/memblock.c against a map of one byte per 1 KiB.
 */
#include <string.h>

#include "mm/memblock.h"
#include "tests/host/host.h"

#define UNIT  1024u
#define UNITS 4096u /* the model's memory: 4 MiB */

static u8 is_ram[UNITS], is_reserved[UNITS];

static void check_list(const struct memblock_range *list, unsigned nr,
		       const u8 *model)
{
	u64 at = 0;

	for (unsigned i = 0; i < nr; i++) {
		CHECK(list[i].start < list[i].end);
		CHECK(!i || list[i - 1].end < list[i].start);
		for (; at < list[i].start; at += UNIT)
			CHECK(!model[at / UNIT]);
		for (; at < list[i].end; at += UNIT)
			CHECK(model[at / UNIT]);
	}
	for (; at < UNITS * UNIT; at += UNIT)
		CHECK(!model[at / UNIT]);
}

/* Whole free frames by the iterator are those of the model. */
static void check_free(void)
{
	u32 at = 0, start = 0, end = 0;
	bool more = memblock_next_free(0, &start, &end);

	for (; at < UNITS / 4; at++) {
		bool ok = true;

		for (u32 u = at * 4; u < at * 4 + 4; u++)
			ok = ok && is_ram[u] && !is_reserved[u];
		if (more && at == end)
			more = memblock_next_free(end, &start, &end);
		CHECK(ok == (more && at >= start && at < end));
	}
}

static void random_ranges(void)
{
	for (unsigned op = 0; op < host_ops; op++) {
		u32 start = rnd(UNITS), size = rnd(UNITS / 16);
		bool ram = rnd(2);

		if (op % 24 == 0) {
			host_machine(0, UNITS * UNIT);
			memset(is_ram, 0, sizeof(is_ram));
			memset(is_reserved, 0, sizeof(is_reserved));
		}
		size = min(size, UNITS - start);
		memset((ram ? is_ram : is_reserved) + start, 1, size);
		if (ram)
			memblock_add(start * UNIT, size * UNIT);
		else
			memblock_reserve(start * UNIT, size * UNIT);
		check_list(memblock.ram, memblock.nr_ram, is_ram);
		check_list(memblock.reserved, memblock.nr_reserved,
			   is_reserved);
		check_free();
	}
}

static void random_allocs(void)
{
	for (unsigned round = 0; round < host_ops / 100; round++) {
		host_machine(0x40000000, 2 * MiB);
		memblock_add(0x40000000, MiB + 512 * KiB);
		memblock_add(0x40180000 + 64 * KiB, 4 * MiB);
		memblock_reserve(0x40000000 + rnd(MiB), rnd(64 * KiB));
		for (unsigned i = 0; i < 16; i++) {
			u32 size = 1 + rnd(40000), align = 1u << rnd(15);
			u8 *p = memblock_alloc(size, align);
			paddr_t pa = virt_to_phys(p);

			CHECK(pa % align == 0);
			CHECK(pa >= 0x40000000 && pa + size <= 0x40200000);
			CHECK(pa + size <= 0x40180000 || pa >= 0x40190000);
			for (u32 b = 0; b < size; b++)
				CHECK(p[b] == 0);
			memset(p, 1, size);
		}
	}
}

static void up_to_4gib(void)
{
	u32 start, end;

	host_machine(0x40000000, LOWMEM_MAX);
	memblock_add(0x40000000, 0xc0000000);
	CHECK(memblock.ram[0].end == 1ull << 32);
	memblock_add(0x100000000ull, 0x40000000);
	memblock_add(0xfff00000, ~0ull);
	CHECK(memblock.nr_ram == 1 && memblock.ram[0].end == 1ull << 32);
	memblock_reserve(0xfffff000, 4096);
	CHECK(memblock_next_free(0, &start, &end));
	CHECK(start == 0x40000 && end == 0xfffff);
	CHECK(!memblock_next_free(end, &start, &end));
}

static void limit_cuts_from_the_top(void)
{
	host_machine(0, LOWMEM_MAX);
	memblock_add(0, 640 * KiB);
	memblock_add(MiB, 63 * MiB);
	memblock_limit(20 * MiB);
	CHECK(memblock_ram_between(0, 1ull << 32) == 20 * MiB);
	CHECK(memblock.ram[1].end == 21 * MiB - 640 * KiB);
	memblock_limit(640 * KiB);
	CHECK(memblock.nr_ram == 1);
	memblock_limit(~0ull);
	CHECK(memblock_ram_between(0, 1ull << 32) == 640 * KiB);
}

static void alloc_too_much(void)
{
	host_machine(0, 8 * MiB);
	memblock_add(0, 64 * MiB);
	memblock_alloc(4 * MiB, 4096);
	memblock_alloc(5 * MiB, 4096);
}

static void too_many_ranges(void)
{
	host_machine(0, 8 * MiB);
	for (unsigned i = 0; i <= MEMBLOCK_MAX; i++)
		memblock_add(i * MiB, 4096);
}

static void limits_panic(void)
{
	CHECK(panics(alloc_too_much, "out of low memory at boot"));
	CHECK(panics(too_many_ranges, "more than 32 ranges"));
}

int main(void)
{
	host_start(20000);
	test("random ranges against a byte map", random_ranges);
	test("random allocations", random_allocs);
	test("memory up to exactly 4 GiB", up_to_4gib);
	test("a limit cuts from the top", limit_cuts_from_the_top);
	test("what cannot be panics", limits_panic);
	return host_done();
}
