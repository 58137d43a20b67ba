/*
 * mmap-shared-anon.c - MAP_SHARED | MAP_ANONYMOUS: one object in memory that
 * processes inherit and keep sharing, however they cut their mappings.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

static void wait_for(int pid)
{
	int status;

	waitpid(pid, &status, 0);
}

/* Runs @code in a child that has ended when we go on. */
#define IN_CHILD(code)            \
	do {                      \
		int pid = fork(); \
		if (pid == 0) {   \
			code;     \
			_exit(0); \
		}                 \
		wait_for(pid);    \
	} while (0)

static int write_as_grandchild(volatile int *p)
{
	int pid = fork();

	if (pid)
		return pid;
	p[3] = 8;
	_exit(0);
}

static void both_directions(void)
{
	volatile int *p = map_shared(PAGE_SIZE);

	p[0] = 1;
	IN_CHILD(p[1] = p[0] + 1);
	is_int(p[1], 2, "the child sees what was there, we what it wrote");
	IN_CHILD(wait_for(write_as_grandchild(p)));
	is_int(p[3], 8, "grandchildren share as well");
	munmap((void *)(uintptr_t)p, PAGE_SIZE);
}

static void untouched_pages_are_shared(void)
{
	volatile char *p = map_shared(4 * PAGE_SIZE);

	IN_CHILD(p[2 * PAGE_SIZE] = 'c');
	is_int(p[2 * PAGE_SIZE], 'c',
	       "a page first touched by the child is shared");
	is_int(p[PAGE_SIZE], 0, "the others are zero");
	munmap((void *)(uintptr_t)p, 4 * PAGE_SIZE);
}

static void read_first_then_written(void)
{
	volatile char *p = map_shared(PAGE_SIZE);
	int before = p[0];

	IN_CHILD(p[0] = 'c');
	is_int(before, 0, "a shared page reads as zero");
	is_int(p[0], 'c', "a page read before is no private zero page");
	munmap((void *)(uintptr_t)p, PAGE_SIZE);
}

static void offsets_survive_a_split(void)
{
	volatile char *p = map_shared(4 * PAGE_SIZE);
	char *q = hole(1);
	struct map m;

	p[3 * PAGE_SIZE] = 'd';
	munmap((void *)(uintptr_t)(p + PAGE_SIZE), PAGE_SIZE);
	IN_CHILD(p[2 * PAGE_SIZE] = 'c');
	is_int(p[2 * PAGE_SIZE], 'c', "the rest after a hole is still shared");
	is_int(p[3 * PAGE_SIZE], 'd', "and has its bytes");
	map_at(p + 2 * PAGE_SIZE, &m);
	is_hex(m.offset, 2 * PAGE_SIZE, "its offset in maps has moved on");
	mremap((void *)(uintptr_t)(p + 3 * PAGE_SIZE), PAGE_SIZE, PAGE_SIZE,
	       MREMAP_MAYMOVE | MREMAP_FIXED, q);
	is_int(q[0], 'd', "a moved page keeps its bytes");
	IN_CHILD(q[0] = 'e');
	is_int(q[0], 'e', "and is still shared");
	munmap((void *)(uintptr_t)p, 3 * PAGE_SIZE);
	munmap(q, PAGE_SIZE);
}

static void outlives_the_mapper(void)
{
	volatile char *p = map_shared(PAGE_SIZE);
	int fd[2], pid, status;
	char c = 0;

	pipe(fd);
	p[0] = 'x';
	pid = fork();
	if (pid == 0) {
		read(fd[0], &c, 1); /* the parent has unmapped it by now */
		_exit(p[0] == 'x' ? 0 : 1);
	}
	munmap((void *)(uintptr_t)p, PAGE_SIZE);
	write(fd[1], "g", 1);
	waitpid(pid, &status, 0);
	is_exit(status, 0, "the child still has it after our munmap()");
	close(fd[0]);
	close(fd[1]);
}

static void duplicates_by_mremap(void)
{
	volatile char *p = map_shared(2 * PAGE_SIZE), *q;

	if (under_qemu()) {
		skip("mremap() from length 0", "qemu-user refuses it");
		return;
	}
	p[PAGE_SIZE] = 'a';
	q = mremap((void *)(uintptr_t)p, 0, 2 * PAGE_SIZE, MREMAP_MAYMOVE,
		   NULL);
	if (!ok(q != MAP_FAILED, "mremap() from length 0 maps it again"))
		return;
	is_int(q[PAGE_SIZE], 'a', "the second mapping shows the same bytes");
	q[0] = 'b';
	is_int(p[0], 'b', "a write through one is seen through the other");
	munmap((void *)(uintptr_t)p, 2 * PAGE_SIZE);
	is_int(q[0], 'b', "each lives on without the other");
	munmap((void *)(uintptr_t)q, 2 * PAGE_SIZE);
}

static void shows_in_maps(void)
{
	char *p = map_shared(2 * PAGE_SIZE);
	struct map m;

	map_at(p, &m);
	ok(!strcmp(m.prot, "rw-s"), "maps shows it as shared");
	qemu_differs(1, "qemu-user drops names");
	ok(!strcmp(m.path, "/dev/zero (deleted)"),
	   "its name is /dev/zero (deleted)");
	ok(m.inode != 0, "it has an inode");
	munmap(p, 2 * PAGE_SIZE);
}

static void read_only_in_one_place(void)
{
	char *p = map_shared(PAGE_SIZE);

	mprotect(p, PAGE_SIZE, PROT_READ);
	faults(p, WRITE, SIGSEGV, SEGV_ACCERR, "mprotect() binds the parent");
	IN_CHILD({
		mprotect(p, PAGE_SIZE, PROT_READ | PROT_WRITE);
		p[0] = 'w';
	});
	is_int(p[0], 'w', "the child's rights are its own");
	munmap(p, PAGE_SIZE);
}

int main(void)
{
	both_directions();
	untouched_pages_are_shared();
	read_first_then_written();
	offsets_survive_a_split();
	outlives_the_mapper();
	duplicates_by_mremap();
	shows_in_maps();
	read_only_in_one_place();
	return done_testing();
}
