/*
 * msync.c - msync's checks, in the order in which Linux makes them; and
 * remap_file_pages, as Linux emulates it now.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

static int fd;

static long sync(void *p, size_t len, int flags)
{
	return sys(__NR_msync, p, len, flags);
}

static void arguments(void)
{
	char *p = mmap(NULL, P(4), RW, MAP_SHARED, fd, 0);

	is_raw(sync(p, P(4), MS_SYNC), 0, "MS_SYNC");
	is_raw(sync(p, P(4), MS_ASYNC), 0, "MS_ASYNC");
	is_raw(sync(p, P(4), MS_INVALIDATE), 0, "MS_INVALIDATE");
	is_raw(sync(p, P(4), MS_SYNC | MS_INVALIDATE), 0, "both");
	is_raw(sync(p, P(4), 0), 0, "no flag at all");
	is_raw(sync(p, P(4), MS_SYNC | MS_ASYNC), EINVAL, "SYNC and ASYNC");
	is_raw(sync(p, P(4), 8), EINVAL, "an unknown flag");
	is_raw(sync(p + 1, P(1), MS_SYNC), EINVAL, "not aligned");
	is_raw(sync(p, 1, MS_SYNC), 0, "a length that is rounded up");
	is_raw(sync(p, 0, MS_SYNC), 0, "no length");
	is_raw(sync(p, (size_t)-1, MS_SYNC), under_64bit() ? ENOMEM : 0,
	       "a length that rounds up to nothing");
	is_raw(sync(p, (size_t)-P(2), MS_SYNC), ENOMEM, "a range that wraps");
	munmap(p, P(4));
}

static void holes(void)
{
	char *p = mmap(NULL, P(6), RW, MAP_SHARED, fd, 0);

	munmap(p + P(2), P(1));
	munmap(p + P(5), P(1));
	is_raw(sync(p, P(2), MS_SYNC), 0, "up to a hole");
	is_raw(sync(p, P(3), MS_SYNC), ENOMEM, "into it");
	is_raw(sync(p, P(5), MS_SYNC), ENOMEM, "over it");
	is_raw(sync(p, P(5), MS_ASYNC), ENOMEM, "MS_ASYNC");
	is_raw(sync(p + P(2), P(1), MS_SYNC), ENOMEM, "the hole alone");
	is_raw(sync(p + P(3), P(2), MS_SYNC), 0, "behind it");
	is_raw(sync(p + P(3), P(3), MS_SYNC), ENOMEM, "over the end");
	mlock(p, P(1));
	is_raw(sync(p, P(2), MS_INVALIDATE), EBUSY, "INVALIDATE and locked");
	is_raw(sync(p + P(1), P(1), MS_INVALIDATE), 0, "beside it");
	is_raw(sync(p, P(2), MS_SYNC), 0, "SYNC does not mind");
	is_raw(sync(p, P(5), MS_INVALIDATE), EBUSY, "EBUSY before the hole");
	is_raw(sync(p + P(1), P(3), MS_INVALIDATE), ENOMEM,
	       "the hole without it");
	munmap(p, P(6));
}

static void kinds(void)
{
	char *p = map_anon(P(2)), *q;

	is_raw(sync(p, P(2), MS_SYNC), 0, "anonymous memory");
	munmap(p, P(2));
	p = map_shared(P(2));
	is_raw(sync(p, P(2), MS_SYNC), 0, "shared anonymous");
	munmap(p, P(2));
	p = mmap(NULL, P(2), RW, MAP_PRIVATE, fd, 0);
	q = mmap(NULL, P(2), RW, MAP_SHARED, fd, 0);
	p[0] = 'p';
	is_raw(sync(p, P(2), MS_SYNC), 0, "private");
	ok(q[0] != 'p', "which writes nothing back");
	q[0] = 'q';
	is_raw(sync(q, P(1), MS_SYNC | MS_INVALIDATE), 0, "INVALIDATE");
	ok(p[0] == 'p' && q[0] == 'q', "loses nothing");
	mprotect(q, P(2), PROT_NONE);
	is_raw(sync(q, P(2), MS_SYNC), 0, "without any right");
	munmap(p, P(2));
	munmap(q, P(2));
	is_raw(sync(q, P(1), MS_SYNC), ENOMEM, "unmapped");
}

/* ---- remap_file_pages */

