/*
 * sys_sched.h - the system calls about who runs, and for how long.
 */
#ifndef KERNEL_SYS_SCHED_H
#define KERNEL_SYS_SCHED_H

#include "mm/types.h"

long sys_getpriority(int which, int who);
long sys_setpriority(int which, int who, int nice);
long sys_nice(int by);
long sys_sched_getscheduler(int tid);
long sys_sched_getparam(int tid, u32 *param);
long sys_sched_setscheduler(int tid, int policy, const u32 *param);
long sys_sched_setparam(int tid, const u32 *param);
long sys_sched_get_priority_max(int policy);
long sys_sched_getaffinity(int tid, u32 size, u32 *mask);
long sys_sched_setaffinity(int tid, u32 size, const u32 *mask);
long sys_setreuid32(u32 uid, u32 euid);
long sys_setregid32(u32 gid, u32 egid);
long sys_personality(u32 persona);
long sys_getcpu(u32 *cpu, u32 *node);

#endif
