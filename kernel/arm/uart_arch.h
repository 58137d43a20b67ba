/*
 * uart_arch.h - what the other files of kernel/arm ask of uart.c.
 */
#ifndef UART_ARCH_H
#define UART_ARCH_H

/* Waits until the last byte is on the line. */
void console_drain(void);

#endif
