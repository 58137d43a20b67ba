/*
 * mincore.c - which pages are there, and the errors of asking.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

static void errors(void)
{
	char *p = map_anon(P(3));
	unsigned char vec[4];

	is_err(mincore(p + 1, P(1), vec), EINVAL, "inside a page");
	qemu_differs(1, "qemu-user answers ENOMEM");
	is_err(mincore(p, 0, vec), 0, "length 0 succeeds");
	is_err(mincore(p, P(1), NULL), EFAULT, "nowhere to answer");
	is_err(mincore((void *)0xfffff000, P(1), vec), ENOMEM,
	       "the kernel's addresses");
	munmap(p + P(1), P(1));
	is_err(mincore(p + P(1), P(1), vec), ENOMEM, "a hole");
	is_err(mincore(p, P(3), vec), ENOMEM, "a hole in the middle");
	munmap(p, P(3));
}

static void answers_by_page(void)
{
	char *p = map_anon(P(5));
	unsigned char vec[6];

	p[P(1)] = p[P(4)] = 1;
	memset(vec, 0x55, sizeof(vec));
	is_err(mincore(p, P(4) + 1, vec), 0, "a length inside a page");
	is_int(vec[0] & 1, 0, "page 0 is not there");
	is_int(vec[1] & 1, 1, "page 1 is");
	is_int(vec[3] & 1, 0, "page 3 is not");
	is_int(vec[4] & 1, 1, "page 4 is");
	is_int(vec[5], 0x55, "no byte more is written");
	munmap(p, P(5));
}

static void over_mappings(void)
{
	char *p = map_anon(P(4));

	p[0] = p[P(2)] = 1;
	mprotect(p + P(1), P(1), PROT_NONE);
	qemu_differs(1, "qemu-user cannot ask for PROT_NONE");
	is_int(resident(p, 4), 2, "over three mappings at once");
	mprotect(p + P(2), P(1), PROT_NONE);
	qemu_differs(1, "qemu-user cannot ask for PROT_NONE");
	is_int(resident(p + P(2), 1), 1, "PROT_NONE does not hide a page");
	munmap(p, P(4));
}

static void shared_objects(void)
{
	char *p = map_shared(P(3));
	int status, pid = fork();

	if (pid == 0) {
		p[P(1)] = 1;
		_exit(resident(p, 3));
	}
	waitpid(pid, &status, 0);
	is_exit(status, 1, "the child sees the page it touched");
	is_int(resident(p, 3), 1, "so do we, who did not");
	munmap(p, P(3));
}

static void children(void)
{
	char *p = map_anon(P(3));
	int status, pid;

	p[0] = 1;
	pid = fork();
	if (pid == 0) {
		p[P(2)] = 1;
		_exit(resident(p, 3));
	}
	waitpid(pid, &status, 0);
	is_exit(status, 2, "a child has its parent's pages and its own");
	is_int(resident(p, 3), 1, "the parent only its own");
	munmap(p, P(3));
}

static void more_than_one_buffer(void)
{
	static unsigned char vec[1100];
	char *p = map_anon(P(1100));
	size_t i, n = 0;

	for (i = 0; i < 1100; i += 50)
		p[P(i)] = 1;
	is_err(mincore(p, P(1100), vec), 0, "1,100 pages at once");
	for (i = 0; i < 1100; i++)
		n += (vec[i] & 1) == (i % 50 == 0);
	is_int((long)n, 1100, "all answers are right");
	munmap(p, P(1100));
}

int main(void)
{
	errors();
	answers_by_page();
	over_mappings();
	shared_objects();
	children();
	more_than_one_buffer();
	return done_testing();
}
