/*
 * fail-nth-memory.h - the lines of fail-nth.c about memory: system calls and
 * page faults.
 */

static char *p; /* 8 pages of before(), 4 MiB away from others */
static char *aside;
static void *old_brk;

#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static char *map8(int flags, int fd)
{
	/* Alone in its slot of page tables, and next to nobody. */
	char *place = hole(P(3 * 1024) / PAGE_SIZE);

	place += P(1024);
	return mmap(place, P(8), RW, flags | MAP_FIXED, fd, 0);
}

static void before_anon(void)
{
	p = map8(ANON, -1);
}

static void before_touched(void)
{
	before_anon();
	memset(p, 1, P(8));
}

static void before_shared(void)
{
	p = map8(MAP_SHARED | MAP_ANONYMOUS, -1);
}

static void before_private_file(void)
{
	int fd = open("file", O_RDWR, 0);

	p = map8(MAP_PRIVATE, fd);
	close(fd);
}

static void before_locked(void)
{
	before_touched();
	mlock(p, P(8));
}

static void after_p(long result)
{
	(void)result;
	munmap(p, P(8));
}

static void after_map(long result)
{
	if (!RAW_FAILED(result))
		munmap((void *)result, P(8));
}

static long map_new(int prot, int flags)
{
	return sys(__NR_mmap2, 0, P(8), prot, flags, -1, 0);
}

static long call_mmap(void)
{
	return map_new(PROT_READ, ANON);
}

static long call_mmap_shared(void)
{
	return map_new(RW, MAP_SHARED | MAP_ANONYMOUS);
}

static long call_mmap_populate(void)
{
	return map_new(RW, ANON | MAP_POPULATE);
}

static long call_mmap_locked(void)
{
	return map_new(RW, ANON | MAP_LOCKED);
}

static long call_mmap_stack(void)
{
	return map_new(RW, ANON | MAP_GROWSDOWN | MAP_STACK);
}

CALL(mmap_file, __NR_mmap2, 0, P(8), RW, MAP_SHARED, 9, 0)

static void before_mmap_file(void)
{
	int fd = open("file", O_RDWR, 0);

	dup2(fd, 9);
	close(fd);
}

static void after_mmap_file(long result)
{
	close(9);
	after_map(result);
}

