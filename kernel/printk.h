/*
 * printk.h - the kernel's messages, and the formatting behind them.
 */
#pragma once

#include "mm/env.h"

/* Set by the command-line word `headless`: a machine reads the serial line. Every
 * kernel message is then framed: byte 0x1e, the line, a newline. What is
 * not framed is the program's own output, byte for byte. A panic powers off. */
extern bool headless;
/* Set by `quiet`: messages are kept off the console, panics excepted. */
extern bool quiet;

#define FRAME 0x1e

/* Writes bytes to the console as they are; on a terminal \n becomes \r\n. */
void console_write(const char *buf, size_t n);
/* Like printk, but never framed: the output of the kernel's own tests. */
void console_printf(const char *fmt, ...) printf_like(1, 2);
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args);
/* The same, in a function whose last named argument is fmt. */
#define format_args(buf, size, fmt)                    \
	({                                             \
		va_list args;                          \
		int len;                               \
		va_start(args, fmt);                   \
		len = vsnprintf(buf, size, fmt, args); \
		va_end(args);                          \
		len;                                   \
	})

#define NSEC_PER_SEC  1000000000u
#define NSEC_PER_TICK (NSEC_PER_SEC / HZ)

/* n / d, and n % d in *rem when rem is not NULL. */
u64 div_u64(u64 n, u32 d, u32 *rem);
#define ns_to_ticks(ns) ((long)div_u64(ns, NSEC_PER_TICK, NULL))
