/*
 * fuzz-files.c - random calls about files, as fuzz.c makes them about memory and
 * processes: few names, many calls, so that they meet.
 *
 *	fuzz-files [CALLS [SEED]]
 *
 * Children work in pairs in one folder, which is their root: they cannot leave it,
 * on other people's Linux neither (there it needs root itself). With our own
 * kernel, which is known by its /proc/audit, they have devices, a /proc and mounts in it,
 * too, and the parent puts back between two pairs what is common to all.
 *
 * Asserted: each result is an errno or one that the call can have; the folder can be
 * emptied; the kernel's audit finds nothing wrong.
 */
#include "tests/user/fuzz.h"
#include "tests/user/fuzz-files.h"
#include "tests/user/fuzz-arguments.h"
#include "user/lib/file.h"

#include <linux/memfd.h>

#define FOLDER	   scratch("fuzz-files")
#define LAST_ERRNO 133	      /* EHWPOISON */
#define FILE_MAX   (2u << 20) /* on other people's Linux */
#define MNT_DETACH 2

/* What no call may return; shared. */
struct wrong {
	long nr, result;
	unsigned long args[6];
};

static int folder_fd;
static int boundless; /* long files, and so none in memory */
static struct wrong *wrong;
static struct termios terminal;
static int knob_values[ARRAY_SIZE(knobs)];

/* ---- a child */

static void check(const struct call *c, const unsigned long *a, long r)
{
	unsigned long most;

	if (r < 0 && r >= -LAST_ERRNO)
		return;
	if (c->result <= 5)
		most = c->result ? a[c->result] : 0;
	else
		most = c->result == DESCRIPTOR ? 31 : 0x7fffffff;
	if (c->result == ANY ? !RAW_FAILED(r) : (unsigned long)r <= most)
		return;
	wrong->nr = c->nr;
	wrong->result = r;
	memcpy(wrong->args, a, sizeof(wrong->args));
}

static void make_call(const struct call *c)
{
	unsigned long a[6];
	int i;

	if ((c->ours && !in_guest) ||
	    (boundless && (c->nr == __NR_mount || c->nr == __NR_memfd_create)))
		return;
	for (i = 0; i < 6; i++)
		a[i] = c->args[i] ? argument(c->args[i], i) : 0;
	if (c->nr == __NR_mmap2) { /* a fixed one stays in the arena */
		a[0] = (unsigned long)arena + random() % 16 * PAGE_SIZE;
		a[1] = (1 + random() % 16) * PAGE_SIZE;
	}
	(*made)++;
	check(c, a, sys(c->nr, a[0], a[1], a[2], a[3], a[4], a[5]));
}

/* Touches what is mapped, a page that may lie behind a file's end. */
static void touch(void)
{
	probe(arena + random() % ARENA_PAGES * PAGE_SIZE,
	      random() % 2 ? READ : WRITE);
	(*made)++;
}

static void turn_knob(void)
{
	static const char *const values[] = { "0",
					      "1",
					      "2",
					      "7",
					      "33",
					      "100",
					      "5000",
					      "-1",
					      "",
					      "x\n",
					      "99999999999999999999" };
	const char *value = values[random() % ARRAY_SIZE(values)];
	int fd = open(knobs[random() % ARRAY_SIZE(knobs)], O_RDWR, 0);

	write(fd, value, strlen(value));
	close(fd);
	(*made)++;
}

static void on_alarm(int signo, siginfo_t *info, void *context)
{
	(void)signo, (void)info, (void)context;
}

/* Nothing waits for longer than that: lock, pipe, or poll. */
static void limits(void)
{
	struct timeval each[2] = { { 0, 2000 }, { 0, 2000 } };

	sig_catch(SIGALRM, on_alarm, 0);
	sig_catch(SIGPIPE, SIG_FN_IGN, 0);
	sig_catch(SIGXFSZ, SIG_FN_IGN, 0);
	sys(__NR_setitimer, 0, each, NULL);
	if (!boundless)
		setrlimit(RLIMIT_FSIZE, FILE_MAX, FILE_MAX);
}

/* What a child begins with, from descriptor 6 on; devices only for reading. */
static void open_files(void)
{
	static const char *const devices[] = { "/dev/console", "/dev/vda",
					       "/dev/mem" };
	size_t i;

	for (i = 0; in_guest && i < ARRAY_SIZE(devices); i++)
		open(devices[i], O_RDONLY | O_NONBLOCK, 0);
	for (i = 0; !boundless && i < 2; i++)
		sys(__NR_memfd_create, "fuzz", i ? MFD_ALLOW_SEALING : 0);
	if (sys(__NR_chdir, FOLDER) || sys(__NR_chroot, "."))
		_exit(1);
	mkdir("d", 0777);
	open("a", O_RDWR | O_CREAT, 0666);
	open("d/b", O_RDWR | O_CREAT, 0666);
	open(".", O_RDONLY | O_DIRECTORY, 0);
}

static int child(uint32_t seed)
{
	int i;

	srandom(seed);
	boundless = in_guest && getenv("TMPDIR") && seed / 2 % 8 == 1;
	shut_in();
	open_files();
	limits();
	if (seed % 8 == 7) /* rights count, too */
		sys(__NR_setresuid32, 1000, 1000, 1000);
	for (i = 0; i < SHARE; i++) {
		if (random() % 16 == 0)
			touch();
		else if (in_guest && random() % 64 == 0)
			turn_knob();
		else
			make_call(&calls[random() % ARRAY_SIZE(calls)]);
	}
	return 0;
}

