/*
 * console.h - reading from the console.
 */
#ifndef KERNEL_DEV_CONSOLE_H
#define KERNEL_DEV_CONSOLE_H

/* The next byte received. => may sleep until there is one */
char console_getc(void);

#endif
