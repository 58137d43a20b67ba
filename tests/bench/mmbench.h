/*
 * mmbench.h - what the parts of mmbench share.
 *
 * A part is a file with groups of benchmarks; mmbench.c lists the groups. A
 * benchmark opens its result, takes one or more samples, shows the result:
 *
 *	begin("name");
 *	while (again()) {
 *		start();
 *		for (i = 0; i < 1000; i++)
 *			the operation;
 *		stop(1000, 1000);	1,000 operations in 1,000 turns of a loop
 *	}
 *	end();
 *
 * The program has no C library, neither Linux's nor ours: whatever it
 * executes beside the operation would be counted with it. For the same reason
 * the wrappers of system calls and the loops over pages are inline.
 */
#pragma once

#include <asm/unistd.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/resource.h>
#include <linux/time.h>
#include "mmbench_arch.h" /* sys3, sys6 and what else is the machine's */

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define PAGE 4096u
#define RW   (PROT_READ | PROT_WRITE)

#define sys0(nr)       sys3(nr, 0, 0, 0)
#define sys1(nr, a)    sys3(nr, (long)(a), 0, 0)
#define sys2(nr, a, b) sys3(nr, (long)(a), (long)(b), 0)
#define sys4(nr, a, b, c, d) \
	sys6(nr, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define sys5(nr, a, b, c, d, e) \
	sys6(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)

static inline int failed(long r)
{
	return (unsigned long)r > -4096ul;
}

static inline long map(u32 addr, u32 len, int prot, int flags, int fd)
{
	return sys6(__NR_mmap2, (long)addr, (long)len, prot, flags, fd, 0);
}

/* Private anonymous memory: at addr, or where the kernel likes for 0. */
static inline long anon(u32 addr, u32 len, int prot)
{
	return map(addr, len, prot,
		   MAP_PRIVATE | MAP_ANONYMOUS | (addr ? MAP_FIXED : 0), -1);
}

static inline long unmap(u32 addr, u32 len)
{
	return sys2(__NR_munmap, addr, len);
}

static inline long protect(u32 addr, u32 len, int prot)
{
	return sys3(__NR_mprotect, (long)addr, (long)len, prot);
}

static inline long dontneed(u32 addr, u32 len)
{
	return sys3(__NR_madvise, (long)addr, (long)len, MADV_DONTNEED);
}

static inline void wr(u32 addr)
{
	*(volatile u8 *)addr = 1;
}

static inline u32 rd(u32 addr)
{
	return *(volatile u8 *)addr;
}

static inline void write_pages(u32 addr, u32 len)
{
	for (u32 end = addr + len; addr < end; addr += PAGE)
		wr(addr);
}

static inline void read_pages(u32 addr, u32 len)
{
	for (u32 end = addr + len; addr < end; addr += PAGE)
		(void)rd(addr);
}

/* ---- report.c: text out */
extern int immediate; /* write each line at once */
void flush(void);
void put_char(char c);
u32 put(const char *s);			      /* returns its length */
u32 put_number(u64 v, int width);	      /* right-aligned; its length */
void put_milli(u64 m, int width, int digits); /* m is in thousandths */
void pad(int n);
u64 divide(u64 n, u32 d);

/* ---- count.c: the clock, samples, results */
struct result {
	const char *name;
	u32 suffix, has_suffix; /* a number behind the name */
	u32 ops, n;		/* operations a sample; samples */
	u64 min, max, sum;	/* thousandths of an instruction an operation */
	u32 faults, count_faults;
};

extern u32 reps;	      /* how often each benchmark is repeated */
extern u64 clock_cost;	      /* thousandths: two readings of the clock */
extern u64 turn_cost;	      /* thousandths: an empty turn of a loop */
extern struct result current; /* the benchmark that runs now */
extern u64 last_min;	      /* of what was shown last */

void clock_setup(void);
void calibrate(void);
u64 now(void);
u32 faults(void);
void init(struct result *r, const char *name);
void sample(struct result *r, u32 ops, u64 ns, u32 clocks, u32 turns);
void show(const struct result *r);
void fail(const char *what, long r);
void begin(const char *name);
void begin_n(const char *name, u32 n);
void dither(u32 i);
int again(void); /* the loop over repetitions: while (again()) */
void start(void);
void stop_in(struct result *r, u32 ops, u32 turns);
void stop(u32 ops, u32 turns);
void end(void);

#define TRY(what, expr)                  \
	do {                             \
		long r__ = (long)(expr); \
		if (failed(r__)) {       \
			fail(what, r__); \
			return;          \
		}                        \
	} while (0)

/* ---- mmbench.c */
extern u32 big_mb;   /* size of the large regions */
extern u32 arena;    /* where the fixed mappings go */
extern int extended; /* also zero pages with SSE or VFP */
extern char **args;
extern char path[128]; /* of the data file */
extern u32 buf[1024];  /* a page for read() and write() */
void leave(int status) __attribute__((noreturn));

/* ---- the groups */
void floors(u32 page, u32 other); /* ARCH/floors.c */
void b_calib(void);
void b_syscall(void);
void b_anon(void);
void b_madv(void);
void b_sanon(void);
void b_map(void);
void b_split(void);
void b_mprotect(void);
void b_mremap(void);
void b_brk(void);
void b_vma(void);
void b_fork(void);
void b_exec(void);
void b_cow(void);
void b_pipe(void);
void b_file(void);
void b_fmap(void);
void b_rmw(void);
