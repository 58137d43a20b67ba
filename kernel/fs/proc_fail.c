/*
 * proc_fail.c - /proc/self/fail-nth: an allocation that fails on purpose.
 *
 * A program that writes N makes the Nth allocation from then on fail, once: a page or
 * an object, made by that thread in its system calls and page faults. Reading
 * says how many are still to come; 0: it has failed, or none is to. So a test
 * takes a call through every failure there can be:
 *
 *	for (n = 1;; n++) {
 *		write n;  make the call;  read what is left
 *		left is not 0: no allocation was missed, the call is through
 *	}
 *
 * What others allocate does not count, and neither does what the kernel needs to read
 * and write this file, which is nothing. Linux has the same file where
 * it is configured with fault injection, and one count for each thread; here one
 * thread at a time can have its own, the last one that wrote.
 */
#include "kernel/fs/proc.h"
#include "mm/page.h"
#include "mm/uaccess.h"

static int fail_tid; /* whose allocations count */

/* No interrupt handler allocates, so what is running is who asks. */
static bool is_counted(void)
{
	return current->tid == fail_tid;
}

void fail_nth_forget(const struct thread *t)
{
	if (t->tid == fail_tid)
		fail_alloc_after(fail_tid = 0);
}

static long fail_nth_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	const struct thread *t = proc_file_thread(file);
	char text[12];
	u32 len;

	if (!t)
		return -ESRCH;
	len = (u32)snprintf(text, sizeof(text), "%u\n",
			    t->tid == fail_tid ? fail_nth : 0);
	if (*pos >= len)
		return 0;
	n = min(n, len - (u32)*pos);
	if (copy_to_user(buf, text + *pos, n))
		return -EFAULT;
	*pos += n;
	return (long)n;
}

static long fail_nth_write(struct file *file, const void *buf, u32 n, u64 *pos)
{
	const struct thread *t = proc_file_thread(file);
	u32 count;
	int err = t ? user_number(buf, n, 0, 0x7fffffff, &count) : -ESRCH;

	(void)pos;
	if (err)
		return err;
	fail_tid = t->tid;
	fail_alloc_after(count);
	fail_counts = is_counted;
	return (long)n;
}

const struct file_ops fail_nth_ops = {
	.read = fail_nth_read,
	.write = fail_nth_write,
};