/* ---- the parent */

static void prepare(void)
{
	static const struct {
		const char *name;
		int dev;
	} devices[] = {
		{ "null", 0x103 },
		{ "zero", 0x105 },
		{ "full", 0x107 },
		{ "random", 0x108 },
	};
	size_t i;

	if (!in_guest)
		return;
	for (i = 0; i < ARRAY_SIZE(devices); i++)
		sys(__NR_mknod, devices[i].name, S_IFCHR | 0666,
		    devices[i].dev);
	mkdir("proc", 0755);
	if (sys(__NR_access, "proc/self", 0))
		mount("proc", "proc", "proc", 0);
}

/* Empties the current folder. Mounts lie on each other, so every name is taken from
 * below them until none is there. => whether it is empty */
static int empty(void)
{
	int here = open(".", O_RDONLY | O_DIRECTORY, 0), left = 1, turns = 0;
	const char *name;
	struct dir d;

	while (left && turns++ < 100 && dir_open(&d, ".") >= 0) {
		left = 0;
		while ((name = dir_next(&d))) {
			if (!strcmp(name, ".") || !strcmp(name, ".."))
				continue;
			while (in_guest &&
			       sys(__NR_umount2, name, MNT_DETACH | 8) == 0)
				;
			left++;
			if (unlink(name) == 0 || rmdir(name) == 0)
				continue;
			if (sys(__NR_chdir, name) == 0) {
				empty();
				sys(__NR_fchdir, here);
				rmdir(name);
			}
		}
		dir_close(&d);
	}
	close(here);
	return !left;
}

/* Knobs and terminal are as they were before the children. */
static void knobs_read_or_write(int restore)
{
	char text[32], name[64];
	size_t i;
	int fd;

	for (i = 0; in_guest && i < ARRAY_SIZE(knobs) && knobs[i][5] == 's' &&
		    knobs[i][6] == 'y';
	     i++) {
		snprintf(name, sizeof(name), "/%s", knobs[i]);
		if (!strcmp(name, "/proc/sys/vm/drop_caches"))
			continue;
		if (!restore) {
			if (read_file(name, text, sizeof(text)) > 0)
				knob_values[i] = atoi(text);
			continue;
		}
		fd = open(name, O_WRONLY, 0);
		snprintf(text, sizeof(text), "%d", knob_values[i]);
		write(fd, text, strlen(text));
		close(fd);
	}
	ioctl(1, restore ? TCSETS : TCGETS, &terminal);
}

/* Two children at a time meet in the middle of what the other one does. */
static int pair(uint32_t seed)
{
	int pid[2], i, stuck = 0;

	for (i = 0; i < 2; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			_exit(child(seed + (uint32_t)i));
	}
	for (i = 0; i < 2; i++)
		if (pid[i] > 0)
			stuck += wait_or_kill(pid[i], 200);
	return stuck;
}

/* Can a child make the folder its root? */
static int can_shut_in(void *arg)
{
	(void)arg;
	return sys(__NR_chroot, FOLDER) != 0;
}

static void report(void)
{
	char text[16] = "";

	if (!ok(!wrong->nr, "every result is one that the call can have"))
		diag("call %ld (0x%lx, 0x%lx, 0x%lx, 0x%lx, 0x%lx, 0x%lx): %ld",
		     wrong->nr, wrong->args[0], wrong->args[1], wrong->args[2],
		     wrong->args[3], wrong->args[4], wrong->args[5],
		     wrong->result);
	ok(sys(__NR_rmdir, FOLDER) == 0, "the folder could be emptied");
	is_exit(in_child(succeed, NULL), 0, "processes still come and go");
	if (in_guest) {
		read_file("/proc/audit", text, sizeof(text));
		ok(!strcmp(text, "ok\n"), "the kernel finds nothing wrong");
	}
}

int main(int argc, char **argv)
{
	int total = 0, goal = argc > 1 ? atoi(argv[1]) : 10000, stuck = 0;
	uint32_t seed = argc > 2 ? (uint32_t)atoi(argv[2]) : 1, before;

	diag("%d calls, seed %u", goal, seed);
	in_guest = sys(__NR_access, "/proc/audit", 0) == 0;
	mkdir(FOLDER, 0777);
	if (in_child(can_shut_in, NULL) != 0) {
		rmdir(FOLDER);
		skip("random calls",
		     "the tests cannot leave their folder alone");
		return done_testing();
	}
	fuzz_begin();
	before = arena_sum();
	wrong = map_shared(PAGE_SIZE);
	sig_mask(SIG_BLOCK, SIG(SIGTTOU), NULL);
	knobs_read_or_write(0);
	folder_fd = open(FOLDER, O_RDONLY | O_DIRECTORY, 0);
	for (; total < goal; seed += 2) {
		*made = 0;
		sys(__NR_fchdir, folder_fd);
		prepare();
		stuck += pair(seed);
		knobs_read_or_write(1);
		while (in_guest && sys(__NR_umount2, FOLDER, MNT_DETACH) == 0)
			; /* what they mounted on their root */
		total += *made > 0 && *made <= 2 * SHARE ? *made : 1;
		sys(__NR_fchdir, folder_fd);
		if (seed / 2 % 2 == 0)
			empty();
	}
	empty();
	sys(__NR_chdir, "/");
	close(folder_fd);
	diag("%d calls, %d children killed for waiting", total, stuck);
	report();
	ok(arena_sum() == before, "the parent's memory is as before");
	return done_testing();
}
