/*
 * priority.c - small calls that libraries make: nice values, the one scheduling policy, the set
 * of processors, personalities, real and effective ids, and attributes of files that have none.
 */
#include "user/lib/sys.h"
#include "user/lib/tap.h"

#include <asm/unistd.h>
#include <linux/personality.h>
#include <linux/resource.h>
#include <linux/sched.h>

static int raises(void *arg)
{
	(void)arg;
	if (sys(__NR_setpriority, PRIO_PROCESS, 0, 7) ||
	    sys(__NR_getpriority, PRIO_PROCESS, 0) != 13)
		return 1;
	if (sys(__NR_setpriority, PRIO_PROCESS, 0, 1000) ||
	    sys(__NR_getpriority, PRIO_PROCESS, 0) != 1)
		return 2;
	return 0;
}

static int inherited(void *arg)
{
	(void)arg;
	return sys(__NR_getpriority, PRIO_PROCESS, 0) == 15 ? 0 : 1;
}

static int raises_and_forks(void *arg)
{
	(void)arg;
	sys(__NR_setpriority, PRIO_PROCESS, 0, 5);
	return in_child(inherited, NULL);
}

static void nice_values(void)
{
	if (under_oracle() && sys(__NR_getpriority, PRIO_PROCESS, 0) != 20) {
		skip("nice values", "the tests themselves run nice");
		return;
	}
	is_int(sys(__NR_getpriority, PRIO_PROCESS, 0), 20,
	       "getpriority() of nice 0 is 20");
	is_int(sys(__NR_getpriority, PRIO_PROCESS, getpid()), 20,
	       "the same by its number");
	is_exit(in_child(raises, NULL), 0, "a process makes itself nicer");
	is_exit(in_child(raises_and_forks, NULL), 0, "its child is as nice");
	is_int(sys(__NR_getpriority, PRIO_PROCESS, 0), 20, "its parent is not");
	is_raw(sys(__NR_getpriority, 7, 0), EINVAL, "neither process nor user");
	is_raw(sys(__NR_getpriority, PRIO_PROCESS, 1 << 21), ESRCH,
	       "nobody's nice value");
	is_raw(sys(__NR_setpriority, PRIO_PROCESS, 1 << 21, 0), ESRCH,
	       "nobody is made nicer");
}

static void policies(void)
{
	unsigned int param = 99;

	is_int(sys(__NR_sched_getscheduler, 0), SCHED_NORMAL,
	       "the policy is SCHED_OTHER");
	is_raw(sys(__NR_sched_getparam, 0, &param), 0, "its parameter");
	is_int((long)param, 0, "which is 0");
	is_raw(sys(__NR_sched_setscheduler, 0, SCHED_NORMAL, &param), 0,
	       "SCHED_OTHER again");
	param = 1;
	is_raw(sys(__NR_sched_setscheduler, 0, SCHED_NORMAL, &param), EINVAL,
	       "SCHED_OTHER has no priority 1");
	is_raw(sys(__NR_sched_setscheduler, 0, -1, &param), EINVAL,
	       "there is no policy -1");
	is_raw(sys(__NR_sched_setscheduler, 0, SCHED_NORMAL, NULL), EINVAL,
	       "a parameter must be given");
	is_raw(sys(__NR_sched_getscheduler, -1), EINVAL, "thread -1");
	is_raw(sys(__NR_sched_getscheduler, 1 << 21), ESRCH, "no such thread");
	is_int(sys(__NR_sched_get_priority_max, SCHED_NORMAL), 0,
	       "SCHED_OTHER's highest priority is 0");
	is_int(sys(__NR_sched_get_priority_min, SCHED_NORMAL), 0,
	       "and its lowest");
	is_raw(sys(__NR_sched_get_priority_min, 77), EINVAL, "policy 77");
}

static void processors(void)
{
	unsigned int cpu = 99, node = 99, set[128] = { 0 }, none = 0;

	ok(sys(__NR_sched_getaffinity, 0, sizeof(set), set) >= 4 && set[0],
	   "there is a processor to run on");
	is_raw(sys(__NR_sched_getaffinity, 0, 3, set), EINVAL,
	       "a set of 3 bytes is none");
	is_raw(sys(__NR_sched_setaffinity, 0, sizeof(none), &none), EINVAL,
	       "nor can a thread run on no processor");
	is_raw(sys(__NR_sched_setaffinity, 0, sizeof(set), set), 0,
	       "it can on those it could before");
	is_raw(sys(__NR_getcpu, &cpu, &node, NULL), 0, "getcpu()");
	ok(cpu < 4096 && node < 64, "names one");
}

static int inherits(void *arg)
{
	(void)arg;
	return sys(__NR_personality, -1) == ADDR_COMPAT_LAYOUT ? 0 : 3;
}

static int keeps_it(void *arg)
{
	(void)arg;
	if (sys(__NR_personality, ADDR_COMPAT_LAYOUT) < 0)
		return 1;
	if (sys(__NR_personality, -1) != ADDR_COMPAT_LAYOUT)
		return 2;
	return in_child(inherits, NULL);
}

static void personalities(void)
{
	qemu_differs(1, "qemu-user lets the host's through");
	is_exit(in_child(keeps_it, NULL), 0, "a child has what its parent set");
}

static int real_and_effective(void *arg)
{
	unsigned int r, e, s;

	(void)arg;
	if (sys(__NR_setreuid32, 5, 6))
		return 1;
	sys(__NR_getresuid32, &r, &e, &s);
	if (r != 5 || e != 6 || s != 6)
		return 2;
	if (sys(__NR_setreuid32, 6, 5) || sys(__NR_setreuid32, -1, 6))
		return 3;
	return sys(__NR_setreuid32, 0, -1) == -EPERM ? 0 : 4;
}

static void ids(void)
{
	if (sys(__NR_geteuid32))
		skip("setreuid()", "only root may");
	else
		is_exit(in_child(real_and_effective, NULL), 0,
			"setreuid() swaps, and saves the effective one");
}

/* /proc has them nowhere, on Linux, too. */
static void attributes(void)
{
	char value[16];
	long fd = sys(__NR_open, "/proc/self/status", O_RDONLY);

	is_raw(sys(__NR_getxattr, "/proc/self/status", "user.a", value, 16),
	       EOPNOTSUPP, "a file of /proc has no attributes");
	is_raw(sys(__NR_fgetxattr, fd, "user.a", value, 16), EOPNOTSUPP,
	       "nor by its descriptor");
	is_raw(sys(__NR_setxattr, "/proc/self/status", "user.a", "x", 1, 77),
	       EINVAL, "flags of setxattr() that are not valid");
	is_raw(sys(__NR_getxattr, "/proc/self/status", "", value, 16), ERANGE,
	       "a name of no letters");
	is_raw(sys(__NR_getxattr, "/proc/no-such", "user.a", value, 16), ENOENT,
	       "no file");
	is_raw(sys(__NR_fgetxattr, -1, "user.a", value, 16), EBADF,
	       "no descriptor");
	is_int(sys(__NR_listxattr, "/proc/self/status", value, 16), 0,
	       "the list is empty");
	sys(__NR_close, fd);
}

int main(void)
{
	nice_values();
	policies();
	processors();
	attributes();
	personalities();
	ids();
	return done_testing();
}
