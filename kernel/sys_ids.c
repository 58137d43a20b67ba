/*
 * sys_ids.c - whose process it is: the system calls about users and groups.
 *
 *	uids[], gids[]	real, effective, saved: who it was, acts as, may act as again
 *	groups[]	whose members' rights it has, too
 *
 * The effective user may all if it is 0, root. Linux divides root's rights into capabilities,
 * has a fourth id for files (setfsuid), and counts users in name spaces; here are none of these.
 */
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/uaccess.h"

#define self (current->process)

SYSCALL(getuid32, (void), self->uid)
SYSCALL(geteuid32, (void), self->euid)
SYSCALL(getgid32, (void), self->gid)
SYSCALL(getegid32, (void), self->egid)

/* Changes one kind's real, effective and saved id where `want` is not ~0: to one of the three
 * that there are, or, if privileged, to any. => 0 or -EPERM */
static int set_ids(u32 ids[3], const u32 want[3])
{
	for (u32 i = 0; i < 3 && self->euid; i++)
		if (want[i] != ~0u && want[i] != ids[0] && want[i] != ids[1] &&
		    want[i] != ids[2])
			return -EPERM;
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
	if (!self->euid)
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

	if (self->euid && real != ~0u && real != ids[0] && real != ids[1])
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

bool in_group(u32 gid)
{
	bool in = gid == self->egid;

	for (u32 i = 0; i < self->ngroups; i++)
		in |= self->groups[i] == gid;
	return in;
}

long sys_getgroups32(int size, u32 *list)
{
	u32 n = self->ngroups;

	if (size < 0 || (size && (u32)size < n))
		return -EINVAL;
	if (size && copy_to_user(list, self->groups, n * sizeof(*list)))
		return -EFAULT;
	return (long)n;
}

long sys_setgroups32(u32 n, const u32 *list)
{
	u32 groups[GROUPS_MAX];

	if (self->euid)
		return -EPERM;
	if (n > GROUPS_MAX)
		return -EINVAL;
	if (copy_from_user(groups, list, n * sizeof(*list)))
		return -EFAULT;
	memcpy(self->groups, groups, n * sizeof(*list));
	self->ngroups = n;
	return 0;
}
