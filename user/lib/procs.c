/*
 * procs.c - the processes, from /proc/PID/stat and cmdline.
 *
 *	12 (sh) S 1 12 12 0 -1 0 90 ...
 *	pid name state ppid pgrp ..., fields counted from 1 as in proc(5)
 */
#include "user/lib/procs.h"
#include "user/lib/text.h"

#define FIELD_MINFLT 10
#define FIELD_UTIME  14
#define FIELD_STIME  15
#define FIELD_VSIZE  23
#define FIELD_RSS    24

static int read_some(int pid, const char *name, char *buf, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return read_file(path, buf, size);
}

/* The command line, or where there is none the name in brackets. */
static void read_name(struct proc *p, const char *comm)
{
	int i, n = read_some(p->pid, "cmdline", p->name, sizeof(p->name));

	if (n <= 0) {
		snprintf(p->name, sizeof(p->name), "[%s]", comm);
		return;
	}
	for (i = 0; i < n - 1; i++)
		if (!p->name[i])
			p->name[i] = ' ';
}

static int proc_read(int pid, struct proc *p)
{
	unsigned long f[FIELD_RSS + 1];
	char buf[512], *s, *comm;
	int i;

	memset(p, 0, sizeof(*p));
	p->pid = pid;
	if (read_some(pid, "stat", buf, sizeof(buf)) <= 0)
		return -1;
	comm = strchr(buf, '(');
	for (s = buf + strlen(buf); s > buf && *s != ')'; s--)
		;
	if (!comm++ || s == buf)
		return -1;
	*s = 0;
	p->state = s[2];
	s += 3;
	for (i = 4; i <= FIELD_RSS; i++) {
		while (*s == ' ' || *s == '-')
			s++;
		f[i] = strtoul(s, &s, 10);
	}
	p->ppid = (int)f[4];
	p->pgrp = (int)f[5];
	p->faults = f[FIELD_MINFLT];
	p->ticks = f[FIELD_UTIME] + f[FIELD_STIME];
	p->size = f[FIELD_VSIZE] / 1024;
	p->rss = f[FIELD_RSS] * 4;
	read_name(p, comm);
	return 0;
}

int proc_next(struct dir *d, struct proc *p)
{
	const char *e;

	while ((e = dir_next(d)) != NULL)
		if (*e >= '0' && *e <= '9' && !proc_read(atoi(e), p))
			return 0;
	return -1;
}
