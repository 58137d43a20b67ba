/*
 * mmbench.c - micro-benchmarks of memory mapping, counted in instructions.
 *
 * A static program without a C library that uses Linux's system calls only: the
 * same binary runs on Linux and on Quire, and tests/bench/compare puts the two
 * side by side. README says how it is run; count.c how it counts.
 *
 *	mmbench [-i] [-x] [-r REPS] [-m MIB] [-a BASE] [-d DIR] [PREFIX...]
 *	  -i       write each line at once
 *	  -x       also zero pages with SSE or VFP
 *	  -r REPS  repeat each benchmark so often (5)
 *	  -m MIB   size of the large regions (64, at least 16)
 *	  -a BASE  where the fixed mappings go (0x40000000, uses 256 MiB)
 *	  -d DIR   where the data file goes (/tmp)
 *	  PREFIX   only the groups whose names begin so
 *	mmbench -l       lists the groups
 *	mmbench -t       the raw cycle counter, as instructions since power-on
 *	mmbench -0       leaves at once (what the exec benchmark starts)
 *	mmbench -H N     makes N mappings of a page, then sleeps
 *	mmbench -T MIB   touches so much memory, then sleeps
 *
 * A line of output: name, operations a sample, instructions an operation
 * (least, mean, most over the repetitions), faults an operation.
 */
#include "mmbench.h"

u32 big_mb = 64, arena = 0x40000000u;
int extended;
char **args;
char path[128];
u32 buf[1024] __attribute__((aligned(4096)));

static const struct {
	const char *name;
	void (*run)(void);
} groups[] = {
	{ "calib", b_calib },	{ "syscall", b_syscall },
	{ "anon", b_anon },	{ "madv", b_madv },
	{ "sanon", b_sanon },	{ "map", b_map },
	{ "split", b_split },	{ "mprotect", b_mprotect },
	{ "mremap", b_mremap }, { "brk", b_brk },
	{ "vma", b_vma },	{ "fork", b_fork },
	{ "exec", b_exec },	{ "cow", b_cow },
	{ "pipe", b_pipe },	{ "file", b_file },
	{ "fmap", b_fmap },	{ "rmw", b_rmw },
};
#define NGROUPS (sizeof(groups) / sizeof(groups[0]))

int mm_main(long *sp);

void leave(int status)
{
	for (;;)
		sys1(__NR_exit, status);
}

static int starts(const char *s, const char *prefix)
{
	while (*prefix)
		if (*s++ != *prefix++)
			return 0;
	return 1;
}

/* A number in decimal, or in hexadecimal after 0x. */
static u32 number(const char *s)
{
	u32 v = 0, base = 10;

	if (s[0] == '0' && (s[1] | 32) == 'x') {
		base = 16;
		s += 2;
	}
	for (; *s; s++)
		v = v * base +
		    (u32)(*s <= '9' ? *s - '0' : (*s | 32) - 'a' + 10);
	return v;
}

static void list_groups(void)
{
	for (u32 k = 0; k < NGROUPS; k++) {
		put(groups[k].name);
		put_char('\n');
	}
}

static void show_counter(void)
{
	u32 hz;
	u64 count = raw_counter(&hz);

	put("instructions since power-on: ");
	put_number(divide(count * 100000, (u32)divide(hz, 10000)), 1);
	put("  monotonic clock, ns: ");
	put_number(now(), 1);
	put_char('\n');
}

static void map_and_sleep(u32 n)
{
	for (u32 k = 0; k < n; k++)
		anon(arena + k * PAGE, PAGE, k & 1 ? RW : PROT_READ);
	for (;;)
		sys0(__NR_pause);
}

static void touch_and_sleep(u32 len)
{
	anon(arena, len, RW);
	write_pages(arena, len);
	for (;;)
		sys0(__NR_pause);
}

/* What does something else than benchmarks, and does not come back. */
static void other_work(char option, const char *value)
{
	if (option == '0')
		leave(0);
	if (option == 'l')
		list_groups();
	else if (option == 't')
		show_counter();
	else if (option == 'H')
		map_and_sleep(number(value));
	else if (option == 'T')
		touch_and_sleep(number(value) << 20);
	else
		put("mmbench: unknown option\n");
	flush();
	leave(option == 'l' || option == 't' ? 0 : 2);
}

static void set_path(const char *dir)
{
	u32 k = 0;

	while (*dir && k < sizeof path - 16)
		path[k++] = *dir++;
	for (const char *s = "/mmbench.dat"; *s; s++)
		path[k++] = *s;
	path[k] = 0;
}

/* Reads the options; returns the index of the first argument behind them. */
static int options(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		char o = argv[i][1];
		const char *value = i + 1 < argc ? argv[i + 1] : "0";
		if (o == 'i')
			immediate = 1;
		else if (o == 'x')
			extended = 1;
		else if (o == 'r')
			reps = number(value);
		else if (o == 'm')
			big_mb = number(value);
		else if (o == 'a')
			arena = number(value);
		else if (o == 'd')
			set_path(value);
		else
			other_work(o, value);
		i += o != 'i' && o != 'x';
	}
	return i;
}

int mm_main(long *sp)
{
	int argc = (int)sp[0], first, any = 0;
	char **argv = (char **)(sp + 1);

	args = argv;
	clock_setup();
	set_path("/tmp");
	first = options(argc, argv);
	calibrate();
	put("# name                       ops      instr/op"
	    "          mean           max    flt/op\n");
	for (u32 g = 0; g < NGROUPS; g++) {
		int want = first >= argc;
		for (int a = first; a < argc; a++)
			want |= starts(groups[g].name, argv[a]);
		any |= want;
		if (want)
			groups[g].run();
	}
	put(any ? "# done\n" : "mmbench: no such group\n");
	flush();
	return 0;
}
