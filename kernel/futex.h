/*
 * futex.h - sleeping on a word of user memory.
 */
#ifndef KERNEL_FUTEX_H
#define KERNEL_FUTEX_H

#include "kernel/sched.h"

/* Wakes one sleeper on the word; the thread's clear_child_tid, at its end. */
void futex_wake_addr(void *addr);
/* The running thread ends: words it still owns by its robust list are marked and woken. */
void robust_list_exit(void);
void futex_init(void);

#endif
