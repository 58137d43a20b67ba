/*
 * pmap.c - a process's address space: every mapping, how large, and how much of
 * it is really there. -x: page by page, with the frame behind each.
 *
 *	pmap PID	pmap -x PID
 *
 * From /proc/PID/smaps, and /proc/PID/pagemap for the frames.
 */
#include "user/lib/text.h"

#define USE	"[-x] PID"
#define PRESENT (1ULL << 63)
#define SWAPPED (1ULL << 62)
#define FRAME	((1ULL << 55) - 1)

static unsigned long total_size, total_rss, total_dirty;
static int pagemap_fd = -1;

static uint64_t page_entry(unsigned long addr)
{
	uint64_t entry = 0;

	/* pread64 takes its 64-bit offset in ways that differ by machine. */
	if (lseek(pagemap_fd, (long)(addr / PAGE_SIZE * 8), 0) < 0 ||
	    read(pagemap_fd, &entry, 8) != 8)
		return 0;
	return entry;
}

static void show_pages(unsigned long start, unsigned long end)
{
	unsigned long a;
	uint64_t e;

	for (a = start; a < end; a += PAGE_SIZE) {
		e = page_entry(a);
		if (e & PRESENT)
			printf("    %08lx  frame 0x%llx\n", a, e & FRAME);
		else if (e & SWAPPED)
			printf("    %08lx  in swap\n", a);
	}
}

/* "start-end prot offset dev inode   path" */
struct area {
	unsigned long start, end;
	char prot[5];
	char name[128];
};

static int parse(const char *line, struct area *a)
{
	char *s;
	int i;

	a->start = strtoul(line, &s, 16);
	if (*s != '-')
		return -1;
	a->end = strtoul(s + 1, &s, 16);
	memcpy(a->prot, s + 1, 4);
	a->prot[4] = 0;
	for (i = 0, s++; *s && i < 4; s++)
		i += *s == ' ';
	while (*s == ' ' || (*s >= '0' && *s <= '9'))
		s++;
	snprintf(a->name, sizeof(a->name), "%s", *s ? s : "[anon]");
	return 0;
}

static void show(const struct area *a, unsigned long rss, unsigned long dirty)
{
	printf("%08lx-%08lx %8lu %8lu %8lu  %s  %s\n", a->start, a->end,
	       (a->end - a->start) / 1024, rss, dirty, a->prot, a->name);
	total_size += (a->end - a->start) / 1024;
	total_rss += rss;
	total_dirty += dirty;
	if (pagemap_fd >= 0)
		show_pages(a->start, a->end);
}

static void show_smaps(int fd)
{
	static struct lines l;
	unsigned long rss = 0, dirty = 0;
	struct area a, next;
	int any = 0;
	char *line;

	lines_init(&l, fd);
	printf("address           size/KiB  rss/KiB    dirty  prot  mapping\n");
	while ((line = lines_next(&l)) != NULL) {
		if (!parse(line, &next)) {
			if (any)
				show(&a, rss, dirty);
			a = next;
			any = 1;
			rss = dirty = 0;
		} else {
			rss += field(line, "Rss");
			dirty += field(line, "Private_Dirty") +
				 field(line, "Shared_Dirty");
		}
	}
	if (any)
		show(&a, rss, dirty);
	printf("%17s %8lu %8lu %8lu\n", "total", total_size, total_rss,
	       total_dirty);
}

int main(int argc, char **argv)
{
	unsigned int pages = options(&argv, "x", USE);
	char path[64];
	int fd;

	(void)argc;
	if (!argv[0] || argv[1])
		usage(USE);
	snprintf(path, sizeof(path), "/proc/%s/smaps", argv[0]);
	fd = open(path, O_RDONLY, 0);
	if (fd < 0) {
		errno = errno == ENOENT ? ESRCH : errno;
		return complain(argv[0]);
	}
	snprintf(path, sizeof(path), "/proc/%s/pagemap", argv[0]);
	if (pages) {
		pagemap_fd = open(path, O_RDONLY, 0);
		if (pagemap_fd < 0)
			return complain(path);
	}
	show_smaps(fd);
	return 0;
}
