/*
 * madvise.c - advice that does something (DONTNEED, FREE, POPULATE, the fork
 * ones, REMOVE), advice that is only accepted, and what is refused.
 */
#include "user/lib/probe.h"
#include "user/lib/tap.h"

static char *filled(int shared, size_t npages)
{
	char *p = shared ? map_shared(P(npages)) : map_anon(P(npages));
	size_t i;

	for (i = 0; i < npages; i++)
		p[P(i)] = (char)('a' + i);
	return p;
}

static void errors(void)
{
	char *p = filled(0, 3);

	is_err(madvise(p + 1, P(1), MADV_DONTNEED), EINVAL, "inside a page");
	is_err(madvise(p, P(1), 77), EINVAL, "unknown advice");
	/* to a 64-bit kernel these are lengths like any other */
	if (!under_64bit()) {
		is_err(madvise(p, 0xfffff000, MADV_DONTNEED), EINVAL,
		       "an end before the start");
		is_err(madvise(p, 0xfffff001, MADV_DONTNEED), EINVAL,
		       "a length that overflows");
	}
	is_err(madvise(p, 0, MADV_DONTNEED), 0, "length 0 succeeds");
	is_err(madvise(p, P(1), MADV_REMOVE), EINVAL, "REMOVE of private");
	is_int(p[0], 'a', "nothing was lost");
	munmap(p, P(3));
}

static void dontneed_private(void)
{
	char *p = filled(0, 4);

	is_err(madvise(p + P(1), P(2), MADV_DONTNEED), 0, "DONTNEED");
	is_int(resident(p, 4), 2, "the pages are gone");
	is_int(p[P(1)] + p[P(2)], 0, "and read as zero");
	is_int(p[0] + p[P(3)], 'a' + 'd', "the others stay");
	works(p + P(1), WRITE, "a dropped page may be written");
	is_int(map_count(p, P(4)), 1, "the mapping is still one");
	munmap(p, P(4));
}

static void dontneed_shared(void)
{
	char *p = filled(1, 2);

	madvise(p, P(2), MADV_DONTNEED);
	is_int(p[0] + p[P(1)], 'a' + 'b', "shared memory survives DONTNEED");
	munmap(p, P(2));
}

static void dontneed_over_a_hole(void)
{
	char *p = filled(0, 3);

	munmap(p + P(1), P(1));
	is_err(madvise(p, P(3), MADV_DONTNEED), ENOMEM, "over a hole");
	is_int(p[0] + p[P(2)], 0, "it works on both sides of it");
	munmap(p, P(3));
}

static void dontneed_locked(void)
{
	char *p = filled(0, 1);

	mlock(p, P(1));
	is_err(madvise(p, P(1), MADV_DONTNEED), EINVAL, "DONTNEED of locked");
	is_int(p[0], 'a', "does nothing");
	munmap(p, P(1));
}

static void dontneed_after_fork(void)
{
	char *p = filled(0, 1);
	int status, pid = fork();

	if (pid == 0) {
		madvise(p, P(1), MADV_DONTNEED);
		_exit(p[0]);
	}
	waitpid(pid, &status, 0);
	is_exit(status, 0, "the child drops its page");
	is_int(p[0], 'a', "the parent keeps it");
	munmap(p, P(1));
}

static void free_pages(void)
{
	char *p = filled(0, 2), *q = filled(1, 1);

	is_err(madvise(p, P(2), MADV_FREE), 0, "FREE of private memory");
	ok(p[0] == 'a' || p[0] == 0, "old bytes or zeroes");
	p[P(1)] = 'n';
	is_int(p[P(1)], 'n', "a page written after FREE keeps that");
	is_err(madvise(q, P(1), MADV_FREE), EINVAL, "FREE of shared memory");
	munmap(p, P(2));
	munmap(q, P(1));
}

static void remove_shared(void)
{
	char *p = filled(1, 3);

	is_err(madvise(p + P(1), P(1), MADV_REMOVE), 0, "REMOVE of shared");
	is_int(p[P(1)], 0, "punches a hole into the object");
	is_int(p[0] + p[P(2)], 'a' + 'c', "and only there");
	munmap(p, P(3));
}

