/*
 * fpu.c - floating-point and vector registers belong to a thread: they
 * survive system calls, signals and other processes, children inherit them,
 * new programs find them empty.
 */
#include "user/lib/fpu.h"
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "user/lib/thread.h"

static const char *self;

static void across_calls(void)
{
	int good;

	fpu_fill(100);
	getpid();
	sched_yield();
	good = fpu_check(100);
	ok(good, "system calls leave them");
}

static void across_switches(void)
{
	int pid, status, i, good = 1;

	pid = fork();
	if (pid == 0) {
		for (i = 0; i < 200; i++) {
			fpu_fill((uint32_t)i * 1000);
			sched_yield();
			good &= fpu_check((uint32_t)i * 1000);
		}
		_exit(good ? 0 : 1);
	}
	for (i = 0; i < 200; i++) {
		fpu_fill(0x70000000u + (uint32_t)i);
		sched_yield();
		good &= fpu_check(0x70000000u + (uint32_t)i);
	}
	waitpid(pid, &status, 0);
	ok(good, "another process leaves them");
	is_exit(status, 0, "as we leave its");
}

static void inherited(void)
{
	int pid, status, good;

	fpu_fill(300);
	pid = fork();
	if (pid == 0) {
		good = fpu_check(300);
		fpu_fill(400);
		_exit(good ? 0 : 1);
	}
	good = fpu_check(300);
	waitpid(pid, &status, 0);
	is_exit(status, 0, "a child begins with its parent's");
	ok(good && fpu_check(300), "and does not change them");
}

static volatile int handled;

static void on_signal(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)info;
	(void)context;
	fpu_fill(0x12340000);
	handled++;
}

static void signals(unsigned long flags, const char *name)
{
	int good;

	handled = 0;
	sig_catch(SIGUSR1, on_signal, flags);
	fpu_fill(500);
	kill(getpid(), SIGUSR1);
	good = fpu_check(500);
	is_int(handled, 1, "a handler spoils all");
	ok(good, "%s", name);
}

static void faults_leave_them(void)
{
	char *p = map_anon(PAGE_SIZE);
	int good;

	fpu_fill(600);
	*p = 1;
	good = fpu_check(600);
	ok(good, "a page fault leaves them");
	munmap(p, PAGE_SIZE);
}

static long spoil(void *arg)
{
	int i;

	for (i = 0; i < 50; i++) {
		fpu_fill((uint32_t)(long)arg);
		sys(__NR_sched_yield);
		if (!fpu_check((uint32_t)(long)arg))
			return 1;
	}
	return 0;
}

static void threads(void)
{
	static struct thread t[3];
	long i, bad = 0;

	for (i = 0; i < 3; i++)
		thread_start(&t[i], spoil, (void *)(i * 7919));
	for (i = 0; i < 3; i++)
		bad += thread_join(&t[i]);
	is_int(bad, 0, "threads have their own");
}

static int exec_self(void *arg)
{
	const char *argv[] = { self, "child", NULL };

	(void)arg;
	fpu_fill(0x5ec8e7);
	execve(self, (char *const *)(uintptr_t)argv, environ);
	return 97;
}

int main(int argc, char **argv)
{
	int clear = fpu_is_clear();

	if (argc > 1 && !strcmp(argv[1], "child"))
		return clear ? 0 : 1;
	self = argv[0];
	ok(clear, "a new program finds them empty");
	across_calls();
	across_switches();
	inherited();
	qemu_differs(2, "qemu-user's old frame has no room for them");
	signals(0, "its return brings them back");
	signals(SA_SIGINFO, "likewise with the rt frame");
	faults_leave_them();
	threads();
	qemu_differs(1, "the host does not know our programs");
	is_exit(in_child(exec_self, NULL), 0, "exec leaks none of the old");
	return done_testing();
}
