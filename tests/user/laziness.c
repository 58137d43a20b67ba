/*
 * laziness.c - memory comes page by page, when it is touched, and only what
 * was touched: seen by mincore(), by the count of minor faults and by
 * /proc/self/pagemap.
 */
#include "user/lib/probe.h"
#include "user/lib/tap.h"

#define N 64

static char *reserve(int flags)
{
	return mmap(NULL, N * PAGE_SIZE, PROT_READ | PROT_WRITE,
		    flags | MAP_ANONYMOUS, -1, 0);
}

static void nothing_before_the_touch(int flags, const char *kind)
{
	char *p = reserve(flags);

	ok(resident(p, N) == 0, "%s: nothing is resident at first", kind);
	p[5 * PAGE_SIZE] = 1;
	ok(resident(p, N) == 1, "%s: one write, one page", kind);
	ok(resident(p + 5 * PAGE_SIZE, 1) == 1, "%s: the one written", kind);
	(void)*(volatile char *)(p + 7 * PAGE_SIZE);
	ok(resident(p + 7 * PAGE_SIZE, 1) == 1, "%s: one read, one more", kind);
	ok(resident(p, N) == 2, "%s: two in all", kind);
	munmap(p, N * PAGE_SIZE);
}

static void populate(int flags, const char *kind)
{
	char *p = reserve(flags | MAP_POPULATE);

	qemu_differs(1, "qemu-user ignores it");
	ok(resident(p, N) == N, "%s: MAP_POPULATE brings all", kind);
	munmap(p, N * PAGE_SIZE);
}

static void locked_is_resident(void)
{
	char *p = reserve(MAP_PRIVATE | MAP_LOCKED);

	qemu_differs(1, "qemu-user ignores it");
	is_int(resident(p, N), N, "MAP_LOCKED brings all");
	munmap(p, N * PAGE_SIZE);
}

static void populate_none(void)
{
	char *p = mmap(NULL, N * PAGE_SIZE, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	ok(p != MAP_FAILED, "MAP_POPULATE of PROT_NONE succeeds");
	qemu_differs(1, "qemu-user cannot ask for PROT_NONE");
	is_int(resident(p, N), 0, "and brings nothing");
	munmap(p, N * PAGE_SIZE);
}

static void one_fault_a_page(void)
{
	char *p = reserve(MAP_PRIVATE);
	long before, after;
	int i;

	minor_faults();
	before = minor_faults();
	for (i = 0; i < N; i++)
		p[i * 4096] = 1;
	after = minor_faults();
	qemu_differs(2, "qemu-user faults as well");
	is_int(after - before, N, "one minor fault a page");
	before = minor_faults();
	for (i = 0; i < N; i++)
		p[i * 4096] = 2;
	is_int(minor_faults() - before, 0, "and none the second time");
	munmap(p, N * PAGE_SIZE);
}

static void a_syscall_touches_too(void)
{
	char *p = reserve(MAP_PRIVATE);
	int fd[2];

	pipe(fd);
	write(fd[1], "abc", 3);
	read(fd[0], p + 2 * PAGE_SIZE - 1, 3);
	is_int(resident(p, N), 2, "read() into two pages brings two");
	write(fd[1], p + 9 * PAGE_SIZE, 1);
	is_int(resident(p, N), 3, "write() from a page brings it");
	close(fd[0]);
	close(fd[1]);
	munmap(p, N * PAGE_SIZE);
}

static void children_touch_shared_pages(void)
{
	char *p = reserve(MAP_SHARED);
	int status, pid = fork();

	if (pid == 0) {
		p[3 * PAGE_SIZE] = 1;
		_exit(0);
	}
	waitpid(pid, &status, 0);
	is_int(resident(p, N), 1, "a shared page touched by the child is here");
	munmap(p, N * PAGE_SIZE);
}

static void pagemap_agrees(void)
{
	char *p = reserve(MAP_PRIVATE);

	qemu_differs(3, "qemu-user shows the host's addresses");
	ok(!(pagemap(p) & PM_PRESENT), "pagemap: not present at first");
	p[0] = 1;
	ok((pagemap(p) & PM_PRESENT) != 0, "pagemap: present once written");
	ok(!(pagemap(p + PAGE_SIZE) & PM_PRESENT),
	   "pagemap: the next page is not");
	munmap(p, N * PAGE_SIZE);
}

/* 16 KiB of bss that only this test uses. */
static char bss[4 * PAGE_SIZE] __attribute__((aligned(4096)));

static void bss_is_lazy(void)
{
	is_int(resident(bss, 4), 0, "bss is not there before it is touched");
	bss[2 * PAGE_SIZE] = 1;
	is_int(resident(bss, 4), 1, "bss comes page by page");
}

int main(void)
{
	bss_is_lazy();
	nothing_before_the_touch(MAP_PRIVATE, "private");
	nothing_before_the_touch(MAP_SHARED, "shared");
	populate(MAP_PRIVATE, "private");
	populate(MAP_SHARED, "shared");
	locked_is_resident();
	populate_none();
	one_fault_a_page();
	a_syscall_touches_too();
	children_touch_shared_pages();
	pagemap_agrees();
	return done_testing();
}
