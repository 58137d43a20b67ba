/*
 * stress-mm.c - several processes do random things to their memory, and each
 * compares it with a model that it keeps beside.
 *
 *	stress-mm [STEPS [SEED]]
 *
 * The model has, for each page of an area, whether it is mapped, its rights,
 * and the number that was last written to it:
 *
 *	area  | page 0 | page 1 | ... | page N-1 |
 *	model | prot, value | ...
 *
 * A process may fork in the middle: parent and child then go on by
 * themselves, from the same state, which proves copy-on-write both ways.
 * Beside the area there is one shared page with a word for each process.
 */
#include "user/lib/probe.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#define N	  96
#define PROCESSES 3
#define UNMAPPED  -1

static struct {
	int prot; /* or UNMAPPED */
	uint32_t value;
} model[N];

static char *area;
static volatile uint32_t *shared;
static int me, steps, forks;
static uint32_t mine; /* what my word of the shared page must be */

static volatile uint32_t *word(size_t page)
{
	/* not always the first word of the page */
	return (volatile uint32_t *)(void *)(area + P(page) +
					     page % 7 * 300 / 4 * 4);
}

static int wrong(const char *what, size_t page)
{
	dprintf(1, "# process %d, step %d: %s, page %u\n", me, steps, what,
		(unsigned int)page);
	return 1;
}

/* Is page @i as the model says? => 0 if it is */
static int check(size_t i)
{
	if (model[i].prot == UNMAPPED || model[i].prot == PROT_NONE) {
		int code = model[i].prot ? SEGV_MAPERR : SEGV_ACCERR;

		if (probe((volatile void *)word(i), READ) != SIGSEGV ||
		    last_fault.code != code)
			return wrong("no fault, or the wrong one", i);
		return 0;
	}
	if (*word(i) != model[i].value)
		return wrong("the wrong value", i);
	if (model[i].prot == PROT_READ &&
	    probe((volatile void *)word(i), WRITE) != SIGSEGV)
		return wrong("a read-only page could be written", i);
	return 0;
}

static int check_all(void)
{
	size_t i;

	for (i = 0; i < N; i++)
		if (check(i))
			return 1;
	return shared[me] != mine ? wrong("the shared word", 0) : 0;
}

static void set(size_t start, size_t n, int prot, int keep)
{
	size_t i;

	for (i = start; i < start + n; i++) {
		model[i].prot = prot;
		if (!keep)
			model[i].value = 0;
	}
}

static int all_mapped(size_t start, size_t n)
{
	size_t i;

	for (i = start; i < start + n; i++)
		if (model[i].prot == UNMAPPED)
			return 0;
	return 1;
}

static int do_map(size_t start, size_t n)
{
	static const int prots[] = { PROT_NONE, PROT_READ, RW, RW };
	int prot = prots[random() % 4];

	if (mmap(area + P(start), P(n), prot,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		 0) != area + P(start))
		return wrong("mmap failed", start);
	set(start, n, prot, 0);
	return 0;
}

static int do_unmap(size_t start, size_t n)
{
	if (munmap(area + P(start), P(n)))
		return wrong("munmap failed", start);
	set(start, n, UNMAPPED, 0);
	return 0;
}

static int do_protect(size_t start, size_t n)
{
	static const int prots[] = { PROT_NONE, PROT_READ, RW };
	int prot = prots[random() % 3];

	if (!all_mapped(start, n))
		return 0;
	if (mprotect(area + P(start), P(n), prot))
		return wrong("mprotect failed", start);
	set(start, n, prot, 1);
	return 0;
}

/* Pages move one by one: a mapping's borders are not in the model. */
static int do_move(size_t from, size_t to)
{
	if (from == to || model[from].prot == UNMAPPED || under_qemu())
		return 0;
	if (mremap(area + P(from), P(1), P(1), MREMAP_MAYMOVE | MREMAP_FIXED,
		   area + P(to)) != area + P(to))
		return wrong("mremap failed", from);
	if (from % 7 != to % 7) /* the word lies elsewhere in the page */
		return do_unmap(from, 1) || do_map(to, 1);
	model[to] = model[from];
	set(from, 1, UNMAPPED, 0);
	return 0;
}

static int do_drop(size_t start, size_t n)
{
	if (!all_mapped(start, n) || under_qemu())
		return 0;
	if (madvise(area + P(start), P(n), MADV_DONTNEED))
		return wrong("madvise failed", start);
	for (; n--; start++)
		model[start].value = 0;
	return 0;
}

static int do_write(size_t start, size_t n)
{
	for (; n--; start++) {
		if (model[start].prot != RW)
			continue;
		model[start].value = random();
		*word(start) = model[start].value;
	}
	mine = random();
	shared[me] = mine;
	return 0;
}

static int walk(int n);

/* The child goes its own way for a while; the parent at the same time. */
static int do_fork(void)
{
	int pid, status, bad;

	if (forks >= 2)
		return 0;
	forks++;
	pid = fork();
	if (pid < 0)
		return wrong("fork failed", 0);
	if (pid == 0) {
		me += PROCESSES * forks;
		mine = shared[me];
		srandom(random() + 1);
		_exit(check_all() || walk(60) || check_all());
	}
	bad = walk(30);
	waitpid(pid, &status, 0);
	forks--;
	return bad || status ? wrong("a child failed", 0) : 0;
}

static int step(void)
{
	size_t start = random() % N, n = 1 + random() % 12;

	steps++;
	if (start + n > N)
		n = N - start;
	switch (random() % 16) {
	case 0:
	case 1:
		return do_map(start, n);
	case 2:
		return do_unmap(start, n);
	case 3:
	case 4:
		return do_protect(start, n);
	case 5:
	case 6:
		return do_move(start, random() % N);
	case 7:
		return do_drop(start, n);
	case 8:
	case 9:
	case 10:
	case 11:
		return check(start);
	case 12:
		return random() % 16 ? 0 : do_fork();
	default:
		return do_write(start, n);
	}
}

static int walk(int n)
{
	while (n--)
		if (step())
			return 1;
	return 0;
}

static int process(int number, int count, uint32_t seed)
{
	me = number;
	mine = 0;
	srandom(seed + (uint32_t)number * 7919);
	set(0, N, UNMAPPED, 0);
	return walk(count) || check_all();
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 1500;
	uint32_t seed = argc > 2 ? (uint32_t)atoi(argv[2]) : 1;
	int i, pids[PROCESSES], status;

	shared = map_shared(P(1));
	area = hole(N);
	diag("%d steps, seed %u", count, seed);
	for (i = 0; i < PROCESSES; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(process(i, count, seed));
	}
	for (i = 0; i < PROCESSES; i++) {
		waitpid(pids[i], &status, 0);
		is_exit(status, 0, "memory is what the model says");
	}
	qemu_differs(1, "qemu-user maps memory of its own there");
	is_int(map_count(area, P(N)), 0, "the parent's area is still free");
	return done_testing();
}
