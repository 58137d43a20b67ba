/*
 * sys_ids.c - who a process is, and what it may do for it: its ids, supplementary groups,
 * capabilities.
 *
 * Groups are more groups whose rights it has. A list is never changed, so parent and
 * children share it, until one gets another:
 *
 *	struct process -> groups --\
 *	its child      -> groups ---> refs 2: 24, 27, 1000
 *
 * Linux keeps it sorted, for searches; here lists are short and searches rare.
 *
 * Linux has cut what root may do into capabilities, which can be given up one by one. Here
 * root has all of them, and nobody else any: capset() refuses to change that.
 */
#include "kernel/fs/proc.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#include <linux/limits.h>

#define self (current->process)

/* ---- ids */

SYSCALL(getuid32, (void), self->uid)
SYSCALL(geteuid32, (void), self->euid)
SYSCALL(getgid32, (void), self->gid)
SYSCALL(getegid32, (void), self->egid)

/* Changes one kind's real, effective and saved id where `want` is not ~0: to one of the three
 * that there are, or, if privileged, to any. => 0 or -EPERM */
static int set_ids(u32 ids[3], const u32 want[3])
{
	for (u32 i = 0; i < 3 && !privileged(); i++)
		if (want[i] != ~0u && want[i] != ids[0] && want[i] != ids[1] &&
		    want[i] != ids[2])
			return -EPERM;
	self->undumpable |= want[1] != ~0u && want[1] != ids[1];
	for (u32 i = 0; i < 3; i++)
		if (want[i] != ~0u)
			ids[i] = want[i];
	return 0;
}

long sys_setresuid32(u32 uid, u32 euid, u32 suid)
{
	int err = set_ids(self->uids, (const u32[]){ uid, euid, suid });

	/* The limit on locked memory depends on it. */
	process_set_limit(self, RLIMIT_MEMLOCK, self->limits[RLIMIT_MEMLOCK]);
	return err;
}

SYSCALL(setresgid32, (u32 gid, u32 egid, u32 sgid),
	set_ids(self->gids, (const u32[]){ gid, egid, sgid }))

/* setuid and setgid, by the function that sets all three ids of the kind */
static long set_one(u32 id, const u32 ids[3],
		    long (*set)(u32 real, u32 effective, u32 saved))
{
	if (id == ~0u)
		return -EINVAL;
	if (privileged())
		return set(id, id, id);
	return id == ids[0] || id == ids[2] ? set(~0u, id, ~0u) : -EPERM;
}

SYSCALL(setuid32, (u32 uid), set_one(uid, self->uids, sys_setresuid32))
SYSCALL(setgid32, (u32 gid), set_one(gid, self->gids, sys_setresgid32))

/* setreuid and setregid. The saved id follows the effective one where either is set to
 * what the real one was not. */
static long set_two(u32 real, u32 effective, const u32 ids[3],
		    long (*set)(u32 real, u32 effective, u32 saved))
{
	u32 saved = effective != ~0u ? effective : ids[1];

	if (!privileged() && real != ~0u && real != ids[0] && real != ids[1])
		return -EPERM;
	if (real == ~0u && (effective == ~0u || effective == ids[0]))
		saved = ~0u;
	return set(real, effective, saved);
}

SYSCALL(setreuid32, (u32 uid, u32 euid),
	set_two(uid, euid, self->uids, sys_setresuid32))
SYSCALL(setregid32, (u32 gid, u32 egid),
	set_two(gid, egid, self->gids, sys_setresgid32))

static int put_ids(const u32 ids[3], u32 *real, u32 *effective, u32 *saved)
{
	return put_user_u32(ids[0], real) ?: put_user_u32(ids[1], effective) ?:
		       put_user_u32(ids[2], saved);
}

SYSCALL(getresuid32, (u32 * uid, u32 *euid, u32 *suid),
	put_ids(self->uids, uid, euid, suid))
SYSCALL(getresgid32, (u32 * gid, u32 *egid, u32 *sgid),
	put_ids(self->gids, gid, egid, sgid))

/* ---- groups */

struct groups {
	u32 refs, n;
	u32 gids[];
};

void groups_get(struct groups *groups)
{
	if (groups)
		groups->refs++;
}

void groups_put(struct groups *groups)
{
	if (groups && !--groups->refs)
		kfree(groups);
}

