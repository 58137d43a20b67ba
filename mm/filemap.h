/*
 * filemap.h - the page cache: an object's bytes in pages of memory.
 *
 * read(), write() and every mapping of a file use these pages, so they cannot
 * disagree. mm/ reaches the object (a file system's inode) only through
 * struct mapping_ops.
 */
#pragma once

#include "mm/page.h"
#include "mm/radix.h"

struct vma;
struct mapping;

/* page->flags, beside those of mm/page.h. A memory file's pages have only the
 * first, and nobody looks at it. */
enum {
	PG_DIRTY = 1 << 8,  /* changed since it was last written to its home */
	PG_LOCKED = 1 << 9, /* being filled, or made writable: wait */
	PG_WRITEBACK = 1 << 10, /* being written to its home */
	PG_IDLE = 1 << 11,	/* not used since reclaim looked last */
};
#define PG_CACHE (PG_DIRTY | PG_LOCKED | PG_WRITEBACK | PG_IDLE)

/*
 * What stays while a thread sleeps, and by what:
 *
 *	a reference	the page, but not in its file: truncation may take it out, so who
 *			slept looks again (page->mapping)
 *	PG_LOCKED	the page in its file: truncation waits. It is being filled or made
 *			dirty, and is not whole or has no room on the disk before: all wait
 *	PG_WRITEBACK	the page in its file, with its room on the disk. Programs have it
 *			read-only; one that is written to is dirty once more
 *	mapping->users	the struct mapping: mapping_drop() waits. Who came by a dirty page or
 *			an area does not hold the file, which may go meanwhile
 *	inode->refs	the file (kernel/fs/vfs.h): of names, open files and their areas
 *
 * A dirty page is never locked.
 */

/* What a file system does for its files. Any of these may be NULL. None is called twice
 * at a time for a page. Pages beyond the end may be among those asked for. */
struct mapping_ops {
	/* Fills n new pages with consecutive ->pgoff, in the tree and locked. Beyond
	 * the end and in holes: zeros. NULL: zeros. An error of n > 1
	 * is tried again for the one page that is needed. => 0, -EIO, -ENOMEM; may sleep */
	int (*read_pages)(struct mapping *mapping, struct page **pages, u32 n);
	/* A clean page, locked, is about to become dirty: find room for it on disk, and if it
	 * is easy, for those that follow it (mapping->room).
	 * => 0, -ENOSPC, -EIO, -EDQUOT; may sleep */
	int (*page_mkwrite)(struct mapping *mapping, struct page *page);
	/* Writes n pages with consecutive ->pgoff, which are read-only to
	 * all programs and PG_WRITEBACK. The bytes beyond the end are zeros. Returns
	 * when it is done. => 0 or -errno; may sleep */
	int (*write_pages)(struct mapping *mapping, struct page **pages, u32 n);
	/* Room for one more page in memory. => 0 or -ENOSPC */
	int (*charge)(struct mapping *mapping);
	void (*uncharge)(struct mapping *mapping);
};

struct mapping {
	struct radix pages; /* struct page by page number; a reference each */
	u32 nr_pages;
	struct list_head vmas; /* areas that map it, by vma->shared (mmap.c) */
	u64 size;	       /* bytes; a fault beyond is SIGBUS */
	const struct mapping_ops *ops;
	void *host;  /* the object itself: a struct inode */
	bool shmem;  /* memory is the object's only home */
	bool sealed; /* no holes: kernel/fs/seal.c */

	/* of what has a home on a disk (writeback.c) */
	u8 advice;		    /* POSIX_FADV_: how it will be read */
	bool wb_unseen;		    /* nobody has been told of wb_err */
	int wb_err;		    /* the last error of writing, -errno */
	u32 wb_seq;		    /* how many there were */
	u32 nr_dirty, nr_writeback; /* pages */
	u32 users;		/* threads that sleep on its behalf: above */
	struct list_head dirty; /* on the list of those with nr_dirty > 0 */
	u64 dirtied_ns;		/* when nr_dirty was 0 last */
	/* A file that grows: the next page to become dirty has room on the disk if it is
	 * page `room`, and is not asked for before room_end. The file system has not
	 * heard yet of [room_start, room). */
	u32 room_start, room, room_end;
};

/* Whether the page has room on the disk without asking for it: then room++ takes it. */
static inline bool mapping_has_room(const struct mapping *mapping, u32 pgoff)
{
	return pgoff == mapping->room && pgoff != mapping->room_end;
}

