/*
 * fuzz.c - random system calls with hostile arguments. Whatever a program
 * passes, it gets an errno or a signal; the kernel and other processes go on.
 *
 *	fuzz [CALLS [SEED]]
 *
 * The parent starts children one after another; each makes a row of calls
 * until it dies of one, or has made its share. The parent counts them through
 * a shared page, and kills a child that waits for ever.
 *
 * An allow-list keeps it harmless on other people's Linux: no call that
 * changes files, other processes or the system, and there no return to
 * made-up registers (sigreturn), either.
 */
#include <linux/futex.h>
#include "tests/user/fuzz.h"

#define NFILES 7

/* What an argument of a call is, most of the time. */
enum kind {
	ADDR = 1, /* an address, hostile or not */
	LEN,
	FLAGS, /* a few random bits */
	FD,
	NUM,  /* any number */
	ZERO, /* always 0: or it would wait, or do harm */
	SELF, /* this process */
	SIGNO,
	NOHANG, /* WNOHANG and other bits */
	RES,	/* a harmless resource limit */
	RDONLY, /* open() for reading */
	FLAGS_FORK,
	OP,    /* a futex operation */
	HEAD,  /* the size of a robust list's head */
	FILES, /* a descriptor of one of files[] */
	SEALS, /* fcntl()'s commands for them */
};

struct call {
	long nr;
	unsigned char args[6];
	unsigned char ours; /* only in our own kernel */
};

