/*
 * exit.h - the end of processes, and waiting for it.
 */
#ifndef KERNEL_EXIT_H
#define KERNEL_EXIT_H

#include "kernel/process.h"

/* A status as wait4() has it: (exit code << 8), or the signal with WAIT_CORE. */
#define WAIT_TERMSIG(status)	((status)&0x7f)
#define WAIT_EXITSTATUS(status) (((status) >> 8) & 0xff)
#define WAIT_CORE		0x80

/* Sleeps until init has ended, and all other processes with it.
 * => its exit status; 128 + N: signal N ended it */
int init_wait(void);

/* Makes every thread of the process but the running one end, as soon as it can. */
void process_kill_threads(struct process *p);

/* Clears the word that set_tid_address() or clone() named, if others share mm, and wakes
 * who waits there: glibc and musl join threads by it. => mm is in force */
void clear_child_tid(const struct mm *mm);

#endif
