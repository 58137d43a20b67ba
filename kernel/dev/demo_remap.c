/*
 * demo_remap.c - an example: a device whose memory is mapped in one go.
 *
 * The device has a buffer of two pages, one after the other in physical memory. Who
 * maps it gets both at once, by remap_pfn_range(): no fault ever happens.
 *
 *	fd = open("/dev/demo-wc", O_RDWR);
 *	p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
 *
 *	p |  page 0  |  page 1  |        Every process that maps it
 *	        |          |             sees the same two frames.
 *	buffer  | frame n  | frame n+1 |
 *
 * The minor number chooses how the processor treats the memory; the machine's bits for it
 * are seen in /proc/self/pagetable (user/devmap.c prints them):
 *
 *	240:0 /dev/demo-wb  write-back        240:2 /dev/demo-wc  write-combining
 *	240:1 /dev/demo-wt  write-through     240:3 /dev/demo-uc  uncached, ordered
 *
 * Each has a buffer of its own, since no frame may be reached with two types at a time; so
 * the kernel never touches a buffer again once it is cleared.
 *
 * What a driver must do: say what an area of it is like (demo_remap_ops), check the range and fill
 * it (demo_map), keep the file while areas are there (file_vma_open and _close).
 */
#include "kernel/fs/file.h"

#define DEMO_ORDER 1 /* 2^1 pages: 8 KiB */
#define DEMO_PAGES (1u << DEMO_ORDER)

/* By minor number. */
static const u32 types[] = { PGPROT_WB, PGPROT_WT, PGPROT_WC, PGPROT_UC };
static struct page *buffers[ARRAY_SIZE(types)];

static int demo_map(struct vma *vma)
{
	u32 minor = vma->file->inode->rdev & 0xff, npages = vma_pages(vma);
	pfn_t first = page_to_pfn(buffers[minor]);

	if (vma->pgoff >= DEMO_PAGES || npages > DEMO_PAGES - vma->pgoff)
		return -EINVAL; /* beyond the end of the device */
	first.n += vma->pgoff;
	return remap_pfn_range(vma, vma->start, first, npages * PAGE_SIZE,
			       types[minor]);
}

static const struct vm_ops demo_vm_ops = {
	.open = file_vma_open,
	.close = file_vma_close,
	.map = demo_map,
};

const struct file_ops demo_remap_ops = { .vm_ops = &demo_vm_ops,
					 .vm_flags = VM_SPECIAL };

void demo_remap_init(void)
{
	for (u32 i = 0; i < ARRAY_SIZE(types); i++) {
		buffers[i] = alloc_pages(GFP_KERNEL | GFP_ZERO, DEMO_ORDER);
		if (!buffers[i])
			panic("no memory for /dev/demo-*");
	}
}

void demo_remap_destroy(void)
{
	for (u32 i = 0; i < ARRAY_SIZE(types); i++)
		free_pages(buffers[i], DEMO_ORDER);
}
