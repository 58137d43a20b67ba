/*
 * stress-file.c - random operations on a file and its mappings, against a model kept in
 * the program: what every byte of the file is, and what every page of every mapping
 * shows, after each of them.
 *
 *	stress-file [OPERATIONS [SEED]]
 *
 * The model: file[] has the file's bytes, one a page (its first; an operation on
 * bytes inside pages would say no more); a window is an area of pages, each of which is
 *	GONE	not mapped
 *	FILE	what the file has there, or SIGBUS beyond its end
 *	a copy	with a byte of its own (private windows)
 */
#include "user/lib/probe.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#include <linux/falloc.h>
#include <linux/fs.h>

#define PAGES	24 /* the file's, at most */
#define WINDOWS 5
#define WSIZE	12 /* pages of a window, at most */

enum { GONE = -2, OF_FILE = -1 }; /* or the byte of a copy */

struct window {
	char *at;
	char *home[2];	   /* two places of its own, to move between */
	int shared, first; /* first: its first page in the file */
	int page[WSIZE];   /* from at on */
};

static struct window windows[WINDOWS];
static unsigned char file[PAGES];
static int size; /* in pages */
static int fd, failures, done;
static const char *last = "nothing";

static int rnd(int n)
{
	return (int)(random() % (unsigned)n);
}

static unsigned char byte(void)
{
	return (unsigned char)(1 + rnd(255));
}

static void wrong(const char *what, int w, int i)
{
	if (failures++ < 5)
		diag("after %d operations, %s: %s, window %d page %d", done,
		     last, what, w, i);
}

/* ---- the check */

/* What a page of a window must show; -1: SIGBUS, -2: nothing is mapped. */
static int expected(const struct window *w, int i)
{
	if (w->page[i] == GONE || (w->first + i >= size))
		return w->page[i] == GONE ? -2 : -1;
	return w->page[i] == OF_FILE ? file[w->first + i] : w->page[i];
}

static void check_window(int n)
{
	const struct window *w = &windows[n];
	int i, want;

	for (i = 0; w->at && i < WSIZE; i++) {
		volatile unsigned char *p =
			(volatile unsigned char *)w->at + P(i);

		want = expected(w, i);
		if (want >= 0 ? *p != want
			      : rnd(8) == 0 &&
					probe(p, READ) !=
						(want == -1 ? SIGBUS : SIGSEGV))
			wrong("is not what it should be", n, i);
	}
}

static void check_file(void)
{
	unsigned char c;
	int i;

	if (lseek(fd, 0, SEEK_END) != (long)P(size))
		wrong("the size", 0, size);
	for (i = 0; i < size; i++) {
		lseek(fd, (long)P(i), SEEK_SET);
		c = 0;
		if (read(fd, &c, 1) != 1 || c != file[i])
			wrong("read", -1, i);
	}
}

static int check_all(void *unused)
{
	int i;

	(void)unused;
	for (i = 0; i < WINDOWS; i++)
		check_window(i);
	check_file();
	return failures != 0;
}

/* ---- operations */

static void unmap(struct window *w)
{
	if (w->at)
		munmap(w->at, P(WSIZE));
	w->at = NULL;
}

static void op_map(struct window *w)
{
	int i, n = 1 + rnd(WSIZE);

	unmap(w);
	w->shared = rnd(2);
	w->first = rnd(PAGES - n);
	w->at = mmap(w->home[0], P(n), RW,
		     MAP_FIXED | (w->shared ? MAP_SHARED : MAP_PRIVATE) |
			     (rnd(4) ? 0 : MAP_POPULATE),
		     fd, (long)P(w->first));
	for (i = 0; i < WSIZE; i++)
		w->page[i] = i < n ? OF_FILE : GONE;
	/* populating a writable private mapping has copied what there was */
	for (i = 0; i < n && !w->shared; i++)
		if (w->first + i < size && (pagemap(w->at + P(i)) & PM_PRESENT))
			munmap(w->at + P(i), P(1)), w->page[i] = GONE;
}

static void op_store(struct window *w, int i)
{
	unsigned char c = byte();

	if (!w->at || expected(w, i) < 0)
		return;
	w->at[P(i)] = (char)c;
	if (w->shared)
		file[w->first + i] = c;
	else
		w->page[i] = c;
}

static void op_unmap(struct window *w, int i, int n)
{
	if (!w->at)
		return;
	munmap(w->at + P(i), P(n));
	while (n--)
		w->page[i++] = GONE;
}

/* The whole window, holes and all, one mapped run at a time. */
static void op_move(struct window *w)
{
	char *to;
	int i, n;

	if (!w->at)
		return;
	to = w->home[w->at == w->home[0]];
	for (i = 0; i < WSIZE; i += n) {
		for (n = 1; i + n < WSIZE &&
			    (w->page[i + n] == GONE) == (w->page[i] == GONE);)
			n++;
		if (w->page[i] != GONE && mremap(w->at + P(i), P(n), P(n),
						 MREMAP_MAYMOVE | MREMAP_FIXED,
						 to + P(i)) == MAP_FAILED)
			wrong("mremap", 0, i);
	}
	w->at = to;
}

