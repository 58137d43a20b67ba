/*
 * private.c - a file mapped MAP_PRIVATE: reading shows the file's own page,
 * the first write makes a copy that is the process's alone.
 */
#include "user/lib/demo.h"
#include "user/lib/file.h"

#define NAME "/tmp/private-demo"

static void show(const char *who, const char *p)
{
	printf("  %s 0x%lx: %s, says \"%s\"\n", who, (unsigned long)p,
	       frame_name(p), p);
}

static char *map(int fd, int flags)
{
	char *p = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, flags, fd, 0);

	need(p != MAP_FAILED, "mmap");
	return p;
}

int main(void)
{
	char *mine, *file, buf[16] = "";
	int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0 && !ftruncate(fd, PAGE_SIZE), NAME);
	need(write(fd, "original", 9) == 9, "write");
	mine = map(fd, MAP_PRIVATE);
	file = map(fd, MAP_SHARED);
	printf("one file, mapped twice; both have been read:\n");
	probe(mine, READ);
	probe(file, READ);
	show("private", mine);
	show("shared ", file);
	strcpy(file, "changed");
	printf("the file is changed through the shared mapping:\n");
	show("private", mine);
	printf("  not copied yet, so the private mapping shows it, too\n");
	strcpy(mine, "my own");
	printf("the private mapping is written:\n");
	show("private", mine);
	show("shared ", file);
	strcpy(file, "later");
	printf("the file is changed once more:\n");
	show("private", mine);
	show("shared ", file);
	need(lseek(fd, 0, 0) == 0 && read(fd, buf, 8) == 8, "read");
	printf("read() says \"%s\": the file never saw what was written "
	       "privately\n",
	       buf);
	unlink(NAME);
	return 0;
}
