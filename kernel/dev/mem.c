/*
 * mem.c - /dev/mem: physical memory as a file; the position is the address.
 *
 * read() and write() know RAM, high memory included, and end where it ends; before it begins
 * they fail (EFAULT), as Linux has it. mmap() maps whatever is there: RAM
 * write-back, like the kernel's own map of it, and everything else, which is devices, uncached.
 *
 *	cat  < /dev/mem       the kernel's own bytes
 *	mmap at 0x09000000    ARM: the registers of the PL011
 *	mmap at 0xb8000       x86: the screen of the VGA
 *
 * For root alone: the node's mode says so. Linux can be built to keep RAM out of it
 * (STRICT_DEVMEM); to look at memory is what Quire is for.
 */
#include "kernel/fs/file.h"
#include "mm/kmap.h"
#include "mm/memblock.h"
#include "mm/uaccess.h"

#define PHYS_PAGES (1u << (32 - PAGE_SHIFT)) /* of the physical address space */

/* Whether the frame is RAM: mem_map spans holes between, too. */
static bool is_ram(u32 n)
{
	u64 start = (u64)n << PAGE_SHIFT;

	return pfn_valid(pfn(n)) &&
	       memblock_ram_between(start, start + PAGE_SIZE) == PAGE_SIZE;
}

void page_part(struct page *page, u32 offset, void *part, u32 len, bool write)
{
	char *kaddr = (char *)kmap_local(page) + offset;

	if (write)
		memcpy(kaddr, part, len);
	else
		memcpy(part, kaddr, len);
	kunmap_local(kaddr);
}

/* By way of a buffer: user memory may fault, and then a page's address, which is had for a
 * moment, would not last. */
long copy_parts(char *buf, u32 n, u64 *pos, bool write, copy_part *fn,
		void *arg)
{
	char part[256];
	u32 done = 0;
	int err = 0;

	while (done < n) {
		u32 len = min(n - done, (u32)sizeof(part));

		len = min(len, PAGE_SIZE - (u32)*pos % PAGE_SIZE);
		if (write && copy_from_user(part, buf + done, len))
			err = -EFAULT;
		err = err ?: fn(arg, *pos, part, len, write);
		if (!err && !write && copy_to_user(buf + done, part, len))
			err = -EFAULT;
		if (err)
			break;
		done += len;
		*pos += len;
	}
	return done ? (long)done : err;
}

static int copy_ram(void *unused, u64 pos, char *part, u32 len, bool write)
{
	u32 n = (u32)(pos >> PAGE_SHIFT);

	(void)unused;
	if (pos >> 32 || !is_ram(n))
		return -EFAULT;
	page_part(pfn_to_page(pfn(n)), pos % PAGE_SIZE, part, len, write);
	return 0;
}

static long mem_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	(void)file;
	return copy_parts(buf, n, pos, false, copy_ram, NULL);
}

static long mem_write(struct file *file, const void *buf, u32 n, u64 *pos)
{
	(void)file;
	return copy_parts((char *)(vaddr_t)buf, n, pos, true, copy_ram, NULL);
}

static int mem_map_area(struct vma *vma)
{
	u32 npages = vma_pages(vma), nram = 0;
	pfn_t first = pfn(vma->pgoff);

	if (vma->pgoff >= PHYS_PAGES || npages > PHYS_PAGES - vma->pgoff)
		return -EINVAL;
	for (u32 i = 0; i < npages; i++)
		nram += is_ram(first.n + i);
	/* One area has one type: what is not all RAM is mapped as a device. */
	return remap_pfn_range(vma, vma->start, first, npages * PAGE_SIZE,
			       nram == npages ? PGPROT_WB : PGPROT_UC);
}

static const struct vm_ops mem_vm_ops = {
	.open = file_vma_open,
	.close = file_vma_close,
	.map = mem_map_area,
};

const struct file_ops mem_ops = {
	.read = mem_read,
	.write = mem_write,
	.vm_ops = &mem_vm_ops,
	.vm_flags = VM_SPECIAL,
};
