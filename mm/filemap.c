/*
 * filemap.c - the page cache: filling it, emptying it, and copying to and from it.
 *
 * Called by the file systems in kernel/fs, and by fault.c through struct vm_ops.
 *
 *	read(), write()            mmap()
 *	      |                      |
 *	      v                      v
 *	struct mapping           struct vma --- on mapping->vmas
 *	  pages: 0 1 . 3 . . 6       |
 *	         |                   | filemap_fault()
 *	         v                   v
 *	      struct page <--- page-table entries
 *
 * A page that is in `pages` has page->mapping and page->pgoff set, holds what
 * the object holds, and one of its references is the cache's. One that was taken out has
 * page->mapping NULL and lives as long as somebody still has a reference; nobody
 * can find it any more.
 *
 * There are no page locks. The kernel is not preempted, so what does not sleep is
 * atomic. A new page is filled while it is still out of sight, and enters the
 * tree when it is whole; whoever slept meanwhile looks again:
 * another thread may have been faster, or the file shorter.
 *
 * Copying: a page of HIGHMEM has an address only for a while. The cheap kind of
 * address (kmap_local) forbids sleeping, while touching the program's memory
 * may fault and sleep. So the copy is first tried with faults off, which does for
 * memory the program has used; what it leaves is copied through kmap(), whose address
 * lasts.
 *
 * Linux has folios, readahead, and per-page locks in place of our "look again".
 */
#include "mm/filemap.h"

#include "mm/kmap.h"
#include "mm/mm.h"
#include "mm/uaccess.h"

#include <asm/errno.h>

void filemap_init(void)
{
	radix_init();
}

void mapping_init(struct mapping *mapping, const struct mapping_ops *ops,
		  void *host)
{
	memset(mapping, 0, sizeof(*mapping));
	list_init(&mapping->vmas);
	mapping->ops = ops;
	mapping->host = host;
}

/* ---- pages come and go */

static inline void uncharge(struct mapping *mapping)
{
	if (mapping->ops->uncharge)
		mapping->ops->uncharge(mapping);
}

/* Puts a whole new page in; the caller's reference becomes the cache's. */
static int add_page(struct mapping *mapping, u32 pgoff, struct page *page)
{
	int err = radix_insert(&mapping->pages, pgoff, page);

	if (err)
		return err;
	page->mapping = mapping;
	page->pgoff = pgoff;
	mapping->nr_pages++;
	return 0;
}

/* A page that is charged for but not yet in the tree. `whole`: the caller
 * is going to write all of it. => 0, -ENOMEM, -ENOSPC */
static int new_page(struct mapping *mapping, bool whole, struct page **page)
{
	bool zero = !whole && !mapping->ops->read_pages;
	int err = 0;

	if (mapping->ops->charge)
		err = mapping->ops->charge(mapping);
	if (err)
		return err;
	*page = alloc_page(GFP_HIGHUSER | (zero ? GFP_ZERO : 0));
	if (*page)
		return 0;
	uncharge(mapping);
	return -ENOMEM;
}

static void discard_page(struct mapping *mapping, struct page *page)
{
	page->mapping = NULL;
	page->flags &= (u16)~PG_DIRTY;
	uncharge(mapping);
	put_page(page);
}

/* Has the object fill a page that is still out of sight. */
static int read_page(struct mapping *mapping, u32 pgoff, struct page *page)
{
	if (!mapping->ops->read_pages)
		return 0;
	page->pgoff = pgoff;
	return mapping->ops->read_pages(mapping, &page, 1);
}

/* Makes the page. => 0 and no reference for the caller; may sleep */
static noinline int create_page(struct mapping *mapping, u32 pgoff,
				struct page **page)
{
	int err = new_page(mapping, false, page);

	if (err)
		return err;
	err = read_page(mapping, pgoff, *page);
	if (!err)
		err = add_page(mapping, pgoff, *page);
	if (!err)
		return 0;
	discard_page(mapping, *page);
	if (err != -EEXIST)
		return err;
	*page = mapping_lookup(mapping, pgoff);
	return 0;
}

