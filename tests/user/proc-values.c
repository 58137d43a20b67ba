/*
 * proc-values.c - what test suites and libraries read, and write, in /proc: oom_score_adj,
 * clear_refs, auxv, cmdline, switches. And membarrier().
 */
#include "user/lib/probe.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "user/lib/text.h"

#include <asm/unistd.h>
#include <linux/auxvec.h>
#include <linux/membarrier.h>

#define ADJ "/proc/self/oom_score_adj"

static char text[8192];

static const char *get(const char *path)
{
	if (read_file(path, text, sizeof(text)) < 0)
		return "?";
	return text;
}

/* => what write() says */
static long put(const char *path, const char *what)
{
	int fd = open(path, O_WRONLY, 0);
	long n = sys(__NR_write, fd, what, strlen(what));

	close(fd);
	return n;
}

static int score(void)
{
	return atoi(get("/proc/self/oom_score"));
}

static int inherits(void *arg)
{
	(void)arg;
	return strcmp(get(ADJ), "500\n");
}

static int as_user(void *arg)
{
	int fd = open(ADJ, O_RDWR, 0);

	(void)arg;
	if (sys(__NR_setresuid32, 1, 1, 1))
		return 1;
	if (sys(__NR_write, fd, "700", 3) != 3)
		return 2;
	if (sys(__NR_write, fd, "600", 3) != 3)
		return 3;
	return sys(__NR_write, fd, "-1000", 5) == -EACCES ? 0 : 4;
}

static void oom_scores(void)
{
	int before = score();

	ok(before >= 0 && before <= 2000, "a score from 0 to 2000");
	is_int(put(ADJ, "500"), 3, "it is adjusted");
	is_int(strcmp(get(ADJ), "500\n"), 0, "as can be read");
	ok(score() > before, "and is more");
	is_exit(in_child(inherits, NULL), 0, "a child's is the same");
	is_raw(put(ADJ, "1001"), EINVAL, "1000 is the most");
	is_raw(put(ADJ, "-1001"), EINVAL, "-1000 the least");
	is_raw(put(ADJ, "x"), EINVAL, "a number it must be");
	is_raw(put(ADJ, "-"), EINVAL, "a whole one");
	is_int(put(ADJ, "600\n"), 4, "a newline may follow");
	is_int(strcmp(get(ADJ), "600\n"), 0, "and is no part of it");
	if (sys(__NR_geteuid32))
		skip("oom_score_adj for others", "only root may become one");
	else
		is_exit(in_child(as_user, NULL), 0,
			"who is not root can only make it worse, and take that "
			"back");
}

/* => KiB that smaps says of the area at p; -1: there is none */
static long referenced(const char *p)
{
	char *smaps = slurp("/proc/self/smaps"), *at, start[12];
	long kib = -1;

	snprintf(start, sizeof(start), "%08lx-", (unsigned long)p);
	at = smaps ? strstr(smaps, start) : NULL;
	if (at)
		kib = (long)field(strstr(at, "Referenced"), "Referenced");
	free(smaps);
	return kib;
}

static void references(void)
{
	char *p =
		mmap(NULL, P(6), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	p += P(1);
	mprotect(p, P(4), RW);
	memset(p, 1, P(4));
	qemu_differs(7, "its areas are elsewhere");
	is_int(referenced(p), 16, "four pages were used");
	is_int(put("/proc/self/clear_refs", "1"), 1, "nobody remembers");
	is_int(referenced(p), 0, "none were");
	mprotect(p, P(4), PROT_READ); /* Linux leaves them in the TLB */
	mprotect(p, P(4), RW);
	p[P(2)] = 1;
	is_int(referenced(p), 4, "one was");
	put("/proc/self/clear_refs", "3");
	is_int(referenced(p), 4, "3 is for files' pages");
	put("/proc/self/clear_refs", "2");
	is_int(referenced(p), 0, "2 for those of none");
	is_int(p[P(1)], 1, "what is in them stays");
	is_raw(put("/proc/self/clear_refs", "0"), EINVAL, "1 is the least");
	is_raw(put("/proc/self/clear_refs", "6"), EINVAL, "5 the most");
	is_raw(put("/proc/self/clear_refs", "x"), EINVAL, "of a number");
}

static void whole_vector(void)
{
	int fd = open("/proc/self/auxv", O_RDONLY, 0);
	long n = read(fd, text, sizeof(text)), len = 0;

	close(fd);
	while (auxv[len] != AT_NULL)
		len += 2;
	len = (len + 2) * 4;
	ok(n >= len && !memcmp(text, auxv, (size_t)len),
	   "auxv is what the program found on its stack");
}

static void system_wide(void)
{
	const char *line = get("/proc/cmdline");

	ok(strchr(line, '\n') == line + strlen(line) - 1,
	   "cmdline is one line");
	ok(!strncmp(get("/proc/swaps"), "Filename", 8), "swaps has a heading");
	is_int(strcmp(get("/proc/sys/kernel/ostype"), "Linux\n"), 0, "ostype");
	is_int(atoi(get("/proc/sys/kernel/ngroups_max")), 65536, "ngroups_max");
	ok(get("/proc/sys/vm/panic_on_oom")[1] == '\n', "panic_on_oom");
	ok(get("/proc/sys/vm/oom_kill_allocating_task")[1] == '\n',
	   "oom_kill_allocating_task");
}

static void barriers(void)
{
	qemu_differs(4, "there is none");
	ok(sys(__NR_membarrier, MEMBARRIER_CMD_QUERY, 0) &
		   MEMBARRIER_CMD_GLOBAL,
	   "a barrier for all threads");
	is_raw(sys(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0), 0, "is passed");
	is_raw(sys(__NR_membarrier, 0x4000, 0), EINVAL, "no command");
	is_raw(sys(__NR_membarrier, MEMBARRIER_CMD_QUERY, 2), EINVAL,
	       "no flag");
}

int main(void)
{
	oom_scores();
	references();
	whole_vector();
	system_wide();
	barriers();
	return done_testing();
}
