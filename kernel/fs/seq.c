/*
 * seq.c - text that grows: what a file of /proc is made of.
 *
 *	buf	| what was printed so far | room |	doubles when it is full
 *
 * Called by the show functions of /proc. They don't look at errors: a line that found no memory
 * sets `failed`, and the read that wanted the text fails as a whole.
 *
 * Linux prints into one page and starts again with a larger one when it was too
 * small, entry by entry. Most of our texts are short enough to be made whole; a long list
 * (/proc/PID/smaps of 60,000 areas has 45 MB) is made part by part: its show function stops
 * when seq_full(), says in `next` where to go on, and is called again for the rest.
 */
#include "kernel/fs/proc.h"
#include "kernel/printk.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

/* Beyond this single pages are easier to find than side by side. */
#define LARGE (4 * PAGE_SIZE)

void seq_free(struct seq *seq)
{
	if (seq->size > LARGE)
		vfree(seq->buf);
	else
		kfree(seq->buf);
	seq->buf = NULL;
	seq->size = 0;
}

void seq_write(struct seq *seq, const void *bytes, u32 n)
{
	u32 size = seq->size ? seq->size : 1024;
	char *bigger;

	if (seq->failed)
		return;
	while (size - seq->len < n)
		size *= 2;
	if (size != seq->size) {
		bigger = size > LARGE ? vmalloc(size) : kmalloc(size);
		if (!bigger) {
			seq->failed = true;
			return;
		}
		memcpy(bigger, seq->buf ? seq->buf : "", seq->len);
		seq_free(seq);
		seq->buf = bigger;
		seq->size = size;
	}
	memcpy(seq->buf + seq->len, bytes, n);
	seq->len += n;
}

void seq_printf(struct seq *seq, const char *fmt, ...)
{
	char line[320];
	u32 n = (u32)format_args(line, sizeof(line), fmt);

	seq_write(seq, line, min(n, (u32)sizeof(line) - 1));
}

void show_kbs(struct seq *seq, const char *format, const struct kb_line *lines,
	      u32 n)
{
	for (; n--; lines++)
		seq_printf(seq, format, lines->name,
			   lines->pages * (PAGE_SIZE / KiB));
}
