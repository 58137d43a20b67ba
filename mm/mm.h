/*
 * mm.h - struct mm, an address space; and what can be done to one.
 *
 *	struct mm --- vmas ---> tree of struct vma      what addresses mean (mmap.c)
 *	          \-- mmu ----> page directory          what is in memory  (memory.c, fault.c)
 *
 * The page tables never hold more than the areas allow. An area without entries is
 * normal: entries come by faults, and only by them (and by fork, mremap, populate).
 *
 * Functions that change an address space act on any mm, but only the running process's
 * own may be used from here on by user code: there is one processor, and what sleeps
 * (faults from files, low memory) says so.
 */
#pragma once

#include "mm/filemap.h"
#include "mm/pgtable.h"
#include "mm/vma.h"

enum { RSS_ANON, RSS_FILE, RSS_SHMEM, NR_RSS };

struct mm {
	struct mmu_context mmu;
	struct vma_tree vmas;
	u32 users; /* processes and threads; the last one destroys it */
	struct list_head all; /* on all_mms */

	/* counts in pages, kept exact; the audit recounts them */
	u32 nr_tables;	 /* of second-level entries */
	u32 rss[NR_RSS]; /* present entries, by what they map */
	u32 peak_rss;	 /* mm_peak_rss() */
	u32 total_vm, locked_vm, data_vm, stack_vm, exec_vm, peak_vm;
	u32 committed; /* VM_ACCOUNT pages */

	u32 def_flags; /* for new areas: VM_LOCKED after mlockall(MCL_FUTURE) */
	/* what describes the program; a child's is the same */
	struct {
		vaddr_t mmap_base; /* search below; legacy: upwards from here */
		bool legacy_layout;
		vaddr_t start_code, end_code, start_data, end_data;
		vaddr_t start_brk, brk;
		vaddr_t start_stack, arg_start, arg_end, env_start, env_end;
		vaddr_t auxv_start, auxv_end;
	} layout;
};

/* What an area's object does. All get the area as it is now. */
struct vm_ops {
	/* One more area refers to the object: mapped, split, copied by fork or
	 * mremap. An object is open as often as there are areas of it. */
	void (*open)(struct vma *vma);
	/* One area less. => the area is already out of the tree; may sleep */
	void (*close)(struct vma *vma);
	/* mmap() has made the area: a device may fill it at once (remap_pfn_range).
	 * => 0, or -errno and the area goes. NULL op: pages come by faults */
	int (*map)(struct vma *vma);
	/* Finds the object's page. => 0 (1: from a disk) and a reference in *page; -EFAULT: beyond the end
	 * or I/O error (SIGBUS); -ENOMEM. May sleep. NULL op: nothing can be faulted in (PFNMAP) */
	int (*fault)(struct vma *vma, u32 pgoff, struct page **page);
	/* A clean shared page is about to be written. => 0, or -errno as for fault. May sleep */
	int (*page_mkwrite)(struct vma *vma, struct page *page);
};

/* What mmap maps when it is not private anonymous memory. */
struct mmap_object {
	struct file *file; /* may be NULL (shared anonymous) */
	struct mapping *mapping;
	const struct vm_ops *ops;
	u32 pgoff;
	u32 may; /* VM_MAY*: what it was opened for (a private mapping may always be
		  * written); VM_PFNMAP, VM_DONTEXPAND */
};

/* Limits of the running process, in bytes; ~0: none. memlock is ~0 for
 * a process that may lock whatever it likes. Defined by kernel/. */
struct mm_limits {
	u32 as, data, stack, memlock;
};
const struct mm_limits *mm_limits(void);

extern u32 max_map_count; /* /proc/sys/vm/max_map_count: 65530 */
extern u32 overcommit_memory, overcommit_ratio; /* /proc/sys/vm */
/* What may be promised under overcommit_memory 2; shared memory is not counted. */
u32 mm_commit_limit(void);
extern u32 committed_pages; /* of all address spaces */
extern u32 total_pages; /* RAM and swap: mode 0 refuses what could never fit */

/* ---- mm.c: address spaces */
extern struct list_head all_mms; /* in no order that matters */
void mm_init(void);
struct mm *mm_create(void); /* empty. => NULL: out of memory */
/* A copy, pages shared by COW. => NULL: out of memory */
struct mm *mm_fork(struct mm *old);
struct mm *mm_get(struct mm *mm);
void mm_put(struct mm *mm);

