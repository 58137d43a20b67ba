/*
 * process.h - of a process, whose it is.
 */
#ifndef KERNEL_PROCESS_H
#define KERNEL_PROCESS_H

#include "kernel/sched.h"

struct process {
	u32 euid, egid;
};

#endif
