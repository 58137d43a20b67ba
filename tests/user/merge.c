/*
 * merge.c - mappings that could be one are one, those that differ are not;
 * and where mmap() puts them. Seen in /proc/self/maps.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

static char *area; /* 16 free pages */

static char *at(size_t page, size_t npages, int prot, int flags)
{
	return mmap(area + P(page), P(npages), prot,
		    flags | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static void clear(void)
{
	munmap(area, P(16));
}

static void neighbours(void)
{
	at(4, 2, RW, MAP_PRIVATE);
	at(6, 2, RW, MAP_PRIVATE);
	is_map(area + P(4), P(4), "rw-p", "with the one below");
	at(2, 2, RW, MAP_PRIVATE);
	is_map(area + P(2), P(6), "rw-p", "with the one above");
	at(10, 2, RW, MAP_PRIVATE);
	is_int(map_count(area, P(16)), 2, "a hole keeps two apart");
	at(8, 2, RW, MAP_PRIVATE);
	is_map(area + P(2), P(10), "rw-p", "filling it makes one of three");
	clear();
}

static void what_differs(void)
{
	at(4, 2, RW, MAP_PRIVATE);
	at(6, 2, PROT_READ, MAP_PRIVATE);
	is_int(map_count(area, P(16)), 2, "other rights");
	at(8, 2, PROT_READ, MAP_SHARED);
	is_int(map_count(area, P(16)), 3, "private and shared");
	at(10, 2, PROT_READ, MAP_SHARED);
	is_int(map_count(area, P(16)), 4, "two shared objects");
	clear();
}

static void split_and_healed(void)
{
	at(2, 8, RW, MAP_PRIVATE);
	area[P(3)] = 'x';
	area[P(9)] = 'y';
	munmap(area + P(5), P(1));
	is_int(map_count(area, P(16)), 2, "a hole splits");
	at(5, 1, RW, MAP_PRIVATE);
	is_int(map_count(area, P(16)), 1, "filled it is healed");
	is_int(area[P(3)] + area[P(9)], 'x' + 'y', "the bytes are there");
	mprotect(area + P(2), P(8), PROT_NONE);
	is_int(map_count(area, P(16)), 1, "PROT_NONE of all: one");
	mprotect(area + P(4), P(2), RW);
	mprotect(area + P(2), P(2), RW);
	mprotect(area + P(6), P(4), RW);
	is_map(area + P(2), P(8), "rw-p", "in three steps back to one");
	clear();
}

static int after_fork(void *page)
{
	at(6, 2, RW, MAP_PRIVATE);
	at(2, 2, RW, MAP_PRIVATE);
	*(char *)page = 'c';
	return map_count(area, P(16));
}

static void inherited(void)
{
	at(4, 2, RW, MAP_PRIVATE);
	is_exit(in_child(after_fork, area + P(4)), 1, "a child's, untouched");
	area[P(4)] = 'p';
	is_exit(in_child(after_fork, area + P(4)), 3,
		"what has a parent's pages is kept apart");
	clear();
}

static void shared_pieces(void)
{
	char *p = map_shared(P(4));

	mprotect(p + P(1), P(1), PROT_READ);
	is_int(map_count(p, P(4)), 3, "a shared object in three pieces");
	mprotect(p + P(1), P(1), RW);
	is_int(map_count(p, P(4)), 1, "whose offsets fit: one again");
	mprotect(p, P(2), PROT_READ);
	mremap(p, P(1), P(1), MREMAP_MAYMOVE | MREMAP_FIXED, area);
	mremap(p + P(1), P(1), P(1), MREMAP_MAYMOVE | MREMAP_FIXED,
	       area + P(1));
	is_int(map_count(area, P(2)), 1, "moved one by one: one again");
	mremap(area, P(1), P(1), MREMAP_MAYMOVE | MREMAP_FIXED, area + P(2));
	is_int(map_count(area, P(3)), 2, "in the wrong order: two");
	munmap(p, P(4));
	clear();
}

static void advice_splits(void)
{
	at(2, 6, RW, MAP_PRIVATE);
	madvise(area + P(4), P(2), MADV_DONTFORK);
	is_int(map_count(area, P(16)), 3, "DONTFORK splits");
	madvise(area + P(4), P(2), MADV_DOFORK);
	is_int(map_count(area, P(16)), 1, "DOFORK heals");
	madvise(area + P(4), P(2), MADV_RANDOM);
	is_int(map_count(area, P(16)), 3, "RANDOM splits");
	madvise(area + P(4), P(2), MADV_NORMAL);
	is_int(map_count(area, P(16)), 1, "NORMAL heals");
	clear();
}

struct order {
	unsigned long last;
	int bad;
};

static void check_order(const struct map *m, void *arg)
{
	struct order *o = arg;

	o->bad += m->start < o->last || m->end <= m->start ||
		  m->start % PAGE_SIZE || m->end % PAGE_SIZE;
	o->last = m->end;
}

static void the_whole_list(void)
{
	struct order o = { 0, 0 };
	struct map m;
	char local = 0;
	static char data = 1;

	ok(map_each(check_order, &o) >= 3, "maps has text, data and stack");
	is_int(o.bad, 0, "in order, apart, aligned");
	map_at((void *)(uintptr_t)the_whole_list, &m);
	ok(!strcmp(m.prot, "r-xp"), "text is r-xp");
	ok(strstr(m.path, "merge") != NULL, "and has the program's name");
	ok(m.inode != 0, "and an inode");
	map_at(&data, &m);
	ok(!strcmp(m.prot, "rw-p"), "data is rw-p");
	map_at(&local, &m);
	ok(!memcmp(m.prot, "rw", 2), "the stack is writable");
}

static void top_down(void)
{
	char *p = map_anon(P(1)), *q, local = 0;
	int i, bad = 0;

	mprotect(p, P(1), PROT_READ);
	for (i = 0; i < 4; i++) {
		q = mmap(NULL, P(64), i & 1 ? RW : PROT_READ,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		bad += q >= p;
		p = q;
	}
	is_int(bad, 0, "mappings go downwards from the stack");
	ok(p < &local, "below it");
}

static void first_fit(void)
{
	char *p = map_anon(P(8)), *q;

	munmap(p + P(3), P(2));
	q = map_anon(P(2));
	is_ptr(q, p + P(3), "a hole of the right size is used");
	munmap(p, P(8));
}

int main(void)
{
	if (under_qemu()) {
		skip("merging", "qemu-user has a layout of its own");
		return done_testing();
	}
	area = hole(16);
	first_fit();
	area = hole(48) + P(16); /* nothing near */
	neighbours();
	what_differs();
	split_and_healed();
	inherited();
	shared_pieces();
	advice_splits();
	the_whole_list();
	top_down();
	return done_testing();
}
