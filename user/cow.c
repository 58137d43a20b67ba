/*
 * cow.c - fork() copies no page: parent and child share each frame, read-only,
 * until one of them writes (copy on write).
 */
#include "user/lib/demo.h"

static void child(const char *who, char *p, unsigned long shared)
{
	long before;

	printf("%s: 0x%lx is %s, says \"%s\"\n", who, (unsigned long)p,
	       frame_name(p), p);
	if (shared && frame_of(p) == shared)
		printf("  the same frame as the parent's: nothing was "
		       "copied\n");
	before = minor_faults();
	strcpy(p, "child");
	printf("%s: wrote: %ld page fault, and now 0x%lx is %s, says \"%s\"\n",
	       who, minor_faults() - before, (unsigned long)p, frame_name(p),
	       p);
}

int main(void)
{
	char *p = map_anon(PAGE_SIZE);
	unsigned long frame;
	long before;
	int pid;

	need(p != MAP_FAILED, "mmap");
	strcpy(p, "parent");
	frame = frame_of(p);
	printf("parent: 0x%lx is %s, says \"%s\"\n", (unsigned long)p,
	       frame_name(p), p);
	pid = demo_fork();
	if (!pid) {
		child("child", p, frame);
		return 0;
	}
	demo_wait(pid);
	printf("parent: 0x%lx is %s, still says \"%s\"\n", (unsigned long)p,
	       frame_name(p), p);
	printf("  one address, two processes, two frames: the write copied the "
	       "page\n");
	before = minor_faults();
	strcpy(p, "again");
	printf("parent: writes, too: %s\n",
	       frame_of(p) == frame
		       ? "the frame is its own again, no copy is needed"
		       : "a copy was needed");
	printf("  %ld page fault to find that out\n", minor_faults() - before);
	return 0;
}