/* The largest size of a file: page numbers have 32 bits. */
#define MAPPING_MAX_SIZE ((u64)0xffffffff << PAGE_SHIFT)

/* => the mapping is all zero but for what it sets */
void mapping_init(struct mapping *mapping, const struct mapping_ops *ops,
		  void *host);

/* The cached page. => NULL: not cached; no reference is taken */
static inline struct page *mapping_lookup(const struct mapping *mapping,
					  u32 pgoff)
{
	return radix_lookup(&mapping->pages, pgoff);
}

/* For mincore(): whether the page is cached. */
bool mapping_resident(struct mapping *mapping, u32 pgoff);

/* For fault-around: the pages (or NULLs) of pgoff and those after it, *n of
 * them. => NULL: none; no references; valid until the next sleep or change */
static inline struct page *const *mapping_run(const struct mapping *mapping,
					      u32 pgoff, u32 *n)
{
	return (struct page *const *)radix_run(&mapping->pages, pgoff, n);
}

/* Pages that a file of this size has, the last one perhaps in part. */
static inline u32 size_to_pages(u64 size)
{
	return (u32)((size + PAGE_SIZE - 1) >> PAGE_SHIFT);
}

/* The page, created and filled if need be, with a reference. => 0, -ENOMEM,
 * -ENOSPC, -EIO; may sleep. Does not look at the size */
int mapping_get_page(struct mapping *mapping, u32 pgoff, struct page **page);

/* The struct vm_ops functions of whatever is mapped through its page cache. */
int filemap_fault(struct vma *vma, u32 pgoff, struct page **page);
int filemap_page_mkwrite(struct vma *vma, struct page *page);

/* Copy between the cache and the program's memory, or the kernel's. => bytes copied, fewer
 * at the end of the file or after an error, or -errno if none; may sleep; access_ok()
 * has been asked */
long mapping_read(struct mapping *mapping, void *to, u32 n, u64 pos);
long mapping_write(struct mapping *mapping, const void *from, u32 n, u64 pos);
/* The same from the kernel's memory, for building files. => 0 or -errno */
int mapping_fill(struct mapping *mapping, const void *from, u32 n, u64 pos);

/* Sets the size. What lay beyond is gone: from the cache, and from every area,
 * private copies too. A disk file's last page is cleared beyond the end, on the disk, too.
 * => never fails; memory files: does not sleep. Disk files: may sleep, and call ops */
void mapping_truncate(struct mapping *mapping, u64 size);
/* A disk file is about to grow: what its last block has behind the end, as a power
 * cut may leave it, becomes zero on the disk, too. => may sleep */
void mapping_clear_tail(struct mapping *mapping);
/* Makes [start, end) bytes read as zeros, and frees the whole pages in it. The
 * private copies that areas have made stay. => as mapping_truncate() */
void mapping_punch(struct mapping *mapping, u64 start, u64 end);
/* Drops every page, dirty ones too. => nothing maps it; waits until nobody reads or
 * writes a page any more: then it may be freed */
void mapping_drop(struct mapping *mapping);

/* ---- for mm/ itself */

/* Who waits until a page has not this flag, or a mapping no user. */
extern struct waitq page_waiters;
/* Sleeps until the page has none of these flags. => the caller looks again whether it
 * is still what it wants */
void page_wait(struct page *page, u32 flags);
/* The mapping is kept for one thread less. */
void mapping_put(struct mapping *mapping);
/* Takes it out, and drops the cache's reference. => no entry maps it */
void mapping_remove_page(struct mapping *mapping, struct page *page);
/* The page of a disk file, read if need be, with those after it if it seems
 * wise; `want` says how many the reader asks for. => 0, 1: it was read now; -ENOMEM, -EIO; no
 * reference; may sleep */
int disk_find_page(struct mapping *mapping, u32 pgoff, u32 want,
		   struct page **page);
/* Puts a new page of a disk file in; the caller's reference becomes the cache's. whole: it
 * has its bytes, and becomes dirty; else it is locked. => 0; -ENOMEM, -EEXIST; whole: what
 * disk_mkdirty() says; may sleep */
int disk_add_page(struct mapping *mapping, u32 pgoff, struct page *page,
		  bool whole);
/* Starts reading what is not cached of [first, end). => may sleep */
void mapping_readahead(struct mapping *mapping, u32 first, u32 end);
/* The page is about to be changed: gets the object's leave. => 0; -EAGAIN: it is not in the
 * cache any more; -errno; may sleep */
int disk_mkdirty(struct mapping *mapping, struct page *page);