bool in_group(u32 gid)
{
	const struct process *p = current->process;
	const struct groups *groups = p ? p->groups : NULL;

	for (u32 i = 0; groups && i < groups->n; i++)
		if (groups->gids[i] == gid)
			return true;
	return !p || !p->euid || p->egid == gid;
}

/* status's line, with the space that Linux has behind each. */
void show_groups(struct seq *seq, struct process *p)
{
	seq_printf(seq, "Groups:\t%s", p->groups ? "" : " ");
	for (u32 i = 0; p->groups && i < p->groups->n; i++)
		seq_printf(seq, "%u ", p->groups->gids[i]);
	seq_printf(seq, "\n");
}

long sys_getgroups32(int size, u32 *to)
{
	const struct groups *groups = current->process->groups;
	u32 n = groups ? groups->n : 0;

	if (size < 0 || (size && (u32)size < n))
		return -EINVAL;
	if (size && n && copy_to_user(to, groups->gids, n * (u32)sizeof(*to)))
		return -EFAULT;
	return (long)n;
}

long sys_setgroups32(u32 n, const u32 *from)
{
	struct process *p = current->process;
	u32 size = n * (u32)sizeof(*from);
	scoped_mem struct groups *groups = NULL;

	if (!privileged())
		return -EPERM;
	if (n > NGROUPS_MAX)
		return -EINVAL;
	groups = kmalloc((u32)sizeof(*groups) + size);
	if (!groups)
		return -ENOMEM;
	groups->refs = 1;
	groups->n = n;
	if (copy_from_user(groups->gids, from, size))
		return -EFAULT;
	groups_put(p->groups);
	p->groups = scoped_keep(&groups);
	return 0;
}

/* ---- capabilities */

u64 process_caps(const struct process *p, bool in_force)
{
	bool root = !p->euid || (!in_force && (!p->uid || !p->suid));

	return root ? ALL_CAPS : 0;
}

static void get_caps(const struct process *p,
		     struct __user_cap_data_struct caps[2])
{
	for (u32 i = 0; i < 2; i++) {
		caps[i].effective = (u32)(process_caps(p, true) >> 32 * i);
		caps[i].permitted = (u32)(process_caps(p, false) >> 32 * i);
		caps[i].inheritable = 0;
	}
}

/* => of how many words the sets are in that version of the structures, or -errno */
static int cap_words(struct __user_cap_header_struct *header,
		     struct __user_cap_header_struct *from)
{
	if (copy_from_user(header, from, sizeof(*header)))
		return -EFAULT;
	switch (header->version) {
	case _LINUX_CAPABILITY_VERSION_1:
		return 1;
	case _LINUX_CAPABILITY_VERSION_2:
	case _LINUX_CAPABILITY_VERSION_3:
		return 2;
	}
	return put_user_u32(_LINUX_CAPABILITY_VERSION_3, &from->version)
		       ?: -EINVAL;
}

/* to NULL: asks for the version only */
long sys_capget(struct __user_cap_header_struct *from, void *to)
{
	struct __user_cap_data_struct caps[2];
	struct __user_cap_header_struct header;
	int words = cap_words(&header, from);
	const struct thread *t;

	if (!to)
		return words == -EFAULT ? words : 0;
	if (words < 0)
		return words;
	if (header.pid < 0)
		return -EINVAL;
	t = header.pid ? thread_find(header.pid) : current;
	if (!t)
		return -ESRCH;
	get_caps(t->process, caps);
	return copy_to_user(to, caps, words * sizeof(*caps)) ? -EFAULT : 0;
}

long sys_capset(struct __user_cap_header_struct *from, const void *new)
{
	struct __user_cap_data_struct caps[2], want[2];
	struct __user_cap_header_struct header;
	int words = cap_words(&header, from);

	if (words < 0)
		return words;
	if (header.pid && header.pid != current->tid)
		return -EPERM;
	if (copy_from_user(want, new, words * sizeof(*want)))
		return -EFAULT;
	want[1].effective &= ALL_CAPS >> 32; /* as Linux does */
	want[1].permitted &= ALL_CAPS >> 32;
	get_caps(self, caps);
	return memcmp(want, caps, words * sizeof(*want)) ? -EPERM : 0;
}
