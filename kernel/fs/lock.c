/*
 * lock.c - advisory locks: fcntl's record locks and flock's.
 *
 * Called by fcntl, flock and by every close. An inode has a list of locks, each with its
 * range and its owner; who waits, for whichever file, sleeps on one queue:
 *
 *	inode->locks -> [0, 99] W, files A -> [200, 299] R, files B -> ...
 *
 * A record lock belongs to a descriptor table (a process, then), and any close of the file
 * by that process drops it, as POSIX wants; a flock belongs to the open file, and a
 * record lock set by F_OFD_SETLK, too. Records and flocks do not see each other. A new lock becomes
 * one with the owner's of its type that it touches, and cuts its range out of the others: an owner's
 * locks never overlap, and are together and in order, as on Linux; F_GETLK finds the first.
 *
 * Who would wait for an owner that waits, in turn, for others, and they in the end for
 * the first, is refused (EDEADLK): of record locks only, as on Linux.
 *
 *	waiting -> A wants [0, 9] of x -> B wants [5, 5] of y -> ...
 */
#include "kernel/fs/file.h"
#include "mm/slab.h"

struct waiter {
	struct list_head list;
	struct inode *inode;
	const struct lock *want;
};
static struct list_head waiting = LIST_INIT(waiting);
static struct waitq lock_wait = WAITQ_INIT(lock_wait);

/* Linux gives up after so many waiting for each other, too. */
#define CHAIN_MAX 10

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

	list_for_each_entry (l, &inode->locks, list)
		if (conflicts(l, want))
			return l;
	return NULL;
}

static bool same_owner(const struct lock *a, const struct lock *b)
{
	return a->owner == b->owner && a->flock == b->flock;
}

/* What touches the owner's locks of the same type becomes one with them. */
static void widen(struct inode *inode, struct lock *add)
{
	const struct lock *l;

	list_for_each_entry (l, &inode->locks, list)
		if (same_owner(l, add) && l->type == add->type &&
		    l->start <= add->end + 1 && l->end + 1 >= add->start) {
			add->start = min(add->start, l->start);
			add->end = max(add->end, l->end);
		}
}

/* In its place among the owner's, or last. */
static void insert(struct inode *inode, struct lock *add)
{
	struct list_head *next = &inode->locks;
	bool found = false;
	struct lock *l;

	list_for_each_entry (l, &inode->locks, list) {
		bool own = same_owner(l, add);

		if (own ? l->end > add->end : found) {
			next = &l->list;
			break;
		}
		found |= own;
	}
	list_add_tail(&add->list, next);
}

/* Cuts add's range out of the owner's other locks. `spare` may become what is left of one
 * before it, and is NULL then. */
static void cut(struct inode *inode, struct lock *add, struct lock **spare)
{
	struct lock *l, *next;

	list_for_each_entry_safe (l, next, &inode->locks, list) {
		if (l == add || !same_owner(l, add) || l->end < add->start ||
		    l->start > add->end)
			continue;
		if (l->start < add->start && l->end > add->end) {
			assert(*spare);
			**spare = *l;
			(*spare)->end = add->start - 1;
			list_add_tail(&(*spare)->list, &add->list);
			*spare = NULL;
			l->start = add->end + 1;
			return;
		}
		if (l->start < add->start)
			l->end = add->start - 1;
		else if (l->end > add->end)
			l->start = add->end + 1;
		else
			lock_free(l);
	}
}

/* What keeps an owner from going on, or NULL. */
static const struct lock *blocker_of(const void *owner)
{
	const struct waiter *w;

	list_for_each_entry (w, &waiting, list)
		if (w->want->owner == owner)
			return lock_conflict(w->inode, w->want);
	return NULL;
}

static bool is_deadlock(const struct lock *want, const struct lock *blocker)
{
	for (int i = 0; blocker && i < CHAIN_MAX && want->pid >= 0; i++) {
		if (blocker->owner == want->owner)
			return true;
		blocker = blocker_of(blocker->owner);
	}
	return false;
}

/* Until nobody's lock is in the way. => may sleep */
static int wait_turn(struct inode *inode, const struct lock *want, bool wait)
{
	struct waiter self = { .inode = inode, .want = want };
	const struct lock *l;
	int err = 0;

	while (!err && (l = lock_conflict(inode, want))) {
		if (!wait)
			return -EAGAIN;
		if (is_deadlock(want, l))
			return -EDEADLK;
		list_add(&self.list, &waiting);
		if (waitq_sleep_intr(&lock_wait))
			err = -ERESTARTSYS;
		list_del(&self.list);
	}
	return err;
}

int lock_set(struct inode *inode, const struct lock *want, bool wait)
{
	scoped_mem struct lock *add = kmalloc(sizeof(*add));
	scoped_mem struct lock *spare = kmalloc(sizeof(*spare));
	int err;

	if (!add || !spare)
		return -ENOMEM;
	*add = *want;
	if (want->flock) { /* it has to wait without the old one */
		cut(inode, add, &spare);
		waitq_wake_all(&lock_wait);
	}
	if (want->type != F_UNLCK) {
		err = wait_turn(inode, want, wait);
		if (err)
			return err;
		widen(inode, add);
	}
	insert(inode, add);
	cut(inode, add, &spare);
	if (want->type == F_UNLCK)
		list_del(&add->list);
	else
		scoped_keep(&add); /* the list's */
	waitq_wake_all(&lock_wait);
	return 0;
}

void locks_close(struct file *file, const struct files *owner)
{
	const void *whose = owner ? (const void *)owner : file;
	struct lock *l, *next;

	if (likely(list_empty(&file->inode->locks)))
		return;
	list_for_each_entry_safe (l, next, &file->inode->locks, list)
		if (l->owner == whose)
			lock_free(l);
	waitq_wake_all(&lock_wait);
}

void locks_free(struct inode *inode)
{
	while (!list_empty(&inode->locks))
		lock_free(list_first(&inode->locks, struct lock, list));
}