/* The areas' memory, contents undefined. => NULL: out of memory */
struct vma *vma_alloc(void);
void vma_free(struct vma *v); /* NULL is let through */

/* ---- mmap.c and its neighbours: policy. Results as the system calls': an address or 0, or -errno */
long mm_mmap(struct mm *mm, vaddr_t addr, u32 len, u32 prot, u32 flags,
	     const struct mmap_object *obj);
int mm_munmap(struct mm *mm, vaddr_t addr, u32 len);
int mm_mprotect(struct mm *mm, vaddr_t addr, u32 len, u32 prot);
long mm_mremap(struct mm *mm, vaddr_t addr, u32 old_len, u32 new_len, u32 flags,
	       vaddr_t new_addr);
int mm_madvise(struct mm *mm, vaddr_t addr, u32 len, int advice);
/* vm_flags: VM_LOCKED, with VM_LOCKONFAULT for MLOCK_ONFAULT */
int mm_mlock(struct mm *mm, vaddr_t addr, u32 len, u32 vm_flags);
int mm_munlock(struct mm *mm, vaddr_t addr, u32 len);
int mm_mlockall(struct mm *mm, u32 mcl_flags);
int mm_munlockall(struct mm *mm);
vaddr_t mm_brk(struct mm *mm, vaddr_t brk);
/* Into vec (kernel memory) a byte a page from addr on, 1: resident, at most npages
 * and to the end of addr's area: the caller, who has checked that addr is aligned and the
 * whole range the program's, loops. => the number of pages, or -ENOMEM: nothing there */
int mm_mincore(struct mm *mm, vaddr_t addr, u32 npages, u8 *vec);

static inline u32 mm_rss(const struct mm *mm)
{
	return mm->rss[RSS_ANON] + mm->rss[RSS_FILE] + mm->rss[RSS_SHMEM];
}

/* The most that rss has been. It only falls where entries are removed, so only there and
 * where it is asked for must the maximum be taken. */
static inline u32 mm_peak_rss(const struct mm *mm)
{
	u32 rss = mm_rss(mm);

	return max(mm->peak_rss, rss);
}

/* Whether a result is an errno: addresses end where these begin. */
static inline bool mm_is_error(long result)
{
	return (unsigned long)result > (unsigned long)-4096l;
}

/* ---- memory.c: page tables of a range inside one area */
/* Which of rss[] a mapped page counts in. */
static inline u32 page_rss(const struct page *page)
{
	const struct mapping *mapping = page->mapping;

	if (!mapping)
		return RSS_ANON;
	return mapping->shmem ? RSS_SHMEM : RSS_FILE;
}
/* The entry of addr, or NULL when there is no table. */
static inline pte_t *pte_lookup(struct mm *mm, vaddr_t addr)
{
	pte_t *table = pgdir_table(mm->mmu.pgdir, addr);

	return table ? table + pte_index(addr) : NULL;
}
/* Makes the table that addr needs. => its entry there, or NULL: out of memory */
pte_t *pte_alloc_table(struct mm *mm, vaddr_t addr);
/* The entry of addr, with the table that holds it. => NULL: out of memory */
static inline pte_t *pte_alloc(struct mm *mm, vaddr_t addr)
{
	pte_t *pte = pte_lookup(mm, addr);

	return likely(pte) ? pte : pte_alloc_table(mm, addr);
}
/* How many entries one table has of [va, end), of which va is the first. */
static inline u32 run_length(vaddr_t va, vaddr_t end)
{
	u32 left = (u32)((end - va) >> PAGE_SHIFT);

	return min(left, PTRS_PER_TABLE - pte_index(va));
}

/* The runs that are there: n entries for va and what follows, from *ptep on. */
#define for_each_run(mm, va, n, ptep, start, end)                  \
	for (va = start; va < (end); va += (vaddr_t)n * PAGE_SIZE) \
		if (n = run_length(va, end), ptep = pte_lookup(mm, va), ptep)

/* Removes the entries of [start, end) and flushes. Gives back the pages. */
void unmap_pages(struct vma *vma, vaddr_t start, vaddr_t end);
/* Gives the entries of [start, end) the rights vma->flags has now, and flushes. */
void protect_pages(struct vma *vma, vaddr_t start, vaddr_t end);
/* Moves the entries of [from, from + len), inside one area, to `to` in another.
 * => 0, or -ENOMEM with nothing moved */
