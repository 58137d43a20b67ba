/*
 * list.h - doubly linked circular lists, linked through a field of the element.
 *
 * A head that points at itself is an empty list. An element is on at most one
 * list through one field.
 */
#pragma once

#include "mm/types.h"

struct list_head {
	struct list_head *next, *prev;
};

#define LIST_INIT(head)          \
	{                        \
		&(head), &(head) \
	}

static inline void list_init(struct list_head *head)
{
	head->next = head->prev = head;
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

static inline void list_insert(struct list_head *e, struct list_head *prev,
			       struct list_head *next)
{
	e->prev = prev;
	e->next = next;
	prev->next = e;
	next->prev = e;
}

/* Adds at the front. */
static inline void list_add(struct list_head *e, struct list_head *head)
{
	list_insert(e, head, head->next);
}

/* Adds at the end. */
static inline void list_add_tail(struct list_head *e, struct list_head *head)
{
	list_insert(e, head->prev, head);
}

static inline void list_del(struct list_head *e)
{
	e->prev->next = e->next;
	e->next->prev = e->prev;
}

/* Removes and leaves the element an empty list of its own. */
static inline void list_del_init(struct list_head *e)
{
	list_del(e);
	list_init(e);
}

#define list_entry(ptr, type, member)  container_of(ptr, type, member)
#define list_first(head, type, member) list_entry((head)->next, type, member)

#define list_for_each_entry(pos, head, member)                         \
	for (pos = list_entry((head)->next, __typeof__(*pos), member); \
	     &pos->member != (head);                                   \
	     pos = list_entry(pos->member.next, __typeof__(*pos), member))

/* The same when the body may remove pos. */
#define list_for_each_entry_safe(pos, tmp, head, member)                  \
	for (pos = list_entry((head)->next, __typeof__(*pos), member),    \
	    tmp = list_entry(pos->member.next, __typeof__(*pos), member); \
	     &pos->member != (head); pos = tmp,                           \
	    tmp = list_entry(tmp->member.next, __typeof__(*tmp), member))
