/*
 * process.c - the table of processes: made, found, freed.
 *
 * Numbers go to threads; a process has that of its first thread. A number stays taken
 * while a thread, a zombie, a process group or a session has it.
 *
 *	tid_hash[tid % 64] -> thread -> thread		thread_find()
 *	all_processes -> init -> ...			process_find(), /proc
 */
#include "kernel/process.h"
#include "kernel/fs/proc.h"
#include "kernel/printk.h"
#include "mm/slab.h"

#define PID_MAX	     32768
#define PID_RECYCLED 300 /* low numbers are not used again, as on Linux */
#define HASH_SIZE    32u

struct list_head all_processes = LIST_INIT(all_processes);
struct process *init_process;
static struct list_head tid_hash[HASH_SIZE];
static struct kmem_cache process_cache;
static int last_pid;
static struct faults past_faults; /* of processes that are gone */

void process_init(void)
{
	for (u32 i = 0; i < HASH_SIZE; i++)
		list_init(&tid_hash[i]);
	kmem_cache_init(&process_cache, "process", sizeof(struct process), 8);
}

struct thread *thread_find(int tid)
{
	struct thread *t;

	list_for_each_entry (t, &tid_hash[(u32)tid % HASH_SIZE], tid_hash)
		if (t->tid == tid)
			return t;
	return NULL;
}

struct process *process_find(int pid)
{
	struct thread *t = thread_find(pid);
	struct process *p;

	if (t && t->process->pid == pid)
		return t->process;
	list_for_each_entry (p, &all_processes, all)
		if (p->pid == pid)
			return p;
	return NULL;
}

bool pgrp_is_orphaned(int pgrp)
{
	const struct process *p;

	list_for_each_entry (p, &all_processes, all)
		if (p->pgrp == pgrp && !p->zombie && p->parent &&
		    p->parent != init_process && p->parent->pgrp != pgrp &&
		    p->parent->session == p->session)
			return false;
	return true;
}

void pgrp_lost_tie(const struct process *p, const struct process *parent)
{
	const struct process *member;
	bool stopped = false;

	if (parent->pgrp == p->pgrp || parent->session != p->session)
		return;
	list_for_each_entry (member, &all_processes, all)
		stopped |= member->pgrp == p->pgrp && member->stopped;
	if (stopped && pgrp_is_orphaned(p->pgrp)) {
		signal_send_pgrp(p->pgrp, SIGHUP);
		signal_send_pgrp(p->pgrp, SIGCONT);
	}
}

int pgrp_session(int pgrp)
{
	const struct process *p;

	list_for_each_entry (p, &all_processes, all)
		if (p->pgrp == pgrp)
			return p->session;
	return -ESRCH;
}

static bool pid_taken(int pid)
{
	struct process *p;

	if (thread_find(pid))
		return true;
	list_for_each_entry (p, &all_processes, all)
		if (p->pid == pid || p->pgrp == pid || p->session == pid)
			return true;
	return false;
}

static int pid_alloc(void)
{
	static bool recycled; /* the first time around every number is new */

	do {
		if (++last_pid >= PID_MAX) {
			last_pid = PID_RECYCLED;
			recycled = true;
		}
	} while (recycled && pid_taken(last_pid));
	return last_pid;
}

/* ---- limits */

void process_set_limit(struct process *p, u32 which, struct rlimit limit)
{
	const struct rlimit *all = p->limits;

	p->limits[which] = limit;
	p->mm_limits = (struct mm_limits){
		.as = all[RLIMIT_AS].rlim_cur,
		.data = all[RLIMIT_DATA].rlim_cur,
		.stack = all[RLIMIT_STACK].rlim_cur,
		/* CAP_IPC_LOCK */
		.memlock = p->euid ? all[RLIMIT_MEMLOCK].rlim_cur : ~0u,
	};
}

const struct mm_limits *mm_limits(void)
{
	return &current->process->mm_limits;
}

static void default_limits(struct process *p)
{
	for (u32 i = 0; i < RLIM_NLIMITS; i++)
		p->limits[i] = (struct rlimit){ RLIM_INFINITY, RLIM_INFINITY };
	p->limits[RLIMIT_NOFILE] = (struct rlimit){ 1024, 4096 };
	p->limits[RLIMIT_MEMLOCK] = (struct rlimit){ 8 * MiB, 8 * MiB };
	p->limits[RLIMIT_CORE].rlim_cur = 0;
	process_set_limit(p, RLIMIT_STACK,
			  (struct rlimit){ 8 * MiB, RLIM_INFINITY });
}

/* ---- making and freeing */

struct process *process_create(struct process *parent)
{
	const u32 own = offsetof(struct process, pgrp);
	struct process *p = kmem_cache_alloc(&process_cache);

	if (!p)
		return NULL;
	memset(p, 0, sizeof(*p));
	list_init(&p->children);
	list_init(&p->sibling);
	list_init(&p->threads);
	list_init(&p->pending.infos);
	list_init(&p->child_wait.waiters);
	list_init(&p->thread_wait.waiters);
	list_init(&p->stop_wait.waiters);
	p->parent = parent;
	p->start_ns = clock_ns();
	if (parent) {
		memcpy((char *)p + own, (const char *)parent + own,
		       sizeof(*p) - own);
		groups_get(p->groups);
		list_add_tail(&p->sibling, &parent->children);
	} else {
		default_limits(p);
	}
	list_add_tail(&p->all, &all_processes);
	return p;
}

