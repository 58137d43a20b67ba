/*
 * blk.h - disks: sectors in and out of pages, and /dev/vda.
 *
 * Who moves data makes a batch on its stack, adds parts of pages to it, and waits:
 *
 *	struct blk_batch b;
 *
 *	blk_begin(&b, dev, false);
 *	for (i = 0; i < n; i++)
 *		blk_add(&b, sector + i * 8, pages[i], 0, PAGE_SIZE);
 *	err = blk_wait(&b);
 *
 * Parts whose sectors follow each other go to the device in one request; the requests of
 * a batch are under way together, in no order. No memory is allocated: writing back works
 * when there is none.
 */
#pragma once

#include "kernel/dev/virtio.h"
#include "mm/filemap.h"

#include <linux/virtio_blk.h>

#define SECTOR_SHIFT 9
#define SECTOR_SIZE  (1u << SECTOR_SHIFT)
#define BLK_SEGS     32u /* pieces of memory of a request */

struct blk_batch;

/* What the device gets in one piece; one of its device's pool. As our only disks are
 * virtio's it has their form: a header, the data, a status (virtio 1.2, 5.2.6). */
struct blk_request {
	struct list_head list; /* idle, building, queued; or the device's */
	struct blk_batch *batch;
	struct virtio_blk_outhdr header; /* its type, and the first sector */
	u8 status;			 /* VIRTIO_BLK_S_* */
	u32 nr_sectors, nsegs;
	struct virtq_seg segs[BLK_SEGS + 2]; /* the data's from [1] on */
};

struct blk_device {
	/* the driver's, before blk_register() */
	u64 nr_sectors; /* of 512 bytes, whatever the disk's own blocks are */
	bool read_only;
	bool has_cache; /* what was written needs blk_flush() to stay */
	u32 max_segs;	/* of a request; up to BLK_SEGS */
	u32 max_seg;	/* bytes of each, at least a page */
	struct virtio_device virtio;

	/* blk.c's */
	char name[8]; /* "vda" */
	u32 rdev;
	struct list_head idle;	   /* requests nobody uses */
	struct list_head building; /* those that batches still add to */
	struct list_head queue; /* wait for room in the device; oldest first */
	struct waitq waiters;	/* for an idle request, or a batch's end */
	struct {
		u32 requests;
		u64 sectors;
	} stats[2]; /* what was asked of it: reads, writes; /proc/diskstats */
	struct mapping mapping; /* the page cache of the whole disk: /dev/vda */
};

/* Transfers in one direction, waited for together. */
struct blk_batch {
	struct blk_device *dev;
	bool write;
	int error;		      /* 0 or -EIO */
	u32 under_way;		      /* requests not yet done */
	struct blk_request *building; /* the one that can grow, or NULL */
};

/* => NULL: there is no such disk */
struct blk_device *blk_find(u32 rdev);
/* The i-th disk, from 0 on. => NULL: there are not so many */
struct blk_device *blk_number(u32 i);

void blk_begin(struct blk_batch *b, struct blk_device *dev, bool write);
/* Adds len bytes of a page (of any zone) from offset on; both are whole sectors. Sectors
 * beyond the end are an error of the batch. => may sleep; the page stays the caller's and
 * must stay until blk_wait() */
void blk_add(struct blk_batch *b, u64 sector, struct page *page, u32 offset,
	     u32 len);
/* Until all of it is done. => 0 or -EIO; may sleep. The batch is empty again */
int blk_wait(struct blk_batch *b);
/* Makes what was written before survive a power cut. => 0 or -EIO; may sleep */
int blk_flush(struct blk_device *dev);
/* The page cache of /dev/vda: writes what is dirty, flushes, and forgets what it can. For who
 * goes to the disk past it: before a mount, and after it. => 0 or -EIO; may sleep */
int blk_sync(struct blk_device *dev);

/* At boot: finds the disks (virtio_blk.c); later, with the other devices', makes their
 * nodes in /dev. */
void virtio_blk_init(void);
void blk_nodes_init(void);
/* At the end, for the audit: the page caches go. => nothing is open */
void blk_nodes_destroy(void);

/* ---- between blk.c and virtio_blk.c */

/* Gives a request to the device. => false: its queue is full; interrupts off */
bool virtio_blk_submit(struct blk_device *dev, struct blk_request *r);
/* One more disk; dev stays for ever. => false: no memory, or too many disks */
bool blk_register(struct blk_device *dev);
/* The device is done with it. => in an interrupt */
void blk_done(struct blk_device *dev, struct blk_request *r);
