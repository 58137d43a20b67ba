/*
 * console.c - bytes received on the console, until somebody reads them.
 *
 * The UART's interrupt puts them into a ring; readers wait on `readers`.
 *
 *	ring   | | |h|e|l|p| | |      tail -> next to read, head -> next free
 *
 * A byte that finds the ring full is dropped, as by a real terminal line.
 */
#include "kernel/dev/console.h"

#include "kernel/arch.h"

#define RING_SIZE 256u /* a power of two */

static char ring[RING_SIZE];
static u32 head, tail;
static struct waitq readers = WAITQ_INIT(readers);

void console_rx(char c)
{
	if (head - tail == RING_SIZE)
		return;
	ring[head++ % RING_SIZE] = c;
	waitq_wake_all(&readers);
}

char console_getc(void)
{
	u32 irqs = irq_save();
	char c;

	while (head == tail)
		waitq_sleep(&readers);
	c = ring[tail++ % RING_SIZE];
	irq_restore(irqs);
	return c;
}