void process_free(struct process *p)
{
	assert(list_empty(&p->threads) && list_empty(&p->children));
	list_del(&p->sibling);
	list_del(&p->all);
	past_faults.minor += p->min_flt;
	past_faults.major += p->maj_flt;
	groups_put(p->groups);
	kmem_cache_free(&process_cache, p);
}

bool process_may_fork(void)
{
	const struct process *self = current->process, *p;
	u32 n = 0;

	if (!self->uid || !self->euid)
		return true;
	list_for_each_entry (p, &all_processes, all)
		if (p->uid == self->uid)
			n += p->zombie ? 1 : p->nr_threads;
	return n < self->limits[RLIMIT_NPROC].rlim_cur;
}

u32 nr_forks;

void process_add_thread(struct process *p, struct thread *t)
{
	t->tid = pid_alloc();
	if (!p->pid) {
		p->pid = t->tid;
		p->leader = t;
	}
	t->process = p;
	list_add_tail(&t->peers, &p->threads);
	list_add(&t->tid_hash, &tid_hash[(u32)t->tid % HASH_SIZE]);
	p->nr_threads++;
	nr_forks++;
}

void process_remove_thread(struct thread *t)
{
	struct process *p = t->process;

	if (p->leader == t) {
		memcpy(p->comm, t->comm, sizeof(p->comm));
		p->leader = NULL;
	}
	p->utime_ns += t->utime_ns;
	p->stime_ns += t->stime_ns;
	list_del_init(&t->peers);
	list_del_init(&t->tid_hash);
	fail_nth_forget(t);
	p->nr_threads--;
}

void process_set_leader(struct thread *t)
{
	struct process *p = t->process;

	if (p->leader == t)
		return;
	list_del(&t->tid_hash);
	t->tid = p->pid;
	list_add(&t->tid_hash, &tid_hash[(u32)t->tid % HASH_SIZE]);
	p->leader = t;
}

/* ---- running */

/*
 * The registers that struct regs does not have, the FPU's and TLS, are some thread's until
 * another thread of a process runs. Kernel threads leave them alone.
 *
 *	thread A     kernel thread    thread A             thread B
 *	its own      A's              A's: nothing to do   A's saved, B's loaded
 *
 * Of their owner, t->arch is older than the registers; of others it is what they will
 * find. So no thread ever sees another's, and a process's thread that runs has its own.
 * All are saved at once, by a few instructions, not on first use by a trap.
 */
static struct thread *regs_owner;

void process_switch(struct thread *prev, struct thread *next)
{
	struct mm *mm = next->process->mm;

	if (mm && (!prev->process || prev->process->mm != mm))
		mmu_switch(&mm->mmu);
	if (regs_owner == next)
		return;
	if (regs_owner)
		user_regs_save(&regs_owner->arch);
	regs_owner = next;
	user_regs_load(&next->arch);
}

void process_forget_regs(const struct thread *t)
{
	if (regs_owner == t)
		regs_owner = NULL;
}

void process_times(const struct process *p, u64 *user, u64 *system)
{
	const struct thread *t;

	*user = p->utime_ns;
	*system = p->stime_ns;
	list_for_each_entry (t, &p->threads, peers) {
		*user += t->utime_ns;
		*system += t->stime_ns;
	}
}

struct faults process_all_faults(void)
{
	struct faults sum = past_faults;
	const struct process *p;

	list_for_each_entry (p, &all_processes, all) {
		sum.minor += p->min_flt;
		sum.major += p->maj_flt;
	}
	return sum;
}

struct mm *process_swap_mm(struct process *p, struct mm *mm)
{
	struct mm *old = p->mm;

	p->mm = mm;
	if (p == current->process)
		mmu_switch(mm ? &mm->mmu : &kernel_context);
	return old;
}

void process_check_cpu(void)
{
	struct process *p = current->process;
	struct rlimit *limit = &p->limits[RLIMIT_CPU];
	u64 user, system;
	u32 seconds;

	if (limit->rlim_cur == RLIM_INFINITY)
		return;
	process_times(p, &user, &system);
	seconds = (u32)div_u64(user + system, NSEC_PER_SEC, NULL);
	if (seconds >= limit->rlim_max) {
		signal_send(p, SIGKILL, NULL);
	} else if (seconds >= limit->rlim_cur) {
		signal_send(p, SIGXCPU, NULL);
		limit->rlim_cur = seconds + 1; /* as Linux does */
	}
}

u32 cpu_ticks[NR_CPU_STATES];

/* Who sleeps, and waits for an interrupt on its stack, does not use the time. */
void process_tick(bool user)
{
	int slice = max(1, (20 - current->process->nice) / 10);

	if (current->state != THREAD_RUNNABLE) {
		cpu_ticks[CPU_IDLE]++;
		return;
	}
	cpu_ticks[user ? CPU_USER : CPU_SYSTEM]++;
	if (user)
		current->utime_ns += NSEC_PER_TICK;
	else
		current->stime_ns += NSEC_PER_TICK;
	itimers_tick(user);
	if (++current->slice < slice)
		return;
	current->slice = 0;
	current->work |= WORK_RESCHED;
}
