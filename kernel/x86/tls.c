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
#include "kernel/sched.h"
#include "kernel/syscall.h"
#include "mm/uaccess.h"

#include <asm/ldt.h>

#include "traps_arch.h"

/* The parts of a descriptor (SDM 3A 3.4.5), as shifts. */
enum {
	DESC_BASE = 16, /* 24 bits */
	DESC_TYPE = 40, /* accessed, writable, expand-down: 4 bits */
	DESC_USER = 44, /* not a system segment, privilege 3 */
	DESC_PRESENT = 47,
	DESC_LIMIT_HIGH = 48, /* 4 bits */
	DESC_AVAILABLE = 52,
	DESC_32BIT = 54,
	DESC_PAGES = 55, /* the limit counts pages */
	DESC_BASE_HIGH = 56,
};
#define TYPE_ACCESSED 1u
#define TYPE_WRITABLE 2u
#define TYPE_CONTENTS 2 /* a shift */

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
	u32 type = TYPE_ACCESSED | (d->read_exec_only ? 0 : TYPE_WRITABLE) |
		   d->contents << TYPE_CONTENTS;

	return (d->limit & 0xffff) |
	       (u64)(d->base_addr & 0xffffff) << DESC_BASE |
	       (u64)type << DESC_TYPE | 7ull << DESC_USER |
	       1ull << DESC_PRESENT |
	       (u64)(d->limit >> 16 & 0xf) << DESC_LIMIT_HIGH |
	       (u64)d->useable << DESC_AVAILABLE | 1ull << DESC_32BIT |
	       (u64)d->limit_in_pages << DESC_PAGES |
	       (u64)(d->base_addr >> 24) << DESC_BASE_HIGH;
}

static void unpack(u64 desc, struct user_desc *d)
{
	d->base_addr = (u32)(desc >> DESC_BASE & 0xffffff) |
		       (u32)(desc >> DESC_BASE_HIGH) << 24;
	d->limit = (u32)(desc & 0xffff) | (u32)(desc >> DESC_LIMIT_HIGH & 0xf)
						  << 16;
	d->seg_32bit = desc >> DESC_32BIT & 1;
	d->contents = desc >> (DESC_TYPE + TYPE_CONTENTS) & 3;
	d->read_exec_only = !(desc >> DESC_TYPE & TYPE_WRITABLE);
	d->limit_in_pages = desc >> DESC_PAGES & 1;
	d->seg_not_present = !(desc >> DESC_PRESENT & 1);
	d->useable = desc >> DESC_AVAILABLE & 1;
}

static int find_free(const struct thread *t)
{
	for (int i = 0; i < NR_TLS; i++)
		if (!t->arch.tls[i])
			return i;
	return -ESRCH;
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
		i = find_free(t);
		if (i < 0)
			return i;
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
