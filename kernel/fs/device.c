/*
 * device.c - devices: the table of the character devices, and those made of nothing. Of the
 * block devices, the disks, all is in kernel/dev/blk_file.c.
 *
 * A node in a directory is an inode with a number, rdev; the table says whose
 * operations that number means. A driver registers itself at boot and gets a
 * node in /dev.
 *
 *	null	reads as the end, swallows		zero	reads as zeros; mapped:
 *	full	zeros, no room to write			private is anonymous, shared too
 *	random, urandom	bytes nobody guesses		kmsg	lines into the kernel's messages
 *
 * All nodes, with the numbers that Linux gave them; from 240 on they are for local use:
 *
 *	1:1 mem (kernel/dev/mem.c)  1:3 null  1:5 zero  1:7 full  1:8 random  1:9 urandom
 *	1:11 kmsg  5:0 tty  5:1 console (kernel/dev/tty.c)
 *	240:0 demo-wb  240:1 demo-wt  240:2 demo-wc  240:3 demo-uc (kernel/dev/demo_remap.c)
 *	241:0 demo-fault (demo_fault.c)  242:0 demo-dma (demo_dma.c)
 *	block 254:0 vda  254:16 vdb ... (kernel/dev/blk_file.c)
 */
#include "kernel/dev/blk.h"
#include "kernel/dev/tty.h"
#include "kernel/fs/file.h"
#include "kernel/random.h"
#include "mm/uaccess.h"

#define DEVICES_MAX 24

static struct device {
	u32 rdev;
	const struct file_ops *ops;
} devices[DEVICES_MAX];
static u32 nr_devices;

const struct file_ops *device_ops(u32 mode, u32 rdev)
{
	if (S_ISBLK(mode) && blk_find(rdev))
		return &blk_file_ops;
	for (u32 i = 0; i < nr_devices && S_ISCHR(mode); i++)
		if (devices[i].rdev == rdev)
			return devices[i].ops;
	return NULL;
}

void device_register(const char *path, u32 mode, u32 rdev,
		     const struct file_ops *ops)
{
	assert(nr_devices < DEVICES_MAX);
	devices[nr_devices++] = (struct device){ rdev, ops };
	if (vfs_make(path, S_IFCHR | mode, rdev))
		panic("no memory for %s", path);
}

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

void device_nodes_init(void)
{
	device_register("/dev/mem", 0600, MKDEV(1u, 1u), &mem_ops);
	device_register("/dev/null", 0666, MKDEV(1u, 3u), &null_ops);
	device_register("/dev/zero", 0666, MKDEV(1u, 5u), &zero_ops);
	device_register("/dev/full", 0666, MKDEV(1u, 7u), &full_ops);
	device_register("/dev/random", 0666, MKDEV(1u, 8u), &random_ops);
	device_register("/dev/urandom", 0666, MKDEV(1u, 9u), &random_ops);
	device_register("/dev/kmsg", 0644, MKDEV(1u, 11u), &kmsg_ops);
	device_register("/dev/tty", 0666, MKDEV(5u, 0u), &tty_ops);
	device_link("/dev/fd", "/proc/self/fd");
	device_link("/dev/stdin", "/proc/self/fd/0");
	device_link("/dev/stdout", "/proc/self/fd/1");
	device_link("/dev/stderr", "/proc/self/fd/2");
	device_register("/dev/console", 0600, MKDEV(5u, 1u), &tty_ops);
	demo_remap_init();
	demo_fault_init();
	demo_dma_init();
	blk_nodes_init();
}

void device_nodes_destroy(void)
{
	demo_remap_destroy();
	demo_fault_destroy();
	blk_nodes_destroy();
}
