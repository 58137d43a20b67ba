/*
 * dd.c - copies blocks: dd if=FROM of=TO bs=SIZE count=N skip=N seek=N
 * conv=notrunc.
 *
 * The way to make a file of a known size, or to change a few bytes inside one
 * that somebody has mapped.
 */
#include "user/lib/file.h"
#include "user/lib/text.h"

static struct {
	const char *from, *to;
	unsigned long bs, count, skip, seek;
	int keep, bad;
} job = { .bs = 512, .count = -1ul };

static int is(const char *word, const char *key, const char **value)
{
	size_t n = strlen(key);

	*value = word + n;
	return !strncmp(word, key, n);
}

static void parse(const char *word)
{
	const char *v;

	if (is(word, "if=", &v))
		job.from = v;
	else if (is(word, "of=", &v))
		job.to = v;
	else if (is(word, "bs=", &v))
		job.bs = size_of(v, &job.bad);
	else if (is(word, "count=", &v))
		job.count = size_of(v, &job.bad);
	else if (is(word, "skip=", &v))
		job.skip = size_of(v, &job.bad);
	else if (is(word, "seek=", &v))
		job.seek = size_of(v, &job.bad);
	else if (!strcmp(word, "conv=notrunc"))
		job.keep = 1;
	else
		job.bad = 1;
}

/* => whole blocks and parts of one, read and written */
static int copy(int in, int out, char *buf)
{
	unsigned long full = 0, part = 0, bytes = 0;
	ssize_t n = 0;
	int bad = 0;

	while (full + part < job.count && (n = read(in, buf, job.bs)) > 0) {
		if (write_full(out, buf, (size_t)n) < 0) {
			bad = complain(job.to ? job.to : "output");
			break;
		}
		full += (size_t)n == job.bs;
		part += (size_t)n != job.bs;
		bytes += (unsigned long)n;
	}
	if (n < 0)
		bad = complain(job.from ? job.from : "input");
	dprintf(2,
		"%lu+%lu records in\n%lu+%lu records out\n%lu bytes copied\n",
		full, part, full, part, bytes);
	return bad;
}

int main(int argc, char **argv)
{
	int in = 0, out = 1;
	char *buf;

	(void)argc;
	while (*++argv)
		parse(*argv);
	if (job.bad || !job.bs)
		usage("if=FROM of=TO bs=SIZE count=N skip=N seek=N "
		      "conv=notrunc");
	if (job.from)
		in = open(job.from, O_RDONLY, 0);
	if (in < 0)
		return complain(job.from);
	if (job.to)
		out = open(job.to,
			   O_WRONLY | O_CREAT |
				   (job.keep || job.seek ? 0 : O_TRUNC),
			   0666);
	if (out < 0)
		return complain(job.to);
	buf = malloc(job.bs);
	if (!buf)
		return complain("buffer");
	if (job.skip && lseek(in, (long)(job.skip * job.bs), 0) < 0)
		return complain("skip");
	if (job.seek && lseek(out, (long)(job.seek * job.bs), 0) < 0)
		return complain("seek");
	return copy(in, out, buf);
}
