/*
 * test-radix.c - the radix tree against an array, by random operations.
 */
#include "mm/radix.h"
#include "mm/slab.h"

#include <asm/errno.h>
#include <stdio.h>
#include <stdlib.h>

#define OPS 400000

/* Indexes under test: clusters at the edges of nodes and of the range. */
static const u32 bases[] = { 0, 60, 4090, 262140, 0x3ffffff0, 0xffffffe0 };
#define CLUSTER 32u
#define NR	(ARRAY_SIZE(bases) * CLUSTER)

static void *model[NR];
static struct radix tree;
static unsigned long checks;

static u32 index_of(u32 i)
{
	return bases[i / CLUSTER] + i % CLUSTER;
}

static void check(bool ok, const char *what, u32 index)
{
	checks++;
	if (ok)
		return;
	printf("not ok 1 - %s, index %u\n", what, index);
	exit(1);
}

static void check_next(u32 from)
{
	u32 want = NR, index = from;
	void *got = radix_next(&tree, &index);

	for (u32 i = 0; i < NR && want == NR; i++)
		if (model[i] && index_of(i) >= from)
			want = i;
	if (want == NR)
		check(!got, "next finds nothing", from);
	else
		check(got == model[want] && index == index_of(want), "next",
		      from);
}

static void check_run(u32 i)
{
	u32 n = 0, index = index_of(i);
	void *const *run = radix_run(&tree, index, &n);

	if (!run) {
		check(!model[i], "no run, no item", index);
		return;
	}
	check(n >= 1 && n <= RADIX_WAY, "length of a run", index);
	for (u32 k = 0; k < n && i + k < NR && i / CLUSTER == (i + k) / CLUSTER;
	     k++)
		check(run[k] == model[i + k], "item of a run", index + k);
}

static void step(void)
{
	static char items[NR];
	u32 i = (u32)rand() % NR, index = index_of(i);
	void *item = items + (u32)rand() % NR;
	int err;

	switch (rand() % 5) {
	case 0:
	case 1:
		err = radix_insert(&tree, index, item);
		check(err == (model[i] ? -EEXIST : 0), "insert", index);
		if (!err)
			model[i] = item;
		break;
	case 2:
		check(radix_delete(&tree, index) == model[i], "delete", index);
		model[i] = NULL;
		break;
	case 3:
		check_next(index + (u32)rand() % 3 - 1);
		break;
	default:
		check_run(i);
	}
	check(radix_lookup(&tree, index) == model[i], "lookup", index);
}

static void empty_it(void)
{
	for (u32 i = 0; i < NR; i++) {
		check(radix_delete(&tree, index_of(i)) == model[i],
		      "delete all", index_of(i));
		model[i] = NULL;
	}
	check(!tree.root && !tree.height && !radix_nodes(&tree),
	      "an empty tree has no nodes", 0);
}

int main(void)
{
	printf("1..1\n");
	srand(1);
	slab_init();
	radix_init();
	for (u32 n = 1; n <= OPS; n++) {
		step();
		if (n % (OPS / 20) == 0)
			empty_it();
	}
	printf("ok 1 - radix tree: %u random operations, %lu checks\n", OPS,
	       checks);
	return 0;
}
