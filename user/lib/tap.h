/*
 * tap.h - what a test program says: the Test Anything Protocol. One line an
 * assertion, "ok N - name" or "not ok N - name" with the values under it,
 * and the plan at the end.
 *
 * Assertions are counted by the process that calls done_testing(): a child
 * tells its parent by its exit status (see in_child()).
 */
#pragma once

#include "user/lib/stdio.h"
#include "user/lib/sys.h"

/* => what was asserted, so that a test can give up early */
int ok(int cond, const char *fmt, ...) PRINTF(2, 3);
int is_int(long got, long want, const char *name);
int is_hex(unsigned long got, unsigned long want, const char *name);
#define is_ptr(got, want, name) \
	is_hex((unsigned long)(got), (unsigned long)(want), name)
/* @result of a call of sys.h: -1 with errno @err; @err 0: not -1 */
int is_err_(long result, int err, const char *name);
#define is_err(result, err, name) is_err_((long)(result), err, name)
/* @result of a bare sys(): -@err, or no error where @err is 0 */
int is_raw(long result, int err, const char *name);
/* @status of a wait: exited with @code; killed by @signo */
int is_exit(int status, int code, const char *name);
int is_killed(int status, int signo, const char *name);
void skip(const char *name, const char *why);
/* The next @n assertions are not asked of qemu-user, which differs. */
void qemu_differs(int n, const char *how);
void diag(const char *fmt, ...) PRINTF(1, 2);
/* Prints the plan. => main()'s result */
int done_testing(void);

/* Does qemu-user stand in for the kernel? It deviates here and there. */
int under_qemu(void);
/* Is it somebody's Linux? QUIRE_ORACLE says so. */
int under_oracle(void);
/* Is it one of 64 bits, to which 4 GiB is a length like any other? */
int under_64bit(void);

/* The path of a file for a test, in $TMPDIR, or in /dev/shm. Two are remembered. */
const char *scratch(const char *name);
/* Opens one that has no name any more; a memfd where there is no $TMPDIR. */
int scratch_fd(const char *name);
/* Does the file's system punch holes? ext2 does not. */
int can_punch(int fd);

/* Runs @fn(@arg) in a child. => its wait status; fn's result is its exit */
int in_child(int (*fn)(void *), void *arg);
