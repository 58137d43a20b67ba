/*
 * uaccess.c - the parts of user access that need no assembly.
 */
#include "mm/uaccess.h"

struct ex_entry {
	vaddr_t insn, fixup;
};
extern const struct ex_entry __ex_table_start[], __ex_table_end[];

u32 user_faults_off;

vaddr_t ex_table_find(vaddr_t pc)
{
	const struct ex_entry *e = __ex_table_start;

	/* A dozen entries: the assembly of two machines has no more. */
	for (; e < __ex_table_end; e++)
		if (e->insn == pc)
			return e->fixup;
	return 0;
}

long strncpy_from_user(char *to, const char *from, u32 n)
{
	u32 done = 0;

	while (done < n) {
		/* To the end of the page: what follows may not be mapped. */
		u32 part = PAGE_SIZE - (vaddr_t)(from + done) % PAGE_SIZE, left;

		part = min(part, 32u);
		part = min(part, n - done);
		left = copy_from_user(to + done, from + done, part);
		for (u32 i = 0; i < part - left; i++)
			if (!to[done + i])
				return (long)(done + i);
		if (left)
			return -EFAULT;
		done += part;
	}
	return (long)n;
}
