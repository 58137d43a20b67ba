/*
 * tty.h - the console as a terminal.
 */
#ifndef KERNEL_DEV_TTY_H
#define KERNEL_DEV_TTY_H

/* A byte was received. => interrupts off */
void tty_input(char byte);

#endif
