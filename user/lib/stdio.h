/*
 * stdio.h - text out. printf() gathers a line and writes it at once, so that
 * lines of several processes do not mix and a program that dies has shown
 * all its full lines.
 */
#pragma once

#include <stdarg.h>
#include "user/lib/sys.h"

#define PRINTF(f, a) __attribute__((format(printf, f, a)))

int printf(const char *fmt, ...) PRINTF(1, 2);
int vprintf(const char *fmt, va_list ap) PRINTF(1, 0);
int dprintf(int fd, const char *fmt, ...) PRINTF(2, 3); /* not buffered */
int snprintf(char *buf, size_t n, const char *fmt, ...) PRINTF(3, 4);
int vsnprintf(char *buf, size_t n, const char *fmt, va_list ap) PRINTF(3, 0);
void flush(void);
/* "ENOMEM" for ENOMEM; "error 999" where there is no name */
const char *errno_name(int err);
/* "SIGSEGV" for SIGSEGV, likewise */
const char *signal_name(int signo);
