/*
 * file-cross.c - every kind of object, mapped in every way, through every operation:
 *
 *	{memory file, memfd, device} x {private, shared} x {fork, partial munmap, mprotect,
 *	mremap, truncate, hole punch, unlink, close, madvise, msync}
 *
 * and after each, of every page: can it be read, written, executed, and what is in it.
 * The other file-* programs look at each of these closely; this one leaves none out.
 *
 *	page	0 | code  P . |	code: returns 42; P: 'a' + page, from the start
 *		1 | code  P w |	w: written through the mapping; in a private one these
 *		2 | code  P w |	pages are copies
 *		3 | code  P . |
 */
#include "user/lib/file.h"
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "user_arch.h"

#include <linux/falloc.h>

#define RWX  (PROT_READ | PROT_WRITE | PROT_EXEC)
#define MARK 64 /* P's place, then w's; what probes write is behind them */
#define LOOK 80

enum object { FILE, MEMFD, DEVICE };

static enum object object;
static int type, fd;
static char *p;
static const char *operation;

static void is(int cond, int page, const char *what)
{
	static const char *const objects[] = { "file", "memfd", "device" };

	ok(cond, "%s, %s, %s: page %d %s", objects[object],
	   type == MAP_SHARED ? "shared" : "private", operation, page, what);
}

/* The page at @at is whole: it has its mark, and @w; it can be used in all three ways. */
static void whole(char *at, int page, int w)
{
	is(!probe(at, READ) && at[MARK] == 'a' + page && at[MARK + 1] == w,
	   page, "has its bytes");
	is(!probe(at + LOOK, WRITE), page, "can be written");
	if (!under_qemu()) /* it keeps its translation of old code */
		is(!probe(at, EXEC), page, "can be executed");
}

static int faulted(char *at, enum access how, int signo, int code)
{
	return probe(at, how) == signo && last_fault.code == code;
}

/* It cannot be used in any. */
static void gone(char *at, int page, int signo, int code)
{
	is(faulted(at, READ, signo, code), page, "cannot be read");
	is(faulted(at + LOOK, WRITE, signo, code), page, "nor written");
	is(faulted(at, EXEC, signo, code), page, "nor executed");
}

static void make(char *to)
{
	for (int i = 0; i < 4; i++) {
		put_code(to + P(i));
		to[P(i) + MARK] = (char)('a' + i);
	}
}

static void begin(const char *name)
{
	static char all[P(4)] __attribute__((aligned(4096)));

	operation = name;
	if (object == DEVICE)
		fd = open("/dev/zero", O_RDWR, 0);
	else if (object == MEMFD)
		fd = (int)sys(__NR_memfd_create, "cross", 0);
	else
		fd = open("/tmp/cross", O_RDWR | O_CREAT | O_TRUNC, 0700);
	mprotect(all, P(4), RWX);
	make(all);
	if (object != DEVICE)
		write(fd, all, P(4));
	p = mmap(NULL, P(4), RWX, type, fd, 0);
	if (object == DEVICE)
		make(p);
	p[P(1) + MARK + 1] = p[P(2) + MARK + 1] = 'w';
}

static void end(void)
{
	munmap(p, P(4));
	close(fd);
	unlink("/tmp/cross");
}

static void all_whole(void)
{
	for (int i = 0; i < 4; i++)
		whole(p + P(i), i, i == 1 || i == 2 ? 'w' : 0);
}

static int child(void *arg)
{
	char *q = p;
	int good = 1;

	(void)arg;
	for (int i = 0; i < 4; i++, q += P(1))
		good &= q[MARK] == 'a' + i && !probe(q + LOOK, WRITE) &&
			!probe(q, EXEC);
	p[MARK + 1] = p[P(1) + MARK + 1] = 'c';
	return good;
}

static void forks(void)
{
	int status, seen = type == MAP_SHARED ? 'c' : 0;

	begin("fork");
	status = in_child(child, NULL);
	is(status == 1 << 8, 0, "and the others are whole in the child");
	whole(p, 0, seen);
	whole(p + P(1), 1, seen ? seen : 'w');
	whole(p + P(2), 2, 'w');
	whole(p + P(3), 3, 0);
	end();
}

