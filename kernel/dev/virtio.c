/*
 * virtio.c - the start of a virtio device, and its virtqueue, the split kind
 * (OASIS virtio 1.2: 2.7, 3.1). Called by the drivers: virtio_blk.c.
 *
 *	         descriptors: start, len, flags, next
 *	driver   +---+---+---+---+---+---+---+---+
 *	  |      | head ---> data ---> status    |   a chain is a request
 *	  |      +---+---+---+---+---+---+---+---+
 *	  v          ^                       ^
 *	available: | head | ... idx       used: | head | ... idx  <--- device
 *
 * The driver writes a chain, its head into the available ring, then the ring's
 * index; the device puts the head into the used ring when it is done with it, in
 * any order, and interrupts. Indices count up for ever; their place is index % size.
 * Each side writes its own ring alone, and what it means before the index: hence
 * the barriers.
 *
 * Left out: a second queue, packed rings, indirect descriptors, event indices, a
 * device that wants to be reset (DEVICE_NEEDS_RESET): no device that we drive needs them.
 */
#include "kernel/dev/virtio.h"
#include "kernel/arch.h"
#include "mm/slab.h"

#include <linux/virtio_config.h>

#define QUEUE_MAX     256u /* entries; a power of two */
#define F_VERSION_1   (1u << (VIRTIO_F_VERSION_1 - 32))
#define barrier_all() __atomic_thread_fence(__ATOMIC_SEQ_CST)

/* Hands on what the device is done with. */
static void virtq_take(struct virtq *q)
{
	struct vring *ring = &q->ring;

	while (q->seen != *(volatile u16 *)&ring->used->idx) {
		u16 head, last;

		barrier_all();
		head = last = (u16)ring->used->ring[q->seen++ % ring->num].id;
		for (q->nr_free++; ring->desc[last].flags & VRING_DESC_F_NEXT;
		     q->nr_free++)
			last = ring->desc[last].next;
		ring->desc[last].next = q->first_free;
		q->first_free = head;
		q->done(q->arg, q->tokens[head]);
	}
}

static void interrupt(void *arg)
{
	struct virtio_device *dev = arg;

	if (virtio_interrupt_ack(dev))
		virtq_take(&dev->queue);
}

bool virtq_add(struct virtio_device *dev, const struct virtq_seg *segs, u32 n,
	       u32 nread, void *token)
{
	struct virtq *q = &dev->queue;
	struct vring *ring = &q->ring;
	u16 head = q->first_free, at = head;

	if (n > q->nr_free)
		return false;
	for (u32 i = 0; i < n; i++) {
		struct vring_desc *desc = &ring->desc[at];

		desc->addr = segs[i].start;
		desc->len = segs[i].len;
		desc->flags = (u16)((i < nread ? 0 : VRING_DESC_F_WRITE) |
				    (i < n - 1 ? VRING_DESC_F_NEXT : 0));
		at = desc->next;
	}
	q->first_free = at;
	q->nr_free -= n;
	q->tokens[head] = token;
	ring->avail->ring[ring->avail->idx % ring->num] = head;
	barrier_all();
	*(volatile u16 *)&ring->avail->idx = (u16)(ring->avail->idx + 1);
	barrier_all();
	if (!(*(volatile u16 *)&ring->used->flags & VRING_USED_F_NO_NOTIFY))
		virtio_notify(dev);
	return true;
}

/* 2.7: the parts lie one behind the other. => false: no memory */
static bool virtq_init(struct virtq *q, u32 size)
{
	void *rings = kzalloc(max(vring_size(size, 4), PAGE_SIZE));

	q->tokens = kzalloc(size * sizeof(*q->tokens));
	if (!rings || !q->tokens)
		return false;
	vring_init(&q->ring, size, rings, 4);
	for (u32 i = 0; i < size; i++)
		q->ring.desc[i].next = (u16)(i + 1);
	q->nr_free = size;
	return true;
}

/* 3.1.1, steps 1 to 6. => what could not be agreed on, or NULL */
static const char *negotiate(struct virtio_device *dev, u32 wanted)
{
	u8 status = VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER;

	virtio_set_status(dev, 0);
	while (virtio_status(dev))
		;
	virtio_set_status(dev, status);
	if (!(virtio_device_features(dev, 1) & F_VERSION_1))
		return "it is older than virtio 1.0";
	dev->features = virtio_device_features(dev, 0) & wanted;
	virtio_driver_features(dev, 0, dev->features);
	virtio_driver_features(dev, 1, F_VERSION_1);
	virtio_set_status(dev, status | VIRTIO_CONFIG_S_FEATURES_OK);
	if (!(virtio_status(dev) & VIRTIO_CONFIG_S_FEATURES_OK))
		return "it refuses the features";
	return virtio_queue_max(dev) ? NULL : "it has no queue";
}

bool virtio_start(struct virtio_device *dev, u32 wanted,
		  void (*done)(void *arg, void *token), void *arg)
{
	const char *why = negotiate(dev, wanted);

	if (!why) {
		u32 most = virtio_queue_max(dev);

		if (!virtq_init(&dev->queue, min(most, QUEUE_MAX)))
			why = "no memory";
		else if (irq_request(dev->irq, interrupt, dev))
			why = "no interrupt";
	}
	if (why) {
		printk("virtio device %u: %s\n", dev->type, why);
		virtio_set_status(dev, VIRTIO_CONFIG_S_FAILED);
		return false;
	}
	dev->queue.done = done;
	dev->queue.arg = arg;
	virtio_queue_start(dev, &dev->queue.ring);
	return true;
}

void virtio_ready(struct virtio_device *dev)
{
	virtio_set_status(dev, virtio_status(dev) | VIRTIO_CONFIG_S_DRIVER_OK);
}
