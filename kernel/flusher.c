/*
 * flusher.c - the thread that writes dirty pages back, so that a program needn't wait for it.
 *
 * What has been dirty for dirty_expire_centisecs is written, looked for every
 * dirty_writeback_centisecs, and more when too much is dirty: then the thread is woken
 * (mm/writeback.c). What file systems have changed beside their files' pages is
 * written once in dirty_expire_centisecs.
 */
#include "kernel/fs/vfs.h"
#include "mm/writeback.h"

static void flusher_main(void *unused)
{
	u64 synced = clock_ns(), now;

	(void)unused;
	for (;;) {
		writeback_flush();
		now = clock_ns();
		if (now - synced >= centisecs_to_ns(dirty_expire_centisecs)) {
			vfs_sync();
			synced = now;
		}
		waitq_sleep_until(
			&flusher_wait,
			dirty_writeback_centisecs
				? now + centisecs_to_ns(
						dirty_writeback_centisecs)
				: ~0ull);
	}
}

void flusher_start(void)
{
	if (!kthread_start("flusher", flusher_main, NULL))
		panic("no memory for the flusher");
}
