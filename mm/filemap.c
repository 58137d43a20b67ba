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
 * The kernel is not preempted, so what does not sleep is atomic. A memory file's page is
 * made without sleeping and needs no lock. The slow ways of disk files are in diskpage.c;
 * what stays while one of them sleeps is said in filemap.h.
 *
 * Copying: a page of HIGHMEM has an address only for a while. The cheap kind of
 * address (kmap_local) forbids sleeping, while touching the program's memory
 * may fault and sleep. So the copy is first tried with faults off, which does for
 * memory the program has used; what it leaves is copied through kmap(), whose address
 * lasts.
 *
 * Linux has folios, and a lock in each of them that a write holds while it copies.
 */
#include "mm/filemap.h"

#include "mm/kmap.h"
#include "mm/mm.h"
#include "mm/uaccess.h"
#include "mm/writeback.h"

#include <asm/errno.h>

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

/* Puts a memory file's page in. => 0, -ENOMEM, -EEXIST */
static inline int add_page(struct mapping *mapping, u32 pgoff,
			   struct page *page)
{
	int err = radix_insert(&mapping->pages, pgoff, page);

	if (err)
		return err;
	page->mapping = mapping;
	page->pgoff = pgoff;
	mapping->nr_pages++;
	return 0;
}

/* A memory file's page that is charged for but not yet in the tree. `whole`: the
 * caller is going to write all of it. => 0, -ENOMEM, -ENOSPC */
static int new_page(struct mapping *mapping, bool whole, struct page **page)
{
	int err = 0;

	if (mapping->ops->charge)
		err = mapping->ops->charge(mapping);
	if (err)
		return err;
	*page = alloc_page(GFP_HIGHUSER | (whole ? 0 : GFP_ZERO));
	if (*page)
		return 0;
	uncharge(mapping);
	return -ENOMEM;
}

static void discard_page(struct mapping *mapping, struct page *page)
{
	uncharge(mapping);
	put_page(page);
}

/* The page of a memory file is not there, or that of a disk file needs a look.
 * => 0, 1: it was read now; no reference; may sleep */
static noinline int create_page(struct mapping *mapping, u32 pgoff, u32 want,
				struct page **page)
{
	int err;

	if (!mapping->shmem)
		return disk_find_page(mapping, pgoff, want, page);
	err = new_page(mapping, false, page);
	if (err)
		return err;
	err = add_page(mapping, pgoff, *page);
	if (err)
		discard_page(mapping, *page);
	return err;
}

/* Whether a page that was found can be used at once. */
static inline bool is_ready(const struct page *page)
{
	return likely(page && !(page->flags & (PG_LOCKED | PG_IDLE)));
}

static inline int find_page(struct mapping *mapping, u32 pgoff,
			    struct page **page)
{
	*page = mapping_lookup(mapping, pgoff);
	return is_ready(*page) ? 0 : create_page(mapping, pgoff, 1, page);
}

int mapping_get_page(struct mapping *mapping, u32 pgoff, struct page **page)
{
	int err = find_page(mapping, pgoff, page);

	if (err < 0)
		return err;
	assert(*page);
	get_page(*page);
	return 0;
}

/* ---- areas, and faults in them */

bool mapping_resident(struct mapping *mapping, u32 pgoff)
{
	return mapping_lookup(mapping, pgoff) != NULL;
}

/* What a fault asks for: all that MADV_SEQUENTIAL allows, nothing more under RANDOM. */
static u32 fault_want(const struct vma *vma)
{
	if (vma->flags & VM_RAND_READ)
		return 0;
	return vma->flags & VM_SEQ_READ ? ~0u : 1;
}

int filemap_fault(struct vma *vma, u32 pgoff, struct page **page)
{
	struct mapping *mapping = vma->mapping;
	int err;

	if (pgoff >= size_to_pages(mapping->size))
		return -EFAULT;
	*page = mapping_lookup(mapping, pgoff);
	err = is_ready(*page)
		      ? 0
		      : create_page(mapping, pgoff, fault_want(vma), page);
	if (err < 0)
		return err == -ENOMEM ? err : -EFAULT;
	/* Cut off while we slept? */
	if (unlikely(pgoff >= size_to_pages(mapping->size)))
		return -EFAULT;
	assert(*page);
	get_page(*page);
	return err;
}

