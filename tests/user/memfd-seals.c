/*
 * memfd-seals.c - memfd_create, and what seals forbid to descriptors and mappings.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/memfd.h>

static int fd;

static long seal(int seals)
{
	return sys(__NR_fcntl64, fd, F_ADD_SEALS, seals);
}

static long seals(void)
{
	return sys(__NR_fcntl64, fd, F_GET_SEALS, 0);
}

static long map(int prot, int type)
{
	return sys(__NR_mmap2, 0, P(1), prot, type, fd, 0);
}

static long size(unsigned long n)
{
	return sys(__NR_ftruncate, fd, n);
}

static long punch(unsigned long at, unsigned long n, int mode)
{
	return sys(__NR_fallocate, fd, mode, at, 0, n, 0);
}

/* A new file of two pages. */
static void new (unsigned flags)
{
	close(fd);
	fd = (int)sys(__NR_memfd_create, "seals", flags);
	size(P(2));
	lseek(fd, 0, SEEK_SET);
}

static void creation(void)
{
	static char name[252];
	struct map m;
	char *p;

	memset(name, 'n', 251);
	is_raw(sys(__NR_memfd_create, name, 0), EINVAL, "a name of 251");
	name[249] = 0;
	fd = (int)sys(__NR_memfd_create, name, 0);
	ok(fd >= 0, "of 249");
	is_raw(sys(__NR_memfd_create, 16, 0), EFAULT, "a bad pointer");
	is_raw(sys(__NR_memfd_create, "x", 0x1000), EINVAL, "a flag");
	new (MFD_CLOEXEC);
	is_int(sys(__NR_fcntl64, fd, F_GETFD, 0), FD_CLOEXEC, "MFD_CLOEXEC");
	is_int(seals(), F_SEAL_SEAL, "without ALLOW_SEALING: sealed");
	is_raw(seal(F_SEAL_WRITE), EPERM, "so no more seals");
	p = (char *)map(RW, MAP_SHARED);
	map_at(p, &m);
	ok(!strcmp(m.path, "/memfd:seals (deleted)"), "its name in maps: %s",
	   m.path);
	munmap(p, P(1));
}

static void sizes(void)
{
	new (MFD_ALLOW_SEALING);
	is_int(seals(), 0, "ALLOW_SEALING: no seal yet");
	is_raw(seal(F_SEAL_SHRINK), 0, "SHRINK");
	is_raw(size(P(1)), EPERM, "shorter");
	is_raw(size(P(2)), 0, "as long as it is");
	is_raw(size(P(3)), 0, "longer");
	is_raw(seal(F_SEAL_GROW), 0, "GROW");
	is_int(seals(), F_SEAL_SHRINK | F_SEAL_GROW, "has both");
	is_raw(size(P(4)), EPERM, "longer");
	lseek(fd, (long)P(3), SEEK_SET);
	is_err(write(fd, "x", 1), EPERM, "write at the end");
	lseek(fd, (long)P(3) - 1, SEEK_SET);
	is_int(write(fd, "x", 1), 1, "before it");
	is_raw(punch(P(2), P(2), 0), EPERM, "fallocate over the end");
	is_raw(punch(P(2), P(2), FALLOC_FL_KEEP_SIZE), EPERM, "KEEP_SIZE, too");
	is_raw(punch(P(1), P(1), 0), 0, "fallocate inside");
	is_raw(seal(0x1000), EINVAL, "an unknown seal");
	is_raw(seal(F_SEAL_SEAL), 0, "SEAL");
	is_raw(seal(F_SEAL_WRITE), EPERM, "no more");
}

static void writing(void)
{
	char *p;

	new (MFD_ALLOW_SEALING);
	write(fd, "bytes", 5);
	p = (char *)map(RW, MAP_SHARED);
	is_raw(seal(F_SEAL_WRITE), EBUSY, "WRITE: mapped shared, writable");
	mprotect(p, P(1), PROT_READ);
	is_raw(seal(F_SEAL_WRITE), EBUSY, "read-only, it may be again");
	munmap(p, P(1));
	p = (char *)map(RW, MAP_PRIVATE);
	is_raw(seal(F_SEAL_WRITE), 0, "a private one does not matter");
	p[0] = 'B';
	ok(!strcmp(p, "Bytes"), "and can be written");
	qemu_differs(1, "qemu-user drops the advice");
	is_err(madvise(p, P(1), MADV_REMOVE), EACCES, "MADV_REMOVE needs both");
	munmap(p, P(1));
	is_err(write(fd, "x", 1), EPERM, "write");
	is_raw(punch(0, P(1), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE),
	       EPERM, "punching a hole");
	is_raw(map(RW, MAP_SHARED), EPERM, "a shared mapping to write");
	p = (char *)map(PROT_READ, MAP_PRIVATE);
	ok(!strcmp(p, "bytes"), "reads what was sealed");
	munmap(p, P(1));
	is_raw(size(P(1)), 0, "its size may change");
}

static void future(void)
{
	char *p, *q;

	new (MFD_ALLOW_SEALING);
	p = (char *)map(RW, MAP_SHARED);
	is_raw(seal(F_SEAL_FUTURE_WRITE), 0, "FUTURE_WRITE while mapped");
	p[0] = 'p';
	is_int(p[0], 'p', "that mapping goes on");
	is_err(write(fd, "x", 1), EPERM, "write");
	qemu_differs(1, "qemu-user drops the advice");
	is_err(madvise(p, P(1), MADV_REMOVE), EPERM, "MADV_REMOVE through it");
	is_int(p[0], 'p', "leaves the bytes");
	is_raw(map(RW, MAP_SHARED), EPERM, "a new mapping to write");
	q = (char *)map(PROT_READ, MAP_SHARED);
	is_int(q[0], 'p', "one to read");
	is_raw(sys(__NR_mprotect, q, P(1), RW), EACCES, "stays so");
	munmap(p, P(1));
	munmap(q, P(1));
}

static void others(void)
{
	int ends[2];

	close(fd);
	fd = open("/dev/shm/seals", O_RDWR | O_CREAT, 0600);
	is_int(seals(), F_SEAL_SEAL, "a file with a name is sealed");
	is_raw(seal(F_SEAL_GROW), EPERM, "against seals");
	close(fd);
	unlink("/dev/shm/seals");
	pipe(ends);
	fd = ends[1];
	is_raw(seals(), EINVAL, "a pipe has none");
	is_raw(seal(F_SEAL_GROW), EINVAL, "and gets none");
	close(ends[0]);
}

int main(void)
{
	creation();
	sizes();
	writing();
	future();
	others();
	return done_testing();
}