CALL(mmap_over, __NR_mmap2, p + P(2), P(2), PROT_READ, ANON | MAP_FIXED, -1, 0)
CALL(mmap_over_shared, __NR_mmap2, p + P(2), P(2), PROT_READ,
     MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
CALL(munmap, __NR_munmap, p + P(2), P(2))
CALL(mprotect, __NR_mprotect, p + P(2), P(2), PROT_READ)
CALL(mprotect_none, __NR_mprotect, p, P(2), PROT_NONE)
CALL(mremap_grow, __NR_mremap, p, P(8), P(12), 0, 0)

static void after_mremap_grow(long result)
{
	munmap(p, P(RAW_FAILED(result) ? 8 : 12));
}

static void before_mremap(void)
{
	before_touched();
	aside = hole(3 * 1024) + P(1024);
}

CALL(mremap_move, __NR_mremap, p, P(8), P(8), MREMAP_MAYMOVE | MREMAP_FIXED,
     aside)
CALL(mremap_part, __NR_mremap, p + P(2), P(2), P(4),
     MREMAP_MAYMOVE | MREMAP_FIXED, aside)
CALL(mremap_dontunmap, __NR_mremap, p, P(8), P(8),
     MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, aside)
CALL(mremap_shrink, __NR_mremap, p, P(8), P(4), 0, 0)

static void after_mremap(long result)
{
	after_p(result);
	munmap(aside, P(8));
}

CALL(madvise_flags, __NR_madvise, p + P(2), P(2), MADV_DONTFORK)
CALL(madvise_populate, __NR_madvise, p, P(8), MADV_POPULATE_WRITE)
CALL(madvise_free, __NR_madvise, p, P(8), MADV_FREE)
CALL(mlock_part, __NR_mlock, p + P(2), P(2))
CALL(munlock, __NR_munlock, p + P(2), P(2))
CALL(mlockall, __NR_mlockall, MCL_CURRENT | MCL_FUTURE)

static void after_mlockall(long result)
{
	munlockall();
	after_p(result);
}

static long call_brk(void)
{
	old_brk = (void *)sys(__NR_brk, 0);
	return sys(__NR_brk, (char *)old_brk + P(8)) == (long)old_brk ? -ENOMEM
								      : 0;
}

static void after_brk(long result)
{
	(void)result;
	brk(old_brk);
}

static long call_mincore(void)
{
	static unsigned char vec[8];

	return sys(__NR_mincore, p, P(8), vec);
}

/* What faults cannot fail for the program: the access is tried again. */
static long call_write(void)
{
	p[P(1)] = 1;
	return p[P(1)] == 1 ? 0 : -EIO;
}

static long call_read(void)
{
	return *(volatile signed char *)(p + P(1)) < 0 ? -EIO : 0;
}

static long call_grow_stack(void)
{
	volatile char deep[P(40)];

	deep[0] = 1;
	return deep[0] == 1 ? 0 : -EIO;
}

/* The kernel touches memory for the program. */
CALL(getrandom, __NR_getrandom, p, P(2), 0)

static void before_shared_file(void)
{
	int file = open("file", O_RDWR, 0);

	p = map8(MAP_SHARED, file);
	p[0] = 'f';
	close(file);
}

CALL(msync, __NR_msync, p, P(8), MS_SYNC)
CALL(remap_file_pages, __NR_remap_file_pages, p + P(2), P(2), 0, 5, 0)
CALL(madvise_remove, __NR_madvise, p, P(8), MADV_REMOVE)

static long call_write_page(void)
{
	p[1] = 'f';
	return 0;
}

static const struct line memory_lines[] = {
	{ "mmap", NULL, call_mmap, after_map, 0 },
	{ "mmap shared", NULL, call_mmap_shared, after_map, 0 },
	{ "mmap populate", NULL, call_mmap_populate, after_map, 0 },
	{ "mmap locked", NULL, call_mmap_locked, after_map, EAGAIN },
	{ "mmap growsdown", NULL, call_mmap_stack, after_map, 0 },
	{ "mmap file", before_mmap_file, call_mmap_file, after_mmap_file, 0 },
	{ "mmap fixed", before_touched, call_mmap_over, after_p, 0 },
	{ "mmap fixed, shared", before_touched, call_mmap_over_shared, after_p,
	  0 },
	{ "munmap", before_touched, call_munmap, after_p, 0 },
	{ "munmap shared", before_shared, call_munmap, after_p, 0 },
	{ "munmap file", before_private_file, call_munmap, after_p, 0 },
	{ "mprotect", before_touched, call_mprotect, after_p, 0 },
	{ "mprotect none", before_shared, call_mprotect_none, after_p, 0 },
	{ "mremap grow", before_touched, call_mremap_grow, after_mremap_grow,
	  0 },
	{ "mremap move", before_mremap, call_mremap_move, after_mremap, 0 },
	{ "mremap part", before_mremap, call_mremap_part, after_mremap, 0 },
	{ "mremap dontunmap", before_mremap, call_mremap_dontunmap,
	  after_mremap, 0 },
	{ "mremap shrink", before_touched, call_mremap_shrink, after_p, 0 },
	{ "madvise dontfork", before_touched, call_madvise_flags, after_p,
	  EAGAIN },
	{ "madvise populate", before_anon, call_madvise_populate, after_p, 0 },
	{ "madvise populate shared", before_shared, call_madvise_populate,
	  after_p, 0 },
	{ "madvise free", before_touched, call_madvise_free, after_p, 0 },
	{ "mlock part", before_touched, call_mlock_part, after_p, 0 },
	{ "munlock part", before_locked, call_munlock, after_p, 0 },
	{ "mlockall", before_touched, call_mlockall, after_mlockall, 0 },
	{ "brk", NULL, call_brk, after_brk, 0 },
	{ "mincore", before_touched, call_mincore, after_p, EAGAIN },
	{ "write to memory", before_anon, call_write, after_p, 0 },
	{ "read of memory", before_anon, call_read, after_p, 0 },
	{ "write to shared memory", before_shared, call_write, after_p, 0 },
	{ "read of shared memory", before_shared, call_read, after_p, 0 },
	{ "write to a private file", before_private_file, call_write, after_p,
	  0 },
	{ "write to a shared file", before_shared_file, call_write_page,
	  after_p, 0 },
	{ "msync", before_shared_file, call_msync, after_p, 0 },
	{ "remap_file_pages", before_shared, call_remap_file_pages, after_p,
	  0 },
	{ "madvise remove", before_shared, call_madvise_remove, after_p, 0 },
	{ "stack growth", NULL, call_grow_stack, NULL, 0 },
	{ "getrandom", before_anon, call_getrandom, after_p, EFAULT },
};