static const struct call calls[] = {
	{ __NR_mmap2, { ADDR, LEN, FLAGS, FLAGS, FD, NUM }, 0 },
	{ __NR_mmap2, { ADDR, LEN, FLAGS, FLAGS, FD, NUM }, 0 },
	{ __NR_munmap, { ADDR, LEN }, 0 },
	{ __NR_mprotect, { ADDR, LEN, FLAGS }, 0 },
	{ __NR_mremap, { ADDR, LEN, LEN, FLAGS, ADDR }, 0 },
	{ __NR_madvise, { ADDR, LEN, NUM }, 1 },
	{ __NR_madvise, { ADDR, LEN, FLAGS }, 1 },
	{ __NR_mincore, { ADDR, LEN, ADDR }, 0 },
	{ __NR_mlock, { ADDR, LEN }, 1 },
	{ __NR_mlock2, { ADDR, LEN, FLAGS }, 1 },
	{ __NR_munlock, { ADDR, LEN }, 0 },
	{ __NR_mlockall, { FLAGS }, 1 },
	{ __NR_munlockall, { 0 }, 0 },
	{ __NR_brk, { ADDR }, 0 },
	{ __NR_msync, { ADDR, LEN, FLAGS }, 0 },
	{ __NR_mmap2, { ADDR, LEN, FLAGS, FLAGS, FILES, NUM }, 0 },
	{ __NR_mmap2, { ADDR, LEN, FLAGS, FLAGS, FILES, NUM }, 0 },
	{ __NR_remap_file_pages, { ADDR, LEN, ZERO, NUM, FLAGS }, 0 },
	{ __NR_ftruncate, { FILES, NUM }, 0 },
	{ __NR_ftruncate, { FILES, LEN }, 0 },
	{ __NR_fcntl64, { FILES, SEALS, FLAGS }, 0 },
	{ __NR_pread64, { FILES, ADDR, LEN, NUM, NUM, NUM }, 0 },
	{ __NR_pwrite64, { FILES, ADDR, LEN, NUM, NUM, NUM }, 0 },
	{ __NR_preadv2, { FILES, ADDR, NUM, NUM, ZERO, FLAGS }, 0 },
	{ __NR_pwritev2, { FILES, ADDR, NUM, NUM, ZERO, FLAGS }, 0 },
	{ __NR_sendfile, { FILES, FILES, ADDR, LEN }, 0 },
	{ __NR_copy_file_range, { FILES, ADDR, FILES, ADDR, LEN }, 0 },
	{ __NR_execveat, { FILES, ADDR, ADDR, ADDR, FLAGS }, 1 },
	{ __NR_rt_sigaction, { SIGNO, ADDR, ADDR, NUM }, 0 },
	{ __NR_rt_sigprocmask, { FLAGS, ADDR, ADDR, NUM }, 0 },
	{ __NR_rt_sigpending, { ADDR, NUM }, 0 },
	{ __NR_rt_sigtimedwait, { ADDR, ADDR, ADDR, NUM }, 0 },
	{ __NR_sigaltstack, { ADDR, ADDR }, 0 },
	{ __NR_sigreturn, { 0 }, 1 },
	{ __NR_rt_sigreturn, { 0 }, 1 },
	{ __NR_kill, { SELF, SIGNO }, 0 },
	{ __NR_tgkill, { SELF, SELF, SIGNO }, 0 },
	{ __NR_tkill, { SELF, SIGNO }, 0 },
	{ __NR_read, { FD, ADDR, LEN }, 0 },
	{ __NR_write, { FD, ADDR, LEN }, 0 },
	{ __NR_writev, { FD, ADDR, LEN }, 0 },
	{ __NR_readv, { FD, ADDR, LEN }, 0 },
	{ __NR_lseek, { FD, NUM, NUM }, 0 },
	{ __NR_close, { FD }, 0 },
	{ __NR_dup, { FD }, 0 },
	{ __NR_dup2, { FD, FD }, 0 },
	{ __NR_pipe, { ADDR }, 0 },
	{ __NR_pipe2, { ADDR, FLAGS }, 0 },
	{ __NR_poll, { ADDR, LEN, ZERO }, 0 },
	{ __NR_open, { ADDR, RDONLY, ZERO }, 1 },
	{ __NR_fork, { 0 }, 0 },
	{ __NR_clone, { FLAGS_FORK, ADDR, ADDR, ADDR, ADDR }, 1 },
	{ __NR_execve, { ADDR, ADDR, ADDR }, 1 },
	{ __NR_wait4, { NUM, ADDR, NOHANG, ADDR }, 0 },
	{ __NR_waitid, { FLAGS, NUM, ADDR, NOHANG, ADDR }, 0 },
	{ __NR_futex, { ADDR, OP, NUM, ADDR, ADDR, NUM }, 0 },
	{ __NR_set_robust_list, { ADDR, HEAD }, 0 },
	{ __NR_set_tid_address, { ADDR }, 0 },
	{ __NR_clock_gettime, { NUM, ADDR }, 0 },
	{ __NR_nanosleep, { ADDR, ADDR }, 0 },
	{ __NR_setitimer, { NUM, ADDR, ADDR }, 0 },
	{ __NR_getrusage, { NUM, ADDR }, 0 },
	{ __NR_prlimit64, { ZERO, RES, ADDR, ADDR }, 0 },
	{ __NR_times, { ADDR }, 0 },
	{ __NR_uname, { ADDR }, 0 },
	{ __NR_getrandom, { ADDR, LEN, FLAGS }, 0 },
	{ __NR_sched_yield, { 0 }, 0 },
	{ __NR_getpid, { 0 }, 0 },
	{ 0, { NUM, ADDR, LEN, NUM, ADDR, NUM }, 0 }, /* no such number */
};

static unsigned long len(void)
{
	switch (random() % 8) {
	case 0:
		return under_oracle() ? 0 : hostile();
	case 1:
		return random() % 100;
	case 2:
		return under_oracle() ? 1 : random() >> random() % 32;
	default:
		return (1 + random() % 16) * PAGE_SIZE;
	}
}

/* Mostly one that does no harm, so that the child makes more calls; seldom one
 * that stops: a stopped child has to be waited for. */
static unsigned long signal_number(void)
{
	static const unsigned char harmless[] = { 0, SIGCHLD, SIGURG, SIGWINCH,
						  SIGCONT };
	unsigned long n = random() % 68;

	if (random() % 8)
		return harmless[n % ARRAY_SIZE(harmless)];
	return n >= SIGSTOP && n <= SIGTTOU && random() % 32 ? 0 : n;
}

