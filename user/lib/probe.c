/*
 * probe.c - looking at the address space from inside.
 *
 * probe() catches SIGSEGV, SIGBUS and SIGILL on the way, jumps out of the
 * handler, and puts the handlers that were there before back. The handler
 * runs with SA_NODEFER, so that jumping out leaves no signal blocked.
 */
#include "user/lib/probe.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "user/lib/thread.h"

struct fault last_fault;
static jump_buf escape;

static void on_fault(int signo, siginfo_t *info, void *context)
{
	(void)context;
	last_fault.signo = signo;
	last_fault.code = info->si_code;
	last_fault.addr = (unsigned long)info->si_addr;
	long_jump(&escape, 1);
}

static void touch(volatile void *p, enum access how)
{
	volatile char *c = p;

	if (how == READ)
		(void)*c;
	else if (how == WRITE)
		*c = 1;
	else
		((void (*)(void))(uintptr_t)p)();
}

int probe(volatile void *p, enum access how)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL };
	struct sig_action old[3];
	size_t i;

	for (i = 0; i < 3; i++) {
		sys(__NR_rt_sigaction, signals[i], 0, &old[i], 8);
		sig_catch(signals[i], on_fault, SA_SIGINFO | SA_NODEFER);
	}
	memset(&last_fault, 0, sizeof(last_fault));
	if (!set_jump(&escape))
		touch(p, how);
	for (i = 0; i < 3; i++)
		sys(__NR_rt_sigaction, signals[i], &old[i], 0, 8);
	return last_fault.signo;
}

int faults(volatile void *p, enum access how, int signo, int code,
	   const char *name)
{
	const struct fault *f = &last_fault;
	int good;

	probe(p, how);
	good = f->signo == signo && (!signo || f->code == code) &&
	       (!signo || f->addr == (unsigned long)p);
	if (ok(good, "%s", name))
		return 1;
	diag("touched 0x%lx: got %s code %d at 0x%lx, expected %s code %d",
	     (unsigned long)p, signal_name(f->signo), f->code, f->addr,
	     signal_name(signo), code);
	return 0;
}

int works(volatile void *p, enum access how, const char *name)
{
	return faults(p, how, 0, 0, name);
}

void put_code(void *p)
{
	static const unsigned char code[] = CODE_RETURN_42;

	memcpy(p, code, sizeof(code));
	icache_sync(p, sizeof(code));
}

int has_nx(void)
{
	static int known = -1;
	char *p;

	if (known >= 0)
		return known;
	p = map_anon(PAGE_SIZE);
	put_code(p);
	known = probe(p, EXEC) == SIGSEGV;
	munmap(p, PAGE_SIZE);
	return known;
}

/* "start-end prot offset major:minor inode   path" */
static void parse_map(char *line, struct map *m)
{
	char *s;
	size_t n;

	memset(m, 0, sizeof(*m));
	m->start = strtoul(line, &s, 16);
	m->end = strtoul(s + 1, &s, 16);
	memcpy(m->prot, s + 1, 4);
	m->offset = strtoul(s + 6, &s, 16);
	strtoul(s + 1, &s, 16);
	strtoul(s + 1, &s, 16);
	m->inode = strtoul(s, &s, 10);
	while (*s == ' ')
		s++;
	n = strlen(s);
	memcpy(m->path, s, n < sizeof(m->path) ? n : sizeof(m->path) - 1);
}

int map_each(void (*fn)(const struct map *m, void *arg), void *arg)
{
	static char buf[32 * 1024]; /* not malloc: the layout must not move */
	int count = 0, n = read_file("/proc/self/maps", buf, sizeof(buf));
	char *line = buf, *end;
	struct map m;

	if (n <= 0)
		return -1;
	while ((end = strchr(line, '\n')) != NULL) {
		*end = 0;
		parse_map(line, &m);
		fn(&m, arg);
		count++;
		line = end + 1;
	}
	return count;
}

struct query {
	unsigned long start, end;
	int hits;
	struct map *found; /* the first */
};

static void match(const struct map *m, void *arg)
{
	struct query *q = arg;

	if (m->start >= q->end || m->end <= q->start)
		return;
	if (!q->hits++ && q->found)
		*q->found = *m;
}

int map_at(const volatile void *addr, struct map *m)
{
	unsigned long a = (unsigned long)addr;
	struct query q = { a, a + 1, 0, m };

	memset(m, 0, sizeof(*m));
	map_each(match, &q);
	return q.hits;
}

int map_count(const volatile void *addr, size_t len)
{
	unsigned long a = (unsigned long)addr;
	struct query q = { a, a + len, 0, NULL };

	map_each(match, &q);
	return q.hits;
}

int is_map(const volatile void *addr, size_t len, const char *prot,
	   const char *name)
{
	unsigned long a = (unsigned long)addr;
	struct map m;

	map_at(addr, &m);
	if (ok(m.start == a && m.end == a + len && !strcmp(m.prot, prot), "%s",
	       name))
		return 1;
	diag("got %lx-%lx %s, expected %lx-%lx %s", m.start, m.end, m.prot, a,
	     a + len, prot);
	return 0;
}

int resident(void *addr, size_t npages)
{
	unsigned char vec[1024];
	int n = 0;
	size_t i;

	if (npages > sizeof(vec) || mincore(addr, npages * PAGE_SIZE, vec) < 0)
		return -1;
	for (i = 0; i < npages; i++)
		n += vec[i] & 1;
	return n;
}

uint64_t pagemap(const volatile void *addr)
{
	uint64_t entry = 0;
	unsigned long page = (unsigned long)addr / PAGE_SIZE;
	int fd = open("/proc/self/pagemap", O_RDONLY, 0);

	if (fd < 0)
		return 0;
	if (lseek(fd, (long)(page * 8), 0) < 0 || read(fd, &entry, 8) != 8)
		entry = 0;
	close(fd);
	return entry;
}

long minor_faults(void)
{
	struct rusage ru;

	getrusage(RUSAGE_SELF, &ru);
	return ru.ru_minflt;
}

void *map_anon(size_t len)
{
	return mmap(NULL, len, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *map_shared(size_t len)
{
	return mmap(NULL, len, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

char *hole(size_t npages)
{
	char *p = map_anon(npages * PAGE_SIZE);

	munmap(p, npages * PAGE_SIZE);
	return p;
}