static long remap(void *p, size_t len, int prot, unsigned pgoff, int flags)
{
	return sys(__NR_remap_file_pages, p, len, prot, pgoff, flags);
}

static void out_of_order(void)
{
	char *p = mmap(NULL, P(6), RW, MAP_SHARED, fd, 0);
	int i;

	for (i = 0; i < 6; i++)
		p[P(i)] = (char)('0' + i);
	is_raw(remap(p, P(1), 0, 5, 0), 0, "the last page first");
	is_raw(remap(p + P(5), P(1), 0, 0, 0), 0, "the first one last");
	ok(p[0] == '5' && p[P(5)] == '0', "they have changed places");
	ok(p[P(1)] == '1' && p[P(4)] == '4', "and no others");
	is_int(map_count(p, P(6)), 3, "an area for each part");
	p[0] = 'x'; /* page 5 of the file */
	is_raw(remap(p, P(1), 0, 0, 0), 0, "one back");
	is_raw(remap(p, P(6), 0, 0, 0), 0, "and all, whatever the order is");
	is_int(map_count(p, P(6)), 1, "is one area again");
	is_int(p[P(5)], 'x', "and what was written is the file's");
	is_raw(remap(p + 100, P(1) + 100, 0, 3, 0), 0, "rounded down");
	is_int(p[0], '3', "both of them");
	is_int(p[P(1)], '1', "to one page");
	munmap(p, P(6));
}

static void refused(void)
{
	char *p = mmap(NULL, P(4), RW, MAP_SHARED, fd, 0), *q;

	is_raw(remap(p, P(1), PROT_READ, 1, 0), EINVAL, "a protection");
	is_raw(remap(p, 100, 0, 1, 0), EINVAL, "nothing");
	is_raw(remap(p, P(1), 0, 0xffffffffu, 0), under_64bit() ? 0 : EINVAL,
	       "pgoff wraps");
	is_raw(remap(p, P(5), 0, 1, 0), EINVAL, "over the end");
	munmap(p + P(1), P(1));
	is_raw(remap(p, P(3), 0, 1, 0), EINVAL, "over a hole");
	is_raw(remap(p + P(1), P(1), 0, 1, 0), EINVAL, "in a hole");
	mprotect(p + P(3), P(1), PROT_READ);
	is_raw(remap(p + P(2), P(2), 0, 1, 0), EINVAL, "other rights");
	is_raw(remap(p + P(3), P(1), 0, 1, 0), 0, "read-only");
	faults(p + P(3), WRITE, SIGSEGV, SEGV_ACCERR, "stays so");
	q = mmap(NULL, P(1), RW, MAP_PRIVATE, fd, 0);
	is_raw(remap(q, P(1), 0, 1, 0), EINVAL, "a private mapping");
	munmap(q, P(1));
	q = map_anon(P(1));
	is_raw(remap(q, P(1), 0, 1, 0), EINVAL, "anonymous memory");
	munmap(q, P(1));
	q = map_shared(P(2));
	q[P(1)] = 's';
	is_raw(remap(q, P(1), 0, 1, 0), 0, "shared anonymous memory");
	is_int(q[0], 's', "is a file, too");
	munmap(q, P(2));
	is_raw(remap(p, P(1), 0, 9, 0), 0, "behind the end of the file");
	faults(p, READ, SIGBUS, BUS_ADRERR, "is SIGBUS when touched");
	munmap(p, P(4));
}

int main(void)
{
	if (under_qemu()) {
		skip("msync", "qemu-user does not look for holes");
		return done_testing();
	}
	fd = scratch_fd("msync");
	sys(__NR_ftruncate, fd, P(6));
	arguments();
	holes();
	kinds();
	out_of_order();
	refused();
	return done_testing();
}
