/*
 * sys_misc.h - small system calls: who am I, what is allowed, what machine is this.
 */
#ifndef KERNEL_SYS_MISC_H
#define KERNEL_SYS_MISC_H

#include "mm/types.h"

#include <linux/resource.h>

struct tms;
struct new_utsname;
struct sysinfo;

long sys_getpid(void);
long sys_gettid(void);
long sys_getppid(void);
long sys_getuid32(void);
long sys_geteuid32(void);
long sys_getgid32(void);
long sys_getegid32(void);
long sys_setresuid32(u32 uid, u32 euid, u32 suid);
long sys_setresgid32(u32 gid, u32 egid, u32 sgid);
long sys_setuid32(u32 uid);
long sys_setgid32(u32 gid);
long sys_getresuid32(u32 *uid, u32 *euid, u32 *suid);
long sys_getresgid32(u32 *gid, u32 *egid, u32 *sgid);
long sys_getgroups32(int size, u32 *list);
long sys_getpgid(int pid);
long sys_getpgrp(void);
long sys_getsid(int pid);
long sys_setpgid(int pid, int pgrp);
long sys_setsid(void);
long sys_prlimit64(int pid, u32 which, const struct rlimit64 *new_limit,
		   struct rlimit64 *old_limit);
long sys_getrlimit(u32 which, struct rlimit *limit);
long sys_setrlimit(u32 which, const struct rlimit *from);
long sys_getrusage(int who, struct rusage *to);
long sys_times(struct tms *to);
/* sys_name.c */
long sys_newuname(struct new_utsname *to);
long sys_sethostname(const char *name, int len);
long sys_setdomainname(const char *name, int len);
long sys_sysinfo(struct sysinfo *to);
long sys_getrandom(void *to, u32 n, u32 flags);
long sys_sched_yield(void);
long sys_set_tid_address(u32 addr);
long sys_prctl(int option, u32 arg);
long sys_reboot(u32 magic, u32 magic2, u32 cmd);

#endif
