/*
 * file-private.c - private mappings of a memory file and of a memfd: what is not
 * written follows the file, what is written is the mapping's own, through
 * fork, mprotect, holes and moves.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "tests/user/one-file.h"

#define QEMU "takes advice without a look at it"
#define NAME scratch("file-private")

static char *map(int prot, int flags, size_t npages, size_t first)
{
	return mmap(NULL, P(npages), prot, flags, fd, (long)P(first));
}

static void copies(void)
{
	char *p = map(RW, MAP_PRIVATE, 4, 0), *q = map(RW, MAP_PRIVATE, 4, 0);
	char *s = map(RW, MAP_SHARED, 4, 0);

	put_digits(4);
	is_int(p[P(1)], '1', "reads the file");
	put(P(1), 'w');
	is_int(p[P(1)], 'w', "follows write()");
	s[P(1)] = 's';
	is_int(p[P(1)], 's', "follows a store to a shared mapping");
	p[P(1)] = 'p';
	ok(s[P(1)] == 's' && q[P(1)] == 's', "its own store is its own");
	is_int(get(P(1)), 's', "read() does not see it");
	s[P(1)] = 't';
	put(P(1) + 1, 'u');
	ok(p[P(1)] == 'p' && !p[P(1) + 1], "the copy follows no more");
	ok(q[P(1)] == 't' && q[P(1) + 1] == 'u', "another mapping does");
	p[P(2) + 1] = 'f';
	ok(p[P(2)] == '2' && p[P(2) + 1] == 'f',
	   "a first touch that writes copies the rest");
	is_int(p[P(3)], '3', "the neighbour is not copied");
	s[P(3)] = 'n';
	is_int(p[P(3)], 'n', "and follows still");
	q[P(2)] = 'q';
	is_int(p[P(2)], '2', "two private mappings are two");
	munmap(q, P(4));
	munmap(p, P(4));
	is_int(s[P(2)], '2', "nothing came back to the file");
	p = map(RW, MAP_PRIVATE, 4, 0);
	is_int(p[P(2) + 1], 0, "a new mapping starts from the file");
	munmap(p, P(4));
	munmap(s, P(4));
}

static int child(void *arg)
{
	char *p = arg;

	if (p[0] != 'A' || p[P(1)] != '1')
		return 1;
	p[0] = 'C';
	p[P(1)] = 'c';
	put(P(2), 'w');
	return p[P(2)] == 'w' && p[P(3)] == 'D' ? 42 : 2;
}

static void forks(void)
{
	char *p = map(RW, MAP_PRIVATE, 4, 0);

	put_digits(4);
	p[0] = 'A';
	(void)p[P(1)];
	p[P(3)] = 'D';
	is_exit(in_child(child, p), 42, "a child has the copies and the file");
	is_int(p[0], 'A', "its stores to a copy");
	is_int(p[P(1)], '1', "and to a page of the file are its own");
	is_int(p[P(2)], 'w', "its write() is seen in what is not copied");
	put(P(3), 'x');
	is_int(p[P(3)], 'D', "and in what is, not");
	munmap(p, P(4));
}

static void holes(void)
{
	char *p = map(RW, MAP_PRIVATE, 6, 0);

	put_digits(6);
	p[P(1)] = 'b';
	p[P(4)] = 'e';
	munmap(p + P(2), P(2));
	ok(p[P(1)] == 'b' && p[P(4)] == 'e', "copies beside a hole stay");
	ok(p[0] == '0' && p[P(5)] == '5', "pages of the file, too");
	faults(p + P(3), WRITE, SIGSEGV, SEGV_MAPERR, "the hole is one");
	mmap(p + P(2), P(2), RW, MAP_PRIVATE | MAP_FIXED, fd, P(2));
	is_int(map_count(p, P(6)), 1, "mapped back, one area");
	ok(p[P(2)] == '2' && p[P(3)] == '3', "from the file");
	munmap(p + P(4), P(1));
	mmap(p + P(4), P(1), RW, MAP_PRIVATE | MAP_FIXED, fd, P(4));
	is_int(p[P(4)], '4', "an unmapped copy is gone for good");
	munmap(p, P(6));
}

static void rights(void)
{
	char *p = map(PROT_READ, MAP_PRIVATE, 3, 0);
	char *s = map(RW, MAP_SHARED, 3, 0);

	put_digits(3);
	faults(p, WRITE, SIGSEGV, SEGV_ACCERR, "read-only");
	is_int(p[P(1)], '1', "read");
	is_raw(sys(__NR_mprotect, p, P(3), RW), 0, "made writable");
	s[P(1)] = 's';
	is_int(p[P(1)], 's', "follows still");
	p[P(1)] = 'p';
	is_int(s[P(1)], 's', "a store copies");
	mprotect(p, P(3), PROT_READ);
	faults(p + P(1), WRITE, SIGSEGV, SEGV_ACCERR, "a copy, read-only");
	mprotect(p, P(3), PROT_NONE);
	s[0] = 'S';
	mprotect(p, P(3), RW);
	is_int(p[P(1)], 'p', "the copy has lived through it");
	is_int(p[0], 'S', "the rest follows");
	p[P(1)] = 'P';
	p[0] = 'Q';
	ok(s[P(1)] == 's' && s[0] == 'S', "stores stay private");
	munmap(p, P(3));
	munmap(s, P(3));
}

static void read_only_file(void)
{
	char *p;
	int ro = open(NAME, O_RDONLY, 0);

	if (ro < 0)
		return;
	p = mmap(NULL, P(2), RW, MAP_PRIVATE, ro, 0);
	ok(p != MAP_FAILED, "a descriptor for reading, mapped to write");
	p[0] = 'p';
	is_int(get(0), '0', "changes only the copy");
	munmap(p, P(2));
	p = mmap(NULL, P(2), PROT_READ, MAP_SHARED, ro, 0);
	is_raw(sys(__NR_mprotect, p, P(2), RW), EACCES,
	       "shared, it stays read-only");
	qemu_differs(1, QEMU);
	is_raw(sys(__NR_madvise, p, P(1), MADV_REMOVE), EACCES,
	       "and nobody punches holes through it");
	munmap(p, P(2));
	close(ro);
}

static void advice(void)
{
	char *p = map(RW, MAP_PRIVATE, 4, 0);

	put_digits(4);
	p[0] = 'a';
	p[P(1)] = 'b';
	is_raw(sys(__NR_madvise, p, P(1), MADV_DONTNEED), 0, "DONTNEED");
	is_int(p[0], '0', "the copy is gone, the file shows");
	is_int(p[P(1)], 'b', "beside it one stays");
	qemu_differs(7, QEMU);
	is_raw(sys(__NR_madvise, p, P(1), MADV_FREE), EINVAL, "FREE: a file");
	is_raw(sys(__NR_madvise, p, P(1), MADV_REMOVE), EACCES,
	       "REMOVE: private");
	is_raw(sys(__NR_madvise, p, P(4), MADV_POPULATE_READ), 0,
	       "POPULATE_READ");
	put(P(2), 'r');
	is_int(p[P(2)], 'r', "has not copied");
	is_raw(sys(__NR_madvise, p, P(4), MADV_POPULATE_WRITE), 0,
	       "POPULATE_WRITE");
	put(P(2), 's');
	is_int(p[P(2)], 'r', "has");
	is_int(p[P(1)], 'b', "and a copy is not copied again");
	munmap(p, P(4));
}

static void locked(void)
{
	char *p = map(RW, MAP_PRIVATE, 2, 0), *s = map(RW, MAP_SHARED, 2, 0);

	put_digits(2);
	is_raw(sys(__NR_mlock, p, P(2)), 0, "mlock");
	is_int(resident(p, 2), 2, "has all in memory");
	s[0] = 's';
	is_int(p[0], '0', "and copies a writable private mapping at once");
	is_raw(sys(__NR_madvise, p, P(1), MADV_DONTNEED), EINVAL,
	       "DONTNEED: locked");
	munmap(p, P(2));
	munmap(s, P(2));
	p = mmap(NULL, P(2), RW, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	put(P(1), 'x');
	qemu_differs(1, "does not pass MAP_POPULATE on");
	is_int(p[P(1)], '1', "so does MAP_POPULATE");
	munmap(p, P(2));
}

static void all(int file, const char *what)
{
	fd = file;
	diag("%s", what);
	is_raw(sys(__NR_ftruncate, fd, P(6)), 0, what);
	copies();
	forks();
	holes();
	rights();
	put_digits(6);
	read_only_file();
	advice();
	locked();
	close(fd);
}

int main(void)
{
	char *p;

	all(open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600), "file");
	unlink(NAME);
	all((int)sys(__NR_memfd_create, "private", 0), "memfd");
	fd = (int)sys(__NR_memfd_create, "gone", 0);
	sys(__NR_ftruncate, fd, P(2));
	put_digits(2);
	p = map(RW, MAP_PRIVATE, 2, 0);
	p[0] = 'p';
	close(fd);
	is_int(p[P(1)], '1', "the file lives on in a private mapping");
	munmap(p + P(1), P(1));
	is_int(p[0], 'p', "and so does a copy");
	return done_testing();
}