static void populate(void)
{
	char *p = map_anon(P(8)), *q = map_shared(P(4));

	is_err(madvise(p, P(4), MADV_POPULATE_WRITE), 0, "POPULATE_WRITE");
	is_int(resident(p, 8), 4, "brings just these pages");
	is_err(madvise(p + P(4), P(2), MADV_POPULATE_READ), 0, "POPULATE_READ");
	is_int(resident(p, 8), 6, "brings some more");
	is_int(p[P(5)], 0, "zeroes");
	works(p + P(5), WRITE, "that may be written");
	is_err(madvise(q, P(4), MADV_POPULATE_WRITE), 0, "of shared memory");
	is_int(resident(q, 4), 4, "brings it too");
	munmap(p, P(8));
	munmap(q, P(4));
}

static void populate_errors(void)
{
	char *p = map_anon(P(3));

	mprotect(p, P(1), PROT_READ);
	is_err(madvise(p, P(1), MADV_POPULATE_WRITE), EINVAL,
	       "POPULATE_WRITE of read-only memory");
	mprotect(p, P(1), PROT_NONE);
	is_err(madvise(p, P(1), MADV_POPULATE_READ), EINVAL,
	       "POPULATE_READ of PROT_NONE");
	munmap(p, P(1));
	is_err(madvise(p, P(2), MADV_POPULATE_READ), ENOMEM,
	       "POPULATE_READ of a hole");
	munmap(p, P(3));
}

/* What the child finds: the signal of reading @arg, else its first byte. */
static int first_byte(void *arg)
{
	char *p = arg;

	return probe(p, READ) ? 100 : p[0] - 'a';
}

static void dontfork(void)
{
	char *p = filled(0, 2);

	is_err(madvise(p, P(1), MADV_DONTFORK), 0, "DONTFORK");
	is_exit(in_child(first_byte, p), 100, "the child does not have it");
	is_exit(in_child(first_byte, p + P(1)), 1, "but has its neighbour");
	is_int(map_count(p, P(2)), 2, "it is a mapping of its own");
	is_err(madvise(p, P(1), MADV_DOFORK), 0, "DOFORK");
	is_exit(in_child(first_byte, p), 0, "gives it to children again");
	is_int(map_count(p, P(2)), 1, "and merges it");
	munmap(p, P(2));
}

static int is_wiped(void *arg)
{
	char *p = arg;

	if (p[0] != 0)
		return 1;
	p[0] = 'c';
	return in_child(first_byte, p) == ('c' - 'a') << 8; /* not wiped? */
}

static void wipeonfork(void)
{
	char *p = filled(0, 1), *q = filled(1, 1);

	is_err(madvise(p, P(1), MADV_WIPEONFORK), 0, "WIPEONFORK");
	is_exit(in_child(is_wiped, p), 0,
		"zeroes for the child, and for its children");
	is_int(p[0], 'a', "the parent keeps its bytes");
	is_err(madvise(p, P(1), MADV_KEEPONFORK), 0, "KEEPONFORK");
	is_exit(in_child(first_byte, p), 0, "gives them to children again");
	is_err(madvise(q, P(1), MADV_WIPEONFORK), EINVAL,
	       "WIPEONFORK of shared memory");
	munmap(p, P(1));
	munmap(q, P(1));
}

static void hints(void)
{
	static const int advice[] = { MADV_NORMAL,     MADV_RANDOM,
				      MADV_SEQUENTIAL, MADV_WILLNEED,
				      MADV_COLD,       MADV_PAGEOUT };
	char *p = filled(0, 2);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(advice); i++)
		ok(madvise(p, P(1), advice[i]) == 0 ||
			   (advice[i] == MADV_WILLNEED && errno == EBADF),
		   "advice %d is taken", advice[i]);
	is_int(p[0] + p[P(1)], 'a' + 'b', "and changes no bytes");
	madvise(p, P(1), MADV_NORMAL);
	munmap(p, P(1));
	is_err(madvise(p, P(1), MADV_RANDOM), ENOMEM, "advice for a hole");
	munmap(p, P(2));
}

int main(void)
{
	if (under_qemu()) {
		skip("madvise", "qemu-user takes it all and does nothing");
		return done_testing();
	}
	errors();
	dontneed_private();
	dontneed_shared();
	dontneed_over_a_hole();
	dontneed_locked();
	dontneed_after_fork();
	free_pages();
	remove_shared();
	populate();
	populate_errors();
	dontfork();
	wipeonfork();
	hints();
	return done_testing();
}
