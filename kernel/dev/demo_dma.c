/*
 * demo_dma.c - an example: a device that writes into the program's own buffer.
 *
 * read(fd, buf, n) on /dev/demo-dma gives the alphabet, again and again, uncopied: the
 * "device", a timer, writes it straight into the pages of buf, from an interrupt.
 *
 *	read()      get_user_pages()          sleeps ......  put_user_pages()  return
 *	timer                    armed .......| interrupt: writes, wakes
 *
 * The handler does not know whose address space is in force; it has the pages, and kernel
 * addresses for them, by kmap(). (A real device has the physical addresses.) The sleep
 * cannot be interrupted: until the device is done, the pages are its. What the program does
 * to buf meanwhile, from another thread, does no harm: see mm/gup.c.
 *
 * At most 16 pages at a time: more is a short read. A buffer that is not the program's to
 * write, or is device memory itself, is EFAULT.
 */
#include "kernel/fs/file.h"
#include "kernel/process.h"
#include "mm/kmap.h"
#include "mm/slab.h"

#define DMA_PAGES      16u
#define DMA_LATENCY_NS 20000000u /* how long the device needs */

struct transfer {
	struct timer timer; /* first */
	struct waitq waiters;
	bool done;
	u32 offset, n; /* bytes, from pages[0] on */
	u32 npages;
	struct page *pages[DMA_PAGES];
	char *kaddr[DMA_PAGES];
};

/* The device at work. => in an interrupt */
static void device_writes(struct timer *timer)
{
	struct transfer *t = (struct transfer *)timer;

	for (u32 i = 0; i < t->n; i++) {
		u32 at = t->offset + i;

		t->kaddr[at / PAGE_SIZE][at % PAGE_SIZE] = (char)('a' + i % 26);
	}
	t->done = true;
	waitq_wake_all(&t->waiters);
}

static void start_and_wait(struct transfer *t)
{
	u32 irqs;

	for (u32 i = 0; i < t->npages; i++)
		t->kaddr[i] = kmap(t->pages[i]);
	list_init(&t->waiters.waiters);
	timer_init_struct(&t->timer, device_writes);
	irqs = irq_save();
	timer_arm(&t->timer, clock_ns() + DMA_LATENCY_NS);
	while (!t->done)
		waitq_sleep(&t->waiters);
	irq_restore(irqs);
	for (u32 i = 0; i < t->npages; i++)
		kunmap(t->pages[i]);
}

static long dma_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	vaddr_t start = (vaddr_t)buf & PAGE_MASK;
	scoped_mem struct transfer *t = kzalloc(sizeof(*t));
	int err;

	(void)file, (void)pos;
	if (!n)
		return 0;
	if (!t)
		return -ENOMEM;
	t->offset = (u32)((vaddr_t)buf - start);
	t->n = min(n, DMA_PAGES * PAGE_SIZE - t->offset);
	t->npages = (t->offset + t->n + PAGE_SIZE - 1) / PAGE_SIZE;
	err = get_user_pages(current->process->mm, start, t->npages, true,
			     t->pages);
	if (!err) {
		start_and_wait(t);
		put_user_pages(t->pages, t->npages, true);
	}
	return err ? err : (long)t->n;
}

const struct file_ops demo_dma_ops = { .read = dma_read, .stream = true };
