/*
 * virtio_pci.c - the transport of kernel/dev/virtio.h by PCI (OASIS virtio 1.2, 4.1).
 * ARM has virtio_mmio.c instead.
 *
 * A device of the first bus is found by asking every slot for its identity, through
 * the two ports of the configuration space. Its capabilities, a linked list there, say in
 * which of its memory ranges (BARs), and where in it, its registers are:
 *
 *	configuration space          BAR 4, by ioremap
 *	capability COMMON  --------> struct virtio_pci_common_cfg
 *	           ISR     --------> a byte; reading it acknowledges the interrupt
 *	           DEVICE  --------> the disk's size ...
 *	           NOTIFY  --------> a write here: look at the queue
 *
 * The firmware has given out addresses and interrupt lines (INTx, level-triggered,
 * shared); we switch on memory access and bus mastering. A device with the legacy
 * interface beside the modern one ("transitional") is driven by the modern one; without
 * it, not. Left out: bridges, functions beyond the first, MSI-X, 64-bit addresses.
 */
#include "kernel/arch.h"
#include "kernel/dev/virtio.h"
#include "mm/vmalloc.h"

#include <linux/pci_regs.h>
#include <linux/virtio_pci.h>

#define PORT_PCI_ADDRESS 0xcf8
#define PORT_PCI_DATA	 0xcfc

#define NR_SLOTS     32u
#define VENDOR	     0x1af4u
#define MODERN	     0x1040u /* + type */
#define TRANSITIONAL 0x0fffu /* + type, of the few that were there before 1.0 */

#define common(dev) \
	((volatile struct virtio_pci_common_cfg *)(volatile void *)(dev)->regs)

/* A word of the configuration space. offset: a multiple of 4 */
static u32 pci_read(u32 slot, u32 offset)
{
	outl(PORT_PCI_ADDRESS, 1u << 31 | slot << 11 | offset);
	return inl(PORT_PCI_DATA);
}

static u8 pci_read8(u32 slot, u32 offset)
{
	return (u8)(pci_read(slot, offset & ~3u) >> (offset & 3) * 8);
}

/* Maps what the capability at `cap` describes. => NULL: not in reach */
static volatile u8 *map_capability(u32 slot, u32 cap)
{
	u32 at = PCI_BASE_ADDRESS_0 +
		 4u * pci_read8(slot, cap + VIRTIO_PCI_CAP_BAR);
	u32 bar = pci_read(slot, at);

	if (at > PCI_BASE_ADDRESS_5 || bar & PCI_BASE_ADDRESS_SPACE_IO ||
	    (bar & PCI_BASE_ADDRESS_MEM_TYPE_64 && pci_read(slot, at + 4)))
		return NULL;
	return ioremap((bar & ~15u) +
			       pci_read(slot, cap + VIRTIO_PCI_CAP_OFFSET),
		       pci_read(slot, cap + VIRTIO_PCI_CAP_LENGTH));
}

/* 4.1.4: of each kind the first that we can use. */
static void find_registers(struct virtio_device *dev, u32 slot)
{
	u8 cap = pci_read8(slot, PCI_CAPABILITY_LIST);
	u32 multiplier = 0;

	for (; cap; cap = pci_read8(slot, cap + PCI_CAP_LIST_NEXT)) {
		u8 kind = pci_read8(slot, cap + VIRTIO_PCI_CAP_CFG_TYPE);
		volatile u8 **to =
			kind == VIRTIO_PCI_CAP_COMMON_CFG   ? &dev->regs
			: kind == VIRTIO_PCI_CAP_ISR_CFG    ? &dev->isr
			: kind == VIRTIO_PCI_CAP_DEVICE_CFG ? &dev->config
			: kind == VIRTIO_PCI_CAP_NOTIFY_CFG ? &dev->notify
							    : NULL;

		if (pci_read8(slot, cap) != PCI_CAP_ID_VNDR || !to || *to)
			continue;
		*to = map_capability(slot, cap);
		if (kind == VIRTIO_PCI_CAP_NOTIFY_CFG)
			multiplier = pci_read(slot,
					      cap + VIRTIO_PCI_NOTIFY_CAP_MULT);
	}
	if (dev->regs && dev->notify) {
		common(dev)->queue_select = 0;
		dev->notify += common(dev)->queue_notify_off * multiplier;
	}
}

static void probe_slot(u32 slot, u32 type,
		       void (*found)(const struct virtio_device *dev))
{
	struct virtio_device dev = { .type = type };
	u32 id = pci_read(slot, PCI_VENDOR_ID), command;

	if (id != (VENDOR | (MODERN + type) << 16) &&
	    id != (VENDOR | (TRANSITIONAL + type) << 16))
		return;
	command = pci_read(slot, PCI_COMMAND) & 0xffff;
	outl(PORT_PCI_DATA, command | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	dev.irq = pci_read8(slot, PCI_INTERRUPT_LINE);
	if (pci_read(slot, PCI_COMMAND) & (u32)PCI_STATUS_CAP_LIST << 16)
		find_registers(&dev, slot);
	if (dev.regs && dev.isr && dev.config && dev.notify)
		found(&dev);
	else
		printk("virtio in PCI slot %u is a legacy device, not used "
		       "(QEMU: disable-modern=off)\n",
		       slot);
}

void virtio_probe(u32 type, void (*found)(const struct virtio_device *dev))
{
	for (u32 slot = 0; slot < NR_SLOTS; slot++)
		probe_slot(slot, type, found);
}

u32 virtio_device_features(struct virtio_device *dev, u32 word)
{
	common(dev)->device_feature_select = word;
	return common(dev)->device_feature;
}

void virtio_driver_features(struct virtio_device *dev, u32 word, u32 features)
{
	common(dev)->guest_feature_select = word;
	common(dev)->guest_feature = features;
}

u8 virtio_status(struct virtio_device *dev)
{
	return common(dev)->device_status;
}

void virtio_set_status(struct virtio_device *dev, u8 status)
{
	common(dev)->device_status = status;
}

u32 virtio_queue_max(struct virtio_device *dev)
{
	common(dev)->queue_select = 0;
	return common(dev)->queue_size;
}

/* 4.1.5.1.3 */
void virtio_queue_start(struct virtio_device *dev, const struct vring *ring)
{
	common(dev)->queue_select = 0;
	common(dev)->queue_size = (u16)ring->num;
	common(dev)->queue_desc_lo = virt_to_phys(ring->desc);
	common(dev)->queue_desc_hi = 0;
	common(dev)->queue_avail_lo = virt_to_phys(ring->avail);
	common(dev)->queue_avail_hi = 0;
	common(dev)->queue_used_lo = virt_to_phys(ring->used);
	common(dev)->queue_used_hi = 0;
	common(dev)->queue_enable = 1;
}

void virtio_notify(struct virtio_device *dev)
{
	*(volatile u16 *)(volatile void *)dev->notify = 0;
}

u32 virtio_interrupt_ack(struct virtio_device *dev)
{
	return *dev->isr;
}
