/*
 * proc_meminfo.c - the machine's memory as text: /proc/meminfo, vmstat, buddyinfo, zoneinfo and
 * slabinfo, in Linux's formats (man 5 proc).
 *
 * What pages are used for is not counted as they are used, but when somebody asks: one
 * look at every struct page (census()), whole free blocks at a step. So allocation
 * pays nothing for it.
 */
#include "kernel/fs/proc.h"
#include "kernel/process.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"
#include "mm/writeback.h"

/* ---- counting, in pages */

struct census {
	u32 total, free, high_total, high_free;
	u32 anon;   /* mapped, and no object's */
	u32 mapped; /* an object's, and mapped */
	u32 cached, shmem;
	u32 tables, slab, stacks, locked;
};

static void count_page(struct census *c, const struct page *page)
{
	if (page->flags & PG_TABLE)
		c->tables++;
	if (page->flags & (PG_TABLE | PG_SLAB | PG_RESERVED) || page->refs <= 0)
		return;
	if (!page->mapping) {
		c->anon += page->mapcount > 0;
		return;
	}
	c->cached++;
	c->mapped += page->mapcount > 0;
	if (((const struct mapping *)page->mapping)->shmem)
		c->shmem++;
}

static void count_processes(struct census *c)
{
	const struct kmem_cache *cache;
	const struct process *p;

	/* Kernel threads have stacks, too, and the first one has its own. */
	c->stacks = STACK_SIZE / PAGE_SIZE;
	list_for_each_entry (cache, &slab_caches, caches)
		if (!strcmp(cache->name, "thread"))
			c->stacks += cache->nr_objs * (STACK_SIZE / PAGE_SIZE);
	list_for_each_entry (p, &all_processes, all) {
		if (!p->mm)
			continue;
		c->tables += sizeof(struct pgdir) / PAGE_SIZE;
		c->locked += p->mm->locked_vm;
	}
}

static void take_census(struct census *c)
{
	const struct page *end = mem_map + (max_pfn - min_pfn);
	struct zone_stats zone;

	memset(c, 0, sizeof(*c));
	for (enum zone_type z = 0; z < NR_ZONES; z++) {
		zone_stats(z, &zone);
		c->total += zone.managed;
		c->free += zone.free;
	}
	c->high_total = zone.managed; /* the last one's */
	c->high_free = zone.free;
	for (const struct page *page = mem_map; page < end;) {
		if (page->flags & PG_BUDDY) {
			page += 1u << page->order;
			continue;
		}
		count_page(c, page);
		page++;
	}
	count_processes(c);
	c->slab = slab_usage().pages;
}

/* ---- meminfo */

static void show_caches(struct seq *seq, const struct census *c)
{
	u32 file = c->cached - c->shmem;

	show_kb(seq, "Buffers:", 0);
	show_kb(seq, "Cached:", c->cached);
	show_kb(seq, "SwapCached:", 0);
	show_kb(seq, "Active:", c->anon + c->cached);
	show_kb(seq, "Inactive:", 0);
	show_kb(seq, "Active(anon):", c->anon + c->shmem);
	show_kb(seq, "Inactive(anon):", 0);
	show_kb(seq, "Active(file):", file);
	show_kb(seq, "Inactive(file):", 0);
	show_kb(seq, "Unevictable:", c->locked);
	show_kb(seq, "Mlocked:", c->locked);
}

void show_meminfo(struct seq *seq, NO_PROCESS)
{
	struct census c;

	take_census(&c);
	show_kb(seq, "MemTotal:", c.total);
	show_kb(seq, "MemFree:", c.free);
	show_kb(seq, "MemAvailable:", c.free + c.cached - c.shmem);
	show_caches(seq, &c);
	show_kb(seq, "HighTotal:", c.high_total);
	show_kb(seq, "HighFree:", c.high_free);
	show_kb(seq, "LowTotal:", c.total - c.high_total);
	show_kb(seq, "LowFree:", c.free - c.high_free);
	show_kb(seq, "SwapTotal:", 0);
	show_kb(seq, "SwapFree:", 0);
	show_kb(seq, "Dirty:", nr_dirty);
	show_kb(seq, "Writeback:", nr_writeback);
	show_kb(seq, "AnonPages:", c.anon);
	show_kb(seq, "Mapped:", c.mapped);
	show_kb(seq, "Shmem:", c.shmem);
	show_kb(seq, "KReclaimable:", 0);
	show_kb(seq, "Slab:", c.slab);
	show_kb(seq, "SReclaimable:", 0);
	show_kb(seq, "SUnreclaim:", c.slab);
	show_kb(seq, "KernelStack:", c.stacks);
	show_kb(seq, "PageTables:", c.tables);
	show_kb(seq, "CommitLimit:", mm_commit_limit());
	show_kb(seq, "Committed_AS:", committed_pages);
	show_kb(seq,
		"VmallocTotal:", (VMALLOC_END - VMALLOC_START) / PAGE_SIZE);
	show_kb(seq, "VmallocUsed:", vmalloc_pages());
	show_kb(seq, "VmallocChunk:", 0);
}

