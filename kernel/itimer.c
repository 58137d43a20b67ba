/*
 * itimer.c - interval timers and alarm(): signals that time sends.
 *
 * ITIMER_REAL is a timer of kernel/timer.c; the two of CPU time count down in the tick that
 * accounts it. A process has the three when it first asks for one.
 */
#include "kernel/printk.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/sys_time.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#include <linux/time.h>

/* ns; a program that wants signals without end gets time for something else, too */
#define SHORTEST 100000

struct itimer {
	struct timer timer; /* first; ITIMER_REAL */
	u64 interval, left; /* ns; left: of CPU time, for the other two */
	struct process *process;
};

struct itimers {
	struct itimer real, virt, prof;
};

static void real_expired(struct timer *timer)
{
	struct itimer *it = (struct itimer *)timer;

	if (it->interval)
		timer_arm(timer, max(timer->deadline_ns + it->interval,
				     clock_ns() + SHORTEST));
	signal_send(it->process, SIGALRM, NULL);
}

static void cpu_timer_tick(struct itimer *it, int sig)
{
	if (!it->left)
		return;
	if (it->left > NSEC_PER_TICK) {
		it->left -= NSEC_PER_TICK;
		return;
	}
	it->left = it->interval;
	signal_send(current->process, sig, NULL);
}

void itimers_tick(bool user)
{
	struct itimers *its = current->process->itimers;

	if (!its)
		return;
	if (user)
		cpu_timer_tick(&its->virt, SIGVTALRM);
	cpu_timer_tick(&its->prof, SIGPROF);
}

void itimers_free(struct process *p)
{
	if (!p->itimers)
		return;
	timer_cancel(&p->itimers->real.timer);
	kfree(p->itimers);
	p->itimers = NULL;
}

/* Made when first needed. => NULL: out of memory */
static struct itimers *get_itimers(void)
{
	struct process *p = current->process;

	if (p->itimers)
		return p->itimers;
	p->itimers = kzalloc(sizeof(*p->itimers));
	if (p->itimers) {
		timer_init_struct(&p->itimers->real.timer, real_expired);
		p->itimers->real.process = p;
	}
	return p->itimers;
}

static struct itimer *choose(struct itimers *its, int which)
{
	return which == ITIMER_REAL	 ? &its->real
	       : which == ITIMER_VIRTUAL ? &its->virt
					 : &its->prof;
}

static u64 time_left(const struct itimers *its, const struct itimer *it)
{
	u64 now = clock_ns();

	if (it != &its->real)
		return it->left;
	if (!timer_armed(&it->timer))
		return 0;
	return it->timer.deadline_ns > now ? it->timer.deadline_ns - now : 1000;
}

static void set_itimer(struct itimers *its, struct itimer *it, u64 value,
		       u64 interval)
{
	it->interval = interval;
	it->left = value;
	if (it != &its->real)
		return;
	timer_cancel(&it->timer);
	if (value)
		timer_arm(&it->timer, clock_ns() + value);
}

static bool from_timeval(const struct __kernel_old_timeval *tv, u64 *ns)
{
	if (tv->tv_sec < 0 || tv->tv_usec < 0 || tv->tv_usec >= 1000000)
		return false;
	*ns = timespec_to_ns(tv->tv_sec, tv->tv_usec * 1000);
	return true;
}

/* struct itimerval of 32-bit times */
struct itimerval32 {
	struct __kernel_old_timeval interval, value;
};

static int put_itimer(void *to, const struct itimers *its,
		      const struct itimer *it)
{
	struct itimerval32 tv = { ns_to_timeval(it->interval),
				  ns_to_timeval(time_left(its, it)) };

	return put_user(to, &tv);
}

long sys_getitimer(int which, void *to)
{
	struct itimers *its = get_itimers();

	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	return its ? put_itimer(to, its, choose(its, which)) : -ENOMEM;
}

long sys_setitimer(int which, const void *from, void *old)
{
	struct itimerval32 tv;
	struct itimers *its;
	struct itimer *it;
	u64 value = 0, interval = 0;

	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	if (from) {
		if (copy_from_user(&tv, from, sizeof(tv)))
			return -EFAULT;
		if (!from_timeval(&tv.value, &value) ||
		    !from_timeval(&tv.interval, &interval))
			return -EINVAL;
	}
	its = get_itimers();
	if (!its)
		return -ENOMEM;
	it = choose(its, which);
	if (old && put_itimer(old, its, it))
		return -EFAULT;
	set_itimer(its, it, value, interval);
	return 0;
}

long sys_alarm(u32 seconds)
{
	struct itimers *its = get_itimers();
	u64 left;
	u32 rest, sec;

	if (!its)
		return 0; /* alarm() cannot fail */
	left = time_left(its, &its->real);
	sec = (u32)div_u64(left, NSEC_PER_SEC, &rest);
	set_itimer(its, &its->real, timespec_to_ns(seconds, 0), 0);
	/* Rounded, but never 0 while there is some time left. */
	return (long)((left && !sec) || rest >= NSEC_PER_SEC / 2 ? sec + 1
								 : sec);
}
