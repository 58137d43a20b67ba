/*
 * kmap.h - kernel addresses for pages that may have none.
 */
#ifndef MM_KMAP_H
#define MM_KMAP_H

#include "mm/page.h"

/*
 * kmap: an address that lasts until kunmap(). Counted: the same page mapped
 * twice has one address. => may sleep while the window is full
 */
void *kmap(struct page *page);
void kunmap(struct page *page);

/*
 * kmap_local: an address in the next of KMAP_LOCAL_MAX fixed slots, to be given
 * back in reverse order, before the thread sleeps. => never sleeps, never fails
 */
#define KMAP_LOCAL_MAX 16
void *kmap_local(struct page *page);
/* addr: anywhere in the page */
void kunmap_local(const void *addr);
/* How many of the slots are taken: 0 whenever another thread may run. */
unsigned kmap_local_depth(void);

/* Checks counts against the window's entries; panics at the first difference.
 */
void kmap_validate(void);
void kmap_init(void);

#endif
