/*
 * lazy.c - mmap() hands out addresses, not memory: a page comes when it is
 * touched, by a page fault.
 *
 * How it is seen: mincore() tells which pages are resident, /proc/self/pagemap
 * which frame is behind one, getrusage() how many faults there were.
 */
#include "user/lib/demo.h"

#define PAGES 1024ul
#define MIB   (PAGES * PAGE_SIZE >> 20)

static char *area;

static void count(const char *when)
{
	printf("  %s: %d of %lu pages are resident\n", when,
	       resident(area, PAGES), PAGES);
}

static void touch(unsigned long n)
{
	long before = minor_faults();
	unsigned long i;

	for (i = 0; i < n; i++)
		area[i * PAGE_SIZE] = 1;
	printf("wrote a byte into page 0%s: %ld page fault(s)\n",
	       n > 1 ? " and the 99 behind it" : "", minor_faults() - before);
}

int main(void)
{
	unsigned long us = micros();
	volatile char *last;

	area = map_anon(PAGES * PAGE_SIZE);
	us = micros() - us;
	need(area != MAP_FAILED, "mmap");
	printf("mmap() of %lu MiB returned 0x%lx after %lu microseconds\n", MIB,
	       (unsigned long)area, us);
	count("before anything is touched");
	printf("  page 0: %s\n", frame_name(area));
	touch(1);
	count("then");
	printf("  page 0: %s\n", frame_name(area));
	touch(100);
	count("then");
	last = area + (PAGES - 1) * PAGE_SIZE;
	printf("read a byte of the last page: it is %d\n", *last);
	printf("  that page: %s - the one page of zeros that all share\n",
	       frame_name(last));
	madvise(area, 50 * PAGE_SIZE, MADV_DONTNEED);
	printf("madvise(MADV_DONTNEED) gave the first 50 pages back\n");
	count("then");
	printf("memory that nobody touches costs nothing: that is lazy "
	       "allocation\n");
	return 0;
}
