/*
 * mremap.c - resizing and moving mappings: every combination of flags, the
 * errors, and the bytes.
 */
#include "user/lib/probe.h"
#include "user/lib/tap.h"

#define MOVE  MREMAP_MAYMOVE
#define FIXED (MREMAP_MAYMOVE | MREMAP_FIXED)
#define KEEP  (MREMAP_MAYMOVE | MREMAP_DONTUNMAP)

/* @npages with 'a', 'b', ... in them and @room free pages behind. */
static char *numbered(size_t npages, size_t room)
{
	char *p = map_anon(P(npages + room));
	size_t i;

	munmap(p + P(npages), P(room));
	for (i = 0; i < npages; i++)
		p[P(i)] = (char)('a' + i);
	return p;
}

static void bad_arguments(void)
{
	char *p = numbered(4, 0), *q = hole(4);

	is_err(mremap(p, P(1), P(2), 8, NULL), EINVAL, "an unknown flag");
	is_err(mremap(p, P(1), P(1), MREMAP_FIXED, q), EINVAL,
	       "FIXED without MAYMOVE");
	is_err(mremap(p + 1, P(1), P(2), MOVE, NULL), EINVAL,
	       "an address inside a page");
	is_err(mremap(p, P(1), 0, MOVE, NULL), EINVAL, "a new length of 0");
	is_err(mremap(p, P(1), P(1), FIXED, q + 1), EINVAL,
	       "a target inside a page");
	is_err(mremap(p, P(1), P(1), FIXED, (void *)0xfffff000), EINVAL,
	       "a target beyond the end");
	is_err(mremap(p, P(2), P(2), FIXED, p + P(1)), EINVAL,
	       "a target that overlaps the source from above");
	is_err(mremap(p + P(1), P(2), P(2), FIXED, p), EINVAL,
	       "a target that overlaps the source from below");
	is_err(mremap(p, P(1), P(2), FIXED, p), EINVAL,
	       "a target that is the source");
	is_int(p[0] + p[P(3)], 'a' + 'd', "nothing was lost");
	munmap(p, P(4));
}

static void bad_keep(void)
{
	char *p = numbered(2, 1);

	is_err(mremap(p, P(1), P(1), MREMAP_DONTUNMAP, NULL), EINVAL,
	       "DONTUNMAP without MAYMOVE");
	is_err(mremap(p, P(1), P(2), KEEP, NULL), EINVAL,
	       "DONTUNMAP with another length");
	munmap(p, P(2));
}

static void bad_sources(void)
{
	char *p = numbered(4, 0);

	munmap(p + P(2), P(2));
	is_err(mremap(p + P(2), P(1), P(2), MOVE, NULL), EFAULT,
	       "nothing is mapped there");
	is_err(mremap(p, 0, P(1), MOVE, NULL), EINVAL,
	       "an old length of 0 of private memory");
	is_err(mremap(p, P(3), P(4), MOVE, NULL), EFAULT,
	       "the source ends in a hole");
	mprotect(p + P(1), P(1), PROT_READ);
	is_err(mremap(p, P(2), P(3), MOVE, NULL), EFAULT,
	       "the source is two mappings");
	munmap(p, P(2));
}

static void shrinks(void)
{
	char *p = numbered(4, 0);

	is_ptr(mremap(p, P(4), P(2), 0, NULL), p, "shrinking stays");
	is_int(p[P(1)], 'b', "the rest is as it was");
	faults(p + P(2), READ, SIGSEGV, SEGV_MAPERR, "the end is gone");
	is_map(p, P(2), "rw-p", "maps shows it");
	is_ptr(mremap(p, P(2), PAGE_SIZE + 1, 0, NULL), p,
	       "lengths are rounded up");
	works(p + P(1), READ, "so that the second page stays");
	munmap(p, P(2));
}

static void same_length(void)
{
	char *p = numbered(2, 0);

	is_ptr(mremap(p, P(2), P(2), 0, NULL), p, "the same length: nothing");
	is_ptr(mremap(p, P(2), P(2), MOVE, NULL), p, "nor with MAYMOVE");
	munmap(p, P(2));
}

static void grows_in_place(void)
{
	char *p = numbered(2, 2);

	is_ptr(mremap(p, P(2), P(4), 0, NULL), p, "growing into free space");
	is_int(p[P(1)], 'b', "what was there is");
	is_int(p[P(3)], 0, "what is new is zero");
	is_int(map_count(p, P(4)), 1, "it is one mapping");
	munmap(p, P(4));
}

static void cannot_grow(void)
{
	char *p = numbered(4, 0);

	is_err(mremap(p, P(2), P(4), 0, NULL), ENOMEM,
	       "growing inside a mapping");
	mprotect(p + P(2), P(2), PROT_READ);
	is_err(mremap(p, P(2), P(3), 0, NULL), ENOMEM,
	       "growing against a neighbour");
	is_int(p[P(1)], 'b', "all is as before");
	munmap(p, P(4));
}

