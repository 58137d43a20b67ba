/*
 * pipe.c - pipes, also those with a name.
 *
 * Reached through pipe() and through FIFOs in directories.
 *
 *	buffer  | | |h|e|l|l|o| | |	64 KiB or what F_SETPIPE_SZ says, round
 *	            ^tail     ^head	both only grow; head - tail bytes are in it
 *
 * The buffer is made one page at a time, as it is first needed: a pipe that carries one
 * byte to and fro, as most do, holds one page, and it starts again at the front when it is empty.
 *
 * A write of at most PIPE_BUF bytes goes in whole or waits; a longer one may be
 * cut up. Without readers a writer gets SIGPIPE and EPIPE, without writers a
 * reader gets end of file.
 *
 * A copy may fault and sleep with the pipe half read: `busy` keeps the others of its
 * kind out. Linux passes whole pages along (splice), and can keep writes apart (O_DIRECT).
 */
#include "kernel/fs/file.h"
#include "kernel/process.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#include <asm/ioctls.h>
#include <asm/poll.h>

#define PIPE_PAGES 16 /* at first */
enum { READER, WRITER };

struct pipe {
	u32 head, tail;
	u32 ends[2];	       /* that are open: READER, WRITER */
	u32 opens[2];	       /* ever: a FIFO's open() waits for a change */
	bool reading, writing; /* somebody is in the middle of it */
	struct waitq wait;
	u32 size; /* a power of 2 */
	void **pages, *first[PIPE_PAGES];
};

static u32 used(const struct pipe *pipe)
{
	return pipe->head - pipe->tail;
}

static void wake(struct pipe *pipe)
{
	if (!list_empty(&pipe->wait.waiters))
		waitq_wake_all(&pipe->wait);
	if (!list_empty(&poll_waiters.waiters))
		waitq_wake_all(&poll_waiters);
}

/* Where byte number `at` lies, and how many follow it in that page. */
static char *place(struct pipe *pipe, u32 at, u32 *room)
{
	u32 page = (at & (pipe->size - 1)) / PAGE_SIZE, offset = at % PAGE_SIZE;

	*room = PAGE_SIZE - offset;
	if (!pipe->pages[page])
		pipe->pages[page] = kmalloc(PAGE_SIZE);
	if (!pipe->pages[page])
		return NULL;
	return (char *)pipe->pages[page] + offset;
}

/* Moves n bytes in at the head or out at the tail; what of a page could not be copied
 * whole stays where it was. => bytes; -EFAULT, -ENOMEM */
static inline long move(struct pipe *pipe, char *buf, u32 n, u32 *at, bool in)
{
	u32 done = 0, part;

	while (done < n) {
		char *here = place(pipe, *at, &part);

		if (!here)
			return done ? (long)done : -ENOMEM;
		part = min(part, n - done);
		if (in ? raw_copy_user(here, buf + done, part)
		       : raw_copy_user(buf + done, here, part))
			return done ? (long)done : -EFAULT;
		done += part;
		*at += part;
	}
	return (long)done;
}

/* => 0: look again; or why not to wait any longer */
static int pipe_wait(struct file *file, struct pipe *pipe)
{
	if (file->flags & O_NONBLOCK)
		return -EAGAIN;
	return waitq_sleep_intr(&pipe->wait) ? -ERESTARTSYS : 0;
}

static long pipe_read(struct file *file, void *buf, u32 n, u64 *pos)
{
	struct pipe *pipe = file->inode->private;
	long done;
	int err;

	(void)pos;
	if (!n)
		return 0;
	while (!used(pipe) || pipe->reading) {
		if (!used(pipe) && !pipe->ends[WRITER])
			return 0;
		err = pipe_wait(file, pipe);
		if (err)
			return err;
	}
	pipe->reading = true;
	done = move(pipe, buf, min(n, used(pipe)), &pipe->tail, false);
	if (!used(pipe) && !pipe->writing)
		pipe->head = pipe->tail = 0; /* the same page again */
	pipe->reading = false;
	wake(pipe);
	return done;
}

/* Waits until `room` bytes fit and nobody else writes. => 0 or -errno */
static int wait_room(struct file *file, struct pipe *pipe, u32 room)
{
	int err = 0;

	while (!err) {
		if (!pipe->ends[READER]) {
			signal_self(SIGPIPE);
			return -EPIPE;
		}
		if (!pipe->writing && pipe->size - used(pipe) >= room)
			return 0;
		err = pipe_wait(file, pipe);
	}
	return err;
}

static long pipe_write(struct file *file, const void *buf, u32 n, u64 *pos)
{
	struct pipe *pipe = file->inode->private;
	u32 done = 0;
	long part = 0;

	(void)pos;
	while (done < n) {
		part = wait_room(file, pipe, n <= PIPE_BUF ? n : 1);
		if (part < 0)
			break;
		pipe->writing = true;
		part = move(pipe, (char *)(vaddr_t)buf + done,
			    min(n - done, pipe->size - used(pipe)), &pipe->head,
			    true);
		pipe->writing = false;
		wake(pipe);
		if (part < 0)
			break;
		done += (u32)part;
	}
	return done ? (long)done : part;
}

static u32 pipe_poll(struct file *file)
{
	const struct pipe *pipe = file->inode->private;
	u32 events = 0;

	if (FILE_READS(file)) {
		if (used(pipe))
			events |= POLLIN | POLLRDNORM;
		if (!pipe->ends[WRITER] && pipe->opens[WRITER])
			events |= POLLHUP;
	}
	if (FILE_WRITES(file)) {
		if (pipe->size - used(pipe) >= PIPE_BUF)
			events |= POLLOUT | POLLWRNORM;
		if (!pipe->ends[READER])
			events |= POLLERR;
	}
	return events;
}

