/*
 * rmw.c - 10,000 integers in a file, each made one larger: one at a time by
 * read() and write(), and then through mmap.
 *
 * The first way is three system calls for each integer; the second is a
 * load, an add and a store, and a page fault now and then.
 */
#include "user/lib/demo.h"
#include "user/lib/file.h"

#define N    10000u
#define NAME "/tmp/rmw-demo"

static int fd;

static void fill(void)
{
	static int v[N];

	need(write_full(fd, v, sizeof(v)) == 0, NAME);
}

static unsigned long by_calls(void)
{
	unsigned long start = micros();
	unsigned int i;
	int v;

	lseek(fd, 0, 0);
	for (i = 0; i < N; i++) {
		need(read(fd, &v, sizeof(v)) == sizeof(v), "read");
		v++;
		lseek(fd, (long)(i * sizeof(v)), 0);
		need(write(fd, &v, sizeof(v)) == sizeof(v), "write");
	}
	return micros() - start;
}

static unsigned long by_mapping(void)
{
	unsigned long start = micros();
	int *v = mmap(NULL, N * sizeof(*v), PROT_READ | PROT_WRITE, MAP_SHARED,
		      fd, 0);
	unsigned int i;

	need(v != MAP_FAILED, "mmap");
	for (i = 0; i < N; i++)
		v[i]++;
	munmap(v, N * sizeof(*v));
	return micros() - start;
}

static unsigned int check(void)
{
	unsigned int i, good = 0;
	int v;

	lseek(fd, 0, 0);
	for (i = 0; i < N; i++)
		good += read(fd, &v, sizeof(v)) == sizeof(v) && v == 2;
	return good;
}

int main(void)
{
	unsigned long calls, mapped, ratio;
	long faults;

	fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	need(fd >= 0, NAME);
	fill();
	calls = by_calls();
	printf("%u integers by read() and write():  %8lu microseconds\n", N,
	       calls);
	faults = minor_faults();
	mapped = by_mapping();
	printf("%u integers through mmap():         %8lu microseconds, %ld "
	       "page faults\n",
	       N, mapped, minor_faults() - faults);
	ratio = calls * 10 / (mapped ? mapped : 1);
	printf("ratio: %lu.%lu\n", ratio / 10, ratio % 10);
	printf("the file has all %u changes of both: %s\n", N,
	       check() == N ? "yes" : "NO");
	unlink(NAME);
	return 0;
}