static void moves_to_grow(void)
{
	char *p = numbered(4, 0), *q;

	p[P(2)] = 'X';
	q = mremap(p, P(2), P(6), MOVE, NULL);
	ok(q != MAP_FAILED && q != p, "MAYMOVE moves what cannot grow");
	is_int(q[0] + q[P(1)], 'a' + 'b', "with its bytes");
	is_int(q[P(5)], 0, "and zeroes behind");
	faults(p, READ, SIGSEGV, SEGV_MAPERR, "the old place is free");
	is_int(p[P(2)], 'X', "what was not moved stays");
	munmap(p, P(4));
	munmap(q, P(6));
}

static void moves_to_a_place(void)
{
	char *p = numbered(3, 0), *q = map_anon(P(3));

	q[0] = q[P(2)] = 'q';
	is_ptr(mremap(p, P(2), P(2), FIXED, q), q, "FIXED moves there");
	is_int(q[0] + q[P(1)], 'a' + 'b', "over what was there");
	is_int(q[P(2)], 'q', "and only as far as asked");
	faults(p, READ, SIGSEGV, SEGV_MAPERR, "the old place is free");
	is_int(p[P(2)], 'c', "but for what was not asked for");
	munmap(p, P(3));
	munmap(q, P(3));
}

static void moves_and_resizes(void)
{
	char *p = numbered(4, 0), *q = hole(8);

	is_ptr(mremap(p, P(4), P(2), FIXED, q), q, "FIXED and shorter");
	is_int(q[P(1)], 'b', "with the first pages");
	faults(p + P(3), READ, SIGSEGV, SEGV_MAPERR, "the last are gone");
	is_ptr(mremap(q, P(2), P(4), FIXED, q + P(4)), q + P(4),
	       "FIXED and longer");
	is_int(q[P(5)], 'b', "with the pages there are");
	is_int(q[P(7)], 0, "and zeroes behind");
	munmap(q, P(8));
}

static void keeps_the_source(void)
{
	char *p = numbered(2, 0), *q;

	q = mremap(p, P(2), P(2), KEEP, NULL);
	ok(q != MAP_FAILED && q != p, "DONTUNMAP moves");
	is_int(q[0] + q[P(1)], 'a' + 'b', "the bytes are at the new place");
	is_int(resident(p, 2), 0, "the old place is empty");
	is_int(p[0] + p[P(1)], 0, "and reads as zero");
	works(p, WRITE, "and may be written");
	munmap(p, P(2));
	munmap(q, P(2));
}

static void keeps_the_source_at_a_place(void)
{
	char *p = numbered(2, 0), *q = hole(2);

	is_ptr(mremap(p, P(1), P(1), KEEP | MREMAP_FIXED, q), q,
	       "DONTUNMAP and FIXED");
	is_int(q[0], 'a', "has the byte");
	is_int(p[0], 0, "the old page is zero");
	is_int(p[P(1)], 'b', "the next was not asked for");
	munmap(p, P(2));
	munmap(q, P(1));
}

static void moves_only_what_is_there(void)
{
	char *p = map_anon(P(8)), *q = hole(8);

	p[P(3)] = 'x';
	mremap(p, P(8), P(8), FIXED, q);
	is_int(resident(q, 8), 1, "a move brings no pages in");
	is_int(q[P(3)], 'x', "the one that was there has moved");
	munmap(q, P(8));
}

static void moves_rights_and_cow(void)
{
	char *p = numbered(1, 0), *q = hole(1);
	int status, pid = fork();

	if (pid == 0) {
		mremap(p, P(1), P(1), FIXED, q);
		q[0] = 'c';
		_exit(q[0] == 'c' ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	is_exit(status, 0, "the child moves a page and writes it");
	is_int(p[0], 'a', "ours has not moved, nor changed");
	mprotect(p, P(1), PROT_READ);
	mremap(p, P(1), P(1), FIXED, q);
	faults(q, WRITE, SIGSEGV, SEGV_ACCERR, "a moved page keeps its rights");
	munmap(q, P(1));
}

/* Across the border of a page table, to an address of another remainder. */
static void moves_much(void)
{
	size_t len = 5u << 20, i, bad = 0;
	char *p = map_anon(len), *q = hole(len / PAGE_SIZE + 3);

	for (i = 0; i < len; i += 64 * 1024)
		*(unsigned int *)(void *)(p + i) = (unsigned int)i + 1;
	is_ptr(mremap(p, len, len, FIXED, q + P(3)), q + P(3), "5 MiB move");
	for (i = 0; i < len; i += 64 * 1024)
		bad += *(unsigned int *)(void *)(q + P(3) + i) != i + 1;
	is_int((long)bad, 0, "all words arrive");
	munmap(q + P(3), len);
}

int main(void)
{
	if (under_qemu()) {
		skip("mremap", "qemu-user checks nothing and merges");
		return done_testing();
	}
	bad_arguments();
	bad_keep();
	bad_sources();
	shrinks();
	same_length();
	grows_in_place();
	cannot_grow();
	moves_to_grow();
	moves_to_a_place();
	moves_and_resizes();
	keeps_the_source();
	keeps_the_source_at_a_place();
	moves_only_what_is_there();
	moves_rights_and_cow();
	moves_much();
	return done_testing();
}
