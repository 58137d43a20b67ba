/*
 * sys_mm.c - the system calls of memory mapping: from registers to mm/.
 *
 * What the program passes as a descriptor becomes a struct mmap_object here; the rest is
 * checked where it is used, in mm/mmap.c and its neighbours.
 */
#include "kernel/syscall.h"
#include "kernel/process.h"
#include "mm/uaccess.h"

#include <linux/mman.h>

#define current_mm (current->process->mm)

/* A file of its own for shared anonymous memory. may: VM_MAY*, at most */
static long mmap_shared_anonymous(u32 addr, u32 len, u32 prot, u32 flags,
				  u32 may)
{
	struct mmap_object object;
	scoped_file *file = NULL;
	long err;

	if (!len)
		return -EINVAL;
	if (len <= TASK_SIZE)
		file = shmem_file_create("dev/zero", ALIGN_UP(len, PAGE_SIZE));
	if (!file)
		return -ENOMEM;
	flags &= ~(u32)MAP_ANONYMOUS;
	err = file_mmap(file, prot, flags, &object);
	object.may &= may;
	return err ?: mm_mmap(current_mm, addr, len, prot, flags, &object);
}

/* An object without operations is /dev/zero's: it stands for anonymous memory. */
static long map_object(const struct mmap_object *object, u32 addr, u32 len,
		       u32 prot, u32 flags)
{
	if (object->ops)
		return mm_mmap(current_mm, addr, len, prot, flags, object);
	if ((flags & MAP_TYPE) != MAP_PRIVATE)
		return mmap_shared_anonymous(addr, len, prot, flags,
					     object->may);
	return mm_mmap(current_mm, addr, len, prot, flags, NULL);
}

static long mmap_file(u32 addr, u32 len, u32 prot, u32 flags, int fd, u32 pgoff)
{
	scoped_file *file = fd_get(fd);
	struct mmap_object object;
	long err;

	if (!file)
		return -EBADF;
	err = len ? file_mmap(file, prot, flags, &object) : -EINVAL;
	object.pgoff = pgoff;
	return err ?: map_object(&object, addr, len, prot, flags);
}

long sys_mmap2(u32 addr, u32 len, u32 prot, u32 flags, int fd, u32 pgoff)
{
	u32 type = flags & MAP_TYPE;

	if (!(flags & MAP_ANONYMOUS))
		return mmap_file(addr, len, prot, flags, fd, pgoff);
	if (type == MAP_SHARED)
		return mmap_shared_anonymous(addr, len, prot, flags,
					     VM_MAY_RIGHTS);
	return mm_mmap(current_mm, addr, len, prot, flags, NULL);
}

/* i386's first mmap: all arguments in memory, the offset in bytes. */
long sys_old_mmap(const u32 *from)
{
	u32 a[6];

	if (copy_from_user(a, from, sizeof(a)))
		return -EFAULT;
	if (a[5] % PAGE_SIZE)
		return -EINVAL;
	return sys_mmap2(a[0], a[1], a[2], a[3], (int)a[4], a[5] >> PAGE_SHIFT);
}

/* What mm/ decides alone, of the running process's address space. */
SYSCALL(munmap, (u32 addr, u32 len), mm_munmap(current_mm, addr, len))
SYSCALL(mprotect, (u32 addr, u32 len, u32 prot),
	mm_mprotect(current_mm, addr, len, prot))
SYSCALL(mremap, (u32 addr, u32 old_len, u32 new_len, u32 flags, u32 new_addr),
	mm_mremap(current_mm, addr, old_len, new_len, flags, new_addr))
SYSCALL(madvise, (u32 addr, u32 len, int advice),
	mm_madvise(current_mm, addr, len, advice))
SYSCALL(munlock, (u32 addr, u32 len), mm_munlock(current_mm, addr, len))
SYSCALL(mlockall, (u32 flags), mm_mlockall(current_mm, flags))
SYSCALL(brk, (u32 brk), mm_brk(current_mm, brk))
SYSCALL(mlock, (u32 addr, u32 len), mm_mlock(current_mm, addr, len, VM_LOCKED))
SYSCALL(mlock2, (u32 addr, u32 len, u32 flags),
	flags & ~MLOCK_ONFAULT
		? -EINVAL
		: mm_mlock(current_mm, addr, len,
			   flags ? VM_LOCKED | VM_LOCKONFAULT : VM_LOCKED))
SYSCALL(munlockall, (void), mm_munlockall(current_mm))

long sys_mincore(u32 addr, u32 len, u8 *vec)
{
	u32 npages = (len >> PAGE_SHIFT) + !!(len % PAGE_SIZE);
	u8 part[256];

	if (addr % PAGE_SIZE)
		return -EINVAL;
	if (addr > TASK_SIZE || len > TASK_SIZE - addr)
		return -ENOMEM;
	if (!access_ok(vec, npages))
		return -EFAULT;
	for (u32 n; npages; npages -= n, addr += n << PAGE_SHIFT, vec += n) {
		n = min(npages, (u32)sizeof(part));
		n = (u32)mm_mincore(current_mm, addr, n, part);
		if ((s32)n < 0)
			return (long)n;
		if (copy_to_user(vec, part, n))
			return -EFAULT;
	}
	return 0;
}