static unsigned long argument(int kind)
{
	switch (kind) {
	case ADDR:
		return address();
	case LEN:
		return len();
	case FLAGS:
		return bits();
	case FD:
		return random() % 8 ? random() % 12 : hostile();
	case ZERO:
		return 0;
	case FILES:
		return random() % 16 ? 6 + random() % NFILES : random() % 12;
	case SEALS:
		return F_ADD_SEALS + random() % 2;
	case HEAD:
		return sizeof(struct robust_list_head);
	case SELF:
		return (unsigned long)sys(__NR_getpid);
	case SIGNO:
		return signal_number();
	case NOHANG:
		return WNOHANG | bits();
	case RES:
		return random() % 2 ? RLIMIT_STACK : 77 + random();
	case RDONLY:
		return O_RDONLY | O_NONBLOCK;
	case FLAGS_FORK:
		return (random() & ~(CLONE_VFORK | 0xff)) | SIGCHLD;
	case OP:
		return random() % 14 | (random() % 2 ? FUTEX_PRIVATE_FLAG : 0);
	default:
		return random() % 2 ? random() % 32 : hostile();
	}
}

static void make_call(const struct call *c)
{
	unsigned long a[6];
	long nr = c->nr;
	int i;

	for (i = 0; i < 6; i++)
		a[i] = c->args[i] ? argument(c->args[i]) : 0;
	if (!nr)
		nr = (long)(random() % 2 ? 500 + random() % 500 : -random());
	if (nr == __NR_mmap2 && random() % 2)
		a[3] |= MAP_PRIVATE | MAP_ANONYMOUS;
	if (under_oracle() && nr == __NR_mmap2)
		a[3] &= ~(unsigned long)(MAP_LOCKED | MAP_POPULATE);
	(*made)++;
	if (sys(nr, a[0], a[1], a[2], a[3], a[4], a[5]) == 0 &&
	    (nr == __NR_fork || nr == __NR_clone))
		_exit(0); /* a grandchild, or nobody */
}

/* Opens them from descriptor 6 on; what is not there is none. */
static void open_files(void)
{
	static const char *const files[NFILES] = {
		NULL,
		NULL,
		NULL,
		"/dev/zero",
		"/dev/demo-wb",
		"/dev/demo-fault",
		"/dev/demo-dma",
	};
	int i, fd;

	for (i = 0; i < NFILES; i++) {
		fd = files[i] ? open(files[i], O_RDWR, 0)
			      : (int)sys(__NR_memfd_create, "fuzz",
					 i & 1 ? 2 : 0);
		if (!files[i])
			sys(__NR_ftruncate, fd, 3 * PAGE_SIZE + 100);
	}
}

/* Those that sleep for a tick at least, time in which nothing is tried. */
static int sleeps(const struct call *c)
{
	return c->nr == __NR_nanosleep || c->nr == __NR_rt_sigtimedwait;
}

static int child(uint32_t seed)
{
	const struct call *c;
	int i;

	srandom(seed);
	shut_in();
	open_files();
	for (i = 0; i < SHARE; i++) {
		c = &calls[random() % ARRAY_SIZE(calls)];
		if ((c->ours && under_oracle()) || (sleeps(c) && random() % 8))
			continue;
		make_call(c);
	}
	return 0;
}

int main(int argc, char **argv)
{
	int total = 0, goal = argc > 1 ? atoi(argv[1]) : 10000;
	uint32_t seed = argc > 2 ? (uint32_t)atoi(argv[2]) : 1, before;
	int pid, children = 0, stuck = 0, refused = 0;

	diag("%d calls, seed %u", goal, seed);
	fuzz_begin();
	before = arena_sum();
	while (total < goal && refused < 100) {
		*made = 0;
		pid = fork();
		if (pid == 0)
			_exit(child(seed + (uint32_t)children));
		if (pid < 0) {
			refused++;
			continue;
		}
		children++;
		stuck += wait_or_kill(pid, 30);
		total += *made > 0 && *made <= SHARE ? *made : 1;
		while (waitpid(-1, NULL, WNOHANG) > 0)
			; /* orphans, where we are the first process */
	}
	diag("%d calls by %d children, %d killed for waiting", total, children,
	     stuck);
	ok(total >= goal, "all the calls were made");
	ok(arena_sum() == before, "the parent's memory is as before");
	is_exit(in_child(succeed, NULL), 0, "processes still come and go");
	return done_testing();
}
