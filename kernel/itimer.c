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
#define SHORTEST   100000
#define NR_ITIMERS 3u /* ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF */

struct itimer {
	struct timer timer;	/* first; ITIMER_REAL */
	struct deferred signal; /* it has expired */
	u64 interval, left;	/* ns; left: of CPU time, for the other two */
	struct process *process;
	int sig;
};

static void send_signal(struct deferred *d)
{
	const struct itimer *it = container_of(d, struct itimer, signal);

	signal_send(it->process, it->sig, NULL);
}

static void real_expired(struct timer *timer)
{
	struct itimer *it = (struct itimer *)timer;

	if (it->interval)
		timer_arm(timer, max(timer->deadline_ns + it->interval,
				     clock_ns() + SHORTEST));
	defer(&it->signal);
}

static void cpu_timer_tick(struct itimer *it)
{
	if (!it->left)
		return;
	if (it->left > NSEC_PER_TICK) {
		it->left -= NSEC_PER_TICK;
		return;
	}
	it->left = it->interval;
	defer(&it->signal);
}

void itimers_tick(bool user)
{
	struct itimer *its = current->process->itimers;

	if (!its)
		return;
	if (user)
		cpu_timer_tick(&its[ITIMER_VIRTUAL]);
	cpu_timer_tick(&its[ITIMER_PROF]);
}

void itimers_free(struct process *p)
{
	struct itimer *its = p->itimers;

	if (!its)
		return;
	p->itimers = NULL; /* first: the tick counts in them */
	timer_cancel(&its[ITIMER_REAL].timer);
	for (u32 i = 0; i < NR_ITIMERS; i++)
		deferred_cancel(&its[i].signal);
	kfree(its);
}

/* Made when first needed. => NULL: out of memory */
static struct itimer *get_itimers(void)
{
	static const int signals[] = { SIGALRM, SIGVTALRM, SIGPROF };
	struct process *p = current->process;
	struct itimer *its = p->itimers ?: kzalloc(NR_ITIMERS * sizeof(*its));

	if (!its || p->itimers)
		return its;
	for (u32 i = 0; i < NR_ITIMERS; i++) {
		struct itimer *it = &its[i];

		timer_init_struct(&it->timer, real_expired);
		list_init(&it->signal.list);
		it->signal.fn = send_signal;
		it->process = p;
		it->sig = signals[i];
	}
	p->itimers = its;
	return its;
}

static u64 time_left(const struct itimer *its, int which)
{
	const struct itimer *it = &its[which];
	u64 now = clock_ns();

	if (which != ITIMER_REAL)
		return it->left;
	if (list_empty(&it->timer.list)) /* not armed */
		return 0;
	return it->timer.deadline_ns > now ? it->timer.deadline_ns - now : 1000;
}

static void set_itimer(struct itimer *its, int which, u64 value, u64 interval)
{
	struct itimer *it = &its[which];

	it->interval = interval;
	it->left = value;
	if (which != ITIMER_REAL)
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

static int put_itimer(void *to, const struct itimer *its, int which)
{
	struct itimerval32 tv = { ns_to_timeval(its[which].interval),
				  ns_to_timeval(time_left(its, which)) };

	return put_user(to, &tv);
}

long sys_getitimer(int which, void *to)
{
	struct itimer *its = get_itimers();

	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	return its ? put_itimer(to, its, which) : -ENOMEM;
}

long sys_setitimer(int which, const void *from, void *old)
{
	struct itimerval32 tv;
	struct itimer *its;
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
	if (old && put_itimer(old, its, which))
		return -EFAULT;
	set_itimer(its, which, value, interval);
	return 0;
}

long sys_alarm(u32 seconds)
{
	struct itimer *its = get_itimers();
	u64 left;
	u32 rest, sec;

	if (!its)
		return 0; /* alarm() cannot fail */
	left = time_left(its, ITIMER_REAL);
	sec = (u32)div_u64(left, NSEC_PER_SEC, &rest);
	set_itimer(its, ITIMER_REAL, timespec_to_ns(seconds, 0), 0);
	/* Rounded, but never 0 while there is some time left. */
	return (long)((left && !sec) || rest >= NSEC_PER_SEC / 2 ? sec + 1
								 : sec);
}
