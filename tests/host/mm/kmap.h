/*
 * kmap.h - the host's: found before mm/kmap.h, whose inline functions drive an
 * MMU. env.c defines these; all of the pretended memory has addresses.
 */
#ifndef MM_KMAP_H
#define MM_KMAP_H

#include "mm/page.h"

#define KMAP_LOCAL_MAX 16

void *kmap_local(struct page *page);
void kunmap_local(const void *addr);

#endif
