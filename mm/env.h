/*
 * env.h - what mm/ asks of whoever links it.
 *
 * mm/ includes nothing of kernel/. The few services it cannot do without are
 * declared here and defined by its surroundings: kernel/ in the kernel
 * (printk.c, panic.c, string.c, sched.c), tests/host/env.c on the host.
 *
 * The kernel is not preempted: between two points where a function here says
 * "may sleep", no other thread runs. Interrupt handlers never enter mm/.
 */
#pragma once

#include "mm/list.h"

/* Prints to the console: %s %c %d %u %x %p %% with width, 0, -, l, ll. */
void printk(const char *fmt, ...) printf_like(1, 2);

/* Stops the machine: message, registers, backtrace; a failing power-off when
 * headless. */
noreturn void panic(const char *fmt, ...) printf_like(1, 2);

/* assert: a condition that only a bug of ours can break. Checked in every
 * build; what is too slow for that is guarded by `if (DEBUG)`. */
#define assert(cond)                                                     \
	do {                                                             \
		if (unlikely(!(cond)))                                   \
			assert_failed(__FILE__                           \
				      ":" AS_TEXT(__LINE__) "\0" #cond); \
	} while (0)
#define AS_TEXT(x)  AS_TEXT_(x)
#define AS_TEXT_(x) #x
/* => `where` is followed by the condition */
noreturn void assert_failed(const char *where);

void *memset(void *dst, int byte, size_t n);
void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
int snprintf(char *buf, size_t size, const char *fmt, ...) printf_like(3, 4);

/* Nanoseconds since the clock started; never goes back. */
u64 clock_ns(void);

/* A queue of sleeping threads. */
struct waitq {
	struct list_head waiters;
};
#define WAITQ_INIT(q)                  \
	{                              \
		LIST_INIT((q).waiters) \
	}

/* Sleeps until woken. => may sleep; the caller checks its condition again */
void waitq_sleep(struct waitq *q);
/* Makes every sleeper runnable. => from interrupts, too */
void waitq_wake_all(struct waitq *q);

/* The running thread is to die: what takes long ends early. */
bool fatal_signal_pending(void);
