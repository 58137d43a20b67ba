/*
 * shared.c - one page in two processes: what one writes the other reads,
 * without a system call. First anonymous memory, then a file.
 */
#include "user/lib/demo.h"
#include "user/lib/file.h"

#define NAME "/tmp/shared-demo"

static struct turn to_child, to_parent;

static void child(char *p)
{
	turn_take(&to_child);
	probe(p, READ); /* from here on it has the frame, too */
	printf("child:  0x%lx is %s, reads \"%s\"\n", (unsigned long)p,
	       frame_name(p), p);
	strcpy(p, "answer");
	printf("child:  wrote \"%s\"\n", p);
	turn_give(&to_parent);
	exit(0);
}

static void converse(char *p)
{
	int pid = demo_fork();

	if (!pid)
		child(p);
	strcpy(p, "question");
	printf("parent: 0x%lx is %s, wrote \"%s\"\n", (unsigned long)p,
	       frame_name(p), p);
	turn_give(&to_child);
	turn_take(&to_parent);
	printf("parent: reads \"%s\": one frame in two address spaces\n", p);
	demo_wait(pid);
}

int main(void)
{
	char *p = map_shared(PAGE_SIZE), buf[16];
	int fd;

	turn_init(&to_child);
	turn_init(&to_parent);
	need(p != MAP_FAILED, "mmap");
	printf("-- anonymous memory, MAP_SHARED, across fork()\n");
	converse(p);

	printf("-- a file, " NAME ", MAP_SHARED\n");
	fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	need(fd >= 0 && !ftruncate(fd, PAGE_SIZE), NAME);
	p = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	need(p != MAP_FAILED, "mmap");
	converse(p);
	memset(buf, 0, sizeof(buf));
	need(read(fd, buf, 6) == 6, "read");
	printf("read() of the file says \"%s\": the mapped page is the file's "
	       "own page\n",
	       buf);
	need(lseek(fd, 0, 0) == 0 && write(fd, "write()", 8) == 8, "write");
	printf("write(\"write()\") into the file; the mapping says \"%s\"\n",
	       p);
	unlink(NAME);
	printf("unlink(): the name is gone, the mapping still says \"%s\"\n",
	       p);
	return 0;
}
