/*
 * oom.h - when there is no memory left.
 */
#ifndef KERNEL_OOM_H
#define KERNEL_OOM_H

/* A fault could not get its page: ends the process that uses most memory, which
 * may be the running one. The fault is then taken again, or the process dies. */
void out_of_memory(void);

#endif
