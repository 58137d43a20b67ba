/*
 * devmap.c - maps the example devices (kernel/dev/demo_*.c) and shows what the page
 * tables make of them: how the memory type of a mapping appears in its entries, and
 * that one kind of device is mapped at once, the other page by page.
 */
#include "user/lib/stdio.h"
#include "user/lib/string.h"
#include "user/lib/sys.h"
#include "user_arch.h"

#define DEMO_SIZE (2 * PAGE_SIZE)

/* /proc/self/pagetable, read anew after each change. */
static char table[65536];

static void read_table(void)
{
	int fd = open("/proc/self/pagetable", O_RDONLY, 0), n = 0, part;

	do {
		part = (int)read(fd, table + n, sizeof(table) - 1 - (size_t)n);
		n += part > 0 ? part : 0;
	} while (part > 0);
	table[n] = 0;
	close(fd);
}

/* Prints the lines whose addresses lie in [start, end). */
static void show(const char *start, const char *end)
{
	char word[9], *line, *next;
	int found = 0;

	read_table();
	for (line = table; line && *line; line = next) {
		unsigned long at;
		int i;

		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		memcpy(word, line, 8);
		for (at = 0, i = 0; i < 8; i++)
			at = at << 4 |
			     (unsigned long)(word[i] <= '9'
						     ? word[i] - '0'
						     : word[i] - 'a' + 10);
		if (at < (unsigned long)start || at >= (unsigned long)end)
			continue;
		printf("    %s\n", line);
		found++;
	}
	if (!found)
		printf("    (nothing there yet)\n");
}

static char *map(const char *path, size_t size, long offset)
{
	int fd = open(path, O_RDWR, 0);
	char *p;

	if (fd < 0) {
		printf("%s: %s\n", path, errno_name(errno));
		return NULL;
	}
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
	if (p == MAP_FAILED) {
		printf("mmap %s: %s\n", path, errno_name(errno));
		p = NULL;
	}
	close(fd);
	return p;
}

static void in_one_go(void)
{
	static const struct {
		const char *path, *what;
	} demos[] = {
		{ "/dev/demo-wb", "write-back: cached like any memory" },
		{ "/dev/demo-wt",
		  "write-through: reads cached, writes go out" },
		{ "/dev/demo-wc",
		  "write-combining: not cached, writes gathered" },
		{ "/dev/demo-uc", "uncached: every access, in order" },
	};
	size_t i;

	printf("In one go, by remap_pfn_range(): both pages, before any "
	       "touch.\n");
	for (i = 0; i < ARRAY_SIZE(demos); i++) {
		char *p = map(demos[i].path, DEMO_SIZE, 0);

		printf("  %s  %s\n", demos[i].path, demos[i].what);
		if (!p)
			continue;
		show(p, p + DEMO_SIZE);
		munmap(p, DEMO_SIZE);
	}
}

static void page_by_page(void)
{
	char *p = map("/dev/demo-fault", 4 * PAGE_SIZE, 0);

	printf("Page by page, by faults: /dev/demo-fault\n");
	if (!p)
		return;
	printf("  after mmap:\n");
	show(p, p + 4 * PAGE_SIZE);
	p[PAGE_SIZE] = 1;
	printf("  after a write to the second page:\n");
	show(p, p + 4 * PAGE_SIZE);
	p[3 * PAGE_SIZE] = 1;
	printf("  and to the fourth, whose frame is anywhere:\n");
	show(p, p + 4 * PAGE_SIZE);
	munmap(p, 4 * PAGE_SIZE);
}

static void registers(void)
{
	char *p = map("/dev/mem", PAGE_SIZE, ARCH_DEVICE);

	printf("A device, by its physical address 0x%lx (%s): /dev/mem\n",
	       (unsigned long)ARCH_DEVICE, ARCH_DEVICE_NAME);
	if (!p)
		return;
	show(p, p + PAGE_SIZE);
	munmap(p, PAGE_SIZE);
}

/* The third way round: the device comes to the program's memory. */
static void lent(void)
{
	static char buf[40];
	int fd = open("/dev/demo-dma", O_RDONLY, 0);
	int n = fd < 0 ? -1 : (int)read(fd, buf, sizeof(buf) - 1);

	printf("Lent pages: /dev/demo-dma has written, from an interrupt,\n"
	       "  %d bytes to %p: \"%s\"\n",
	       n, (void *)buf, buf);
}

int main(void)
{
	in_one_go();
	page_by_page();
	registers();
	lent();
	return 0;
}
