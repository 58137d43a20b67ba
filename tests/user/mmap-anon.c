/*
 * mmap-anon.c - private anonymous memory: zeroes, permissions, and that
 * nothing is there before it is touched.
 */
#include "user/lib/probe.h"
#include "user/lib/tap.h"

static const char *const prot_names[] = { "---", "r--", "-w-", "rw-",
					  "--x", "r-x", "-wx", "rwx" };

/* What the processors grant: ARM and x86 can't refuse reads of what may be
 * written or executed, x86 can't refuse execution of what may be read. */
static int granted(int prot, enum access how)
{
	if (how == READ)
		return prot != PROT_NONE;
	if (how == WRITE)
		return prot & PROT_WRITE;
	return prot & PROT_EXEC || (prot && !has_nx());
}

static void every_right_and_access(int shared)
{
	static const char *const how_names[] = { "read", "written",
						 "executed" };
	char *p = shared ? map_shared(PAGE_SIZE) : map_anon(PAGE_SIZE);
	char name[80];
	int prot, how;

	put_code(p);
	for (prot = 0; prot < 8; prot++) {
		mprotect(p, PAGE_SIZE, prot);
		for (how = READ; how <= EXEC; how++) {
			int fine = granted(prot, (enum access)how);

			snprintf(name, sizeof(name), "%s %s %s be %s",
				 shared ? "shared" : "private",
				 prot_names[prot], fine ? "may" : "may not",
				 how_names[how]);
			faults(p, (enum access)how, fine ? 0 : SIGSEGV,
			       SEGV_ACCERR, name);
			if (fine && how == WRITE)
				put_code(p);
		}
	}
	munmap(p, PAGE_SIZE);
}

static void starts_as_zeroes(void)
{
	char *p = map_anon(8 * PAGE_SIZE);
	int i, sum = 0;

	for (i = 0; i < 8 * 4096; i++)
		sum |= p[i];
	is_int(sum, 0, "all bytes are zero");
	munmap(p, 8 * PAGE_SIZE);
}

static void recycled_pages_are_zeroes(void)
{
	char *p;
	int round, i, sum = 0;

	for (round = 0; round < 4; round++) {
		p = map_anon(16 * PAGE_SIZE);
		for (i = 0; i < 16; i++) {
			sum |= p[i * 4096] | p[i * 4096 + 4095];
			p[i * 4096] = p[i * 4096 + 4095] = 0x5a;
		}
		munmap(p, 16 * PAGE_SIZE);
	}
	is_int(sum, 0, "pages that were used before are zero again");
}

static void keeps_what_is_written(void)
{
	unsigned int *p = map_anon(32 * PAGE_SIZE);
	unsigned int i, bad = 0;

	for (i = 0; i < 32 * 1024; i++)
		p[i] = i * 2654435761u;
	for (i = 0; i < 32 * 1024; i++)
		bad += p[i] != i * 2654435761u;
	is_int((long)bad, 0, "every word is as it was written");
	munmap(p, 32 * PAGE_SIZE);
}

static void shows_in_maps(void)
{
	char *p = hole(3);
	struct map m;

	mmap(p + PAGE_SIZE, PAGE_SIZE, PROT_READ | PROT_WRITE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	is_map(p + PAGE_SIZE, PAGE_SIZE, "rw-p", "maps shows it, private");
	map_at(p + PAGE_SIZE, &m);
	is_int((long)m.inode, 0, "without an inode");
	is_int(m.path[0], 0, "without a name");
	munmap(p + PAGE_SIZE, PAGE_SIZE);
	is_int(map_at(p + PAGE_SIZE, &m), 0, "and no longer once unmapped");
}

static void unmapped_is_maperr(void)
{
	char *p = hole(1);

	faults(p, READ, SIGSEGV, SEGV_MAPERR, "reading what is not mapped");
	faults(p, WRITE, SIGSEGV, SEGV_MAPERR, "writing what is not mapped");
	faults(p, EXEC, SIGSEGV, SEGV_MAPERR, "calling what is not mapped");
	faults(p + 1234, READ, SIGSEGV, SEGV_MAPERR, "si_addr is the byte");
	faults(NULL, READ, SIGSEGV, SEGV_MAPERR, "reading address 0");
	faults(NULL, WRITE, SIGSEGV, SEGV_MAPERR, "writing address 0");
	faults(NULL, EXEC, SIGSEGV, SEGV_MAPERR, "calling address 0");
	faults((void *)0xfffff000, READ, SIGSEGV, SEGV_MAPERR,
	       "reading the top of the kernel");
	faults((void *)0xfffff000, WRITE, SIGSEGV, SEGV_MAPERR,
	       "writing the top of the kernel");
}

static void code_runs(void)
{
	char *p = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	put_code(p);
	is_int(((int (*)(void))(uintptr_t)p)(), 42, "code written here runs");
	munmap(p, PAGE_SIZE);
}

int main(void)
{
	every_right_and_access(0);
	every_right_and_access(1);
	starts_as_zeroes();
	recycled_pages_are_zeroes();
	keeps_what_is_written();
	shows_in_maps();
	unmapped_is_maperr();
	code_runs();
	return done_testing();
}