int filemap_page_mkwrite(struct vma *vma, struct page *page)
{
	struct mapping *mapping = vma->mapping;
	int err;

	if (likely(mapping->shmem)) {
		page->flags |= PG_DIRTY;
		return 0;
	}
	if (page->flags & PG_DIRTY)
		return 0;
	writeback_throttle(); /* the area may be gone after it */
	err = disk_mkdirty(mapping, page);
	if (err == -EAGAIN)
		return 0; /* the fault will see that it has gone */
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
	u32 left = copy_mapped_user(page, offset, user, n, to_user);

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

/* One page's worth of a read, of `all` bytes still wanted. => 0, *left bytes not copied; or
 * -errno */
static inline int read_part(struct mapping *mapping, char *to, u32 n, u64 pos,
			    u32 all, u32 *left)
{
	u32 pgoff = (u32)(pos >> PAGE_SHIFT);
	struct page *page = mapping_lookup(mapping, pgoff);
	int err;

	if (unlikely(!is_ready(page))) {
		/* A hole of a memory file is read without filling it. */
		if (mapping->shmem) {
			*left = raw_clear_user(to, n);
			return 0;
		}
		if (fatal_signal_pending())
			return -EINTR;
		err = create_page(mapping, pgoff, size_to_pages(all), &page);
		if (err < 0)
			return err;
	}
	*left = copy_page_user(page, (u32)pos & (PAGE_SIZE - 1), to, n, true);
	return 0;
}

long mapping_read(struct mapping *mapping, void *to, u32 n, u64 pos)
{
	u32 done = 0, part, left;
	int err = 0;

	/* The size is asked each time: the copy may have slept. */
	while (done < n && pos < mapping->size) {
		part = (u32)min((u64)(n - done), mapping->size - pos);
		part = first_part(pos, part);
		err = read_part(mapping, (char *)to + done, part, pos, n - done,
				&left);
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

/* A new page for write_whole() goes in. => 0; -EEXIST: another thread was
 * faster; -errno */
static inline int add_whole(struct mapping *mapping, u32 pgoff,
			    struct page *page)
{
	int err;

	if (unlikely(!mapping->shmem))
		return disk_add_page(mapping, pgoff, page, true);
	err = add_page(mapping, pgoff, page);
	if (!err)
		page->flags |= PG_DIRTY;
	return err;
}

/* Writes a page that is not cached and that the copy will fill, so that nobody
 * has to clear it first. => as write_part() */
static int write_whole(struct mapping *mapping, const void *from, u32 pgoff,
		       u32 *left)
{
	struct page *page;
	int err = 0;

	if (unlikely(!mapping->shmem))
		err = writeback_throttle();
	if (!err)
		err = new_page(mapping, true, &page);
	if (err)
		return err;
	*left = copy_mapped_user(page, 0, (void *)(vaddr_t)from, PAGE_SIZE,
				 false);
	if (likely(!*left)) {
		err = add_whole(mapping, pgoff, page);
		if (likely(!err))
			return 0;
	}
	/* The program's memory is not there, or another thread was faster. */
	discard_page(mapping, page);
	*left = PAGE_SIZE;
	return err == -EEXIST ? 0 : err;
}

/* To a page of a disk file, with leave to change it; nothing sleeps between, so that
 * neither writeback nor truncation sees half of the bytes. Where the program's memory is not
 * there it is fetched for the next time. => as write_part() */
static noinline int write_disk_page(struct mapping *mapping, struct page *page,
				    u32 offset, const char *from, u32 n,
				    u32 *left)
{
	int err = 0;
	char byte;

	get_page(page);
	if (!(page->flags & PG_DIRTY))
		err = writeback_throttle();
	if (!err)
		err = disk_mkdirty(mapping, page);
	if (!err)
		*left = copy_mapped_user(page, offset, (void *)(vaddr_t)from, n,
					 false);
	put_page(page);
	if (err || !*left)
		return err;
	return copy_from_user(&byte, from + n - *left, 1) ? 0 : -EAGAIN;
}

/* One page's worth of a write. => 0; -EAGAIN: go on; -errno.
 * *left bytes not copied, all unless set */
static inline int write_part(struct mapping *mapping, const char *from, u32 n,
			     u64 pos, u32 *left)
{
	u32 pgoff = (u32)(pos >> PAGE_SHIFT);
	u32 offset = (u32)pos & (PAGE_SIZE - 1);
	struct page *page;
	int err;

	page = mapping_lookup(mapping, pgoff);
	if (!page && n == PAGE_SIZE) {
		err = write_whole(mapping, from, pgoff, left);
		if (err || !*left)
			return err;
		page = mapping_lookup(mapping, pgoff);
	}
	if (!is_ready(page)) {
		err = create_page(mapping, pgoff, 1, &page);
		if (err < 0)
			return err;
		assert(page);
	}
	if (unlikely(!mapping->shmem))
		return write_disk_page(mapping, page, offset, from, n, left);
	page->flags |= PG_DIRTY;
	*left = copy_page_user(page, offset, (void *)(vaddr_t)from, n, false);
	return 0;
}

long mapping_write(struct mapping *mapping, const void *from, u32 n, u64 pos)
{
	u32 part, left, done = 0;
	int err = 0;

	if (unlikely(pos > mapping->size))
		mapping_clear_tail(mapping);
	while (done < n && !err) {
		part = first_part(pos, n - done);
		left = part;
		err = write_part(mapping, (const char *)from + done, part, pos,
				 &left);
		if (unlikely(left))
			err = !err ? -EFAULT : err == -EAGAIN ? 0 : err;
		done += part - left;
		pos += part - left;
		if (part != left && pos > mapping->size)
			mapping->size = pos;
	}
	return done ? (long)done : err;
}

int mapping_fill(struct mapping *mapping, const void *from, u32 n, u64 pos)
{
	long done;

	for (u32 at = 0; at < n; at += (u32)done) {
		done = mapping_write(mapping, (const char *)from + at, n - at,
				     pos + at);
		if (done < 0)
			return (int)done;
	}
	return 0;
}
