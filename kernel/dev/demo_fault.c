/*
 * demo_fault.c - an example: a device that is mapped page by page, by faults.
 *
 * The device has four pages, which need not lie side by side. mmap() maps nothing; the first
 * touch of each page is a fault, and vm_ops->fault says which page it shall be.
 *
 *	fd = open("/dev/demo-fault", O_RDWR);
 *	p = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
 *
 *	p |  ....  |  page 1  |  ....  |  ....  |     after p[4096] was touched
 *	                 |
 *	pages [0]   [1] [2]   [3]
 *
 * Compared with demo_remap.c: what is never touched costs nothing, and the pages are
 * counted: each lives until it is unmapped, whatever the driver does. But each costs a
 * fault, and must be RAM. A page beyond the last is SIGBUS when it is touched.
 */
#include "kernel/fs/file.h"

#define DEMO_PAGES 4u

static struct page *pages[DEMO_PAGES];

/* => 0 and a reference, which will be the entry's; -EFAULT: SIGBUS */
static int demo_fault(struct vma *vma, u32 pgoff, struct page **page)
{
	(void)vma;
	if (pgoff >= DEMO_PAGES)
		return -EFAULT;
	get_page(pages[pgoff]);
	*page = pages[pgoff];
	return 0;
}

static const struct vm_ops demo_vm_ops = {
	.open = file_vma_open,
	.close = file_vma_close,
	.fault = demo_fault,
};

const struct file_ops demo_fault_ops = { .vm_ops = &demo_vm_ops };

void demo_fault_init(void)
{
	for (u32 i = 0; i < DEMO_PAGES; i++) {
		pages[i] = alloc_page(GFP_HIGHUSER | GFP_ZERO);
		if (!pages[i])
			panic("no memory for /dev/demo-fault");
	}
}

void demo_fault_destroy(void)
{
	for (u32 i = 0; i < DEMO_PAGES; i++)
		put_page(pages[i]);
}
