/*
 * mlock.c - locked memory is resident; what may be locked is limited by
 * RLIMIT_MEMLOCK. (The limit does not bind a privileged process on Linux, so
 * the tests of it first give privileges up, where there are any.)
 */
#include "user/lib/probe.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

static int mlock2(void *p, size_t len, int flags)
{
	return (int)sys_ret(sys(__NR_mlock2, p, len, flags));
}

/* => the number behind @key in /proc/self/status */
static long status_of(const char *key)
{
	char buf[4096], *s;

	read_file("/proc/self/status", buf, sizeof(buf));
	s = strstr(buf, key);
	return s ? (long)strtoul(s + strlen(key), NULL, 10) : -1;
}

static void brings_pages_in(void)
{
	char *p = map_anon(P(8));

	p[0] = 1; /* Linux 6.1 merges only what it has seen in use */
	is_err(mlock(p + P(1), P(4)), 0, "mlock()");
	is_int(resident(p, 8), 5, "brings just these pages");
	is_int(map_count(p, P(8)), 3, "they are a mapping of their own");
	is_int(p[P(2)], 0, "they read as zero");
	works(p + P(2), WRITE, "and may be written");
	is_err(munlock(p, P(8)), 0, "munlock()");
	is_int(resident(p, 8), 5, "leaves them");
	is_int(map_count(p, P(8)), 1, "in one mapping");
	munmap(p, P(8));
}

static void rounds_to_pages(void)
{
	char *p = map_anon(P(4));

	mlock(p + PAGE_SIZE - 1, 2);
	is_int(resident(p, 4), 2, "two bytes in two pages lock both");
	is_err(mlock(p + P(3), 0), 0, "length 0 succeeds");
	is_int(resident(p, 4), 2, "and locks nothing");
	munmap(p, P(4));
}

static void errors(void)
{
	char *p = map_anon(P(3));

	munmap(p + P(1), P(1));
	is_err(mlock(p, P(3)), ENOMEM, "a hole");
	is_err(munlock(p, P(3)), ENOMEM, "a hole, unlocking");
	is_err(mlock(p, 0xffffd000), under_64bit() ? ENOMEM : EINVAL,
	       "a length that overflows");
	is_err(mlock2(p, P(1), 2), EINVAL, "an unknown flag of mlock2()");
	is_err(mlockall(0), EINVAL, "mlockall() of nothing");
	is_err(mlockall(8), EINVAL, "an unknown flag of mlockall()");
	is_err(mlockall(MCL_ONFAULT), EINVAL, "ONFAULT alone");
	mprotect(p, P(1), PROT_NONE);
	is_err(mlock(p, P(1)), ENOMEM, "PROT_NONE cannot be brought in");
	munmap(p, P(3));
}

static void onfault(void)
{
	char *p = map_anon(P(4));

	is_err(mlock2(p, P(4), MLOCK_ONFAULT), 0, "mlock2(ONFAULT)");
	is_int(resident(p, 4), 0, "brings nothing in");
	p[P(1)] = 1;
	is_int(resident(p, 4), 1, "pages come as they are touched");
	is_err(mlock(p, P(4)), 0, "mlock() on top");
	is_int(resident(p, 4), 4, "brings all");
	munmap(p, P(4));
}

static void is_counted(void)
{
	char *p = map_anon(P(6));
	long before = status_of("VmLck:");

	mlock(p, P(6));
	is_int(status_of("VmLck:") - before, 24, "VmLck counts it");
	munmap(p, P(2));
	is_int(status_of("VmLck:") - before, 16, "munmap() counts it off");
	munlock(p, P(6));
	munlock(p + P(2), P(4));
	is_int(status_of("VmLck:"), before, "so does munlock()");
	munmap(p, P(6));
}

static void is_not_inherited(void)
{
	char *p = map_anon(P(2));
	int status, pid;

	mlock(p, P(2));
	pid = fork();
	if (pid == 0)
		_exit((int)status_of("VmLck:"));
	waitpid(pid, &status, 0);
	is_exit(status, 0, "a child begins with nothing locked");
	munmap(p, P(2));
}

static int lock_all_now(void *arg)
{
	char *p = map_anon(P(4)), *q;

	(void)arg;
	if (mlockall(MCL_CURRENT))
		return 1;
	if (resident(p, 4) != 4)
		return 2;
	q = map_anon(P(4));
	if (resident(q, 4) != 0)
		return 3;
	return munlockall() ? 4 : 0;
}

static int lock_all_later(void *arg)
{
	char *p = map_anon(P(4)), *q;

	(void)arg;
	if (mlockall(MCL_FUTURE))
		return 1;
	if (resident(p, 4) != 0)
		return 2;
	q = map_anon(P(4));
	if (resident(q, 4) != 4)
		return 3;
	munlockall();
	q = map_anon(P(4));
	return resident(q, 4) == 0 ? 0 : 4;
}

static void all(void)
{
	is_exit(in_child(lock_all_now, NULL), 0, "mlockall(CURRENT)");
	is_exit(in_child(lock_all_later, NULL), 0, "mlockall(FUTURE)");
}

/* As a process without privileges and with a limit of 8 pages. */
static int limited(void *arg)
{
	char *p = map_anon(P(20));

	(void)arg;
	setrlimit(RLIMIT_MEMLOCK, P(8), P(8));
	sys(__NR_setuid32, 65534);
	if (mlock(p, P(8)))
		return 1;
	if (mlock(p + P(8), P(1)) == 0 || errno != ENOMEM)
		return 2;
	if (mlock(p, P(8))) /* locking twice counts once */
		return 3;
	munlock(p, P(4));
	if (mlock(p + P(8), P(4)))
		return 4;
	if (mmap(NULL, P(1), PROT_READ,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1,
		 0) != MAP_FAILED ||
	    errno != EAGAIN)
		return 5;
	if (mlockall(MCL_CURRENT) == 0 || errno != ENOMEM)
		return 6;
	if (mremap(p + P(4), P(8), P(16), MREMAP_MAYMOVE, NULL) != MAP_FAILED ||
	    errno != EAGAIN)
		return 7;
	return 0;
}

static int forbidden(void *arg)
{
	char *p = map_anon(P(1));

	(void)arg;
	setrlimit(RLIMIT_MEMLOCK, 0, 0);
	sys(__NR_setuid32, 65534);
	if (mlock(p, P(1)) == 0 || errno != EPERM)
		return 1;
	if (mlockall(MCL_FUTURE) == 0 || errno != EPERM)
		return 2;
	return mmap(NULL, P(1), PROT_READ,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1,
		    0) == MAP_FAILED &&
			       errno == EPERM
		       ? 0
		       : 3;
}

static void limits(void)
{
	is_exit(in_child(limited, NULL), 0, "RLIMIT_MEMLOCK is kept");
	is_exit(in_child(forbidden, NULL), 0, "a limit of 0 is EPERM");
}

int main(void)
{
	if (under_qemu()) {
		skip("mlock", "qemu-user does not know mlock2(), ONFAULT");
		return done_testing();
	}
	brings_pages_in();
	rounds_to_pages();
	errors();
	onfault();
	is_counted();
	is_not_inherited();
	all();
	limits();
	return done_testing();
}
