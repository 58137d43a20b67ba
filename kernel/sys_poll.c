/*
 * sys_poll.c - waiting for several descriptors: poll and select.
 *
 * Both ask each file what holds now, and when nothing does, sleep on the one queue
 * of all pollers until any file changes, then ask all again. That wakes more threads than
 * it must; Linux enters each poller into a queue of every file instead, which
 * costs an allocation a descriptor.
 *
 * From the question to the sleep interrupts are off: what a device has to report in
 * between would wake nobody.
 */
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/sys_time.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#include <asm/poll.h>

#define NEVER ~0ull

/* What holds for fd. A file that can't wait is always ready. */
static u32 poll_fd(int fd)
{
	scoped_file *file = fd_get(fd);

	if (!file || file->flags & O_PATH)
		return POLLNVAL;
	return file->ops->poll ? file->ops->poll(file)
			       : POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
}

/* Asks until something holds. => what ask() says, 0 after the deadline, or restart_at() */
static long ask_until(u64 deadline, long (*ask)(void *what, u32 n), void *what,
		      u32 n)
{
	long ready;
	int err = 0;
	scoped_irqs_off();

	deadline = wait_deadline(deadline);
	for (;;) {
		ready = ask(what, n);
		if (ready || err)
			break;
		err = -ETIMEDOUT;
		if (deadline == NEVER || clock_ns() < deadline)
			err = waitq_sleep_until(&poll_waiters, deadline);
		if (err == -EINTR) {
			ready = restart_at(deadline);
			break;
		}
	}
	return ready;
}

static u64 deadline_in(u64 ns)
{
	u64 now = clock_ns();

	return ns > NEVER - now ? NEVER : now + ns;
}

static long poll_once(void *what, u32 n)
{
	struct pollfd *fds = what;
	long ready = 0;

	for (u32 i = 0; i < n; i++) {
		u32 want = (u16)fds[i].events | POLLERR | POLLHUP | POLLNVAL;

		fds[i].revents = 0;
		if (fds[i].fd >= 0)
			fds[i].revents = (short)(poll_fd(fds[i].fd) & want);
		if (fds[i].revents)
			ready++;
	}
	return ready;
}

static long do_poll(struct pollfd *ufds, u32 n, u64 deadline)
{
	scoped_mem struct pollfd *fds = NULL;
	u32 size = n * (u32)sizeof(*fds);
	long ready;

	if (n > current->process->limits[RLIMIT_NOFILE].rlim_cur)
		return -EINVAL;
	fds = kmalloc(size);
	if (!fds)
		return -ENOMEM;
	if (copy_from_user(fds, ufds, size))
		return -EFAULT;
	ready = ask_until(deadline, poll_once, fds, n);
	return ready >= 0 && copy_to_user(ufds, fds, size) ? -EFAULT : ready;
}

SYSCALL(poll, (struct pollfd * fds, u32 n, int timeout_ms),
	do_poll(fds, n,
		timeout_ms < 0 ? NEVER
			       : deadline_in((u64)timeout_ms * 1000000)))

/* A time-out from the program, in either format. => 0 or -errno */
static int get_timeout(const void *timeout, bool is64, u64 *deadline)
{
	u64 ns;
	int err;

	*deadline = NEVER;
	if (!timeout)
		return 0;
	err = get_timespec(&ns, timeout, is64);
	if (!err)
		*deadline = deadline_in(ns);
	return err;
}

/* Linux tells how much of the time is left; where it cannot be written nobody minds. */
static long tell_rest(long result, u64 deadline, void *timeout, bool is64)
{
	if (timeout)
		(void)put_timespec(after(deadline, clock_ns()), timeout, is64);
	return result;
}

/* Runs with another signal mask; sigreturn or the end of the call restores it. */
static int set_mask(const void *mask, u32 size)
{
	u64 set;
	int err = mask ? get_sigset(&set, mask, size) : 0;

	if (mask && !err)
		signal_swap_mask(set);
	return err;
}

static long ppoll(struct pollfd *fds, u32 n, void *timeout, const void *mask,
		  u32 size, bool is64)
{
	u64 deadline;
	int err = get_timeout(timeout, is64, &deadline) ?: set_mask(mask, size);

	if (err)
		return err;
	return tell_rest(do_poll(fds, n, deadline), deadline, timeout, is64);
}

