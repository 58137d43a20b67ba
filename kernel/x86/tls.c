/*
 * tls.c - segments of a program's own.
 *
 * User mode sees memory through flat segments but for three of the GDT's
 * entries, which each thread sets as it likes: compilers reach thread-local
 * variables through gs, whose segment begins at the thread's own block.
 *
 *	gs = 0x33 -> GDT[6] = arch.tls[0]: base -> the thread's control block
 *
 * Only data segments of user privilege can be made, so that no selector lets a
 * program do anything that the flat one would not. A descriptor is used when
 * its selector is loaded: whoever changes one loads fs and gs again. SDM 3A
 * 3.4.
 *
 * Left out: modify_ldt(), segments of code and of 16 bits.
 */
#include "kernel/syscall.h"
#include "mm/uaccess.h"

#include <asm/ldt.h>

#include "traps_arch.h"

/* ---- fs and gs */

/* Loads a segment register; what the processor refuses becomes 0. */
#define load_segment(reg, selector)                                  \
	({                                                           \
		u32 sel = (selector);                                \
		__asm__ volatile("1:\tmov %w0, %%" reg "\n\t"        \
				 ".subsection 1\n"                   \
				 "2:\txor %0, %0\n\t"                \
				 "jmp 1b\n\t"                        \
				 ".previous\n\t"                     \
				 ".pushsection .ex_table, \"a\"\n\t" \
				 ".long 1b, 2b\n\t"                  \
				 ".popsection"                       \
				 : "+r"(sel)::"cc");                 \
	})

void segments_save(struct thread_arch *arch)
{
	__asm__ volatile("mov %%fs, %0" : "=r"(arch->fs));
	__asm__ volatile("mov %%gs, %0" : "=r"(arch->gs));
}

void segments_load(const struct thread_arch *arch)
{
	load_segment("fs", arch->fs);
	load_segment("gs", arch->gs);
}

/* ---- descriptors */

/* Two ways to say "no segment": nothing set at all, or what an empty one reads
 * as. */
static bool is_empty(const struct user_desc *d)
{
	bool rest = d->base_addr || d->limit || d->contents || d->seg_32bit ||
		    d->limit_in_pages || d->useable;

	return !rest && d->read_exec_only == d->seg_not_present;
}

static u64 pack(const struct user_desc *d)
{
	u32 rights = RIGHTS_USER | RIGHTS_ACCESSED | d->contents << 2 |
		     (d->read_exec_only ? 0 : RIGHTS_WRITABLE);

	return DESC(d->base_addr, d->limit, rights,
		    d->limit_in_pages << 3 | 4u | d->useable);
}

static void unpack(u64 desc, struct user_desc *d)
{
	u32 low = (u32)desc, high = (u32)(desc >> 32);

	d->base_addr = low >> 16 | (high & 0xff) << 16 | (high & 0xff000000);
	d->limit = (low & 0xffff) | (high & 0xf0000);
	d->read_exec_only = !(high >> 8 & RIGHTS_WRITABLE);
	d->contents = high >> 10 & 3;
	d->seg_not_present = !(high >> 15 & 1);
	d->useable = high >> 20 & 1;
	d->seg_32bit = high >> 22 & 1;
	d->limit_in_pages = high >> 23 & 1;
}

int tls_set(struct thread *t, u32 desc, bool alloc)
{
	struct user_desc *user = (void *)(vaddr_t)desc, d;
	int i;

	if (copy_from_user(&d, user, sizeof(d)))
		return -EFAULT;
	if (!is_empty(&d) &&
	    (!d.seg_32bit || d.contents > MODIFY_LDT_CONTENTS_STACK ||
	     d.seg_not_present))
		return -EINVAL; /* only data */
	i = (int)d.entry_number - GDT_TLS;
	if (alloc && d.entry_number == ~0u) {
		for (i = 0; i < NR_TLS && t->arch.tls[i]; i++)
			;
		if (i == NR_TLS)
			return -ESRCH;
		if (put_user_u32((u32)i + GDT_TLS, &user->entry_number))
			return -EFAULT;
	}
	if (i < 0 || i >= NR_TLS)
		return -EINVAL;
	t->arch.tls[i] = is_empty(&d) ? 0 : pack(&d);
	return 0;
}

long sys_set_thread_area(u32 desc)
{
	int err = tls_set(current, desc, true);

	if (err)
		return err;
	gdt_set_thread(current);
	segments_save(&current->arch);
	segments_load(&current->arch);
	return 0;
}

long sys_get_thread_area(u32 desc)
{
	struct user_desc *user = (void *)(vaddr_t)desc, d;
	u32 entry;

	if (get_user_u32(&entry, &user->entry_number))
		return -EFAULT;
	if (entry - GDT_TLS >= NR_TLS)
		return -EINVAL;
	memset(&d, 0, sizeof(d));
	d.entry_number = entry;
	unpack(current->arch.tls[entry - GDT_TLS], &d);
	return put_user(user, &d);
}
