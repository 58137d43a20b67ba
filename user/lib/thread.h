/*
 * thread.h - threads: several processors' worth of registers in one address
 * space. A thread is joined through the word that the kernel clears, and
 * wakes as a futex, when the thread ends (CLONE_CHILD_CLEARTID).
 */
#pragma once

#include "user/lib/sys.h"

#define THREAD_STACK (4 * PAGE_SIZE)

struct thread {
	volatile int tid; /* cleared by the kernel at the end */
	char *stack;	  /* ours; unmapped by thread_join() */
	long (*fn)(void *);
	void *arg;
	long result;
	unsigned long tls[8]; /* tls_get() of the thread points here */
	unsigned long scratch[4];
};

/* Starts @fn(@arg) in a new thread. => 0 or -errno */
int thread_start(struct thread *t, long (*fn)(void *), void *arg);
/* Waits for its end. => what @fn returned */
long thread_join(struct thread *t);

/* Waits while *@word is @value; wakes @n of those who wait. => as futex() */
long futex_wait(volatile int *word, int value, const struct timespec *timeout);
long futex_wake(volatile int *word, int n);

/* arch/tls.c */
int tls_set(void *block);
void *tls_get(void);
void *tls_clone_arg(void *block, void *scratch);
void icache_sync(void *start, unsigned long len);

/* arch/start.S */
long thread_clone(unsigned long flags, void *stack_top, volatile int *ptid,
		  void *tls, volatile int *ctid);
