/*
 * futex.c - sleeping on a word of user memory until somebody says it has changed.
 *
 * A sleeper is found by a key. For private words that is the address space and the address; for
 * shared ones what is really shared, the object and the place in it:
 *
 *	private, or in private anonymous memory	  (mm, address)
 *	in a shared mapping			  (mapping, byte offset)
 *
 *	buckets[hash(key)] -> waiter -> waiter	  a waiter lies on its thread's stack
 *
 * Between looking at the word and going to sleep nothing can come between: the word is
 * read with faults served first, then compared while nobody else runs.
 *
 * Left out: priority inheritance (-ENOSYS, as Linux without CONFIG_FUTEX_PI).
 */
#include "kernel/process.h"
#include "kernel/sys_time.h"
#include "kernel/syscall.h"
#include "mm/uaccess.h"

#include <linux/futex.h>

#define NR_BUCKETS 64u
#define ROBUST_MAX 2048 /* entries looked at: a list may be a circle */

struct key {
	const void *object; /* struct mm or struct mapping */
	u64 place;
};

struct waiter {
	struct list_head list;
	struct key key;
	u32 bitset;
	bool woken;
	struct waitq q;
};

static struct list_head buckets[NR_BUCKETS];

void futex_init(void)
{
	for (u32 i = 0; i < NR_BUCKETS; i++)
		list_init(&buckets[i]);
}

static struct list_head *bucket_of(const struct key *key)
{
	u32 h = (u32)(vaddr_t)key->object / 64 + (u32)(key->place >> 2);

	return &buckets[(h ^ h >> 6) % NR_BUCKETS];
}

static bool same(const struct key *a, const struct key *b)
{
	return a->object == b->object && a->place == b->place;
}

static int get_key(const u32 *addr, bool private, struct key *key)
{
	struct mm *mm = current->process->mm;
	vaddr_t va = (vaddr_t)addr;
	struct vma *vma;

	if (va % 4)
		return -EINVAL;
	if (!access_ok(addr, 4))
		return -EFAULT;
	*key = (struct key){ mm, va };
	if (private)
		return 0;
	vma = vma_lookup(&mm->vmas, va);
	if (!vma)
		return -EFAULT;
	if ((vma->flags & VM_SHARED) && vma->mapping)
		*key = (struct key){ vma->mapping,
				     ((u64)vma_pgoff(vma, va) << PAGE_SHIFT) +
					     va % PAGE_SIZE };
	return 0;
}

/* ---- waking */

/* => how many were woken, n at most */
static u32 wake(const struct key *key, u32 n, u32 bitset)
{
	struct waiter *w, *tmp;
	u32 woken = 0;

	list_for_each_entry_safe (w, tmp, bucket_of(key), list) {
		if (woken == n)
			break;
		if (!same(&w->key, key) || !(w->bitset & bitset))
			continue;
		list_del_init(&w->list);
		w->woken = true;
		waitq_wake_all(&w->q);
		woken++;
	}
	return woken;
}

static long futex_wake(u32 *addr, bool private, u32 n, u32 bitset)
{
	struct key key;
	int err = get_key(addr, private, &key);

	if (!bitset)
		return -EINVAL;
	return err ? err : (long)wake(&key, n ? n : 1, bitset);
}

void futex_wake_addr(void *addr)
{
	futex_wake(addr, false, 1, ~0u);
	futex_wake(addr, true, 1, ~0u);
}

/* ---- waiting */

static long futex_wait(u32 *addr, bool private, u32 value, u64 deadline,
		       u32 bitset)
{
	struct waiter w = { .bitset = bitset, .q = WAITQ_INIT(w.q) };
	u32 now;
	int err;

	deadline = wait_deadline(deadline);
	if (!bitset)
		return -EINVAL;
	err = get_key(addr, private, &w.key) ?: get_user_u32(&now, addr);
	if (err)
		return err;
	if (now != value)
		return -EAGAIN;
	list_add_tail(&w.list, bucket_of(&w.key));
	do {
		err = waitq_sleep_until(&w.q, deadline);
	} while (!err && !w.woken);
	list_del_init(&w.list);
	if (w.woken)
		return 0;
	if (err == -ETIMEDOUT)
		return err;
	return deadline == ~0ull ? -ERESTARTSYS : restart_at(deadline);
}

/* ---- requeueing */

static long requeue(u32 *addr, u32 *addr2, bool private, u32 nwake, u32 nmove,
		    const u32 *expected)
{
	struct key from, to;
	struct waiter *w, *tmp;
	u32 now, done, moved = 0;
	int err = get_key(addr, private, &from) ?: get_key(addr2, private, &to);

	if (!err && expected)
		err = get_user_u32(&now, addr);
	if (err)
		return err;
	if ((s32)nwake < 0 || (s32)nmove < 0)
		return -EINVAL;
	if (expected && now != *expected)
		return -EAGAIN;
	done = wake(&from, nwake, ~0u);
	list_for_each_entry_safe (w, tmp, bucket_of(&from), list) {
		if (moved == nmove)
			break;
		if (!same(&w->key, &from))
			continue;
		list_del(&w->list);
		w->key = to;
		list_add_tail(&w->list, bucket_of(&to));
		moved++;
	}
	return (long)(done + moved);
}

