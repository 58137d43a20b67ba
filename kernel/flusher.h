/*
 * flusher.h - the thread that writes dirty pages back.
 */
#ifndef KERNEL_FLUSHER_H
#define KERNEL_FLUSHER_H

void flusher_start(void); /* at boot, when there are disks */

#endif
