/*
 * bus.c - a mapping may reach beyond the end of its file; touching a page that
 * holds nothing of it raises SIGBUS. The rest of the last page reads as zeros.
 */
#include "user/lib/demo.h"
#include "user/lib/file.h"

#define NAME "/tmp/bus-demo"

static char *p;

static void touch(unsigned long at)
{
	int signo = probe(p + at, READ);

	if (signo)
		printf("  byte %5lu: %s, %s, at 0x%lx\n", at,
		       signal_name(signo),
		       last_fault.code == BUS_ADRERR
			       ? "BUS_ADRERR: no such page in the file"
			       : "not BUS_ADRERR",
		       last_fault.addr);
	else
		printf("  byte %5lu: %d\n", at, p[at]);
}

int main(void)
{
	int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0 && write(fd, "hello", 5) == 5, NAME);
	p = mmap(NULL, 4 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		 0);
	need(p != MAP_FAILED, "mmap");
	printf("a file of 5 bytes, four pages of it mapped at 0x%lx\n",
	       (unsigned long)p);
	touch(4);
	touch(5);
	touch(4095);
	touch(4096);
	printf("ftruncate() to 8193 bytes: the pages appear\n");
	need(!ftruncate(fd, 8193), "ftruncate");
	touch(4096);
	touch(8192);
	touch(12288);
	printf("ftruncate() to 2 bytes: they vanish under the mapping\n");
	need(!ftruncate(fd, 2), "ftruncate");
	touch(1);
	touch(4);
	touch(4096);
	printf("without a handler this is how a program ends: \"Bus error\"\n");
	unlink(NAME);
	return 0;
}
