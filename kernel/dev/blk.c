/*
 * blk.c - disks: batches become requests, and requests are waited for.
 *
 * Called by file systems and by blk_file.c (/dev/vda); below is virtio_blk.c.
 *
 *	blk_begin, blk_add ...		building: grows while sectors follow
 *	  | sectors don't follow, blk_wait, or somebody needs a request
 *	  v
 *	queue: what the device had no room for ----> the device, many at a time
 *	  ^						|
 *	idle <------------ blk_done(), in an interrupt -+--> wakes the batch
 *
 * A request is always in one of these places, and there are NR_REQUESTS of them for each
 * disk, made when it is found: a write never waits for memory. Who finds none idle first
 * sends off those that are building, whosesoever they are: so what everybody waits for is
 * under way, and ends. The lists are the interrupt's, too: interrupts are off.
 *
 * Left out: an elevator. The host sorts, and callers come in order already.
 */
#include "kernel/dev/blk.h"
#include "kernel/fs/vfs.h"
#include "mm/slab.h"

#define NR_REQUESTS 16u
#define BLK_MAJOR   254u
#define BLK_MINORS  16u /* of each disk: Linux has partitions there */
#define DISKS_MAX   8u

static struct blk_device *disks[DISKS_MAX];
static u32 nr_disks;

struct blk_device *blk_find(u32 rdev)
{
	for (u32 i = 0; i < nr_disks; i++)
		if (disks[i]->rdev == rdev)
			return disks[i];
	return NULL;
}

struct blk_device *blk_number(u32 i)
{
	return i < nr_disks ? disks[i] : NULL;
}

bool blk_register(struct blk_device *dev)
{
	struct blk_request *r = kzalloc(NR_REQUESTS * sizeof(*r));

	if (!r || nr_disks == DISKS_MAX)
		return false;
	list_init(&dev->idle);
	list_init(&dev->building);
	list_init(&dev->queue);
	list_init(&dev->waiters.waiters);
	for (u32 i = 0; i < NR_REQUESTS; i++)
		list_add(&r[i].list, &dev->idle);
	snprintf(dev->name, sizeof(dev->name), "vd%c", (int)('a' + nr_disks));
	dev->rdev = MKDEV(BLK_MAJOR, nr_disks * BLK_MINORS);
	disks[nr_disks++] = dev;
	printk("%s: %u KiB%s\n", dev->name, (u32)(dev->nr_sectors / 2),
	       dev->read_only ? ", read-only" : "");
	return true;
}

/* ---- from the batch to the device and back; interrupts off */

/* The device gets what it has room for. */
static void kick(struct blk_device *dev)
{
	while (!list_empty(&dev->queue)) {
		struct blk_request *r =
			list_first(&dev->queue, struct blk_request, list);

		/* Off the list first: it may be done before submit returns. */
		list_del(&r->list);
		if (!virtio_blk_submit(dev, r)) {
			list_add(&r->list, &dev->queue);
			return;
		}
	}
}

static void send(struct blk_batch *b)
{
	struct blk_request *r = b->building;

	assert(r);
	b->building = NULL;
	b->dev->stats[b->write].requests++;
	b->dev->stats[b->write].sectors += r->nr_sectors;
	list_del(&r->list);
	list_add_tail(&r->list, &b->dev->queue);
	kick(b->dev);
}

void blk_done(struct blk_device *dev, struct blk_request *r)
{
	struct blk_batch *b = r->batch;

	if (r->status != VIRTIO_BLK_S_OK)
		b->error = -EIO;
	b->under_way--;
	if (!b->under_way || list_empty(&dev->idle))
		waitq_wake_all(&dev->waiters);
	list_add(&r->list, &dev->idle);
	kick(dev);
}

/* A request for the batch to build. => may sleep */
static void start_building(struct blk_batch *b, u32 type, u64 sector)
{
	struct blk_device *dev = b->dev;
	struct blk_request *r;

	while (list_empty(&dev->idle)) {
		r = list_first(&dev->building, struct blk_request, list);
		if (list_empty(&dev->building))
			waitq_sleep(&dev->waiters);
		else
			send(r->batch);
	}
	r = list_first(&dev->idle, struct blk_request, list);
	list_del(&r->list);
	list_add_tail(&r->list, &dev->building);
	r->batch = b;
	r->header =
		(struct virtio_blk_outhdr){ .type = type, .sector = sector };
	r->nsegs = r->nr_sectors = 0;
	b->building = r;
	b->under_way++;
}

/* Adds to the request, if it goes on from there and has room. */
static bool append(struct blk_request *r, u64 sector, paddr_t start, u32 len)
{
	const struct blk_device *dev = r->batch->dev;
	struct virtq_seg *last = &r->segs[r->nsegs];

	if (r->header.sector + r->nr_sectors != sector)
		return false;
	if (r->nsegs && last->start + last->len == start &&
	    len <= dev->max_seg - last->len) {
		last->len += len;
	} else {
		if (r->nsegs == dev->max_segs)
			return false;
		r->segs[++r->nsegs] = (struct virtq_seg){ start, len };
	}
	r->nr_sectors += len >> SECTOR_SHIFT;
	return true;
}

/* ---- batches */

void blk_begin(struct blk_batch *b, struct blk_device *dev, bool write)
{
	*b = (struct blk_batch){ .dev = dev, .write = write };
}

void blk_add(struct blk_batch *b, u64 sector, struct page *page, u32 offset,
	     u32 len)
{
	paddr_t start = page_to_phys(page) + offset;
	u64 nr = b->dev->nr_sectors;

	assert(len && !((offset | len) % SECTOR_SIZE) &&
	       offset + len <= PAGE_SIZE);
	if (sector >= nr || len >> SECTOR_SHIFT > nr - sector) {
		b->error = -EIO; /* 5.2.6.1: the device must not be asked */
		return;
	}
	scoped_irqs_off();
	if (!b->building || !append(b->building, sector, start, len)) {
		if (b->building)
			send(b);
		start_building(b, b->write ? VIRTIO_BLK_T_OUT : VIRTIO_BLK_T_IN,
			       sector);
		append(b->building, sector, start, len);
	}
}

int blk_wait(struct blk_batch *b)
{
	int err;
	scoped_irqs_off();

	if (b->building)
		send(b);
	while (b->under_way)
		waitq_sleep(&b->dev->waiters);
	err = b->error;
	b->error = 0;
	return err;
}

/* 5.2.6.2: what the device had said was written, it now makes last. */
int blk_flush(struct blk_device *dev)
{
	struct blk_batch b;

	if (!dev->has_cache)
		return 0;
	blk_begin(&b, dev, true);
	scoped_irqs_off();
	start_building(&b, VIRTIO_BLK_T_FLUSH, 0);
	return blk_wait(&b);
}
