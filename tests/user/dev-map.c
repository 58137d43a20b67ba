/*
 * dev-map.c - device memory mapped in one go: /dev/demo-wb, -wt, -wc and -uc, two
 * pages each, which every process shares; and /dev/mem. Elsewhere skipped.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#include "user_arch.h"

#include <linux/fs.h>

static const char *const names[] = { "/dev/demo-wb", "/dev/demo-wt",
				     "/dev/demo-wc", "/dev/demo-uc" };
static char table[32768];
static int fd;

static char *map(int prot, int flags, size_t len, long off)
{
	return mmap(NULL, len, prot, flags, fd, off);
}

/* The line of /proc/self/pagetable that has addr in it. */
static const char *table_line(const void *addr)
{
	char want[16];
	int from, n = 0;

	from = open("/proc/self/pagetable", O_RDONLY, 0);
	while (n < (int)sizeof(table) - 1) {
		int part = read(from, table + n, sizeof(table) - 1 - n);

		if (part <= 0)
			break;
		n += part;
	}
	table[n] = 0;
	close(from);
	snprintf(want, sizeof(want), "%08lx-", (unsigned long)addr);
	return strstr(table, want);
}

/* Is the word in the line? */
static int line_has(const char *line, const char *word)
{
	const char *end = line ? strchr(line, '\n') : NULL;
	const char *at = line ? strstr(line, word) : NULL;

	return at && end && at < end;
}

/* The attribute of a minor number, as the machine's manual names its bits. */
static void one_type(int minor)
{
	static const char *const bits[] = ARCH_TYPES;
	static const char *const type[] = ARCH_TYPE_NAMES;
	char *p;

	fd = open(names[minor], O_RDWR, 0);
	ok(fd >= 0, "%s", names[minor]);
	p = map(RW, MAP_SHARED, P(2), 0);
	ok(p != MAP_FAILED, "is mapped");
	is_int(resident(p, 2), 2, "both pages at once, without a fault");
	p[0] = (char)('A' + minor);
	p[P(2) - 1] = (char)('a' + minor);
	ok(line_has(table_line(p), bits[minor]), "its bits: %s", bits[minor]);
	ok(line_has(table_line(p), type[minor]), "which is %s", type[minor]);
	mprotect(p, P(2), PROT_NONE);
	mprotect(p, P(2), RW);
	ok(line_has(table_line(p), type[minor]), "also after mprotect");
	munmap(p, P(2));
	p = map(PROT_READ, MAP_SHARED, P(1), P(1));
	is_int(p[P(1) - 1], 'a' + minor, "it keeps its bytes");
	munmap(p, P(1));
	close(fd);
}

static void bounds(void)
{
	is_err(map(RW, MAP_SHARED, P(3), 0), EINVAL, "longer than the device");
	is_err(map(RW, MAP_SHARED, P(2), P(1)), EINVAL, "over its end");
	is_err(map(RW, MAP_SHARED, P(1), P(2)), EINVAL, "behind its end");
	is_err(map(RW, MAP_SHARED, P(1), 0x7ffff000), EINVAL, "far behind");
	is_raw(sys(__NR_read, fd, table, 1), EINVAL, "it can't be read");
}

static int write_child(void *p)
{
	((char *)p)[1] = 'c';
	return *(char *)p;
}

static void shared_by_all(void)
{
	char *p = map(RW, MAP_SHARED, P(2), 0);
	char *q = map(RW, MAP_SHARED, P(2), 0);

	p[0] = 'p';
	is_int(q[0], 'p', "two mappings are one memory");
	is_exit(in_child(write_child, p), 'p', "fork copies the entries");
	is_int(p[1], 'c', "and the child writes to the same memory");
	munmap(q, P(2));
	close(fd);
	is_int(p[1], 'c', "closing the descriptor leaves the mapping");
	fd = open(names[0], O_RDWR, 0);
	is_raw(sys(__NR_munmap, p, P(1)), 0, "the first page unmapped");
	faults(p, READ, SIGSEGV, SEGV_MAPERR, "is gone");
	works(p + P(1), WRITE, "the second is not");
	munmap(p + P(1), P(1));
}

static void protection(void)
{
	char *p = map(RW, MAP_SHARED, P(2), 0);

	is_raw(sys(__NR_mprotect, p, P(1), PROT_READ), 0, "read-only");
	faults(p, WRITE, SIGSEGV, SEGV_ACCERR, "refuses a write");
	works(p + P(1), WRITE, "the other page does not");
	is_raw(sys(__NR_mprotect, p, P(1), RW), 0, "and writable again");
	works(p, WRITE, "takes one");
	is_raw(sys(__NR_mprotect, p, P(2), PROT_NONE), 0, "no access");
	faults(p, READ, SIGSEGV, SEGV_ACCERR, "refuses a read");
	munmap(p, P(2));
	close(fd);
	fd = open(names[0], O_RDONLY, 0);
	is_err(map(RW, MAP_SHARED, P(1), 0), EACCES, "opened for reading");
	p = map(PROT_READ, MAP_SHARED, P(1), 0);
	is_raw(sys(__NR_mprotect, p, P(1), RW), EACCES, "and stays so");
	munmap(p, P(1));
	close(fd);
	fd = open(names[0], O_RDWR, 0);
}