/* FUTEX_WAKE_OP: changes the second word, and wakes there, too, if it was as asked. */
static long wake_op(u32 *addr, u32 *addr2, bool private, u32 n, u32 n2, u32 op)
{
	u32 kind = op >> 28 & 7, cmp = op >> 24 & 15, old, new;
	s32 oparg = (s32)(op << 8) >> 20, cmparg = (s32)(op << 20) >> 20;
	struct key key, key2;
	bool hit;
	int err = get_key(addr, private, &key) ?:
		  get_key(addr2, private, &key2) ?: get_user_u32(&old, addr2);

	if (err)
		return err;
	if (op >> 31)
		oparg = 1 << (oparg & 31);
	if (kind > FUTEX_OP_XOR || cmp > FUTEX_OP_CMP_GE)
		return -ENOSYS;
	new = kind == FUTEX_OP_SET    ? (u32)oparg
	      : kind == FUTEX_OP_ADD  ? old + (u32)oparg
	      : kind == FUTEX_OP_OR   ? old | (u32)oparg
	      : kind == FUTEX_OP_ANDN ? old & ~(u32)oparg
				      : old ^ (u32)oparg;
	if (put_user_u32(new, addr2))
		return -EFAULT;
	hit = cmp == FUTEX_OP_CMP_EQ   ? (s32)old == cmparg
	      : cmp == FUTEX_OP_CMP_NE ? (s32)old != cmparg
	      : cmp == FUTEX_OP_CMP_LT ? (s32)old < cmparg
	      : cmp == FUTEX_OP_CMP_LE ? (s32)old <= cmparg
	      : cmp == FUTEX_OP_CMP_GT ? (s32)old > cmparg
				       : (s32)old >= cmparg;
	n = wake(&key, n, ~0u);
	return (long)(hit ? n + wake(&key2, n2, ~0u) : n);
}

/* ---- the system call */

/* When the wait ends: FUTEX_WAIT's time is relative, the bitset one's absolute. */
static int get_deadline(int op, const void *timeout, bool is64, u64 *deadline)
{
	u64 ns, now = clock_ns();
	int err, cmd = op & FUTEX_CMD_MASK;

	*deadline = ~0ull;
	if (op & FUTEX_CLOCK_REALTIME && cmd != FUTEX_WAIT_BITSET)
		return -ENOSYS;
	if (!timeout || (cmd != FUTEX_WAIT && cmd != FUTEX_WAIT_BITSET))
		return 0;
	err = get_timespec(&ns, timeout, is64);
	if (err)
		return err;
	if (cmd == FUTEX_WAIT)
		ns += now;
	else if (op & FUTEX_CLOCK_REALTIME)
		ns = ns > realtime_ns() - now ? ns - (realtime_ns() - now) : 0;
	*deadline = ns;
	return 0;
}

static long do_futex(u32 *addr, int op, u32 value, const void *timeout,
		     u32 *addr2, u32 value3, bool is64)
{
	bool private = op & FUTEX_PRIVATE_FLAG;
	u32 value2 = (u32)(vaddr_t)timeout; /* where no time is meant */
	u64 deadline;
	int err = get_deadline(op, timeout, is64, &deadline);

	if (err)
		return err;
	switch (op & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
		return futex_wait(addr, private, value, deadline, ~0u);
	case FUTEX_WAIT_BITSET:
		return futex_wait(addr, private, value, deadline, value3);
	case FUTEX_WAKE:
		return futex_wake(addr, private, value, ~0u);
	case FUTEX_WAKE_BITSET:
		return futex_wake(addr, private, value, value3);
	case FUTEX_REQUEUE:
		return requeue(addr, addr2, private, value, value2, NULL);
	case FUTEX_CMP_REQUEUE:
		return requeue(addr, addr2, private, value, value2, &value3);
	case FUTEX_WAKE_OP:
		return wake_op(addr, addr2, private, value, value2, value3);
	default:
		return -ENOSYS;
	}
}

BOTH_TIMES(futex, futex_time64,
	   (u32 * addr, int op, u32 value, const void *timeout, u32 *addr2,
	    u32 value3),
	   do_futex, addr, op, value, timeout, addr2, value3)

/* ---- robust lists */

long sys_set_robust_list(u32 head, u32 size)
{
	if (size != 12) /* struct robust_list_head */
		return -EINVAL;
	current->robust_list = head;
	return 0;
}

long sys_get_robust_list(int tid, u32 *head, u32 *size)
{
	struct thread *t = tid ? thread_find(tid) : current;

	if (!t)
		return -ESRCH;
	if (!same_user(t->process))
		return -EPERM;
	return put_user(head, &t->robust_list) ?: put_user_u32(12, size);
}

/* The owner of a lock has died: says so in its word, and wakes one who waits. */
static void owner_died(u32 *addr)
{
	u32 value;

	if ((vaddr_t)addr % 4 || get_user_u32(&value, addr) ||
	    (value & FUTEX_TID_MASK) != (u32)current->tid)
		return;
	if (put_user_u32((value & FUTEX_WAITERS) | FUTEX_OWNER_DIED, addr))
		return;
	if (value & FUTEX_WAITERS)
		futex_wake_addr(addr);
}

void robust_list_exit(void)
{
	u32 head[3]; /* list, futex_offset, list_op_pending */
	u32 start = current->robust_list, entry, next, pending;

	if (!start || copy_from_user(head, (void *)start, sizeof(head)))
		return;
	pending = head[2] & ~1u;
	next = head[0];
	for (int i = 0; i < ROBUST_MAX && (next & ~1u) != start; i++) {
		entry = next & ~1u;
		/* The next one first: the lock's memory may go with the lock. */
		if (get_user_u32(&next, (void *)entry))
			i = ROBUST_MAX;
		if (entry != pending)
			owner_died((u32 *)(entry + head[1]));
	}
	if (pending)
		owner_died((u32 *)(pending + head[1]));
}
