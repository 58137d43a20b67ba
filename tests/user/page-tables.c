/*
 * page-tables.c - page tables come with the first page of a slot and go with
 * the last mapping in it. /proc/self/status has their size (VmPTE). And what they
 * map is in /proc/PID/mem.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#define SLOT (4ul << 20)
#define N    4

/* => KiB of page tables, or -1 */
static long tables(void)
{
	static char buf[4096];
	const char *at;
	long kib = 0;

	if (read_file("/proc/self/status", buf, sizeof(buf)) < 0)
		return -1;
	at = strstr(buf, "VmPTE:");
	if (!at)
		return -1;
	for (at += 6; *at && *at != 'k'; at++)
		if (*at >= '0' && *at <= '9')
			kib = kib * 10 + *at - '0';
	return kib;
}

/* N slots, whole ones, a page of each touched. */
static char *touched(char *p)
{
	size_t i;

	p = mmap(p, N * SLOT, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	for (i = 0; i < N; i++)
		p[i * SLOT] = 1;
	return p;
}

/* => an address of N free slots, aligned to one */
static char *free_slots(void)
{
	char *p = hole((N + 1) * SLOT / PAGE_SIZE);

	return (char *)(((unsigned long)p + SLOT - 1) & ~(SLOT - 1));
}

static int goto_address(int fd, const void *p)
{
	uint64_t pos;

	return (int)sys(__NR__llseek, fd, 0, p, &pos, 0);
}

/* /proc/PID/mem: a child's memory by its parent. */
static void memory_of_another(void)
{
	char *page = map_anon(2 * PAGE_SIZE), *last = page + PAGE_SIZE - 3;
	volatile int *go = map_shared(PAGE_SIZE);
	char name[40], got[8] = "";
	int fd, pid, status = -1;

	munmap(page + PAGE_SIZE, PAGE_SIZE);
	memcpy(last, "end", 3);
	pid = fork();
	if (pid == 0) {
		while (!*go)
			sys(__NR_sched_yield);
		_exit(last[2]);
	}
	snprintf(name, sizeof(name), "/proc/%d/mem", pid);
	fd = open(name, O_RDWR, 0);
	goto_address(fd, last);
	is_int(read(fd, got, 5), 3, "another's memory, as far as it goes");
	ok(!memcmp(got, "end", 3), "as it is");
	is_err(read(fd, got, 5), EIO, "not beyond");
	goto_address(fd, last + 2);
	is_int(write(fd, "t", 1), 1, "it can be written");
	*go = 1;
	waitpid(pid, &status, 0);
	is_exit(status, 't', "its owner sees it");
	is_int(last[2], 'd', "who had a copy does not");
	close(fd);
}

int main(void)
{
	long before, with, after;
	char *at = free_slots(), *p;

	if (under_qemu() || tables() < 0) {
		skip("page tables", "qemu-user shows the host's");
		return done_testing();
	}
	memory_of_another();
	before = tables();
	p = mmap(at, N * SLOT, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	is_int(tables(), before, "mmap makes no tables");
	munmap(p, N * SLOT);
	p = touched(at);
	with = tables();
	ok(with >= before + N * 4, "a touch in each slot makes them: %ld KiB",
	   with - before);
	munmap(p, N * SLOT / 2);
	after = tables();
	ok(after < with, "half of it unmapped, half of them go");
	munmap(p + N * SLOT / 2, N * SLOT / 2);
	is_int(tables(), before, "munmap gives the tables back");
	p = touched(at);
	is_int(tables(), with, "and they can be had again");
	munmap(p, N * SLOT);
	is_int(tables(), before, "and again");
	return done_testing();
}