static void op_dontneed(struct window *w, int i, int n)
{
	if (!w->at)
		return;
	madvise(w->at + P(i), P(n), MADV_DONTNEED);
	for (; n--; i++)
		if (w->page[i] != GONE)
			w->page[i] = OF_FILE;
}

static void op_protect(struct window *w, int i, int n)
{
	if (!w->at)
		return;
	mprotect(w->at + P(i), P(n), rnd(2) ? PROT_READ : PROT_NONE);
	if (rnd(2))
		check_file();
	/* page by page: a hole ends the call */
	for (; n--; i++)
		mprotect(w->at + P(i), P(1), RW);
}

static void op_write(int i, int n)
{
	static unsigned char buf[P(4)];
	int k;

	memset(buf, byte(), sizeof(buf));
	lseek(fd, (long)P(i), SEEK_SET);
	if (write(fd, buf, P(n)) != (long)P(n))
		wrong("write", -1, i);
	for (k = size; k < i; k++)
		file[k] = 0;
	for (k = i; k < i + n; k++)
		file[k] = buf[0];
	if (size < i + n)
		size = i + n;
}

static void op_truncate(int to)
{
	int n, i;

	sys(__NR_ftruncate, fd, P(to));
	for (i = to; i < size; i++)
		file[i] = 0;
	for (i = size; i < to; i++)
		file[i] = 0;
	/* what is beyond the end has lost its copy */
	for (n = 0; n < WINDOWS; n++)
		for (i = 0; i < WSIZE; i++)
			if (windows[n].page[i] >= 0 &&
			    windows[n].first + i >= to)
				windows[n].page[i] = OF_FILE;
	size = to;
}

static void op_punch(int i, int n)
{
	if (!can_punch(fd))
		return;
	sys(__NR_fallocate, fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
	    P(i), 0, P(n), 0);
	for (; n--; i++)
		if (i < size)
			file[i] = 0;
}

/* A child sees the same; what it stores where it is private stays its own. */
static int child(void *unused)
{
	int i;

	check_all(unused);
	for (i = 0; i < WINDOWS; i++)
		if (!windows[i].shared)
			op_store(&windows[i], rnd(WSIZE));
	return check_all(unused);
}

static void one(void)
{
	struct window *w = &windows[rnd(WINDOWS)];
	int i = rnd(WSIZE), n = 1 + rnd(WSIZE - i), page = rnd(PAGES - 4);

	switch (rnd(20)) {
	case 0:
		last = "mmap", op_map(w);
		break;
	case 1:
		last = "munmap", op_unmap(w, i, 1 + n / 4);
		break;
	case 2:
		last = "mremap", op_move(w);
		break;
	case 3:
		last = "DONTNEED", op_dontneed(w, i, n);
		break;
	case 4:
		last = "mprotect", op_protect(w, i, n);
		break;
	case 5:
		last = "ftruncate", op_truncate(rnd(PAGES));
		break;
	case 6:
	case 7:
		last = "punch", op_punch(page, 1 + rnd(4));
		break;
	case 8 ... 11:
		last = "write", op_write(page, 1 + rnd(4));
		break;
	case 12:
		last = "msync";
		if (w->at)
			sys(__NR_msync, w->at, P(WSIZE), MS_SYNC);
		break;
	default:
		last = "store", op_store(w, i);
	}
}

int main(int argc, char *argv[])
{
	int n = argc > 1 ? atoi(argv[1]) : 3000, i;
	char *free_space;

	srandom(argc > 2 ? (unsigned)atoi(argv[2]) : 1);
	fd = scratch_fd("stress");
	if (under_qemu()) {
		skip("stress", "qemu-user reports SIGBUS a page too high");
		return done_testing();
	}
	free_space = hole(2 * WINDOWS * (WSIZE + 1));
	for (i = 0; i < WINDOWS; i++) {
		windows[i].home[0] = free_space + P(2 * i * (WSIZE + 1));
		windows[i].home[1] = windows[i].home[0] + P(WSIZE + 1);
		op_map(&windows[i]);
	}
	while (done++ < n && !failures) {
		one();
		check_all(NULL);
		if (done % 50 == 0) {
			last = "fork";
			if (in_child(child, NULL))
				wrong("a child", -1, done);
		}
	}
	is_int(failures, 0, "the file and all its mappings are as modelled");
	for (i = 0; i < WINDOWS; i++)
		unmap(&windows[i]);
	check_file();
	is_int(failures, 0, "and the file, when they are gone");
	return done_testing();
}
