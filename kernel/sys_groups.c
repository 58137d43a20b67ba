/*
 * sys_groups.c - the supplementary groups of a process: more groups whose rights it has.
 *
 * A list is never changed, so parent and children share it, until one gets another:
 *
 *	struct process -> groups --\
 *	its child      -> groups ---> refs 2: 24, 27, 1000
 *
 * Linux keeps it sorted, for searches; here lists are short and searches rare.
 */
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

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
	struct groups *groups;

	if (p->euid)
		return -EPERM;
	if (n > NGROUPS_MAX)
		return -EINVAL;
	groups = kmalloc((u32)sizeof(*groups) + size);
	if (!groups)
		return -ENOMEM;
	groups->refs = 1;
	groups->n = n;
	if (copy_from_user(groups->gids, from, size)) {
		kfree(groups);
		return -EFAULT;
	}
	groups_put(p->groups);
	p->groups = groups;
	return 0;
}
