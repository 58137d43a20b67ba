/*
 * procs.h - the processes, as /proc tells of them; for ps and top.
 */
#pragma once

#include "user/lib/file.h"

struct proc {
	int pid, ppid, pgrp;
	char state;
	unsigned long faults;	 /* minor, so far */
	unsigned long ticks;	 /* processor time, in 1/100 s */
	unsigned long size, rss; /* KiB: address space, resident */
	char name[64];
};

/* Reads the next one of /proc, which @d is; they come by number. => 0, or -1: no more */
int proc_next(struct dir *d, struct proc *p);
