/*
 * virtio.h - virtio devices (OASIS virtio 1.2): THE CONTRACT with the two transports,
 * kernel/arm/virtio_mmio.c and kernel/x86/virtio_pci.c, and the virtqueue (virtio.c).
 *
 * Device and driver speak through memory: a ring of descriptors, and two rings that hand
 * them over. The transport is what else there is: who is there, what it can do, where the
 * rings are, "look at them", and an interrupt back.
 */
#pragma once

#include "mm/types.h"

#include <linux/virtio_ring.h>

/* One queue: number 0. */
struct virtq {
	struct vring ring;
	u16 first_free; /* descriptors not in use, linked by next */
	u32 nr_free;
	u16 seen; /* used entries up to here were taken */
	/* The device is done with what was added with this token. => in an interrupt */
	void (*done)(void *arg, void *token);
	void *arg;
	void **tokens; /* by first descriptor */
};

struct virtio_device {
	/* the transport's */
	u32 type;	   /* VIRTIO_ID_* */
	volatile u8 *regs; /* mmio: all registers; pci: common configuration */
	volatile u8 *config; /* of the type's own: 5.x.4 */
	volatile u8 *isr;    /* pci */
	volatile u8 *notify; /* pci: where queue 0 is notified */
	unsigned irq;

	/* virtio.c's */
	u32 features; /* 0-31, those both sides know */
	struct virtq queue;
};

/* A piece of memory that the device reads or writes. */
struct virtq_seg {
	paddr_t start;
	u32 len;
};

/* ---- the transport */

/* Calls found() for each device of the type, in the machine's order. dev is found()'s to
 * copy. => at boot */
void virtio_probe(u32 type, void (*found)(const struct virtio_device *dev));
u32 virtio_device_features(struct virtio_device *dev, u32 word);
void virtio_driver_features(struct virtio_device *dev, u32 word, u32 features);
u8 virtio_status(struct virtio_device *dev);
void virtio_set_status(struct virtio_device *dev, u8 status); /* 0: reset */
/* Of queue 0: the most entries it can have. => 0: there is no queue */
u32 virtio_queue_max(struct virtio_device *dev);
void virtio_queue_start(struct virtio_device *dev, const struct vring *ring);
void virtio_notify(struct virtio_device *dev);
/* Why there was an interrupt, and that it was seen. => 0: it was not this device */
u32 virtio_interrupt_ack(struct virtio_device *dev);

/* ---- virtio.c */

/* Resets the device and agrees on VERSION_1 and those of `wanted` that it has; makes its
 * queue, for done(arg, token). => false: it cannot be driven; a line has said why */
bool virtio_start(struct virtio_device *dev, u32 wanted,
		  void (*done)(void *arg, void *token), void *arg);
/* The driver is ready: requests may be added. */
void virtio_ready(struct virtio_device *dev);
/* Hands the device n pieces, of which it reads the first nread and writes the rest.
 * => false: no room; interrupts off */
bool virtq_add(struct virtio_device *dev, const struct virtq_seg *segs, u32 n,
	       u32 nread, void *token);

static inline bool virtio_has(const struct virtio_device *dev, u32 feature)
{
	return dev->features & 1u << feature;
}

/* Registers are read and written in their own width (4.1.3.1, 4.2.2.2). */
static inline u32 virtio_config32(const struct virtio_device *dev, u32 offset)
{
	return *(volatile u32 *)(volatile void *)(dev->config + offset);
}
