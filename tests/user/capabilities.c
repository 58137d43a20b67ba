/*
 * capabilities.c - what root may do, as Linux cuts it up: who has what, in three versions of
 * the structures and in /proc, and what becomes of it with the ids.
 */
#include "user/lib/file.h"
#include "user/lib/string.h"
#include "user/lib/stdlib.h"
#include "user/lib/tap.h"

#include <asm/unistd.h>
#include <linux/capability.h>
#include <linux/prctl.h>

static struct __user_cap_header_struct header;
static struct __user_cap_data_struct caps[3], none[2];

static long get(unsigned int version, int pid)
{
	memset(caps, 0x55, sizeof(caps));
	header.version = version;
	header.pid = pid;
	return sys(__NR_capget, &header, caps);
}

static long set(unsigned int version, int pid, const void *new)
{
	header.version = version;
	header.pid = pid;
	return sys(__NR_capset, &header, new);
}

/* => the half of status's line that begins at a digit of its 16 */
static unsigned int status_word(const char *name, int digit)
{
	static char text[2048];
	char *s;

	read_file("/proc/self/status", text, sizeof(text));
	s = strstr(text, name);
	if (!s)
		return 0x55555555;
	s += strlen(name) + (size_t)digit;
	s[8] = 0;
	return (unsigned int)strtoul(s, NULL, 16);
}

static void versions(void)
{
	is_raw(get(_LINUX_CAPABILITY_VERSION_3, 0), 0, "capget()");
	is_hex(caps[0].effective, status_word("CapEff:\t", 8),
	       "what /proc says");
	is_hex(caps[1].effective, status_word("CapEff:\t", 0), "and the rest");
	is_hex(caps[0].permitted, status_word("CapPrm:\t", 8), "permitted");
	is_hex(caps[0].inheritable, status_word("CapInh:\t", 8), "inheritable");
	is_hex(caps[2].effective, 0x55555555, "nothing behind it");
	is_raw(get(_LINUX_CAPABILITY_VERSION_2, getpid()), 0, "version 2");
	is_hex(caps[1].effective, status_word("CapEff:\t", 0), "the same");
	is_raw(get(_LINUX_CAPABILITY_VERSION_1, 0), 0, "version 1");
	is_hex(caps[0].effective, status_word("CapEff:\t", 8), "one word each");
	is_hex(caps[1].effective, 0x55555555, "no more");
	is_raw(get(0x11111111, 0), EINVAL, "a version that there is not");
	is_hex(header.version, _LINUX_CAPABILITY_VERSION_3, "told the newest");
	header.version = 0;
	is_raw(sys(__NR_capget, &header, NULL), 0, "asked for it alone");
	is_hex(header.version, _LINUX_CAPABILITY_VERSION_3, "told, too");
}

static void errors(void)
{
	is_raw(sys(__NR_capget, 8, caps), EFAULT, "no header");
	is_raw(get(_LINUX_CAPABILITY_VERSION_3, -1), EINVAL, "no number");
	is_raw(get(_LINUX_CAPABILITY_VERSION_3, 1 << 21), ESRCH, "nobody's");
	header.pid = 0;
	is_raw(sys(__NR_capget, &header, 8), EFAULT, "nowhere to put them");
	is_raw(sys(__NR_capset, 8, caps), EFAULT, "no header to set by");
	is_raw(set(0x11111111, 0, caps), EINVAL, "nor a version");
	is_raw(set(_LINUX_CAPABILITY_VERSION_3, 1, caps), EPERM,
	       "others' can't be set");
	is_raw(set(_LINUX_CAPABILITY_VERSION_3, 0, (void *)8), EFAULT,
	       "to nothing");
}

static void changes(void)
{
	get(_LINUX_CAPABILITY_VERSION_3, 0);
	is_raw(set(_LINUX_CAPABILITY_VERSION_3, getpid(), caps), 0,
	       "what one has can be set");
	caps[0].permitted = 0;
	caps[0].effective = 1;
	is_raw(set(_LINUX_CAPABILITY_VERSION_3, 0, caps), EPERM,
	       "not in force what is not permitted");
}

static int as_user(void *arg)
{
	(void)arg;
	if (sys(__NR_setresuid32, 1, 1, 1))
		return 1;
	if (get(_LINUX_CAPABILITY_VERSION_3, 0) ||
	    memcmp(caps, none, sizeof(none)))
		return 2;
	caps[0].permitted = caps[0].effective = 1 << CAP_CHOWN;
	if (set(_LINUX_CAPABILITY_VERSION_3, 0, caps) != -EPERM)
		return 3;
	return set(_LINUX_CAPABILITY_VERSION_3, 0, none) ? 4 : 0;
}

static int for_a_while(void *arg)
{
	unsigned int before;

	(void)arg;
	get(_LINUX_CAPABILITY_VERSION_3, 0);
	before = caps[0].permitted;
	if (sys(__NR_setresuid32, -1, 1, -1))
		return 1;
	get(_LINUX_CAPABILITY_VERSION_3, 0);
	return caps[0].effective || caps[0].permitted != before;
}

static int has_groups(void *arg)
{
	static char text[2048];
	unsigned int groups[] = { 5, 1007 };

	(void)arg;
	if (sys(__NR_setgroups32, 2, groups))
		return 1;
	read_file("/proc/self/status", text, sizeof(text));
	return strstr(text, "\nGroups:\t5 1007 \n") ? 0 : 2;
}

static void ids(void)
{
	if (sys(__NR_geteuid32)) {
		skip("capabilities and ids", "only root has any");
		return;
	}
	is_exit(in_child(as_user, NULL), 0, "who was root has none");
	is_exit(in_child(for_a_while, NULL), 0,
		"who can be root again has them, but not in force");
	is_exit(in_child(has_groups, NULL), 0, "/proc has the groups");
}

static void by_prctl(void)
{
	char text[16];

	ok(sys(__NR_prctl, PR_CAPBSET_READ, CAP_CHOWN) >= 0, "one that exists");
	is_raw(sys(__NR_prctl, PR_CAPBSET_READ, 63), EINVAL, "none");
	is_int(sys(__NR_prctl, PR_GET_KEEPCAPS), 0, "they go with the ids");
	is_int(sys(__NR_prctl, PR_GET_SECUREBITS), 0, "and root has them");
	read_file("/proc/sys/kernel/cap_last_cap", text, sizeof(text));
	is_raw(sys(__NR_prctl, PR_CAPBSET_READ, strtoul(text, NULL, 10) + 1),
	       EINVAL, "after the last one there is none");
}

int main(void)
{
	versions();
	errors();
	changes();
	ids();
	by_prctl();
	return done_testing();
}
