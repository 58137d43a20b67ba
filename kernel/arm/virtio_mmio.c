/*
 * virtio_mmio.c - the transport of kernel/dev/virtio.h by memory-mapped registers
 * (OASIS virtio 1.2, 4.2). x86 has virtio_pci.c instead.
 *
 * A board has places for devices, and the device tree says where; a place without a device
 * has the identity 0. QEMU's virt fills its 32 from the last one down, so we look from
 * there: the first disk of its command line is vda. Version 1 of the registers is the legacy
 * device, before the standard: not driven.
 */
#include "kernel/bootinfo.h"
#include "kernel/dev/virtio.h"
#include "mm/vmalloc.h"

#include <linux/virtio_mmio.h>

#define MAGIC 0x74726976u /* "virt" */

static volatile u32 *reg(const struct virtio_device *dev, u32 offset)
{
	return (volatile u32 *)(volatile void *)(dev->regs + offset);
}

void virtio_probe(u32 type, void (*found)(const struct virtio_device *dev))
{
	const struct virtio_mmio *places = bootinfo.platform.virtio, *p;

	for (p = places + bootinfo.platform.nr_virtio; p-- > places;) {
		struct virtio_device dev = { .type = type,
					     .regs = ioremap(p->base, p->size),
					     .irq = p->irq };

		if (!dev.regs) {
			printk("virtio: no address space for the registers\n");
		} else if (*reg(&dev, VIRTIO_MMIO_DEVICE_ID) != type ||
			   *reg(&dev, VIRTIO_MMIO_MAGIC_VALUE) != MAGIC) {
			iounmap(dev.regs);
		} else if (*reg(&dev, VIRTIO_MMIO_VERSION) == 2) {
			dev.config = dev.regs + VIRTIO_MMIO_CONFIG;
			found(&dev);
		} else {
			printk("virtio at %08x is a legacy device, not used "
			       "(QEMU: -global "
			       "virtio-mmio.force-legacy=false)\n",
			       p->base);
		}
	}
}

u32 virtio_device_features(struct virtio_device *dev, u32 word)
{
	*reg(dev, VIRTIO_MMIO_DEVICE_FEATURES_SEL) = word;
	return *reg(dev, VIRTIO_MMIO_DEVICE_FEATURES);
}

void virtio_driver_features(struct virtio_device *dev, u32 word, u32 features)
{
	*reg(dev, VIRTIO_MMIO_DRIVER_FEATURES_SEL) = word;
	*reg(dev, VIRTIO_MMIO_DRIVER_FEATURES) = features;
}

u8 virtio_status(struct virtio_device *dev)
{
	return (u8)*reg(dev, VIRTIO_MMIO_STATUS);
}

void virtio_set_status(struct virtio_device *dev, u8 status)
{
	*reg(dev, VIRTIO_MMIO_STATUS) = status;
}

u32 virtio_queue_max(struct virtio_device *dev)
{
	*reg(dev, VIRTIO_MMIO_QUEUE_SEL) = 0;
	return *reg(dev, VIRTIO_MMIO_QUEUE_NUM_MAX);
}

/* 4.2.3.2 */
void virtio_queue_start(struct virtio_device *dev, const struct vring *ring)
{
	*reg(dev, VIRTIO_MMIO_QUEUE_SEL) = 0;
	*reg(dev, VIRTIO_MMIO_QUEUE_NUM) = ring->num;
	*reg(dev, VIRTIO_MMIO_QUEUE_DESC_LOW) = virt_to_phys(ring->desc);
	*reg(dev, VIRTIO_MMIO_QUEUE_DESC_HIGH) = 0;
	*reg(dev, VIRTIO_MMIO_QUEUE_AVAIL_LOW) = virt_to_phys(ring->avail);
	*reg(dev, VIRTIO_MMIO_QUEUE_AVAIL_HIGH) = 0;
	*reg(dev, VIRTIO_MMIO_QUEUE_USED_LOW) = virt_to_phys(ring->used);
	*reg(dev, VIRTIO_MMIO_QUEUE_USED_HIGH) = 0;
	*reg(dev, VIRTIO_MMIO_QUEUE_READY) = 1;
}

void virtio_notify(struct virtio_device *dev)
{
	*reg(dev, VIRTIO_MMIO_QUEUE_NOTIFY) = 0;
}

u32 virtio_interrupt_ack(struct virtio_device *dev)
{
	u32 why = *reg(dev, VIRTIO_MMIO_INTERRUPT_STATUS);

	if (why)
		*reg(dev, VIRTIO_MMIO_INTERRUPT_ACK) = why;
	return why;
}
