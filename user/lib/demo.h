/*
 * demo.h - what the demonstrations share: they do something to memory and say
 * what they see, in words and addresses.
 */
#pragma once

#include "user/lib/probe.h"
#include "user/lib/text.h"

/* Ends the demonstration where a call it needs has failed. */
void need(int good, const char *what);
/* "frame 0x4123", "no frame", or "a frame (hidden)" where only root may know */
const char *frame_name(const volatile void *p);
/* The frame's number, 0 where there is none or it is hidden. */
unsigned long frame_of(const volatile void *p);
/* Runs the rest in a child: 0 there; the parent waits with demo_wait(). */
int demo_fork(void);
void demo_wait(int pid);
/* The one takes a step, then the other: a byte through a pipe. */
struct turn {
	int fd[2];
};
void turn_init(struct turn *t);
void turn_give(struct turn *t);
void turn_take(struct turn *t);
/* Time since the first call, in microseconds. */
unsigned long micros(void);
