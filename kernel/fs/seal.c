/*
 * seal.c - seals of memory files: promises that a file will not shrink, grow or be written.
 *
 * Who gives another process a memfd can seal it first; whoever gets it can then rely on what
 * it maps: no SIGBUS (SHRINK), no change (WRITE). A seal is for ever. Only a memfd made with
 * MFD_ALLOW_SEALING can have them; every other memory file has SEAL, which
 * forbids any more.
 *
 *	SHRINK, GROW	the size			ftruncate, write, fallocate
 *	WRITE		the bytes			write, punching; shared mappings
 *	FUTURE_WRITE	the same, but mappings that are already there may go on
 *	SEAL		more seals
 *
 * WRITE is refused (EBUSY) while somebody might write through a mapping.
 */
#include "kernel/fs/file.h"

#include <linux/mman.h>

#define ALL_SEALS                                                   \
	(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | \
	 F_SEAL_FUTURE_WRITE)
#define NO_WRITE (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)

static bool can_have_seals(const struct file *file)
{
	return S_ISREG(file->inode->mode) && file->inode->mapping.shmem;
}

long seals_get(const struct file *file)
{
	return can_have_seals(file) ? (long)file->inode->seals : -EINVAL;
}

/* Whether a mapping of the file may be written, now or after an mprotect. */
static bool is_mapped_writable(const struct inode *inode)
{
	u32 both = VM_SHARED | VM_MAYWRITE;
	const struct vma *v;

	list_for_each_entry (v, &inode->mapping.vmas, shared)
		if ((v->flags & both) == both)
			return true;
	return false;
}

long seals_add(struct file *file, u32 seals)
{
	struct inode *inode = file->inode;

	if (!FILE_WRITES(file))
		return -EPERM;
	if ((seals & ~(u32)ALL_SEALS) || !can_have_seals(file))
		return -EINVAL;
	if (inode->seals & F_SEAL_SEAL)
		return -EPERM;
	if ((seals & F_SEAL_WRITE) && !(inode->seals & F_SEAL_WRITE) &&
	    is_mapped_writable(inode))
		return -EBUSY;
	inode->seals |= seals;
	inode->mapping.sealed = inode->seals & NO_WRITE;
	return 0;
}

int seal_check_size(const struct inode *inode, u64 size)
{
	u64 old = inode->mapping.size;

	if ((size < old && (inode->seals & F_SEAL_SHRINK)) ||
	    (size > old && (inode->seals & F_SEAL_GROW)))
		return -EPERM;
	return 0;
}

int seal_check_write(const struct inode *inode, u64 pos, u32 *n)
{
	u64 size = inode->mapping.size;

	if (inode->seals & NO_WRITE)
		return -EPERM;
	if (!(inode->seals & F_SEAL_GROW) || pos + *n <= size)
		return 0;
	/* Page by page, as far as it goes. */
	size = ALIGN_DOWN(size, (u64)PAGE_SIZE);
	if (pos >= size)
		return -EPERM;
	*n = (u32)(size - pos);
	return 0;
}

int seal_check_mmap(const struct inode *inode, u32 prot, u32 flags, u32 *may)
{
	if (!(inode->seals & NO_WRITE) || (flags & MAP_TYPE) == MAP_PRIVATE ||
	    !(*may & VM_MAYWRITE))
		return 0;
	if ((prot & PROT_WRITE) || (inode->seals & F_SEAL_WRITE))
		return -EPERM;
	*may &= ~(u32)VM_MAYWRITE;
	return 0;
}