static void unmaps(void)
{
	begin("munmap of a part");
	munmap(p + P(1), P(1));
	gone(p + P(1), 1, SIGSEGV, SEGV_MAPERR);
	whole(p, 0, 0);
	whole(p + P(2), 2, 'w');
	whole(p + P(3), 3, 0);
	end();
}

static void protects(void)
{
	char *q;

	begin("mprotect");
	q = p + P(1);
	mprotect(q, P(1), PROT_READ);
	is(q[MARK] == 'b' && q[MARK + 1] == 'w', 1, "can be read");
	is(faulted(q + LOOK, WRITE, SIGSEGV, SEGV_ACCERR), 1, "not written");
	if (has_nx())
		is(faulted(q, EXEC, SIGSEGV, SEGV_ACCERR), 1, "not executed");
	mprotect(q, P(1), PROT_NONE);
	gone(q, 1, SIGSEGV, SEGV_ACCERR);
	mprotect(q, P(1), RWX);
	all_whole();
	end();
}

static void moves(void)
{
	char *to;

	begin("mremap");
	to = hole(2);
	mremap(p + P(2), P(2), P(2), MREMAP_MAYMOVE | MREMAP_FIXED, to);
	gone(p + P(2), 2, SIGSEGV, SEGV_MAPERR);
	whole(p, 0, 0);
	whole(p + P(1), 1, 'w');
	whole(to, 2, 'w');
	whole(to + P(1), 3, 0);
	munmap(to, P(2));
	end();
}

static void shortens(void)
{
	begin("truncate");
	if (object == DEVICE) {
		is_err(ftruncate(fd, P(1)), EINVAL, "a device has no size");
		all_whole();
	} else {
		ftruncate(fd, P(1));
		whole(p, 0, 0);
		for (int i = 1; i < 4; i++)
			gone(p + P(i), i, SIGBUS, BUS_ADRERR);
		ftruncate(fd, P(4));
		is(p[P(1) + MARK] == 0 && p[P(3) + MARK] == 0, 1, "is empty");
	}
	end();
}

static void punches(void)
{
	long err;

	begin("hole punch");
	err = sys(__NR_fallocate, fd,
		  FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, P(2), 0, P(2), 0);
	whole(p, 0, 0);
	whole(p + P(1), 1, 'w');
	if (object == DEVICE) {
		is_raw(err, ENODEV, "a device has no holes");
		all_whole();
	} else {
		is_raw(err, 0, "a hole");
		if (type == MAP_PRIVATE)
			whole(p + P(2), 2, 'w'); /* a copy stays */
		else
			is(p[P(2) + MARK] == 0, 2, "is empty");
		is(p[P(3) + MARK] == 0, 3, "is empty");
		is(!probe(p + P(3) + LOOK, WRITE), 3, "can be written");
	}
	end();
}

static void loses_its_name(void)
{
	begin("unlink");
	unlink("/tmp/cross");
	all_whole();
	end();
}

static void closes(void)
{
	begin("close");
	close(fd);
	all_whole();
	fd = -1;
	end();
}

static void advises(void)
{
	int kept = type == MAP_SHARED;

	begin("madvise");
	madvise(p + P(1), P(1), MADV_DONTNEED);
	whole(p, 0, 0);
	if (object == DEVICE && !kept)
		is(p[P(1) + MARK] == 0, 1, "is empty");
	else
		whole(p + P(1), 1, kept ? 'w' : 0);
	whole(p + P(2), 2, 'w');
	whole(p + P(3), 3, 0);
	end();
}

static void syncs(void)
{
	char byte[2] = "";

	begin("msync");
	is_err(sys(__NR_msync, p, P(4), MS_SYNC), 0, "msync");
	all_whole();
	if (object != DEVICE) {
		sys(__NR_pread64, fd, byte, 1, ARCH_PAIR P(1) + MARK + 1, 0);
		is(byte[0] == (type == MAP_SHARED ? 'w' : 0), 1,
		   "is the file's only if it is shared");
	}
	end();
}

int main(void)
{
	static void (*const operations[])(
		void) = { forks,   unmaps,	   protects, moves,   shortens,
			  punches, loses_its_name, closes,   advises, syncs };

	for (object = FILE; object <= DEVICE; object++)
		for (type = MAP_SHARED; type <= MAP_PRIVATE; type++)
			for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
				operations[i]();
	return done_testing();
}
