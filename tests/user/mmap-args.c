/*
 * mmap-args.c - what mmap() refuses and with which errno, and where it puts
 * mappings that it accepts: hints, MAP_FIXED, MAP_FIXED_NOREPLACE.
 */
#include "user/lib/probe.h"
#include "user/lib/tap.h"

#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static void refuses_bad_lengths(void)
{
	is_err(mmap(NULL, 0, RW, ANON, -1, 0), EINVAL, "length 0");
	is_err(mmap(NULL, 0xfffff001, RW, ANON, -1, 0), ENOMEM,
	       "a length that rounds up to 0");
	is_err(mmap(NULL, 0xfffff000, RW, ANON, -1, 0), ENOMEM,
	       "a length beyond the address space");
	is_err(mmap(NULL, 0xffffffff, RW, ANON, -1, 0), ENOMEM,
	       "the largest length");
}

static void refuses_bad_flags(void)
{
	is_err(mmap(NULL, PAGE_SIZE, RW, MAP_ANONYMOUS, -1, 0), EINVAL,
	       "neither shared nor private");
	is_err(mmap(NULL, PAGE_SIZE, RW, MAP_ANONYMOUS | MAP_SHARED_VALIDATE,
		    -1, 0),
	       EINVAL, "anonymous and MAP_SHARED_VALIDATE");
	is_err(mmap(NULL, PAGE_SIZE, RW,
		    MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0),
	       EINVAL, "shared and growing down");
	is_err(mmap(NULL, PAGE_SIZE, RW, MAP_PRIVATE, -1, 0), EBADF,
	       "a file mapping without a file");
	is_err(mmap(NULL, PAGE_SIZE, RW, MAP_PRIVATE, 999, 0), EBADF,
	       "a descriptor that is not open");
}

static void refuses_what_cannot_be_mapped(void)
{
	int fd[2];

	pipe(fd);
	is_err(mmap(NULL, PAGE_SIZE, PROT_READ, MAP_PRIVATE, fd[0], 0), ENODEV,
	       "a pipe cannot be mapped");
	is_err(mmap(NULL, PAGE_SIZE, PROT_READ, MAP_PRIVATE, fd[1], 0), EACCES,
	       "a descriptor that is not readable");
	close(fd[0]);
	close(fd[1]);
}

static void fixed_must_be_aligned_and_inside(void)
{
	char *p = hole(2);

	is_err(mmap(p + 1, PAGE_SIZE, RW, ANON | MAP_FIXED, -1, 0), EINVAL,
	       "MAP_FIXED at an address inside a page");
	is_err(mmap((void *)0xfffff000, PAGE_SIZE, RW, ANON | MAP_FIXED, -1, 0),
	       ENOMEM, "MAP_FIXED at the last page of all");
	is_ptr(mmap(p, PAGE_SIZE, RW, ANON | MAP_FIXED, -1, 0), p,
	       "MAP_FIXED gives just the address");
	munmap(p, PAGE_SIZE);
}

/* As somebody without privileges, where the kernel knows of any. */
static int map_page_zero(void *arg)
{
	void *p;

	(void)arg;
	sys(__NR_setuid32, 65534);
	p = mmap(NULL, PAGE_SIZE, RW, ANON | MAP_FIXED, -1, 0);
	if (p != MAP_FAILED)
		return 0;
	/* Linux on ARM: the vectors could lie there */
	return under_oracle() && errno == EINVAL ? EPERM : errno;
}

static void nothing_at_address_zero(void)
{
	qemu_differs(1, "qemu-user moves it");
	is_exit(in_child(map_page_zero, NULL), EPERM,
		"page 0 is refused with EPERM");
	if (under_oracle()) {
		skip("below 64 KiB is refused", "Linux's limit is a setting");
		skip("a low hint is moved up", "Linux's limit is a setting");
		return;
	}
	is_err(mmap((void *)0xf000, PAGE_SIZE, RW, ANON | MAP_FIXED, -1, 0),
	       EPERM, "below 64 KiB is refused");
	ok((unsigned long)mmap((void *)0x1000, PAGE_SIZE, RW, ANON, -1, 0) >=
		   0x10000,
	   "a low hint is moved up");
}

static void hints_are_followed(void)
{
	char *p = hole(8);

	is_ptr(mmap(p + 2 * PAGE_SIZE, PAGE_SIZE, RW, ANON, -1, 0),
	       p + 2 * PAGE_SIZE, "a free hint is taken");
	is_ptr(mmap(p + 4 * PAGE_SIZE + 5, PAGE_SIZE, RW, ANON, -1, 0),
	       p + 4 * PAGE_SIZE, "a hint inside a page is rounded down");
	munmap(p, 8 * PAGE_SIZE);
}

