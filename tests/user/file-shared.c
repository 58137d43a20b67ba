/*
 * file-shared.c - shared mappings of a memory file and of a memfd: read, write, every
 * mapping and every process have the same bytes, whatever is done to the mapping.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "tests/user/one-file.h"

#define QEMU "takes advice without a look at it"
#define NAME scratch("file-shared")

static const char *kind;

static char *map(int prot, size_t npages, size_t first)
{
	return mmap(NULL, P(npages), prot, MAP_SHARED, fd, (long)P(first));
}

static void every_direction(void)
{
	char *a = map(RW, 4, 0), *b = map(RW, 4, 0), *late;
	char *r = map(PROT_READ, 4, 0);

	put(P(1), 'w');
	is_int(a[P(1)], 'w', "write, untouched mapping");
	put(P(1), 'x');
	ok(a[P(1)] == 'x' && b[P(1)] == 'x' && r[P(1)] == 'x',
	   "write, touched mappings");
	a[P(1)] = 'y';
	ok(b[P(1)] == 'y' && r[P(1)] == 'y', "store, other mappings");
	is_int(get(P(1)), 'y', "store, read");
	b[P(2) + 7] = 'z';
	is_int(get(P(2) + 7), 'z', "store to an untouched page, read");
	is_int(r[P(2) + 7], 'z', "and a read-only mapping");
	late = map(RW, 1, 2);
	is_int(late[7], 'z', "a later mapping at another offset");
	late[8] = 'l';
	is_int(a[P(2) + 8], 'l', "is the same memory");
	munmap(late, P(1));
	munmap(b, P(4));
	is_int(get(P(2) + 8), 'l', "munmap loses nothing");
	munmap(a, P(4));
	munmap(r, P(4));
	is_int(get(P(2) + 8), 'l', "nor does the last one");
}

static int writes(void *p)
{
	char *c = p;

	c[P(1)] = 'c';
	c[P(3)] = 'C';
	put(P(2), 'w');
	return c[0];
}

static int maps_itself(void *unused)
{
	char *p = map(RW, 4, 0);

	(void)unused;
	p[1] = 'm';
	return p[0];
}

static void processes(void)
{
	char *p = map(RW, 4, 0);

	p[0] = 'p';
	is_exit(in_child(writes, p), 'p', "a child sees the parent's byte");
	is_int(p[P(1)], 'c', "the parent the child's");
	is_int(p[P(3)], 'C', "on a page it had not touched");
	is_int(p[P(2)], 'w', "and what the child wrote by descriptor");
	is_exit(in_child(maps_itself, NULL), 'p', "a mapping of the child's");
	is_int(p[1], 'm', "is the same file");
	munmap(p, P(4));
}

static volatile char *page;

static int answers(void *unused)
{
	int i;

	(void)unused;
	for (i = 0; i < 100; i++) {
		while (page[0] != 1)
			sched_yield();
		page[P(1)]++;
		page[0] = 2;
	}
	return 0;
}

/* Two processes hand a byte to and fro, each through its own mapping. */
static void ping_pong(void)
{
	char *p = map(RW, 2, 0);
	int pid, status, i;

	page = p;
	page[0] = page[P(1)] = 0;
	flush();
	pid = fork();
	if (!pid) {
		page = map(RW, 2, 0);
		_exit(answers(NULL));
	}
	for (i = 0; i < 100; i++) {
		page[0] = 1;
		while (page[0] != 2)
			sched_yield();
	}
	waitpid(pid, &status, 0);
	is_exit(status, 0, "ping-pong ends");
	is_int(page[P(1)], 100, "after a hundred rounds");
	munmap(p, P(2));
}

static void fill(char *p, int npages)
{
	int i;

	for (i = 0; i < npages; i++)
		p[P(i)] = (char)('0' + i);
}

static void holes(void)
{
	char *p = map(RW, 6, 0);

	fill(p, 6);
	is_raw(sys(__NR_munmap, p + P(2), P(2)), 0, "a hole in the middle");
	is_int(map_count(p, P(6)), 2, "leaves two areas");
	ok(p[P(1)] == '1' && p[P(4)] == '4' && p[P(5)] == '5',
	   "each at its own offset");
	faults(p + P(2), READ, SIGSEGV, SEGV_MAPERR, "the hole is one");
	p[P(4)] = 'd';
	is_int(get(P(4)), 'd', "the upper part writes where it should");
	is_int(get(P(2)), '2', "what is unmapped is still in the file");
	is_ptr(mmap(p + P(2), P(2), RW, MAP_SHARED | MAP_FIXED, fd, P(2)),
	       p + P(2), "mapped back");
	is_int(map_count(p, P(6)), 1, "is one area again");
	is_int(p[P(3)], '3', "with its bytes");
	munmap(p, P(1));
	is_int(p[P(1)], '1', "the first page unmapped");
	munmap(p + P(5), P(1));
	is_int(p[P(4)], 'd', "the last page unmapped");
	munmap(p + P(1), P(4));
}

