/*
 * file-exec.c - code in mapped files: memory file and memfd, shared and private; written by
 * write(), by another mapping, copied, moved, cut off.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "user/lib/thread.h"

#define RX   (PROT_READ | PROT_EXEC)
#define QEMU "keeps its translation of the old code"
#define NAME scratch("file-exec")

/* A function that returns 42; other bytes in it make it return another number. */
static unsigned char code[P(1)];
static int where; /* the number's byte in it */
static int fd;

static void prepare(void)
{
	char *p = map_anon(P(1));

	put_code(p);
	memcpy(code, p, P(1));
	for (where = 0; code[where] != 42; where++)
		;
	munmap(p, P(1));
}

static void put(int page, int number)
{
	code[where] = (unsigned char)number;
	lseek(fd, (long)P(page), 0);
	write(fd, code, P(1));
}

static int run(void *p)
{
	return ((int (*)(void))(uintptr_t)p)();
}

static char *map(int prot, int flags)
{
	return mmap(NULL, P(3), prot, flags, fd, 0);
}

static void runs(int flags, const char *how)
{
	char *p;

	put(0, 10);
	put(1, 11);
	put(2, 12);
	p = map(RX, flags);
	diag("%s", how);
	is_int(run(p), 10, "written by write(), run");
	is_int(run(p + P(2)), 12, "another page");
	put(1, 21);
	is_int(run(p + P(1)), 21, "written again before the first run");
	put(1, 31);
	icache_sync(p + P(1), P(1));
	qemu_differs(1, QEMU);
	is_int(run(p + P(1)), 31, "and after it");
	is_exit(in_child(run, p), 10, "run by a child");
	faults(p, WRITE, SIGSEGV, SEGV_ACCERR, "not writable");
	munmap(p + P(1), P(1));
	is_int(run(p + P(2)), 12, "behind a hole");
	faults(p + P(1), EXEC, SIGSEGV, SEGV_MAPERR, "not in it");
	p = mremap(p + P(2), P(1), P(1), MREMAP_MAYMOVE | MREMAP_FIXED,
		   hole(1));
	is_int(run(p), 12, "moved");
	mprotect(p, P(1), PROT_NONE);
	faults(p, EXEC, SIGSEGV, SEGV_ACCERR, "PROT_NONE");
	mprotect(p, P(1), RX);
	is_int(run(p), 12, "and back");
	munmap(p, P(1));
}

static void no_right(int flags)
{
	char *p;

	put(0, 10);
	p = map(PROT_READ, flags);
	if (has_nx())
		faults(p, EXEC, SIGSEGV, SEGV_ACCERR, "readable is not enough");
	else
		skip("readable is not enough", "for this processor it is");
	is_raw(sys(__NR_mprotect, p, P(1), RX), 0, "mprotect allows it");
	is_int(run(p), 10, "so it runs");
	munmap(p, P(3));
}

static void by_mapping(void)
{
	char *w = map(RW, MAP_SHARED), *x = map(RX, MAP_SHARED);
	char *p = map(RX, MAP_PRIVATE);

	put(0, 10);
	w[where] = 50;
	icache_sync(w, P(1));
	icache_sync(x, P(1));
	is_int(run(x), 50, "written through one mapping, run through another");
	is_int(run(p), 50, "and a private one");
	munmap(p, P(3));
	p = map(RW | PROT_EXEC, MAP_PRIVATE);
	is_int(run(p), 50, "a private one that may be written");
	p[where] = 60;
	icache_sync(p, P(1));
	is_int(run(p), 60, "runs its copy");
	is_int(run(x), 50, "the file stays");
	is_exit(in_child(run, p), 60, "a child runs the copy, too");
	mprotect(p, P(3), RX);
	is_int(run(p), 60, "also read-only");
	madvise(p, P(1), MADV_DONTNEED);
	icache_sync(p, P(1));
	qemu_differs(1, QEMU);
	is_int(run(p), 50, "DONTNEED: the file's code again");
	munmap(p, P(3));
	munmap(w, P(3));
	munmap(x, P(3));
}

static void cut_off(void)
{
	char *x = map(RX, MAP_SHARED), *p = map(RX, MAP_PRIVATE);

	put(1, 11);
	is_int(run(x + P(1)), 11, "runs");
	sys(__NR_ftruncate, fd, P(1));
	qemu_differs(2, "reports SIGBUS a page too high");
	faults(x + P(1), EXEC, SIGBUS, BUS_ADRERR, "until it is cut off");
	faults(p + P(1), EXEC, SIGBUS, BUS_ADRERR, "private, too");
	put(1, 13);
	icache_sync(x + P(1), P(1));
	qemu_differs(1, QEMU);
	is_int(run(x + P(1)), 13, "written anew");
	sys(__NR_ftruncate, fd, P(3));
	munmap(x, P(3));
	munmap(p, P(3));
}

static void rights(void)
{
	int ro;
	char *p;

	ro = open(NAME, O_RDONLY, 0);
	if (ro < 0)
		return;
	p = mmap(NULL, P(1), RX, MAP_SHARED, ro, 0);
	ok(p != MAP_FAILED, "a descriptor for reading, mapped to execute");
	munmap(p, P(1));
	unlink(NAME);
	close(ro);
}

static void all(int file, const char *what)
{
	fd = file;
	diag("%s", what);
	runs(MAP_SHARED, "shared");
	runs(MAP_PRIVATE, "private");
	no_right(MAP_SHARED);
	no_right(MAP_PRIVATE);
	by_mapping();
	cut_off();
	rights();
	close(fd);
}

int main(void)
{
	prepare();
	all(open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0700), "file");
	all((int)sys(__NR_memfd_create, "exec", 0), "memfd");
	return done_testing();
}