static void occupied_hints_are_not(void)
{
	char *p = map_anon(2 * PAGE_SIZE), *q;

	p[0] = 'p';
	q = mmap(p, PAGE_SIZE, RW, ANON, -1, 0);
	ok(q != MAP_FAILED && (q + PAGE_SIZE <= p || q >= p + 2 * PAGE_SIZE),
	   "an occupied hint is put elsewhere");
	is_int(p[0], 'p', "what lies at the hint stays");
	munmap(q, PAGE_SIZE);
	munmap(p, 2 * PAGE_SIZE);
}

static void fixed_replaces(void)
{
	char *p = map_anon(3 * PAGE_SIZE);

	p[0] = p[PAGE_SIZE] = p[2 * PAGE_SIZE] = 'x';
	mmap(p + PAGE_SIZE, PAGE_SIZE, RW, ANON | MAP_FIXED, -1, 0);
	is_int(p[PAGE_SIZE], 0, "MAP_FIXED replaces a page by zeroes");
	is_int(p[0] + p[2 * PAGE_SIZE], 2 * 'x', "its neighbours stay");
	munmap(p, 3 * PAGE_SIZE);
}

static void noreplace_does_not_replace(void)
{
	char *p = map_anon(3 * PAGE_SIZE);
	int flags = ANON | MAP_FIXED_NOREPLACE;

	munmap(p + PAGE_SIZE, PAGE_SIZE);
	qemu_differs(6, "qemu-user does not know MAP_FIXED_NOREPLACE");
	is_err(mmap(p, PAGE_SIZE, RW, flags, -1, 0), EEXIST,
	       "MAP_FIXED_NOREPLACE over a mapping");
	is_err(mmap(p + PAGE_SIZE, 2 * PAGE_SIZE, RW, flags, -1, 0), EEXIST,
	       "over the beginning of one");
	is_err(mmap(p, 2 * PAGE_SIZE, RW, flags, -1, 0), EEXIST,
	       "over the end of one");
	is_ptr(mmap(p + PAGE_SIZE, PAGE_SIZE, RW, flags, -1, 0), p + PAGE_SIZE,
	       "in a hole of just the size it fits");
	munmap(p, 3 * PAGE_SIZE);
	is_int(map_count(p, 3 * PAGE_SIZE), 0, "and goes like any other");
	is_err(mmap(p + 1, PAGE_SIZE, RW, flags, -1, 0), EINVAL,
	       "MAP_FIXED_NOREPLACE inside a page");
}

static void lengths_round_up(void)
{
	char *p = mmap(NULL, PAGE_SIZE + 1, RW, ANON, -1, 0);

	is_int(map_count(p, 2 * PAGE_SIZE), 1, "one mapping");
	p[2 * PAGE_SIZE - 1] = 1;
	is_int(p[2 * PAGE_SIZE - 1], 1, "a length is rounded up to pages");
	munmap(p, 2 * PAGE_SIZE);
}

static void pure_hints_are_accepted(void)
{
	static const int flags[] = { MAP_NORESERVE, MAP_STACK, MAP_DENYWRITE,
				     MAP_EXECUTABLE, MAP_NONBLOCK };
	size_t i;
	void *p;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		p = mmap(NULL, PAGE_SIZE, RW, ANON | flags[i], -1, 0);
		ok(p != MAP_FAILED, "flag 0x%x is accepted", flags[i]);
		munmap(p, PAGE_SIZE);
	}
}

#if ARCH_HAS_OLD_MMAP
static void old_mmap(void)
{
	unsigned long args[6] = { 0, PAGE_SIZE, RW, ANON, -1UL, 0 };
	long r = sys(__NR_mmap, args);

	is_raw(r, 0, "the old mmap() takes a block of arguments");
	munmap((void *)r, PAGE_SIZE);
	args[5] = 1;
	is_raw(sys(__NR_mmap, args), EINVAL,
	       "the old mmap() refuses an offset inside a page");
	is_raw(sys(__NR_mmap, 4), EFAULT, "a block that cannot be read");
}
#else
static void old_mmap(void)
{
	qemu_differs(1, "qemu-user has it");
	is_raw(sys(90, 0), ENOSYS, "the old mmap() is not there on EABI");
}
#endif

int main(void)
{
	refuses_bad_lengths();
	refuses_bad_flags();
	refuses_what_cannot_be_mapped();
	fixed_must_be_aligned_and_inside();
	nothing_at_address_zero();
	hints_are_followed();
	occupied_hints_are_not();
	fixed_replaces();
	noreplace_does_not_replace();
	lengths_round_up();
	pure_hints_are_accepted();
	old_mmap();
	return done_testing();
}
