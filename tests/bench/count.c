/*
 * count.c - the clock, samples and results.
 *
 * The clock is clock_gettime(CLOCK_MONOTONIC). Under QEMU's -icount shift=0 one
 * instruction of the guest takes one nanosecond, so the difference of two
 * readings is a number of instructions, the kernel's and the program's together.
 * The program never sleeps, so time passes by executing alone. (On real
 * hardware the same numbers are nanoseconds.)
 *
 * From each sample goes what reading the clock and the loop itself cost, as
 * calibrate() found; of the samples the least counts.
 */
#include "mmbench.h"

#define NOINLINE __attribute__((noinline))

u32 reps = 5;
struct result current;
u64 clock_cost, turn_cost, last_min;

static long clock_call = __NR_clock_gettime;
static int no_rusage;
static u32 turn; /* of the loop over repetitions */
static u64 start_ns;
static u32 start_faults;

/* A kernel may have the clock of 64-bit seconds only. */
void clock_setup(void)
{
	u32 t[4];

	if (failed(sys2(clock_call, CLOCK_MONOTONIC, t)))
		clock_call = __NR_clock_gettime64;
}

NOINLINE u64 now(void)
{
	u32 t[4]; /* seconds, nanoseconds, of 32 bits each or of 64 */

	sys2(clock_call, CLOCK_MONOTONIC, t);
	if (clock_call == __NR_clock_gettime64)
		return (u64)t[0] * 1000000000u + t[2];
	return (u64)t[0] * 1000000000u + t[1];
}

u32 faults(void)
{
	struct rusage r;

	if (no_rusage || failed(sys2(__NR_getrusage, RUSAGE_SELF, &r))) {
		no_rusage = 1;
		return 0;
	}
	return (u32)(r.ru_minflt + r.ru_majflt);
}

/* Up to 16 turns' delay, to spread a coarse clock's phase. */
void dither(u32 i)
{
	spin((i * 7 & 15) + 1);
}

int again(void)
{
	return turn++ < reps;
}

void init(struct result *r, const char *name)
{
	*r = (struct result){ .name = name, .min = ~0ull, .count_faults = 1 };
}

void begin(const char *name)
{
	turn = 0;
	init(&current, name);
}

void begin_n(const char *name, u32 n)
{
	begin(name);
	current.suffix = n;
	current.has_suffix = 1;
}

/* ops operations took ns, with so many pairs of now() and turns of a loop. */
void sample(struct result *r, u32 ops, u64 ns, u32 clocks, u32 turns)
{
	u64 m = ns * 1000, o = clock_cost * clocks + turn_cost * turns;

	m = m > o ? m - o : 0;
	m = divide(m, ops);
	r->ops = ops;
	r->sum += m;
	r->n++;
	if (m < r->min)
		r->min = m;
	if (m > r->max)
		r->max = m;
}

void show(const struct result *r)
{
	u32 k = put(r->name);

	if (r->has_suffix) {
		put_char('_');
		k += put_number(r->suffix, 0) + 1;
	}
	pad(24 - (int)k);
	if (!r->n) {
		put(" no sample\n");
		return;
	}
	put_number(r->ops, 8);
	put_milli(r->min, 14, 1);
	put_milli(divide(r->sum, r->n), 14, 1);
	put_milli(r->max, 14, 1);
	if (r->count_faults && !no_rusage)
		put_milli(divide((u64)r->faults * 1000 + r->ops * r->n / 2,
				 r->ops * r->n),
			  9, 3);
	else
		put("        -");
	put_char('\n');
	last_min = r->min;
	if (immediate)
		flush();
}

void end(void)
{
	show(&current);
}

void fail(const char *what, long r)
{
	put(current.name ? current.name : "?");
	put(" FAILED ");
	put(what);
	put(" errno ");
	put_number((u64)(failed(r) ? -r : r), 1);
	put_char('\n');
	if (immediate)
		flush();
}

void start(void)
{
	start_faults = faults();
	start_ns = now();
}

void stop_in(struct result *r, u32 ops, u32 turns)
{
	u64 t = now();

	r->faults += faults() - start_faults;
	sample(r, ops, t - start_ns, 1, turns);
}

void stop(u32 ops, u32 turns)
{
	stop_in(&current, ops, turns);
}

static NOINLINE void empty_loop(u32 n)
{
	for (u32 i = 0; i < n; i++)
		__asm__ volatile("" ::: "memory");
}

void calibrate(void)
{
	u64 best = ~0ull, t, r;

	/* the interval that two successive readings show */
	for (int k = 0; k < 7; k++) {
		t = now();
		for (int i = 0; i < 1000; i++) {
			now();
			__asm__ volatile("" ::: "memory");
		}
		r = now() - t;
		if (r < best)
			best = r;
	}
	clock_cost = divide(best * 1000, 1001);
	best = ~0ull;
	for (int k = 0; k < 7; k++) {
		t = now();
		empty_loop(100000);
		r = now() - t;
		if (r < best)
			best = r;
	}
	turn_cost = divide(best * 1000 - clock_cost, 100000);
}
