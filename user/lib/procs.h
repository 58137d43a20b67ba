/*
 * procs.h - the processes, as /proc tells of them; for ps and top.
 */
#ifndef USER_PROCS_H
#define USER_PROCS_H

#include "user/lib/sys.h"

struct proc {
	int pid, ppid, pgrp;
	char state;
	unsigned long faults;	 /* minor, so far */
	unsigned long ticks;	 /* processor time, in 1/100 s */
	unsigned long size, rss; /* KiB: address space, resident */
	char name[64];
};

/* Reads one. => 0, or -1: it is gone */
int proc_read(int pid, struct proc *p);
/* Reads all, by number. => how many, at most @max, or -1 */
int proc_list(struct proc *v, int max);

#endif
