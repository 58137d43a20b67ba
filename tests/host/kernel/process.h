/*
 * process.h - of a process, whose it is.
 */
#pragma once

#include "kernel/sched.h"

struct process {
	u32 euid, egid;
};