static inline int find_page(struct mapping *mapping, u32 pgoff,
			    struct page **page)
{
	*page = mapping_lookup(mapping, pgoff);
	return likely(*page) ? 0 : create_page(mapping, pgoff, page);
}

int mapping_get_page(struct mapping *mapping, u32 pgoff, struct page **page)
{
	int err = find_page(mapping, pgoff, page);

	if (!err)
		get_page(*page);
	return err;
}

/* ---- areas, and faults in them */

bool mapping_resident(struct mapping *mapping, u32 pgoff)
{
	return mapping_lookup(mapping, pgoff) != NULL;
}

int filemap_fault(struct vma *vma, u32 pgoff, struct page **page)
{
	struct mapping *mapping = vma->mapping;
	int err;

	if (pgoff >= size_to_pages(mapping->size))
		return -EFAULT;
	err = mapping_get_page(mapping, pgoff, page);
	if (err)
		return err == -ENOMEM ? err : -EFAULT;
	if (likely(pgoff < size_to_pages(mapping->size)))
		return 0;
	/* Cut off while we slept. */
	put_page(*page);
	return -EFAULT;
}

/* => 0 or -errno; may sleep */
static inline int dirty_page(struct mapping *mapping, struct page *page)
{
	int err;

	if (page->flags & PG_DIRTY)
		return 0;
	if (mapping->ops->page_mkwrite) {
		err = mapping->ops->page_mkwrite(mapping, page);
		if (err)
			return err;
	}
	page->flags |= PG_DIRTY;
	return 0;
}

int filemap_page_mkwrite(struct vma *vma, struct page *page)
{
	int err;

	/* Truncated since it was found: the fault will look again. */
	if (page->mapping != vma->mapping)
		return -EFAULT;
	err = dirty_page(vma->mapping, page);
	return err && err != -ENOMEM ? -EFAULT : err;
}

/* ---- copying */

/* The rest of a copy whose user side is not in memory. => bytes not copied */
static noinline u32 copy_slowly(struct page *page, u32 offset, void *user,
				u32 n, bool to_user)
{
	char *kaddr;
	u32 left;

	get_page(page);
	kaddr = (char *)kmap(page) + offset;
	left = to_user ? copy_to_user(user, kaddr, n)
		       : copy_from_user(kaddr, user, n);
	kunmap(page);
	put_page(page);
	return left;
}

/* Bytes [offset, offset + n) of the page to the program or from it. => bytes
 * not copied; may sleep; access_ok() has been asked */
static inline u32 copy_page_user(struct page *page, u32 offset, void *user,
				 u32 n, bool to_user)
{
	char *kaddr;
	u32 left;

	user_faults_off++;
	kaddr = kmap_local(page);
	left = to_user ? raw_copy_user(user, kaddr + offset, n)
		       : raw_copy_user(kaddr + offset, user, n);
	kunmap_local(kaddr);
	user_faults_off--;
	if (likely(!left))
		return 0;
	return copy_slowly(page, offset + n - left, (char *)user + n - left,
			   left, to_user);
}

/* The part of [pos, pos + n) that lies in the first page of it. */
static inline u32 first_part(u64 pos, u32 n)
{
	return min(n, PAGE_SIZE - ((u32)pos & (PAGE_SIZE - 1)));
}

/* One page's worth of a read. => 0, *left bytes not copied; or -errno */
static inline int read_part(struct mapping *mapping, char *to, u32 n, u64 pos,
			    u32 *left)
{
	u32 pgoff = (u32)(pos >> PAGE_SHIFT);
	struct page *page = mapping_lookup(mapping, pgoff);
	int err;

	if (unlikely(!page)) {
		/* A hole of a memory file is read without filling it. */
		if (!mapping->ops->read_pages) {
			*left = clear_user(to, n);
			return 0;
		}
		err = create_page(mapping, pgoff, &page);
		if (err)
			return err;
	}
	*left = copy_page_user(page, (u32)pos & (PAGE_SIZE - 1), to, n, true);
	return 0;
}

