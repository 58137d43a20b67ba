/*
 * lock.c - advisory locks: fcntl's record locks and flock's.
 *
 * Called by fcntl, flock and by every close. An inode that was ever locked has a list of
 * locks, each with its range and its owner:
 *
 *	inode->locks -> [0, 99] W, files A -> [200, 299] R, files B -> ...
 *
 * A record lock belongs to a descriptor table (a process, then), and any close of the file
 * by that process drops it, as POSIX wants; a flock belongs to the open file. The
 * two kinds do not see each other. A new lock first cuts its range
 * out of the owner's old ones, so an owner's locks never overlap.
 *
 * Linux also looks for deadlocks (EDEADLK); here a deadlock waits for a signal.
 */
#include "kernel/fs/file.h"
#include "kernel/fs/lock.h"
#include "kernel/process.h"
#include "mm/slab.h"

#include <asm/errno.h>

struct flock_list {
	struct list_head locks;
	struct waitq wait;
};

static void lock_free(struct lock *lock)
{
	list_del(&lock->list);
	kfree(lock);
}

static bool conflicts(const struct lock *a, const struct lock *b)
{
	return a->owner != b->owner && a->flock == b->flock &&
	       a->start <= b->end && b->start <= a->end &&
	       (a->type == F_WRLCK || b->type == F_WRLCK);
}

const struct lock *lock_conflict(struct inode *inode, const struct lock *want)
{
	struct lock *l;

	if (inode->locks)
		list_for_each_entry (l, &inode->locks->locks, list)
			if (conflicts(l, want))
				return l;
	return NULL;
}

/* Cuts [start, end] out of the owner's locks; `spare` may become the rest after it. */
static struct lock *cut(struct inode *inode, const struct lock *want,
			struct lock *spare)
{
	struct lock *l, *next;

	list_for_each_entry_safe (l, next, &inode->locks->locks, list) {
		if (l->owner != want->owner || l->flock != want->flock ||
		    l->end < want->start || l->start > want->end)
			continue;
		if (l->start < want->start && l->end > want->end) {
			*spare = *l;
			spare->start = want->end + 1;
			list_add(&spare->list, &l->list);
			l->end = want->start - 1;
			return NULL;
		}
		if (l->start < want->start)
			l->end = want->start - 1;
		else if (l->end > want->end)
			l->start = want->end + 1;
		else
			lock_free(l);
	}
	return spare;
}

static int make_list(struct inode *inode)
{
	if (inode->locks)
		return 0;
	inode->locks = kzalloc(sizeof(*inode->locks));
	if (!inode->locks)
		return -ENOMEM;
	list_init(&inode->locks->locks);
	list_init(&inode->locks->wait.waiters);
	return 0;
}

int lock_set(struct inode *inode, const struct lock *want, bool wait)
{
	struct lock *add, *spare;
	int err = make_list(inode);

	if (err)
		return err;
	while (want->type != F_UNLCK && lock_conflict(inode, want)) {
		if (!wait)
			return -EAGAIN;
		if (waitq_sleep_intr(&inode->locks->wait))
			return -ERESTARTSYS;
	}
	add = kmalloc(sizeof(*add));
	spare = kmalloc(sizeof(*spare));
	if (!add || !spare) {
		kfree(add);
		kfree(spare);
		return -ENOMEM;
	}
	kfree(cut(inode, want, spare));
	*add = *want;
	list_add_tail(&add->list, &inode->locks->locks);
	if (want->type == F_UNLCK)
		lock_free(add);
	waitq_wake_all(&inode->locks->wait);
	return 0;
}

void locks_close(struct file *file, const struct files *owner)
{
	struct flock_list *list = file->inode->locks;
	const void *who = owner ? (const void *)owner : file;
	struct lock *l, *next;

	if (likely(!list))
		return;
	list_for_each_entry_safe (l, next, &list->locks, list)
		if (l->owner == who)
			lock_free(l);
	waitq_wake_all(&list->wait);
}
