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
#define PART_SIZE  256u

/* Whether the frame is RAM: mem_map spans holes between, too. */
static bool is_ram(u32 n)
{
	u64 start = (u64)n << PAGE_SHIFT;

	return pfn_valid(pfn(n)) &&
	       memblock_ram_between(start, start + PAGE_SIZE) == PAGE_SIZE;
}

/* Copies n bytes, inside one page, through `part`: user memory may fault, and then the
 * page's address, which is had for a moment, would not last. => bytes copied */
static u32 copy_part(u64 pos, char *buf, u32 n, bool to_user)
{
	struct page *page = pfn_to_page(pfn((u32)(pos >> PAGE_SHIFT)));
	char part[PART_SIZE], *kaddr;
	u32 left = 0;

	if (!to_user)
		left = copy_from_user(part, buf, n);
	kaddr = (char *)kmap_local(page) + ((u32)pos & (PAGE_SIZE - 1));
	if (to_user)
		memcpy(part, kaddr, n);
	else
		memcpy(kaddr, part, n - left);
	kunmap_local(kaddr);
	if (to_user)
		left = copy_to_user(buf, part, n);
	return n - left;
}

static long copy_memory(char *buf, u32 n, u64 *pos, bool to_user)
{
	u32 done = 0, part, copied;

	while (done < n && *pos >> PAGE_SHIFT < PHYS_PAGES &&
	       is_ram((u32)(*pos >> PAGE_SHIFT))) {
		part = min(n - done, PART_SIZE - (u32)*pos % PART_SIZE);
		copied = copy_part(*pos, buf + done, part, to_user);
		done += copied;
		*pos += copied;
		if (copied < part)
			break;
	}
	return done || !n ? (long)done : -EFAULT;
}

static long mem_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	(void)file;
	return copy_memory(buf, n, pos, true);
}

static long mem_write(struct file *file, const void *buf, u32 n, u64 *pos)
{
	(void)file;
	return copy_memory((char *)(vaddr_t)buf, n, pos, false);
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