static void moving(void)
{
	char *p = map(RW, MAP_SHARED, P(2), 0), *to = hole(2), *q;

	p[P(1)] = 'm';
	q = mremap(p, P(2), P(2), MREMAP_MAYMOVE | MREMAP_FIXED, to);
	is_ptr(q, to, "mremap moves it");
	is_int(q[P(1)], 'm', "with what it maps");
	faults(p, READ, SIGSEGV, SEGV_MAPERR, "and leaves nothing");
	is_err(mremap(q, P(2), P(3), MREMAP_MAYMOVE, 0), EFAULT,
	       "it does not grow");
	is_ptr(mremap(q, P(2), P(1), 0, 0), q, "it shrinks");
	faults(q + P(1), READ, SIGSEGV, SEGV_MAPERR, "to one page");
	munmap(q, P(1));
}

static void advice(void)
{
	char *p = map(RW, MAP_SHARED, P(2), 0);

	p[0] = 'k';
	is_raw(sys(__NR_madvise, p, P(2), MADV_DONTNEED), EINVAL,
	       "MADV_DONTNEED would take what no fault brings back");
	is_int(p[0], 'k', "so nothing has happened");
	is_raw(sys(__NR_madvise, p, P(2), MADV_POPULATE_READ), EINVAL,
	       "nothing to populate");
	is_raw(sys(__NR_mlock, p, P(2)), 0, "mlock passes it over");
	is_raw(sys(__NR_msync, p, P(2), MS_ASYNC), 0, "msync, too");
	is_raw(sys(__NR_msync, p, P(2), MS_SYNC), EINVAL,
	       "but the device has nothing to sync");
	munmap(p, P(2));
}

static int private_child(void *p)
{
	((char *)p)[0] = 'X';
	return ((char *)p)[1];
}

static void private_copy(void)
{
	char *s = map(RW, MAP_SHARED, P(2), 0);
	char *p = map(RW, MAP_PRIVATE, P(2), 0);

	s[0] = 's';
	s[1] = '1';
	is_int(p[0], 's', "a private mapping shows the device");
	p[0] = 'p';
	is_int(s[0], 's', "until it is written, which stays private");
	s[1] = '2';
	is_int(p[1], '1', "the copy no longer follows");
	s[P(1)] = 'n';
	is_int(p[P(1)], 'n', "a page that is not copied does");
	is_exit(in_child(private_child, p), '1', "a child has its own");
	is_int(p[0], 'p', "copy of the copy");
	munmap(p, P(2));
	munmap(s, P(2));
}

static void physical(void)
{
	static const char *const type[] = ARCH_TYPE_NAMES;
	unsigned long frame, word;
	char *p, *q;

	close(fd);
	fd = open("/dev/mem", O_RDWR, 0);
	ok(fd >= 0, "/dev/mem");
	p = map(PROT_READ, MAP_SHARED, P(1), ARCH_DEVICE);
	ok(p != MAP_FAILED, "a device's frame is mapped");
	ok(line_has(table_line(p), type[3]), "uncached");
	munmap(p, P(1));
	p = map_anon(P(1));
	strcpy(p, "find me");
	frame = (unsigned long)PM_PFN(pagemap(p));
	q = mmap(NULL, P(1), RW, MAP_SHARED, fd, (long)(frame << 12));
	ok(q != MAP_FAILED && !strcmp(q, "find me"), "RAM, by its frame");
	ok(line_has(table_line(q), "WB"), "is write-back");
	strcpy(q, "found it");
	ok(!strcmp(p, "found it"), "and written to");
	is_int(sys(__NR_pread64, fd, table, 8, ARCH_PAIR frame << 12, 0), 8,
	       "pread");
	ok(!memcmp(table, "found it", 8), "has it, too");
	munmap(q, P(1));
	munmap(p, P(1));
	is_hex((unsigned long)sys(__NR_lseek, fd, ARCH_RAM, SEEK_SET), ARCH_RAM,
	       "the position is the address");
	is_int(sys(__NR_read, fd, &word, 4), 4, "of RAM");
	is_raw(sys(__NR__llseek, fd, 0, 0xfffff000u, table, SEEK_SET), 0,
	       "and the last page");
	is_raw(sys(__NR_read, fd, &word, 4), EFAULT, "which is none");
	close(fd);
}

int main(void)
{
	int i;

	fd = open(names[0], O_RDWR, 0);
	if (fd < 0) {
		skip("device memory", "no such device");
		return done_testing();
	}
	close(fd);
	for (i = 0; i < 4; i++)
		one_type(i);
	fd = open(names[0], O_RDWR, 0);
	bounds();
	shared_by_all();
	protection();
	moving();
	advice();
	private_copy();
	physical();
	return done_testing();
}
