/*
 * test-radix.c - the radix tree against an array, by random operations; and
 * without memory.
 */
#include "tests/host/host.h"

#include "mm/memblock.h"
#include "mm/radix.h"
#include "mm/slab.h"

#include <asm/errno.h>

/* Indexes under test: clusters at the edges of nodes and of the range. */
static const u32 bases[] = { 0, 60, 4090, 262140, 0x3ffffff0, 0xffffffe0 };
#define CLUSTER 32u
#define NR	(ARRAY_SIZE(bases) * CLUSTER)

static char items[NR]; /* only their addresses count */
static void *model[NR];
static bool tagged[NR];
static struct radix tree;

static u32 index_of(u32 i)
{
	return bases[i / CLUSTER] + i % CLUSTER;
}

/* How many nodes a subtree has. */
static u32 count_nodes(void *p, u32 level)
{
	u32 n = 1;

	if (!p || !level)
		return 0;
	for (u32 i = 0; i < RADIX_WAY; i++)
		n += count_nodes(((struct radix_node *)p)->slots[i], level - 1);
	return n;
}

static void start(void)
{
	host_slabs(0, 64 * MiB, 8 * MiB);
	memset(model, 0, sizeof(model));
	memset(tagged, 0, sizeof(tagged));
	tree = (struct radix){ 0 };
}

static void check_next(u32 from, bool of_tagged)
{
	u32 want = NR, index = from;
	void *got = of_tagged ? radix_next_tagged(&tree, &index)
			      : radix_next(&tree, &index);

	for (u32 i = 0; i < NR && want == NR; i++)
		if (model[i] && index_of(i) >= from &&
		    (tagged[i] || !of_tagged))
			want = i;
	if (want == NR)
		CHECK(!got);
	else
		CHECK(got == model[want] && index == index_of(want));
}

static void check_run(u32 i)
{
	u32 n = 0;
	void *const *run = radix_run(&tree, index_of(i), &n);

	if (!run) {
		CHECK(!model[i]);
		return;
	}
	CHECK(n >= 1 && n <= RADIX_WAY);
	for (u32 k = 0; k < n && i % CLUSTER + k < CLUSTER; k++)
		CHECK(run[k] == model[i + k]);
}

/* Whether an item could join a tagged one in its node. */
static bool may_join(u32 i)
{
	u32 node = index_of(i) / RADIX_WAY;

	for (u32 k = 0; k < NR; k++)
		if (tagged[k] && index_of(k) / RADIX_WAY == node)
			return tree.height && !model[i];
	return false;
}

static void check_join(u32 i, void *item)
{
	bool joins = may_join(i);

	CHECK(radix_join_tagged(&tree, index_of(i), item) == joins);
	if (joins)
		model[i] = item;
	tagged[i] |= joins;
}

static void step(void)
{
	u32 i = rnd(NR), index = index_of(i);
	void *item = items + rnd(NR);
	int err;

	switch (rnd(9)) {
	case 0:
	case 1:
		err = radix_insert(&tree, index, item);
		CHECK(err == (model[i] ? -EEXIST : 0));
		if (!err)
			model[i] = item;
		break;
	case 2:
		CHECK(radix_delete(&tree, index) == model[i]);
		model[i] = NULL;
		tagged[i] = false;
		break;
	case 3:
		check_next(index + rnd(3) - 1, false);
		break;
	case 4:
		check_next(index + rnd(3) - 1, true);
		break;
	case 5:
	case 6:
		if (!model[i])
			break;
		tagged[i] = !tagged[i];
		(tagged[i] ? radix_tag : radix_untag)(&tree, index);
		break;
	case 7:
		check_join(i, item);
		break;
	default:
		check_run(i);
	}
	CHECK(radix_lookup(&tree, index) == model[i]);
}

static void empty_it(void)
{
	for (u32 i = 0; i < NR; i++) {
		CHECK(radix_delete(&tree, index_of(i)) == model[i]);
		model[i] = NULL;
		tagged[i] = false;
	}
	CHECK(!tree.tagged && !tree.root && !tree.height &&
	      !count_nodes(tree.root, tree.height));
}

static void random_operations(void)
{
	start();
	for (u32 n = 1; n <= host_ops; n++) {
		step();
		if (n % (host_ops / 20 + 1) == 0)
			empty_it();
	}
	empty_it();
}

/* Pages taken out of the way, so that nodes run out; then given back. */
static void out_of_memory(void)
{
	struct page *taken, *next = NULL;
	u32 failed = 0;

	start();
	while ((taken = alloc_page(GFP_KERNEL))) {
		taken->list.next = (struct list_head *)next;
		next = taken;
	}
	for (u32 i = 0; i < NR; i++) {
		u32 before = count_nodes(tree.root, tree.height);
		int err = radix_insert(&tree, index_of(i), items);

		model[i] = err ? NULL : items;
		CHECK(!err || err == -ENOMEM);
		CHECK(radix_lookup(&tree, index_of(i)) == model[i]);
		/* What failed has left no node without an item. */
		if (err) {
			failed++;
			CHECK(count_nodes(tree.root, tree.height) >= before);
		}
	}
	CHECK(failed);
	for (; next; next = taken) {
		taken = (struct page *)next->list.next;
		free_page(next);
	}
	empty_it();
}

int main(void)
{
	host_start(400000);
	test("random operations", random_operations);
	test("out of memory", out_of_memory);
	return host_done();
}