long mapping_read(struct mapping *mapping, void *to, u32 n, u64 pos)
{
	u32 done = 0, part, left;
	int err = 0;

	if (!access_ok(to, n))
		return -EFAULT;
	/* The size is asked each time: the copy may have slept. */
	while (done < n && pos < mapping->size) {
		part = (u32)min((u64)(n - done), mapping->size - pos);
		part = first_part(pos, part);
		err = read_part(mapping, (char *)to + done, part, pos, &left);
		if (err)
			break;
		done += part - left;
		pos += part;
		if (left) {
			err = -EFAULT;
			break;
		}
	}
	return done ? (long)done : err;
}

/* Writes a page that is not cached and that the copy will fill, so that nobody
 * has to clear it first. => as write_part() */
static int write_whole(struct mapping *mapping, const void *from, u32 pgoff,
		       u32 *left)
{
	struct page *page;
	int err = new_page(mapping, true, &page);
	void *kaddr;

	if (err)
		return err;
	user_faults_off++;
	kaddr = kmap_local(page);
	*left = raw_copy_user(kaddr, from, PAGE_SIZE);
	kunmap_local(kaddr);
	user_faults_off--;
	if (!*left)
		err = dirty_page(mapping, page);
	if (!*left && !err)
		err = add_page(mapping, pgoff, page);
	if (!*left && !err)
		return 0;
	/* The program's memory is not there, or another thread was faster. */
	discard_page(mapping, page);
	*left = PAGE_SIZE;
	return err == -EEXIST ? 0 : err;
}

/* One page's worth of a write. => 0, *left bytes not copied; or -errno */
static inline int write_part(struct mapping *mapping, const char *from, u32 n,
			     u64 pos, u32 *left)
{
	u32 pgoff = (u32)(pos >> PAGE_SHIFT);
	struct page *page = mapping_lookup(mapping, pgoff);
	int err;

	if (!page && n == PAGE_SIZE) {
		err = write_whole(mapping, from, pgoff, left);
		if (err || !*left)
			return err;
	}
	if (!page) {
		err = find_page(mapping, pgoff, &page);
		if (err)
			return err;
	}
	err = dirty_page(mapping, page);
	if (err)
		return err;
	*left = copy_page_user(page, (u32)pos & (PAGE_SIZE - 1),
			       (void *)(vaddr_t)from, n, false);
	return 0;
}

long mapping_write(struct mapping *mapping, const void *from, u32 n, u64 pos)
{
	u32 done = 0, part, left;
	int err = 0;

	if (!access_ok(from, n))
		return -EFAULT;
	while (done < n && !err) {
		part = first_part(pos, n - done);
		err = write_part(mapping, (const char *)from + done, part, pos,
				 &left);
		if (err)
			break;
		if (left)
			err = -EFAULT;
		done += part - left;
		pos += part - left;
		if (part != left && pos > mapping->size)
			mapping->size = pos;
	}
	return done ? (long)done : err;
}

int mapping_fill(struct mapping *mapping, const void *from, u32 n, u64 pos)
{
	struct page *page;
	char *kaddr;
	int err;

	for (u32 done = 0, part; done < n; done += part, pos += part) {
		part = first_part(pos, n - done);
		err = find_page(mapping, (u32)(pos >> PAGE_SHIFT), &page);
		if (!err)
			err = dirty_page(mapping, page);
		if (err)
			return err;
		kaddr = kmap_local(page);
		memcpy(kaddr + (pos & (PAGE_SIZE - 1)),
		       (const char *)from + done, part);
		kunmap_local(kaddr);
		mapping->size = max(mapping->size, pos + part);
	}
	return 0;
}
