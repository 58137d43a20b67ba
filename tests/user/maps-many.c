/*
 * maps-many.c - /proc/self/maps and smaps of 60,000 areas: read in small parts, whole
 * and in order, with the memory that a small machine has.
 */
#include "user/lib/probe.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#include <linux/fs.h>

#define AREAS 60000ul

static unsigned long base, expected; /* where the next area must begin */
static unsigned long found, sizes, bytes;

/* A line is "START-END ..." or, in smaps, "Word: ...". */
static void look_at(char *line)
{
	char *s;
	unsigned long start = strtoul(line, &s, 16), end;

	if (!strncmp(line, "Size:", 5))
		sizes++;
	if (*s != '-' || start < base || start >= base + AREAS * PAGE_SIZE)
		return;
	end = strtoul(s + 1, &s, 16);
	if (start == expected && end == start + PAGE_SIZE &&
	    s[1] == ((start - base) / PAGE_SIZE % 2 ? 'r' : '-'))
		found++;
	expected = end;
}

static void read_lines(const char *path)
{
	static char buf[3000]; /* of no relation to any page */
	int n, len = 0, fd = open(path, O_RDONLY, 0);
	char *line, *end;

	found = sizes = bytes = 0;
	expected = base;
	while ((n = (int)read(fd, buf + len, sizeof(buf) - 1 - (size_t)len)) >
	       0) {
		bytes += (unsigned long)n;
		len += n;
		buf[len] = 0;
		for (line = buf; (end = strchr(line, '\n')); line = end + 1) {
			*end = 0;
			look_at(line);
		}
		len = (int)(buf + len - line);
		memmove(buf, line, (size_t)len);
	}
	is_int(n, 0, "read to the end");
	close(fd);
}

/* The same bytes from the middle, by position. */
static void from_the_middle(void)
{
	static char one[500], two[500];
	int fd = open("/proc/self/maps", O_RDONLY, 0);
	long at = (long)(bytes / 2);

	sys(__NR_lseek, fd, at, SEEK_SET);
	is_int(read(fd, one, 500), 500, "read in the middle");
	sys(__NR_lseek, fd, 0, SEEK_SET);
	read(fd, two, 500);
	ok(memcmp(one, two, 500), "is not the start");
	sys(__NR_lseek, fd, at, SEEK_SET);
	read(fd, two, 500);
	ok(!memcmp(one, two, 500), "and the same again");
	close(fd);
}

int main(void)
{
	unsigned long i;
	int err = 0;

	base = (unsigned long)mmap(NULL, AREAS * PAGE_SIZE, PROT_NONE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
				   -1, 0);
	for (i = 1; i < AREAS; i += 2)
		err |= mprotect((void *)(base + i * PAGE_SIZE), PAGE_SIZE,
				PROT_READ);
	is_int(err, 0, "60,000 areas");
	read_lines("/proc/self/maps");
	/* The host's Linux merges the first area with what qemu-user keeps free
	 * before it, and qemu-user leaves out what is not all the guest's. */
	qemu_differs(1, "qemu-user leaves the first one out");
	is_int((long)found, AREAS, "maps has each, in order");
	from_the_middle();
	read_lines("/proc/self/smaps");
	qemu_differs(1, "qemu-user shows the host's smaps");
	is_int((long)found, AREAS, "smaps has each, in order");
	ok(sizes > AREAS, "with its size");
	munmap((void *)base, AREAS * PAGE_SIZE);
	return done_testing();
}
