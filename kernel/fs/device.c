/*
 * device.c - devices: the table of the character devices, and those made of nothing. Of the
 * block devices, the disks, all is in kernel/dev/blk_file.c.
 *
 * A node in a directory is an inode with a number, rdev; the table says whose
 * operations that number means. Each device of it has a node in /dev from the start.
 *
 *	null	reads as the end, swallows		zero	reads as zeros; mapped:
 *	full	zeros, no room to write			private is anonymous, shared too
 *	random, urandom	bytes nobody guesses		kmsg	lines into the kernel's messages
 *
 * The numbers are those that Linux gave them; from 240 on they are for local use.
 */
#include "kernel/dev/blk.h"
#include "kernel/dev/tty.h"
#include "kernel/fs/file.h"
#include "kernel/random.h"
#include "mm/uaccess.h"

static long null_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	(void)file, (void)buf, (void)n, (void)pos;
	return 0;
}

static long null_write(struct file *file, const void *buf, u32 n, u64 *pos)
{
	(void)file, (void)buf, (void)pos;
	return (long)n;
}

static long zero_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	u32 left = clear_user(buf, n);

	(void)file, (void)pos;
	return left == n && n ? -EFAULT : (long)(n - left);
}

/* No object: what is mapped is anonymous memory, private or shared. */
static int zero_mmap(struct file *file, struct mmap_object *obj, u32 flags)
{
	(void)file, (void)flags;
	obj->ops = NULL;
	return 0;
}

static long full_write(struct file *file, const void *buf, u32 n, u64 *pos)
{
	(void)file, (void)buf, (void)n, (void)pos;
	return -ENOSPC;
}

static long random_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	(void)file, (void)pos;
	return random_to_user(buf, n);
}

static long kmsg_write(struct file *file, const void *buf, u32 n, u64 *pos)
{
	char line[256];
	u32 len = min(n, (u32)sizeof(line) - 1);

	(void)file, (void)pos;
	if (copy_from_user(line, buf, len))
		return -EFAULT;
	line[len] = 0;
	if (len && line[len - 1] == '\n')
		line[len - 1] = 0;
	printk("%s\n", line);
	return (long)n;
}

static const struct file_ops null_ops = { .read = null_read,
					  .write = null_write,
					  .from_kernel = true,
					  .start = true };
static const struct file_ops zero_ops = { .read = zero_read,
					  .write = null_write,
					  .from_kernel = true,
					  .mmap = zero_mmap,
					  .start = true };
static const struct file_ops full_ops = { .read = zero_read,
					  .write = full_write,
					  .start = true };
static const struct file_ops random_ops = { .read = random_read,
					    .write = null_write,
					    .start = true };
static const struct file_ops kmsg_ops = { .write = kmsg_write };

/* What udev makes elsewhere, and shells use. */
static void device_link(const char *path, const char *target)
{
	scoped_last last = { 0 };
	int err = path_parent(AT_FDCWD, path, &last)
			  ?: vfs_mknod(&last, S_IFLNK | 0777, 0, target, NULL);

	if (err)
		panic("no %s: error %d", path, err);
}

static const struct {
	const char *path;
	u32 mode, rdev;
	const struct file_ops *ops;
} devices[] = {
	{ "/dev/mem", 0600, MKDEV(1u, 1u), &mem_ops },
	{ "/dev/null", 0666, MKDEV(1u, 3u), &null_ops },
	{ "/dev/zero", 0666, MKDEV(1u, 5u), &zero_ops },
	{ "/dev/full", 0666, MKDEV(1u, 7u), &full_ops },
	{ "/dev/random", 0666, MKDEV(1u, 8u), &random_ops },
	{ "/dev/urandom", 0666, MKDEV(1u, 9u), &random_ops },
	{ "/dev/kmsg", 0644, MKDEV(1u, 11u), &kmsg_ops },
	{ "/dev/tty", 0666, MKDEV(5u, 0u), &tty_ops },
	{ "/dev/console", 0600, MKDEV(5u, 1u), &tty_ops },
	{ "/dev/demo-wb", 0666, MKDEV(240u, 0u), &demo_remap_ops },
	{ "/dev/demo-wt", 0666, MKDEV(240u, 1u), &demo_remap_ops },
	{ "/dev/demo-wc", 0666, MKDEV(240u, 2u), &demo_remap_ops },
	{ "/dev/demo-uc", 0666, MKDEV(240u, 3u), &demo_remap_ops },
	{ "/dev/demo-fault", 0666, MKDEV(241u, 0u), &demo_fault_ops },
	{ "/dev/demo-dma", 0666, MKDEV(242u, 0u), &demo_dma_ops },
};

const struct file_ops *device_ops(u32 mode, u32 rdev)
{
	if (S_ISBLK(mode) && blk_find(rdev))
		return &blk_file_ops;
	for (u32 i = 0; i < ARRAY_SIZE(devices) && S_ISCHR(mode); i++)
		if (devices[i].rdev == rdev)
			return devices[i].ops;
	return NULL;
}

void device_nodes_init(void)
{
	for (u32 i = 0; i < ARRAY_SIZE(devices); i++)
		if (vfs_make(devices[i].path, S_IFCHR | devices[i].mode,
			     devices[i].rdev))
			panic("no memory for %s", devices[i].path);
	device_link("/dev/fd", "/proc/self/fd");
	device_link("/dev/stdin", "/proc/self/fd/0");
	device_link("/dev/stdout", "/proc/self/fd/1");
	device_link("/dev/stderr", "/proc/self/fd/2");
	demo_remap_init();
	demo_fault_init();
	blk_nodes_init();
}

void device_nodes_destroy(void)
{
	demo_remap_destroy();
	demo_fault_destroy();
	blk_nodes_destroy();
}
