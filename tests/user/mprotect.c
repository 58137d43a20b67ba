/*
 * mprotect.c - changing rights: errors, what is split and merged, and that
 * the processor notices at once, also for pages it has already used.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#include <linux/utsname.h>

static void errors(void)
{
	char *p = map_anon(P(4));

	munmap(p + P(3), P(1)); /* nothing behind it can come to harm */
	is_err(mprotect(p + 1, P(1), PROT_READ), EINVAL, "inside a page");
	is_err(mprotect(p, P(1), 0x40), EINVAL, "a right that is none");
	is_err(mprotect(p, P(1), PROT_GROWSDOWN | PROT_GROWSUP), EINVAL,
	       "growing both ways");
	qemu_differs(1, "qemu-user answers ENOMEM");
	is_err(mprotect(p, 0, PROT_NONE), 0, "length 0 succeeds");
	if (!under_64bit()) /* a 64-bit kernel sees no overflow */
		is_err(mprotect(p, 0xffffe001, PROT_NONE), ENOMEM,
		       "a length that overflows");
	mprotect(p, P(3), PROT_READ | PROT_WRITE);
	works(p, WRITE, "nothing of this changed the rights");
	munmap(p + P(1), P(1));
	qemu_differs(2, "qemu-user does not look");
	is_err(mprotect(p + P(1), P(1), PROT_READ), ENOMEM,
	       "what is not mapped");
	is_err(mprotect(p, P(1), RW | PROT_GROWSDOWN), EINVAL,
	       "PROT_GROWSDOWN of what does not grow");
	munmap(p, P(3));
}

static void up_to_the_hole(void)
{
	char *p = map_anon(P(4));

	p[0] = p[P(1)] = p[P(3)] = 1;
	munmap(p + P(2), P(1));
	qemu_differs(3, "qemu-user does not look for holes");
	is_err(mprotect(p, P(4), PROT_READ), ENOMEM, "a hole in the middle");
	faults(p + P(1), WRITE, SIGSEGV, SEGV_ACCERR,
	       "the rights are changed up to the hole");
	works(p + P(3), WRITE, "but not behind it");
	munmap(p, P(4));
}

static void takes_effect_at_once(void)
{
	char *p = map_anon(P(1));

	p[0] = 1;
	mprotect(p, P(1), PROT_READ);
	faults(p, WRITE, SIGSEGV, SEGV_ACCERR, "a written page read-only");
	works(p, READ, "is still readable");
	mprotect(p, P(1), PROT_NONE);
	faults(p, READ, SIGSEGV, SEGV_ACCERR, "and with PROT_NONE is not");
	mprotect(p, P(1), RW);
	is_int(p[0], 1, "its bytes survive PROT_NONE");
	works(p, WRITE, "and it may be written again");
	munmap(p, P(1));
}

static void before_the_touch(void)
{
	char *p = map_anon(P(2));

	mprotect(p, P(1), PROT_READ);
	faults(p, WRITE, SIGSEGV, SEGV_ACCERR, "an untouched page");
	is_int(p[0], 0, "reads as zero");
	mprotect(p, P(1), RW);
	works(p, WRITE, "the zero page does not stay read-only");
	is_int(p[P(1)], 0, "its neighbour is still zero");
	munmap(p, P(2));
}

static void splits_and_merges(void)
{
	char *p = hole(7);

	mmap(p + P(1), P(5), RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
	     0);
	mprotect(p + P(3), P(1), PROT_READ);
	is_int(map_count(p, P(7)), 3, "the middle: three mappings");
	is_map(p + P(1), P(2), "rw-p", "the first is as before");
	is_map(p + P(3), P(1), "r--p", "the second is read-only");
	is_map(p + P(4), P(2), "rw-p", "the third is as before");
	mprotect(p + P(4), P(1), PROT_READ);
	is_map(p + P(3), P(2), "r--p", "the border moves up");
	mprotect(p + P(3), P(1), RW);
	is_map(p + P(1), P(3), "rw-p", "the border moves up again");
	mprotect(p + P(4), P(1), RW);
	is_map(p + P(1), P(5), "rw-p", "all equal: one mapping again");
	mprotect(p + P(1), P(1), PROT_READ);
	is_int(map_count(p, P(7)), 2, "the beginning: two mappings");
	mprotect(p + P(1), P(1), RW);
	is_int(map_count(p, P(7)), 1, "and one again");
	munmap(p, P(7));
}

static void across_mappings(void)
{
	char *p = map_anon(P(4));

	mprotect(p + P(1), P(1), PROT_NONE);
	mprotect(p + P(2), P(1), PROT_READ);
	is_err(mprotect(p, P(4), PROT_READ), 0, "over three mappings at once");
	faults(p, WRITE, SIGSEGV, SEGV_ACCERR, "the first is read-only");
	works(p + P(1), READ, "the second readable");
	faults(p + P(3), WRITE, SIGSEGV, SEGV_ACCERR, "the last read-only");
	is_int(map_count(p, P(4)), 1, "they are one now");
	munmap(p, P(4));
}

static void length_rounds_up(void)
{
	char *p = map_anon(P(2));

	mprotect(p, P(1) + 1, PROT_READ);
	faults(p + P(2) - 1, WRITE, SIGSEGV, SEGV_ACCERR,
	       "one byte more is a page more");
	munmap(p, P(2));
}

/* Every ARMv7 can; of x86 only what is newer than the i686. */
static int on_arm(void)
{
	static struct new_utsname name;

	sys(__NR_uname, &name);
	return !memcmp(name.machine, "arm", 3);
}

static void execution(void)
{
	char *p = map_anon(P(1));

	put_code(p);
	qemu_differs(1, "qemu-user may not look");
	ok(has_nx() || !on_arm(), "this processor can refuse to execute");
	if (has_nx())
		faults(p, EXEC, SIGSEGV, SEGV_ACCERR, "rw- is not executed");
	else
		skip("rw- is not executed", "this MMU cannot refuse it");
	mprotect(p, P(1), PROT_READ | PROT_EXEC);
	is_int(((int (*)(void))(uintptr_t)p)(), 42, "r-x is executed");
	faults(p, WRITE, SIGSEGV, SEGV_ACCERR, "r-x is not written");
	munmap(p, P(1));
}

/* A page shared after fork must stay so when rights come and go. */
static void does_not_undo_cow(void)
{
	char *p = map_anon(P(1));
	int status, pid;

	p[0] = 'p';
	pid = fork();
	if (pid == 0) {
		mprotect(p, P(1), PROT_READ);
		mprotect(p, P(1), RW);
		p[0] = 'c';
		_exit(p[0] == 'c' ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	is_exit(status, 0, "the child writes its copy");
	is_int(p[0], 'p', "the parent's page is not the child's");
	munmap(p, P(1));
}

int main(void)
{
	errors();
	up_to_the_hole();
	takes_effect_at_once();
	before_the_touch();
	splits_and_merges();
	across_mappings();
	length_rounds_up();
	execution();
	does_not_undo_cow();
	return done_testing();
}
