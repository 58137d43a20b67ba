/*
 * mutex.h - a lock whose waiters sleep.
 *
 * The kernel is not preempted, so only what sleeps in the middle needs one. No signal
 * ends the wait; who holds it must not take it again. All zero but for the queue: free.
 */
#pragma once

#include "kernel/sched.h"

struct mutex {
	const struct thread *owner; /* NULL: free */
	struct waitq waiters;
};

static inline void mutex_init(struct mutex *m)
{
	m->owner = NULL;
	list_init(&m->waiters.waiters);
}

/* Until it is free. */
void mutex_wait(struct mutex *m);

/* => may sleep */
static inline void mutex_lock(struct mutex *m)
{
	assert(m->owner != current);
	if (unlikely(m->owner))
		mutex_wait(m);
	m->owner = current;
}

void mutex_unlock(struct mutex *m);

static inline struct mutex *mutex_locked(struct mutex *m)
{
	mutex_lock(m);
	return m;
}

static inline void scoped_unlock(struct mutex **m)
{
	mutex_unlock(*m);
}
/* scoped_lock(&m): m is held until the block is left, in whatever way (GCC calls the function
 * of `cleanup` there, the last one first). */
#define scoped_lock(m)                                                    \
	__attribute__((cleanup(scoped_unlock))) struct mutex *held_here = \
		mutex_locked(m)