/* ---- vmstat */

void show_vmstat(struct seq *seq, NO_PROCESS)
{
	static const char *const names[NR_ZONES] = { "dma", "normal", "high" };
	struct zone_stats stats[NR_ZONES];
	struct faults faults = process_all_faults();
	struct census c;
	u64 freed = 0;

	take_census(&c);
	seq_printf(seq, "nr_free_pages %u\nnr_mlock %u\nnr_anon_pages %u\n",
		   c.free, c.locked, c.anon);
	seq_printf(seq,
		   "nr_mapped %u\nnr_file_pages %u\nnr_dirty %u\n"
		   "nr_writeback %u\nnr_shmem %u\n",
		   c.mapped, c.cached, nr_dirty, nr_writeback, c.shmem);
	seq_printf(seq, "nr_slab_unreclaimable %u\nnr_kernel_stack %u\n",
		   c.slab, c.stacks * (PAGE_SIZE / KiB));
	seq_printf(seq, "nr_page_table_pages %u\n", c.tables);
	for (enum zone_type z = 0; z < NR_ZONES; z++) {
		zone_stats(z, &stats[z]);
		freed += stats[z].frees;
		seq_printf(seq, "pgalloc_%s %llu\n", names[z], stats[z].allocs);
	}
	for (enum zone_type z = 0; z < NR_ZONES; z++)
		seq_printf(seq, "allocstall_%s %llu\n", names[z],
			   stats[z].failures);
	seq_printf(seq, "pgfree %llu\npgfault %u\npgmajfault %u\n", freed,
		   faults.minor + faults.major, faults.major);
}

/* ---- zones */

void show_buddyinfo(struct seq *seq, NO_PROCESS)
{
	struct zone_stats zone;

	for (enum zone_type z = 0; z < NR_ZONES; z++) {
		zone_stats(z, &zone);
		if (!zone.present)
			continue;
		seq_printf(seq, "Node 0, zone %8s ", zone.name);
		for (u32 order = 0; order <= MAX_ORDER; order++)
			seq_printf(seq, "%6u ", zone.free_blocks[order]);
		seq_printf(seq, "\n");
	}
}

void show_zoneinfo(struct seq *seq, NO_PROCESS)
{
	struct zone_stats zone;

	for (enum zone_type z = 0; z < NR_ZONES; z++) {
		const struct page *start = zones[z].first;

		zone_stats(z, &zone);
		if (!zone.present)
			continue;
		seq_printf(seq,
			   "Node 0, zone %8s\n"
			   "  pages free     %u\n"
			   "        boost    0\n        min      0\n"
			   "        low      0\n        high     0\n"
			   "        spanned  %u\n        present  %u\n"
			   "        managed  %u\n      nr_free_pages %u\n",
			   zone.name, zone.free, (u32)(zones[z].end - start),
			   zone.present, zone.managed, zone.free);
		seq_printf(seq,
			   "  pagesets\n    cpu: 0\n"
			   "              count: %u\n"
			   "  start_pfn:           %u\n",
			   zone.hot, page_to_pfn(start).n);
	}
}

/* ---- slabs */

void show_slabinfo(struct seq *seq, NO_PROCESS)
{
	const struct kmem_cache *cache;

	seq_printf(seq, "slabinfo - version: 2.1\n");
	seq_printf(
		seq,
		"# name            <active_objs> <num_objs> <objsize> "
		"<objperslab> <pagesperslab> : tunables <limit> <batchcount> "
		"<sharedfactor> : slabdata <active_slabs> <num_slabs> "
		"<sharedavail>\n");
	list_for_each_entry (cache, &slab_caches, caches)
		seq_printf(seq,
			   "%-17s %6u %6u %6u %4u %4d : tunables %4u %4u %4u"
			   " : slabdata %6u %6u %6u\n",
			   cache->name, cache->nr_objs,
			   cache->nr_slabs * cache->per_slab, cache->size,
			   cache->per_slab, 1, 0, 0, 0, cache->nr_slabs,
			   cache->nr_slabs, 0);
}