static void rights(void)
{
	char *p = map(RW, 3, 0), *q = map(PROT_READ, 3, 0);

	fill(p, 3);
	mprotect(p + P(1), P(1), PROT_READ);
	is_int(map_count(p, P(3)), 3, "mprotect in the middle");
	faults(p + P(1), WRITE, SIGSEGV, SEGV_ACCERR, "refuses to write");
	put(P(1), 'w');
	is_int(p[P(1)], 'w', "write() still changes it");
	p[P(2)] = 'x';
	is_int(q[P(2)], 'x', "the part behind keeps its offset");
	mprotect(p, P(3), PROT_NONE);
	faults(p, READ, SIGSEGV, SEGV_ACCERR, "no right at all");
	put(0, 'n');
	mprotect(p, P(3), RW);
	is_int(p[0], 'n', "what came meanwhile is there");
	p[P(1)] = 'W';
	is_int(q[P(1)], 'W', "and it is writable");
	is_raw(sys(__NR_mprotect, q, P(3), RW), 0,
	       "read-only, of a descriptor for both: may become writable");
	q[0] = 'q';
	is_int(p[0], 'q', "and is");
	munmap(p, P(3));
	munmap(q, P(3));
}

static void advice(void)
{
	char *p = map(RW, 3, 0);

	fill(p, 3);
	is_raw(sys(__NR_madvise, p, P(3), MADV_DONTNEED), 0, "DONTNEED");
	ok(p[0] == '0' && p[P(2)] == '2', "drops no bytes of a file");
	qemu_differs(9, QEMU);
	is_raw(sys(__NR_madvise, p, P(3), MADV_FREE), EINVAL,
	       "FREE is for private anonymous memory");
	is_raw(sys(__NR_madvise, p, P(3), MADV_WIPEONFORK), EINVAL,
	       "so is WIPEONFORK");
	is_raw(sys(__NR_madvise, p + P(1), P(1), MADV_DONTFORK), 0, "DONTFORK");
	is_raw(sys(__NR_madvise, p + P(1), P(1), MADV_DOFORK), 0, "DOFORK");
	is_int(map_count(p, P(3)), 1, "leave one area");
	is_raw(sys(__NR_madvise, p, P(3), MADV_POPULATE_WRITE), 0,
	       "POPULATE_WRITE");
	if (can_punch(fd)) {
		is_raw(sys(__NR_madvise, p + P(1), P(1), MADV_REMOVE), 0,
		       "REMOVE");
		ok(p[0] == '0' && !p[P(1)] && p[P(2)] == '2', "punches a hole");
		is_int(get(P(1)), 0, "into the file");
	}
	munmap(p, P(3));
}

static int store(void *p)
{
	((char *)p)[P(1)] = 'C';
	return ((char *)p)[0];
}

/* Everything that named the file goes; the mapping has it still. */
static void outlives(void)
{
	char *p = map(RW, 2, 0), *q;
	struct map m;
	int other;

	p[0] = 'o';
	if (!strcmp(kind, "file")) {
		unlink(NAME);
		map_at(p, &m);
		ok(strstr(m.path, "(deleted)") != NULL, "maps: (deleted)");
		is_int(get(0), 'o', "unlinked: read");
		other = open(NAME, O_RDWR | O_CREAT, 0600);
		sys(__NR_ftruncate, other, P(1));
		q = mmap(NULL, P(1), RW, MAP_SHARED, other, 0);
		is_int(q[0], 0, "a new file of that name is another");
		q[0] = 'n';
		is_int(p[0], 'o', "the old one stays");
		munmap(q, P(1));
		close(other);
		unlink(NAME);
	}
	close(fd);
	p[P(1)] = 'c';
	is_int(p[0], 'o', "the last descriptor is closed");
	is_exit(in_child(store, p), 'o', "fork after it");
	is_int(p[P(1)], 'C', "still shared");
	munmap(p, P(1));
	is_int(p[P(1)], 'C', "the last page of it");
	munmap(p + P(1), P(1));
}

/* Waits out a tick. => when the file was accessed, changed; together in ns */
static void times(uint64_t *accessed, uint64_t *changed)
{
	const struct timespec tick = { 0, 20000000 };
	stat_t st;

	nanosleep(&tick, NULL);
	fstat(fd, &st);
	*accessed = st.st_atime * 1000000000ull + st.st_atime_nsec;
	*changed = st.st_mtime * 1000000000ull + st.st_mtime_nsec;
}

static void its_times(void)
{
	uint64_t accessed, changed, after, before;
	char *p;

	times(&accessed, &before);
	put(0, 't');
	times(&accessed, &before);
	p = map(RW, 1, 0);
	times(&after, &changed);
	ok(after > accessed, "mapping it is access to it");
	is_int(changed > before, 0, "but changes nothing");
	p[0] = 'T';
	sys(__NR_msync, p, P(1), MS_SYNC);
	times(&after, &changed);
	ok(changed > before, "a store changes it");
	munmap(p, P(1));
}

static void all(int file, const char *what)
{
	fd = file;
	kind = what;
	diag("%s", what);
	is_raw(sys(__NR_ftruncate, fd, P(6)), 0, what);
	every_direction();
	its_times();
	processes();
	ping_pong();
	holes();
	rights();
	advice();
	sys(__NR_ftruncate, fd, P(6));
	outlives();
}

int main(void)
{
	all(open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600), "file");
	all((int)sys(__NR_memfd_create, "shared", 0), "memfd");
	return done_testing();
}
