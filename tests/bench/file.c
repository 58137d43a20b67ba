/*
 * file.c - a file of 16 MiB, by read(), by write() and mapped.
 *
 * Per page of the file, unless stride 16 (_st16) touches only every 16th: then
 * per touched page, where a system maps its neighbours along.
 */
#include "mmbench.h"

static const u32 fnp = 4096, flen = 4096 * PAGE;

static u32 sum_words(const volatile u32 *p, u32 n)
{
	u32 s = 0;

	for (const volatile u32 *e = p + n; p < e; p++)
		s += *p;
	return s;
}

static void fmap(const char *name, int prot, int flags, int dowrite, u32 stride,
		 int preread)
{
	u32 ops = (u32)divide(fnp, stride), p, limit = arena + flen;
	int fd = (int)sys3(__NR_open, (long)path, O_RDWR, 0);

	begin(name);
	TRY("open", fd);
	while (again()) {
		TRY("mmap", map(arena, flen, prot, flags | MAP_FIXED, fd));
		if (preread)
			read_pages(arena, flen);
		start();
		if (dowrite)
			for (p = arena; p < limit; p += stride * PAGE)
				wr(p);
		else
			for (p = arena; p < limit; p += stride * PAGE)
				(void)rd(p);
		stop(ops, ops);
		unmap(arena, flen);
	}
	sys1(__NR_close, fd);
	end();
}

static void file_mapped(int fd)
{
	u32 i;
	long r;

	begin("file_mmap_sum"); /* mmap, look at every word, munmap; per page */
	while (again()) {
		start();
		r = map(arena, flen, PROT_READ, MAP_SHARED | MAP_FIXED, fd);
		for (i = 0; i < fnp; i++)
			(void)sum_words((u32 *)(arena + i * PAGE), 1024);
		unmap(arena, flen);
		stop(fnp, fnp);
		TRY("mmap", r);
	}
	end();
	begin("file_mmap_sum_warm"); /* already mapped */
	TRY("mmap", map(arena, flen, PROT_READ, MAP_SHARED | MAP_FIXED, fd));
	read_pages(arena, flen);
	while (again()) {
		start();
		for (i = 0; i < fnp; i++)
			(void)sum_words((u32 *)(arena + i * PAGE), 1024);
		stop(fnp, fnp);
	}
	unmap(arena, flen);
	end();
}

void b_file(void)
{
	u32 i;
	long r = 0;
	int fd;

	begin("file_write4k_new"); /* the file grows, a page a write */
	fd = (int)sys3(__NR_open, (long)path, O_RDWR | O_CREAT | O_TRUNC, 0644);
	TRY("open", fd);
	while (again()) {
		sys2(__NR_ftruncate, fd, 0);
		sys3(__NR_lseek, fd, 0, 0);
		start();
		for (i = 0; i < fnp; i++)
			r = sys3(__NR_write, fd, (long)buf, PAGE);
		stop(fnp, fnp);
		TRY("write", r);
		if (r != (long)PAGE) {
			fail("short write", r);
			return;
		}
	}
	end();
	begin("file_write4k_over");
	while (again()) {
		sys3(__NR_lseek, fd, 0, 0);
		start();
		for (i = 0; i < fnp; i++)
			sys3(__NR_write, fd, (long)buf, PAGE);
		stop(fnp, fnp);
	}
	end();
	begin("file_read4k");
	while (again()) {
		sys3(__NR_lseek, fd, 0, 0);
		start();
		for (i = 0; i < fnp; i++)
			r = sys3(__NR_read, fd, (long)buf, PAGE);
		stop(fnp, fnp);
		TRY("read", r);
	}
	end();
	begin("file_read4k_sum"); /* and every word of it looked at */
	while (again()) {
		sys3(__NR_lseek, fd, 0, 0);
		start();
		for (i = 0; i < fnp; i++) {
			sys3(__NR_read, fd, (long)buf, PAGE);
			(void)sum_words(buf, 1024);
		}
		stop(fnp, fnp);
	}
	end();
	file_mapped(fd);
	sys1(__NR_close, fd);
}

/* Whole calls on mappings of the file. */
static void fmap_calls(void)
{
	int fd = (int)sys3(__NR_open, (long)path, O_RDWR, 0);
	long r = 0;
	u32 i;

	begin("fmap_munmap_mapped"); /* per page, after reading all */
	while (again()) {
		TRY("mmap",
		    map(arena, flen, PROT_READ, MAP_SHARED | MAP_FIXED, fd));
		read_pages(arena, flen);
		start();
		unmap(arena, flen);
		stop(fnp, 0);
	}
	end();
	begin("fmap_map_unmap"); /* untouched pair */
	while (again()) {
		start();
		for (i = 0; i < 2000; i++) {
			r = map(0, PAGE, PROT_READ, MAP_SHARED, fd);
			unmap((u32)r, PAGE);
		}
		stop(2000, 2000);
	}
	end();
	begin("msync_dirty_4k"); /* a store and msync(MS_SYNC), per pair */
	TRY("mmap", map(arena, PAGE, RW, MAP_SHARED | MAP_FIXED, fd));
	while (again()) {
		start();
		for (i = 0; i < 2000; i++) {
			wr(arena);
			r = sys3(__NR_msync, (long)arena, PAGE, MS_SYNC);
		}
		stop(2000, 2000);
		TRY("msync", r);
	}
	unmap(arena, PAGE);
	end();
	sys1(__NR_close, fd);
}

void b_fmap(void)
{
	u32 i;
	int fd = (int)sys3(__NR_open, (long)path, O_RDWR | O_CREAT | O_TRUNC,
			   0644);
	current.name = "fmap";
	TRY("open", fd);
	for (i = 0; i < fnp; i++)
		sys3(__NR_write, fd, (long)buf, PAGE);
	sys1(__NR_close, fd);

	fmap("fmap_shared_read", PROT_READ, MAP_SHARED, 0, 1, 0);
	fmap("fmap_shared_read_st16", PROT_READ, MAP_SHARED, 0, 16, 0);
	fmap("fmap_private_read", RW, MAP_PRIVATE, 0, 1, 0);
	fmap("fmap_private_read_st16", RW, MAP_PRIVATE, 0, 16, 0);
	fmap("fmap_shared_write", RW, MAP_SHARED, 1, 1, 0);
	fmap("fmap_shared_write_rd", RW, MAP_SHARED, 1, 1, 1);
	fmap("fmap_private_write", RW, MAP_PRIVATE, 1, 1, 0);
	fmap("fmap_private_write_rd", RW, MAP_PRIVATE, 1, 1, 1);

	fmap_calls();
	sys1(__NR_unlink, path);
}