BOTH_TIMES(ppoll, ppoll_time64,
	   (struct pollfd * fds, u32 n, void *timeout, const void *mask,
	    u32 size),
	   ppoll, fds, n, timeout, mask, size)

/* ---- select */

#define SET_BYTES(n) (((n) + 31) / 32 * 4)
enum { READ_SET, WRITE_SET, EXCEPT_SET, NR_SETS };

static const u32 set_events[NR_SETS] = {
	POLLIN | POLLRDNORM | POLLHUP | POLLERR,
	POLLOUT | POLLWRNORM | POLLERR,
	POLLPRI,
};

struct sets {
	u32 bytes; /* of each */
	u32 *in[NR_SETS], *out[NR_SETS];
};

static long select_one(struct sets *sets, u32 fd)
{
	u32 bit = 1u << fd % 32, word = fd / 32, events, **in = sets->in;
	long ready = 0;

	if (!((in[0][word] | in[1][word] | in[2][word]) & bit))
		return 0;
	events = poll_fd((int)fd);
	if (events & POLLNVAL)
		return -EBADF;
	for (u32 s = 0; s < NR_SETS; s++)
		if (in[s][word] & bit && events & set_events[s]) {
			sets->out[s][word] |= bit;
			ready++;
		}
	return ready;
}

static long select_once(void *what, u32 n)
{
	struct sets *sets = what;
	long ready = 0, one;

	memset(sets->out[0], 0, sets->bytes * NR_SETS);
	for (u32 fd = 0; fd < n; fd++) {
		one = select_one(sets, fd);
		if (one < 0)
			return one;
		ready += one;
	}
	return ready;
}

static long do_select(u32 n, void *const *user, u64 deadline)
{
	scoped_mem u32 *buf = NULL;
	struct sets sets;
	long ready;

	if ((s32)n < 0)
		return -EINVAL;
	n = min(n, current->files->size);
	sets.bytes = SET_BYTES(n);
	buf = kzalloc(sets.bytes * NR_SETS * 2 + 4);
	if (!buf)
		return -ENOMEM;
	for (u32 s = 0; s < NR_SETS; s++) {
		sets.in[s] = buf + sets.bytes / 4 * s;
		sets.out[s] = buf + sets.bytes / 4 * (NR_SETS + s);
		if (user[s] && copy_from_user(sets.in[s], user[s], sets.bytes))
			return -EFAULT;
	}
	ready = ask_until(deadline, select_once, &sets, n);
	for (u32 s = 0; s < NR_SETS && ready >= 0; s++)
		if (user[s] && copy_to_user(user[s], sets.out[s], sets.bytes))
			ready = -EFAULT;
	return ready;
}

long sys__newselect(u32 n, void *in, void *out, void *except, s32 *timeout)
{
	void *const user[NR_SETS] = { in, out, except };
	u64 deadline = NEVER;
	s32 tv[2];
	long ready;

	if (timeout) {
		if (copy_from_user(tv, timeout, sizeof(tv)))
			return -EFAULT;
		if (tv[0] < 0 || tv[1] < 0)
			return -EINVAL;
		deadline = deadline_in(tv[0] * 1000000000ull + tv[1] * 1000ull);
	}
	ready = do_select(n, user, deadline);
	if (timeout) {
		u64 left = after(deadline, clock_ns());
		struct __kernel_old_timeval rest = ns_to_timeval(left);

		(void)!put_user(timeout, &rest);
	}
	return ready;
}

struct sigmask_arg {
	u32 mask, size; /* its address */
};

static long pselect(u32 n, void *const *user, void *timeout,
		    const struct sigmask_arg *from, bool is64)
{
	struct sigmask_arg arg = { 0, 0 };
	u64 deadline;
	int err = get_timeout(timeout, is64, &deadline);

	if (err)
		return err;
	if (from && copy_from_user(&arg, from, sizeof(arg)))
		return -EFAULT;
	err = set_mask((void *)(vaddr_t)arg.mask, arg.size);
	if (err)
		return err;
	return tell_rest(do_select(n, user, deadline), deadline, timeout, is64);
}

BOTH_TIMES(pselect6, pselect6_time64,
	   (u32 n, void *in, void *out, void *except, void *timeout,
	    const struct sigmask_arg *mask),
	   pselect, n, ((void *const[]){ in, out, except }), timeout, mask)
