/*
 * file-mremap.c - mappings of files that move, grow and shrink: each page keeps what it maps,
 * offsets and private copies included.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "tests/user/one-file.h"

#define NAME scratch("file-mremap")

static char *map(int flags, size_t npages, size_t first)
{
	return mmap(NULL, P(npages), RW, flags, fd, (long)P(first));
}

static char *move(char *p, size_t npages, size_t new)
{
	return mremap(p, P(npages), P(new), MREMAP_MAYMOVE | MREMAP_FIXED,
		      hole(new));
}

static void shared(void)
{
	char *p = map(MAP_SHARED, 6, 1), *q;
	struct map m;

	put_digits(8);
	p[P(1)] = 'b';
	q = move(p, 6, 6);
	ok(q != MAP_FAILED && q != p, "a shared mapping moves");
	ok(q[0] == '1' && q[P(1)] == 'b' && q[P(5)] == '6', "with its pages");
	faults(p, READ, SIGSEGV, SEGV_MAPERR, "away from here");
	map_at(q, &m);
	is_hex(m.offset, P(1), "and its offset");
	q[P(2)] = 'c';
	is_int(get(P(3)), 'c', "and writes to the same file");
	put(P(4), 'd');
	is_int(q[P(3)], 'd', "and follows it");
	p = move(q + P(2), 2, 2);
	ok(p[0] == 'c' && p[P(1)] == 'd', "the middle of it moves alone");
	ok(q[P(1)] == 'b' && q[P(4)] == '5', "both sides stay");
	is_int(map_count(q, P(6)), 2, "in two areas");
	p[0] = 'C';
	is_int(get(P(3)), 'C', "each at its offset");
	is_ptr(mremap(p, P(2), P(2), MREMAP_MAYMOVE | MREMAP_FIXED, q + P(2)),
	       q + P(2), "and back");
	is_int(map_count(q, P(6)), 1, "which makes one of three");
	munmap(q, P(6));
}

static void private(void)
{
	char *p = map(MAP_PRIVATE, 4, 2), *q;

	put_digits(6);
	p[P(1)] = 'p';
	q = move(p, 4, 4);
	is_int(q[P(1)], 'p', "a private copy moves");
	is_int(q[P(2)], '4', "what is not copied, too");
	put(P(4), 'f');
	is_int(q[P(2)], 'f', "and follows the file");
	q[P(2)] = 'q';
	is_int(get(P(4)), 'f', "and copies when it is written");
	put(P(3), 'x');
	is_int(q[P(1)], 'p', "the copy is one still");
	q = move(q, 4, 2);
	is_int(q[P(1)], 'p', "moved and cut short");
	munmap(q, P(2));
}

static void sizes(void)
{
	char *p = map(MAP_SHARED, 2, 0), *q;

	put_digits(6);
	p = move(p, 2, 6);
	ok(p[P(1)] == '1' && p[P(5)] == '5', "longer: the file goes on");
	is_ptr(mremap(p, P(6), P(3), 0, 0), p, "shorter");
	faults(p + P(3), READ, SIGSEGV, SEGV_MAPERR, "the rest is unmapped");
	is_ptr(mremap(p, P(3), P(5), 0, 0), p, "longer, where it is");
	is_int(p[P(4)], '4', "shows the file");
	p[P(4)] = 'e';
	is_int(get(P(4)), 'e', "and writes it");
	munmap(p, P(5));
	p = map(MAP_SHARED, 2, 5);
	q = move(p, 2, 4);
	works(q, READ, "the last page of the file");
	faults(q + P(1), READ, SIGBUS, BUS_ADRERR, "behind it");
	sys(__NR_ftruncate, fd, P(8));
	works(q + P(2), WRITE, "until the file grows");
	faults(q + P(3), READ, SIGBUS, BUS_ADRERR, "no further");
	sys(__NR_ftruncate, fd, P(6));
	faults(q + P(2), READ, SIGBUS, BUS_ADRERR, "a moved area is cut, too");
	munmap(q, P(4));
}

static void twice(void)
{
	char *p = map(MAP_SHARED, 2, 1), *q;

	put_digits(3);
	q = mremap(p, 0, P(2), MREMAP_MAYMOVE, 0);
	ok(q != MAP_FAILED && q != p, "an old length of 0");
	q[0] = 't';
	is_int(p[0], 't', "maps the same a second time");
	munmap(p, P(2));
	is_int(q[P(1)], '2', "and is no less when the first goes");
	munmap(q, P(2));
	p = map(MAP_PRIVATE, 2, 1);
	is_err(mremap(p, 0, P(2), MREMAP_MAYMOVE, 0), EINVAL,
	       "not of a private one");
	munmap(p, P(2));
}

static void dontunmap(void)
{
	char *p = map(MAP_SHARED, 2, 0), *q;

	put_digits(2);
	p[0] = 's';
	q = mremap(p, P(2), P(2), MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
	ok(q != MAP_FAILED && q != p, "DONTUNMAP, shared");
	ok(q[0] == 's' && p[0] == 's', "both show the file");
	p[P(1)] = 'x';
	is_int(q[P(1)], 'x', "and are one memory");
	munmap(p, P(2));
	munmap(q, P(2));
	p = map(MAP_PRIVATE, 2, 0);
	p[0] = 'p';
	q = mremap(p, P(2), P(2), MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
	ok(q[0] == 'p' && p[0] == 's', "private: the copy moves");
	p[0] = 'P';
	ok(q[0] == 'p' && get(0) == 's', "what stays copies anew");
	munmap(p, P(2));
	munmap(q, P(2));
}

static int child(void *arg)
{
	char *p = arg, *q = move(p, 3, 3);

	q[0] = 'c';
	return q[P(1)] == 'p' && q[P(2)] == '2';
}

static void forks(void)
{
	char *p = map(MAP_PRIVATE, 3, 0), *s = map(MAP_SHARED, 3, 0);

	put_digits(3);
	p[P(1)] = 'p';
	is_exit(in_child(child, p), 1, "a child moves its copy of a mapping");
	ok(p[0] == '0' && p[P(1)] == 'p', "the parent's is where it was");
	s[P(1)] = 'p';
	is_exit(in_child(child, s), 1, "a shared one, too");
	is_int(s[0], 'c', "and what it writes is shared");
	munmap(p, P(3));
	munmap(s, P(3));
}

static void onto_another(void)
{
	char *p = map(MAP_SHARED, 2, 0), *q = map(MAP_PRIVATE, 4, 2);

	put_digits(6);
	q[P(1)] = 'q';
	is_ptr(mremap(p, P(2), P(2), MREMAP_MAYMOVE | MREMAP_FIXED, q + P(1)),
	       q + P(1), "onto the middle of another mapping");
	ok(q[0] == '2' && q[P(1)] == '0' && q[P(2)] == '1' && q[P(3)] == '5',
	   "replaces just that");
	q[P(1)] = 'S';
	is_int(get(0), 'S', "with a shared page");
	q[0] = 'P';
	is_int(get(P(2)), '2', "beside a private one");
	munmap(q, P(4));
}

static void all(int file, const char *what)
{
	fd = file;
	diag("%s", what);
	sys(__NR_ftruncate, fd, P(8));
	shared();
	private();
	sys(__NR_ftruncate, fd, P(6));
	sizes();
	twice();
	dontunmap();
	forks();
	onto_another();
	close(fd);
}

int main(void)
{
	if (under_qemu()) {
		skip("mremap", "qemu-user reports SIGBUS a page too high, "
			       "and lacks length 0");
		return done_testing();
	}
	all(open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600), "file");
	unlink(NAME);
	all((int)sys(__NR_memfd_create, "mremap", 0), "memfd");
	return done_testing();
}
