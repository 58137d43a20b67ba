/*
 * fork-cow.c - after fork() private pages are shared until somebody writes:
 * who sees what, and who gets the copy.
 */
#include "user/lib/probe.h"
#include "user/lib/tap.h"

static int global = 1;

/* A child that writes when told to and says what it sees. */
struct child {
	int pid, to[2], from[2];
};

static void start(struct child *c, volatile char *p)
{
	char order;

	pipe(c->to);
	pipe(c->from);
	c->pid = fork();
	if (c->pid)
		return;
	close(c->to[1]);
	while (read(c->to[0], &order, 1) == 1) {
		if (order != 'r')
			*p = order;
		order = *p;
		write(c->from[1], &order, 1);
	}
	_exit(0);
}

/* 'r': read; any other order: write that. => what it then sees */
static int tell(struct child *c, char order)
{
	char seen = 0;

	write(c->to[1], &order, 1);
	read(c->from[0], &seen, 1);
	return seen;
}

static void end(struct child *c)
{
	int i, status;

	for (i = 0; i < 2; i++)
		close(c->to[i]);
	waitpid(c->pid, &status, 0);
	for (i = 0; i < 2; i++)
		close(c->from[i]);
}

static void child_writes(void)
{
	char *p = map_anon(P(1));
	struct child c;

	*p = 'p';
	start(&c, p);
	is_int(tell(&c, 'r'), 'p', "the child sees the parent's byte");
	is_int(tell(&c, 'c'), 'c', "it writes and sees its own");
	is_int(*p, 'p', "the parent does not");
	*p = 'q';
	is_int(tell(&c, 'r'), 'c', "nor the child what the parent writes");
	end(&c);
	is_int(*p, 'q', "the parent's stays when the child ends");
	munmap(p, P(1));
}

static void parent_writes(void)
{
	char *p = map_anon(P(1));
	struct child c;

	*p = 'p';
	start(&c, p);
	*p = 'q';
	is_int(tell(&c, 'r'), 'p', "the child keeps what was at fork()");
	end(&c);
	munmap(p, P(1));
}

/* The very next thing after fork() is a write to each of many pages: nothing
 * that the processor remembers of them may still be writable. */
static void parent_writes_at_once(void)
{
	volatile char *p = map_anon(P(32));
	int fd[2], status, pid, i;
	char c;

	pipe(fd);
	for (i = 0; i < 32; i++)
		p[P(i)] = 'p';
	pid = fork();
	if (pid)
		for (i = 0; i < 32; i++)
			p[P(i)] = 'q';
	if (!pid) {
		read(fd[0], &c, 1);
		for (i = 0; i < 32 && p[P(i)] == 'p'; i++)
			;
		_exit(i);
	}
	write(fd[1], "g", 1);
	waitpid(pid, &status, 0);
	is_exit(status, 32, "no write straight after fork() reaches the child");
	close(fd[0]);
	close(fd[1]);
	munmap((void *)(uintptr_t)p, P(32));
}

static void three_owners(void)
{
	char *p = map_anon(P(1));
	struct child a, b;

	*p = 'p';
	start(&a, p);
	start(&b, p);
	is_int(tell(&a, 'a'), 'a', "the first child writes");
	is_int(tell(&b, 'r'), 'p', "the second still sees the parent's");
	*p = 'q';
	is_int(tell(&b, 'r'), 'p', "even when the parent writes");
	is_int(tell(&b, 'b'), 'b', "and then writes itself");
	is_int(*p, 'q', "the parent has its own");
	is_int(tell(&a, 'r'), 'a', "the first child, too");
	end(&b); /* b first: it has a's pipe open as well */
	end(&a);
	munmap(p, P(1));
}

static void every_page(void)
{
	char *p = map_anon(P(64));
	int i, bad = 0, status, pid;

	for (i = 0; i < 64; i++)
		p[P(i)] = (char)i;
	pid = fork();
	if (pid == 0) {
		for (i = 0; i < 64; i += 2)
			p[P(i)] = (char)(100 + i);
		for (i = 0; i < 64; i++)
			bad += p[P(i)] != (i % 2 ? i : (char)(100 + i));
		_exit(bad);
	}
	waitpid(pid, &status, 0);
	is_exit(status, 0, "the child has half of the pages to itself");
	for (i = 0; i < 64; i++)
		bad += p[P(i)] != i;
	is_int(bad, 0, "the parent's are all as before");
	munmap(p, P(64));
}

static void the_last_owner_takes_it(void)
{
	char *p = map_anon(P(1));
	uint64_t before, after;
	int status, pid;

	*p = 'p';
	before = PM_PFN(pagemap(p));
	pid = fork();
	if (pid == 0)
		_exit(0);
	waitpid(pid, &status, 0);
	*p = 'q';
	after = PM_PFN(pagemap(p));
	ok(before == after && (before || under_oracle()),
	   "the child gone, a write copies nothing");
	munmap(p, P(1));
}

static void zero_pages(void)
{
	char *p = map_anon(P(2));
	struct child c;

	(void)*(volatile char *)p;
	start(&c, p);
	is_int(tell(&c, 'c'), 'c', "the child writes a page only read so far");
	is_int(*p, 0, "the parent's is zero");
	*p = 'p';
	is_int(tell(&c, 'r'), 'c', "both have their own");
	end(&c);
	munmap(p, P(2));
}

static int write_read_only(void *arg)
{
	char *p = arg;

	if (probe(p, WRITE) != SIGSEGV || last_fault.code != SEGV_ACCERR)
		return 1;
	mprotect(p, P(1), PROT_READ | PROT_WRITE);
	*p = 'c';
	return 0;
}

static void read_only_memory(void)
{
	char *p = map_anon(P(1));

	*p = 'p';
	mprotect(p, P(1), PROT_READ);
	is_exit(in_child(write_read_only, p), 0,
		"a child may not write read-only memory, until it may");
	is_int(*p, 'p', "the parent's byte stays");
	munmap(p, P(1));
}

static int change_all(void *arg)
{
	int local = 5;

	*(int *)arg = 9;
	global = 9;
	local += global;
	return local;
}

static void data_and_stack(void)
{
	int local = 1;

	is_exit(in_child(change_all, &local), 14, "a child has data and stack");
	is_int(global + local, 2, "neither is the parent's");
}

static int generation(void *arg)
{
	char *p = arg;
	int deeper;

	if (++*p == 5)
		return 5;
	deeper = in_child(generation, p);
	return WIFEXITED(deeper) ? WEXITSTATUS(deeper) * (*p < 5) : 99;
}

static void generations(void)
{
	char *p = map_anon(P(1));

	is_exit(in_child(generation, p), 5, "five generations, one page each");
	is_int(*p, 0, "ours is untouched");
	munmap(p, P(1));
}

static int child_maps(void *arg)
{
	return map_count(arg, P(3)) == 3 ? 0 : 1;
}

static void layout_is_inherited(void)
{
	char *p = map_anon(P(3));

	mprotect(p + P(1), P(1), PROT_NONE);
	is_exit(in_child(child_maps, p), 0, "a child has our mappings");
	is_int(map_count(p, P(3)), 3, "so do we");
	munmap(p, P(3));
}

int main(void)
{
	child_writes();
	parent_writes();
	parent_writes_at_once();
	three_owners();
	every_page();
	qemu_differs(1, "qemu-user shows the host's pagemap");
	the_last_owner_takes_it();
	zero_pages();
	read_only_memory();
	data_and_stack();
	generations();
	layout_is_inherited();
	return done_testing();
}
