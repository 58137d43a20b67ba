/*
 * uart.c - the console on x86: a 16550A at COM1.
 *
 * Reached by ports, so it speaks before there is any map. Output is polled,
 * byte by byte; input comes by interrupt. 115200 bits a second, 8 bits, no
 * parity.
 * (National Semiconductor PC16550D data sheet, table 2)
 */
#include "kernel/arch.h"
#include "kernel/bootinfo.h"

#define DATA (PORT_COM1 + 0) /* with LCR_DIVISOR: 115200 / speed, low */
#define IER  (PORT_COM1 + 1) /* with LCR_DIVISOR: high */
#define FCR  (PORT_COM1 + 2)
#define LCR  (PORT_COM1 + 3)
#define MCR  (PORT_COM1 + 4)
#define LSR  (PORT_COM1 + 5)

#define IER_RX	    (1u << 0)
#define FCR_ON	    0x07 /* FIFOs on and emptied, interrupt at the first byte */
#define LCR_8BIT    0x03
#define LCR_DIVISOR 0x80
#define MCR_ON	    0x0b /* ready, and OUT2: a PC's way to the 8259 */
#define LSR_RX	    (1u << 0)
#define LSR_TX	    (1u << 5) /* may take a byte */
#define LSR_IDLE    (1u << 6) /* the last bit is on the line */

/* Emptying the FIFOs, or turning them on, would lose what was typed before. */
void console_early_init(void)
{
	u8 status = inb(LSR);

	outb(IER, 0);
	outb(LCR, LCR_DIVISOR);
	outb(DATA, 1);
	outb(IER, 0);
	outb(LCR, LCR_8BIT);
	for (; status & LSR_RX && status != 0xff; status = inb(LSR))
		console_rx((char)inb(DATA));
	outb(FCR, FCR_ON);
	outb(MCR, MCR_ON);
}

/* Where there is no UART, every bit reads as 1: nothing waits. */
void console_putc(char c)
{
	while (!(inb(LSR) & LSR_TX))
		;
	outb(DATA, (u8)c);
}

void console_drain(void)
{
	while (!(inb(LSR) & LSR_IDLE))
		;
}

static void receive(void *arg)
{
	(void)arg;
	while (inb(LSR) & LSR_RX)
		console_rx((char)inb(DATA));
}

void console_irq_init(void)
{
	if (inb(LSR) == 0xff)
		return;
	if (irq_request(IRQ_COM1, receive, NULL))
		panic("the console's interrupt cannot be had");
	outb(IER, IER_RX);
}
