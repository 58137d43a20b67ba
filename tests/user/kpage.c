/*
 * kpage.c - /proc/kpagecount and kpageflags: a frame's story, seen through pagemap.
 */
#include <linux/fs.h>
#include <linux/kernel-page-flags.h>
#include "user/lib/probe.h"
#include "user/lib/tap.h"

static unsigned long frame_of(const char *p)
{
	unsigned long long entry = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY, 0);

	if (lseek(fd, (long)((unsigned long)p / PAGE_SIZE * 8), SEEK_SET) >=
		    0 &&
	    read(fd, &entry, 8) != 8)
		entry = 0;
	close(fd);
	return entry >> 63 ? (unsigned long)entry : 0;
}

static unsigned long long about(const char *file, unsigned long frame)
{
	unsigned long long value = ~0ull;
	int fd = open(file, O_RDONLY, 0);

	if (fd < 0)
		return ~0ull;
	if (lseek(fd, (long)(frame * 8), SEEK_SET) < 0 ||
	    read(fd, &value, 8) != 8)
		value = ~0ull;
	close(fd);
	return value;
}

static int flag(unsigned long frame, int bit)
{
	return (int)(about("/proc/kpageflags", frame) >> bit & 1);
}

static void forked(char *p, unsigned long frame)
{
	int go[2], pid;
	char c;

	pipe(go);
	pid = fork();
	if (!pid) {
		close(go[1]);
		read(go[0], &c, 1);
		_exit(0);
	}
	close(go[0]);
	is_int((long)about("/proc/kpagecount", frame), 2,
	       "after fork two map it");
	*p = 'w';
	ok(frame_of(p) != frame, "a write takes another frame");
	is_int((long)about("/proc/kpagecount", frame), 1,
	       "and leaves one mapping");
	close(go[1]);
	waitpid(pid, NULL, 0);
}

int main(void)
{
	char *p = map_anon(PAGE_SIZE), byte;
	unsigned long frame;
	int fd;

	*p = 'x';
	frame = frame_of(p);
	if (!frame || about("/proc/kpagecount", frame) == ~0ull) {
		skip("frames", "not shown to us here");
		return done_testing();
	}
	is_int((long)about("/proc/kpagecount", frame), 1,
	       "a page of mine is mapped once");
	ok(flag(frame, KPF_ANON), "it is anonymous");
	ok(flag(frame, KPF_MMAP), "and mapped");
	ok(!flag(frame, KPF_BUDDY) && !flag(frame, KPF_SLAB),
	   "and nothing else");
	forked(p, frame);
	fd = open("/proc/kpagecount", O_RDONLY, 0);
	is_err(read(fd, &byte, 1), EINVAL, "half an entry cannot be read");
	close(fd);
	ok(about("/proc/kpageflags", 0) != ~0ull,
	   "frame 0 has an answer, RAM or not");
	return done_testing();
}