static long pipe_ioctl(struct file *file, u32 cmd, vaddr_t arg)
{
	if (cmd != FIONREAD)
		return -ENOTTY;
	return put_user_u32(used(file->inode->private), (void *)arg);
}

long pipe_size(const struct file *file)
{
	const struct pipe *pipe = file->inode->private;

	return file->ops == &pipe_file_ops ? (long)pipe->size : -EBADF;
}

/* Pages that are in use come first in the new buffer, without one that is moved. */
static int resize(struct pipe *pipe, u32 size)
{
	u32 old = pipe->size / PAGE_SIZE, page = pipe->tail % pipe->size;
	u32 bytes = used(pipe), offset = page % PAGE_SIZE;
	u32 n = size_to_pages(bytes ? offset + bytes : 0);
	void **pages;

	/* The last bytes may be in the first one's page. */
	if (n > size / PAGE_SIZE || n > old || pipe->reading || pipe->writing)
		return -EBUSY;
	pages = kzalloc(size / PAGE_SIZE * (u32)sizeof(*pages));
	if (!pages)
		return -ENOMEM;
	page /= PAGE_SIZE;
	for (u32 i = 0; i < old; i++, page = (page + 1) % old)
		if (i < n)
			pages[i] = pipe->pages[page];
		else
			kfree(pipe->pages[page]);
	if (pipe->pages != pipe->first)
		kfree(pipe->pages);
	pipe->pages = pages;
	pipe->size = size;
	pipe->tail = bytes ? offset : 0;
	pipe->head = pipe->tail + bytes;
	wake(pipe);
	return 0;
}

long pipe_resize(const struct file *file, u32 bytes)
{
	u32 size = PAGE_SIZE;

	if (file->ops != &pipe_file_ops)
		return -EBADF;
	if (bytes > 1u << 31)
		return -EINVAL;
	while (size < bytes)
		size *= 2;
	if (size > PIPE_MAX_SIZE && !privileged())
		return -EPERM;
	return resize(file->inode->private, size) ?: (long)size;
}

/* ---- opening and closing ends */

static void pipe_release(struct file *file)
{
	struct pipe *pipe = file->inode->private;

	pipe->ends[READER] -= !!FILE_READS(file);
	pipe->ends[WRITER] -= !!FILE_WRITES(file);
	wake(pipe);
	if (pipe->ends[READER] || pipe->ends[WRITER])
		return;
	for (u32 i = 0; i < pipe->size / PAGE_SIZE; i++)
		kfree(pipe->pages[i]);
	if (pipe->pages != pipe->first)
		kfree(pipe->pages);
	kfree(pipe);
	file->inode->private = NULL;
}

static struct super pipe_super = { .block_size = PAGE_SIZE };

/* A FIFO's open() waits for the other end: until it is, or was meanwhile, open. */
static int fifo_open(struct file *file)
{
	struct pipe *pipe = file->inode->private;
	u32 peer = FILE_READS(file) ? WRITER : READER, before;
	int err = 0;

	if (!pipe) {
		pipe = kzalloc(sizeof(*pipe));
		if (!pipe)
			return -ENOMEM;
		list_init(&pipe->wait.waiters);
		pipe->pages = pipe->first;
		pipe->size = PIPE_PAGES * PAGE_SIZE;
		file->inode->private = pipe;
	}
	before = pipe->opens[peer];
	for (u32 end = READER; end <= WRITER; end++)
		if (ACC_MODE(file->flags) >> end & 1) {
			pipe->ends[end]++;
			pipe->opens[end]++;
		}
	wake(pipe);
	/* pipe()'s, opened once more by /proc/PID/fd: nobody has to be there. */
	if (file->inode->super == &pipe_super)
		return 0;
	if (file->flags & O_NONBLOCK)
		err = peer == READER && !pipe->ends[READER] ? -ENXIO : 0;
	else
		while (!err && !pipe->ends[peer] && pipe->opens[peer] == before)
			err = waitq_sleep_intr(&pipe->wait) ? -ERESTARTSYS : 0;
	if (err)
		pipe_release(file);
	return err;
}

const struct file_ops pipe_file_ops = {
	.read = pipe_read,
	.write = pipe_write,
	.from_kernel = true,
	.poll = pipe_poll,
	.ioctl = pipe_ioctl,
	.open = fifo_open,
	.release = pipe_release,
	.stream = true,
};

static const struct inode_ops pipe_inode_ops;

int pipe_create(u32 flags, struct file **reader, struct file **writer)
{
	struct inode *inode = inode_alloc(&pipe_super, S_IFIFO | 0600);
	char name[24];
	int err;

	if (!inode)
		return -ENOMEM;
	inode->ops = &pipe_inode_ops;
	inode->fops = &pipe_file_ops;
	snprintf(name, sizeof(name), "pipe:[%u]", inode->ino);
	/* Opened non-blocking at first: the other end is about to come. */
	err = file_open_anon(name, inode, O_RDONLY | O_NONBLOCK, &pipe_file_ops,
			     reader);
	if (err)
		return err;
	err = file_open(dentry_get((*reader)->dentry), O_WRONLY | O_NONBLOCK,
			writer);
	if (err) {
		file_put(*reader);
		return err;
	}
	(*reader)->flags = O_RDONLY | flags;
	(*writer)->flags = O_WRONLY | flags;
	return 0;
}
