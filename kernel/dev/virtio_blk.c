/*
 * virtio_blk.c - disks that are virtio block devices (OASIS virtio 1.2, 5.2).
 *
 * A request is a chain of pieces of memory: the header says what and from which
 * sector on, the data follows, and the device ends by writing a byte of status.
 *
 *	segs[0]		1 ... nsegs	nsegs + 1
 *	header		data		status
 *	it reads	reads/writes	it writes
 *
 * Left out: more than one queue, discard, a disk whose size changes.
 */
#include "kernel/dev/blk.h"
#include "mm/slab.h"

#include <linux/virtio_ids.h>

#define CONFIG(dev, field) \
	virtio_config32(dev, offsetof(struct virtio_blk_config, field))

bool virtio_blk_submit(struct blk_device *dev, struct blk_request *r)
{
	bool to_device = r->header.type != VIRTIO_BLK_T_IN;

	r->segs[0] = (struct virtq_seg){ virt_to_phys(&r->header),
					 sizeof(r->header) };
	r->segs[r->nsegs + 1] =
		(struct virtq_seg){ virt_to_phys(&r->status), 1 };
	r->status = VIRTIO_BLK_S_IOERR;
	return virtq_add(&dev->virtio, r->segs, r->nsegs + 2,
			 to_device ? r->nsegs + 1 : 1, r);
}

static void done(void *dev, void *request)
{
	blk_done(dev, request);
}

/* 5.2.4; a field that goes with a feature is there with it only. */
static void read_config(struct blk_device *dev)
{
	struct virtio_device *v = &dev->virtio;

	dev->nr_sectors =
		(u64)virtio_config32(v, 4) << 32 | CONFIG(v, capacity);
	dev->read_only = virtio_has(v, VIRTIO_BLK_F_RO);
	dev->has_cache = virtio_has(v, VIRTIO_BLK_F_FLUSH);
	dev->max_segs = min(v->queue.ring.num - 2, BLK_SEGS);
	if (virtio_has(v, VIRTIO_BLK_F_SEG_MAX))
		dev->max_segs = min(dev->max_segs, CONFIG(v, seg_max));
	dev->max_seg = ~0u;
	if (virtio_has(v, VIRTIO_BLK_F_SIZE_MAX))
		dev->max_seg = CONFIG(v, size_max);
}

static void found(const struct virtio_device *v)
{
	u32 wanted = 1u << VIRTIO_BLK_F_SIZE_MAX | 1u << VIRTIO_BLK_F_SEG_MAX |
		     1u << VIRTIO_BLK_F_RO | 1u << VIRTIO_BLK_F_FLUSH;
	struct blk_device *dev = kzalloc(sizeof(*dev));

	if (!dev)
		return;
	dev->virtio = *v;
	if (!virtio_start(&dev->virtio, wanted, done, dev))
		return;
	read_config(dev);
	if (dev->max_seg >= PAGE_SIZE && dev->max_segs && blk_register(dev))
		virtio_ready(&dev->virtio);
	else
		printk("virtio disk: not used: no memory, or too small a "
		       "queue\n");
}

void virtio_blk_init(void)
{
	virtio_probe(VIRTIO_ID_BLOCK, found);
}
