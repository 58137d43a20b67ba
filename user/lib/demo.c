/*
 * demo.c - what the demonstrations share.
 */
#include "user/lib/demo.h"

void need(int good, const char *what)
{
	if (good)
		return;
	complain(what);
	exit(1);
}

unsigned long frame_of(const volatile void *p)
{
	uint64_t e = pagemap(p);

	return e & PM_PRESENT ? (unsigned long)PM_PFN(e) : 0;
}

const char *frame_name(const volatile void *p)
{
	static char buf[4][32]; /* so that one printf() can show several */
	static unsigned int next;
	uint64_t e = pagemap(p);
	char *s = buf[next++ % 4];

	if (!(e & PM_PRESENT))
		return "no frame";
	if (!PM_PFN(e))
		return "a frame (its number is for root)";
	snprintf(s, sizeof(buf[0]), "frame 0x%lx", (unsigned long)PM_PFN(e));
	return s;
}

int demo_fork(void)
{
	int pid;

	flush();
	pid = fork();
	need(pid >= 0, "fork");
	return pid;
}

void demo_wait(int pid)
{
	int status;

	flush();
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
}

void turn_init(struct turn *t)
{
	need(!pipe(t->fd), "pipe");
}

void turn_give(struct turn *t)
{
	flush();
	need(write(t->fd[1], "", 1) == 1, "pipe");
}

void turn_take(struct turn *t)
{
	char c;

	flush();
	need(read(t->fd[0], &c, 1) == 1, "pipe");
}

unsigned long micros(void)
{
	static struct timespec start;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!start.tv_sec && !start.tv_nsec)
		start = now;
	return (unsigned long)(now.tv_sec - start.tv_sec) * 1000000ul +
	       (unsigned long)((now.tv_nsec - start.tv_nsec) / 1000);
}
