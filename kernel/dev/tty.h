/*
 * tty.h - the console as a terminal: what its two parts offer.
 *
 *	keys -> tty.c: echo, lines, read, write, settings
 *		  |  may this process? a key that signals
 *		tty_jobs.c: the session, the foreground group
 */
#pragma once

#include "kernel/fs/file.h"
#include "kernel/process.h"

/* ---- tty.c */
extern const struct file_ops tty_ops;

/* ---- tty_jobs.c */
/* The foreground gets a signal, soon. => from interrupts, too */
void tty_signal(int sig);
/* Who is in the background gets sig first. => 0: go on; -EIO, -ERESTARTSYS */
int tty_check_foreground(int sig);
/* The calls about session and groups. => -ENOTTY: none of them */
long tty_jobs_ioctl(u32 cmd, vaddr_t arg);
/* A process gives up its terminal; if it leads the session, all of that do. */
void tty_leave(struct process *p, bool exits);
/* The number of a process's terminal and its foreground group. => 0 and -1: it has
 * none */
u32 tty_of(const struct process *p, int *foreground);
