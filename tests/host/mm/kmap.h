/*
 * kmap.h - the host's: stands before mm/kmap.h on the search path. High memory
 * has addresses here like any other (layout_arch.h); what is left of
 * kmap_local() is that calls must nest.
 */
#pragma once

#include "mm/page.h"

#define KMAP_LOCAL_MAX 16

void *kmap_local(struct page *page);
void kunmap_local(const void *addr);
