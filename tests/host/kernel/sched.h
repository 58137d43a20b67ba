/*
 * sched.h - as much of threads as the file systems' pure files need to compile for the
 * host: there is one.
 */
#pragma once

#include "mm/env.h"

#include <sys/stat.h> /* <linux/stat.h> leaves S_IS...() to the C library */

struct process;
struct thread {
	struct process *process;
};
extern struct thread *current;

struct thread *kthread_start(const char *name, void (*fn)(void *arg),
			     void *arg);
int waitq_sleep_until(struct waitq *q, u64 deadline_ns);
u64 clock_ns(void);
