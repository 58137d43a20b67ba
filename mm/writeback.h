/*
 * writeback.h - dirty pages of files that have a home on a disk.
 */
#pragma once

#include "mm/filemap.h"

/* Writes what is dirty in pages [first, end), and waits for it and for what others
 * are writing there. => 0, -EIO, -ENOSPC: of this call's own writes; may sleep.
 * To learn of others' errors: mapping_error() */
int mapping_writeback(struct mapping *mapping, u32 first, u32 end);

/* Errors of writing are told once to each open file: what it has seen is kept in *seen. */
u32 mapping_error_sample(const struct mapping *mapping); /* at open() */
/* => the error that *seen does not know of yet, -errno, or 0 */
int mapping_error(struct mapping *mapping, u32 *seen);

void mapping_note_error(struct mapping *mapping, int err);

/* A page of a mapping was changed by the kernel. => it has room on the disk */
void page_set_dirty(struct page *page);
/* The same of a disk file's clean page that is tagged already. */
void page_tagged(struct page *page);
/* It is going to be written, or has gone. => its mapping is a disk file's */
void page_clear_dirty(struct page *page);
/* Before a page becomes dirty: makes writers wait while there are too many. May sleep;
 * => 0, -EINTR: current is to die; the caller holds nothing that writing back might need */
int writeback_throttle(void);
/* Writes some dirty pages, whosever they are. => whether there were any; may sleep */
bool writeback_some(void);
/* The flusher's work: what is old, and what is too much. => may sleep */
void writeback_flush(void);
/* Woken when too much is dirty. */
extern struct waitq flusher_wait;

/* Pages of disk files. */
extern u32 nr_dirty, nr_writeback;
/* /proc/sys/vm */
extern u32 dirty_ratio, dirty_background_ratio; /* per cent of memory */
extern u32 dirty_expire_centisecs, dirty_writeback_centisecs;

static inline u64 centisecs_to_ns(u32 centisecs)
{
	return (u64)centisecs * 10000000;
}