int move_pages(struct mm *mm, vaddr_t from, vaddr_t to, u32 len);
/* fork: gives `new` the entries of `old`, private writable ones made copy-on-write in both.
 * => 0 or -ENOMEM; what was copied stays for mm_put() */
int copy_pages(struct vma *old, struct vma *new);
/* Frees the tables of [start, end), whole slots where no area is left. */
void free_tables(struct mm *mm, vaddr_t start, vaddr_t end);
/* The rights of an area as the MMU has them, but for writing: that is each page's own. */
pgprot_t vma_pgprot(u32 vm_flags);

/* A present, not special entry of mm for the page begins, and ends. The entry's reference to
 * the page is taken by the first and dropped by the second. */
static inline void page_add_rmap(struct mm *mm, struct page *page)
{
	page->refs++;
	page->mapcount++;
	mm->rss[page_rss(page)]++;
}

static inline void page_remove_rmap(struct mm *mm, struct page *page)
{
	page->mapcount--;
	mm->rss[page_rss(page)]--;
	put_page(page);
}

/* ---- rmap.c: all entries of a page of the page cache */
void page_unmap(const struct page *page); /* removes them */
/* The next write through any will fault, and page_mkwrite be asked. */
void page_wrprotect(const struct page *page);
/* Whether it was used through one since this was last asked, or is locked. */
bool page_test_young(const struct page *page);

/* ---- reclaim.c */
/* Drops clean pages of disk files, or pages that were given up by MADV_FREE, of zones
 * up to `highest`. => whether there were any */
bool reclaim_pages(enum zone_type highest);
/* A page of a disk file joins the cache, and leaves it. */
void reclaim_add(struct page *page);
void reclaim_remove(struct page *page);
/* Drops what is clean and not mapped: of pages [first, end) of a mapping; everywhere */
void reclaim_range(struct mapping *mapping, u32 first, u32 end);
void reclaim_all(void);
extern u32 nr_file_pages; /* of disk files, in the cache */

/* Whether the page is this entry's alone, so that a private area may write it. */
static inline bool page_is_exclusive(const struct page *page)
{
	return page->refs - page->pins == 1 && !page->mapping;
}

/* ---- remap.c: device memory */
/* Maps `size` bytes of physical memory from `first` on at addr, in one go; the frames are
 * nobody's and are not counted. type: PGPROT_WB, WT, WC, UC. For vm_ops->map.
 * => 0 or -ENOMEM; inside the area, which is VM_PFNMAP and empty */
int remap_pfn_range(struct vma *vma, vaddr_t addr, pfn_t first, u32 size,
		    u32 type);

/* ---- gup.c: pages of the program that stay where they are while a device uses them */
/* Faults in the pages of [start, start + npages) for reading or writing and takes a
 * reference to each. => 0, or -EFAULT, -ENOMEM and none is taken; may sleep */
int get_user_pages(struct mm *mm, vaddr_t start, u32 npages, bool write,
		   struct page **pages);
/* Gives them back. written: the device has changed them */
void put_user_pages(struct page **pages, u32 npages, bool written);

/* ---- fault.c */
void copy_highpage(struct page *to, struct page *from);
void fault_init(void);
enum fault_result {
	FAULT_OK,
	FAULT_MAJOR,
	FAULT_MAPERR,
	FAULT_ACCERR,
	FAULT_BUS,
	FAULT_OOM
};
/* Serves a fault at addr. access: VM_READ, VM_WRITE or VM_EXEC. => may sleep */
enum fault_result mm_fault(struct mm *mm, vaddr_t addr, u32 access);
/* Faults in what is not there of [start, end): MAP_POPULATE, mlock, MADV_POPULATE_*. `access` 0: as the area
 * allows. => 0, -ENOMEM (hole or out of memory), -EFAULT (no right, beyond the end). May sleep */
int mm_populate(struct mm *mm, vaddr_t start, vaddr_t end, u32 access);

/* ---- audit.c */
/* Checks tree, list, page tables and counts of one address space.
 * => the number of differences, each printed */
u32 mm_audit(struct mm *mm);

/* Between the two, mm_audit() of every address space; then the pages' own counts are
 * compared. => begin: false, out of memory; end: the number of differences */
bool page_audit_begin(void);
u32 page_audit_end(void);
