/*
 * exec.c - execve(): another program in the same process.
 *
 * The arguments are copied into the kernel, the new address space is made, filled and put in
 * force while the old one is kept: until the very end an error only has to
 * switch back, and the caller sees an errno. Then the old one goes.
 *
 *	0xC0000000  +----------------------------------------+
 *	            | the path, the strings                  |
 *	            | platform name, 16 random bytes         |
 *	            | auxiliary vector                       |
 *	            | envp[], NULL                           |
 *	            | argv[], NULL                           |
 *	       sp ->| argc                                   |
 *
 * System V ABI, i386 and ARM supplements, "process initialization"; the vector's
 * entries as in Linux.
 */
#include "kernel/exec.h"
#include "kernel/random.h"
#include "kernel/syscall.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#include <linux/auxvec.h>
#include <linux/mman.h>
#include <linux/mount.h>
#include <linux/personality.h>

#define PIE_BASE      0x00400000
#define STACK_INITIAL (132 * KiB)
#define LEGACY_BASE   (TASK_SIZE / 3)
#define MMAP_GAP_MIN  (128 * MiB)

u32 legacy_va_layout;

/* ---- the new address space */

/* Where mmap looks for room: below the stack's limit, or upwards from a third. */
static void choose_layout(struct mm *mm)
{
	u32 stack = current->process->limits[RLIMIT_STACK].rlim_cur;
	u32 gap = max(stack, MMAP_GAP_MIN);

	gap = min(gap, TASK_SIZE / 6 * 5);
	mm->layout.legacy_layout =
		legacy_va_layout || stack == RLIM_INFINITY ||
		current->process->personality & ADDR_COMPAT_LAYOUT;
	mm->layout.mmap_base = mm->layout.legacy_layout
				       ? LEGACY_BASE
				       : ALIGN_DOWN(TASK_SIZE - gap, PAGE_SIZE);
}

static int map_stack(struct mm *mm, bool exec)
{
	u32 prot = PROT_READ | PROT_WRITE | (exec ? PROT_EXEC : 0);
	u32 size = STACK_INITIAL;
	long at = mm_mmap(mm, TASK_SIZE - size, size, prot,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED |
				  MAP_GROWSDOWN | MAP_STACK,
			  NULL);

	return mm_is_error(at) ? (int)at : 0;
}

static void note_layout(struct mm *mm, const struct elf *elf, vaddr_t bias)
{
	const struct elf32_phdr *ph;

	for_each_load (ph, elf) {
		vaddr_t start = bias + ph->p_vaddr;

		if ((ph->p_flags & PF_X) && !mm->layout.start_code) {
			mm->layout.start_code = start;
			mm->layout.end_code = start + ph->p_filesz;
		}
		if (ph->p_flags & PF_W) {
			mm->layout.start_data = start;
			mm->layout.end_data = start + ph->p_filesz;
		}
	}
}

static int map_program(struct exec *e)
{
	struct mm *mm = current->process->mm;
	int err;

	choose_layout(mm);
	err = map_stack(mm, e->elf.exec_stack)
		      ?: elf_map(&e->elf, e->interp.file ? PIE_BASE : 0,
				 &e->program);
	if (err)
		return err;
	note_layout(mm, &e->elf, e->program.bias);
	mm->layout.brk = ALIGN_UP(e->program.end, PAGE_SIZE);
	mm->layout.start_brk = mm->layout.brk;
	e->loader.entry = e->program.entry; /* without an interpreter */
	return e->interp.file ? elf_map(&e->interp, 0, &e->loader) : 0;
}

/* ---- the initial stack */

/* Copies to just below *sp and moves it there. => where; 0: there is no memory */
static vaddr_t push(vaddr_t *sp, const void *from, u32 n)
{
	*sp -= n;
	return copy_to_user((void *)*sp, from, n) ? 0 : *sp;
}

/* argc, argv[], envp[] and the auxiliary vector, from sp upwards. */
static int push_vectors(struct exec *e, struct mm *mm, vaddr_t strings,
			const u32 *aux, u32 naux)
{
	u32 n = e->argc + e->envc + 3, at = 0;
	scoped_mem u32 *vector = kzalloc(n * 4);

	if (!vector)
		return -ENOMEM;
	vector[0] = e->argc;
	for (u32 i = 1; i < n - 1; i++) {
		if (i == e->argc + 1)
			continue; /* argv's end */
		vector[i] = (u32)strings + at;
		at += strlen(e->strings + at) + 1;
	}
	e->sp = ALIGN_DOWN(e->sp - (n + naux) * 4, 16) + (n + naux) * 4;
	mm->layout.auxv_end = e->sp;
	mm->layout.auxv_start = e->sp - naux * 4;
	return push(&e->sp, aux, naux * 4) && push(&e->sp, vector, n * 4)
		       ? 0
		       : -EFAULT;
}

static int make_stack(struct exec *e)
{
	const struct process *p = current->process;
	struct mm *mm = p->mm;
	vaddr_t sp = TASK_SIZE - 4, path, platform, random, strings;
	u8 bytes[16];
	u32 argv_size = 0;

	random_bytes(bytes, sizeof(bytes));
	path = push(&sp, e->path, strlen(e->path) + 1);
	strings = push(&sp, e->strings, e->used);
	platform = push(&sp, ELF_PLATFORM, sizeof(ELF_PLATFORM));
	random = push(&sp, bytes, sizeof(bytes));
	if (!path || !strings || !platform || !random)
		return -EFAULT;
	for (u32 i = 0; i < e->argc; i++)
		argv_size += strlen(e->strings + argv_size) + 1;
	mm->layout.arg_start = strings;
	mm->layout.arg_end = mm->layout.env_start = strings + argv_size;
	mm->layout.env_end = strings + e->used;
	mm->layout.start_stack = e->sp = ALIGN_DOWN(sp, 16);

	const u32 aux[] = {
		AT_HWCAP,    elf_hwcap(),
		AT_PAGESZ,   PAGE_SIZE,
		AT_CLKTCK,   HZ,
		AT_PHDR,     (u32)e->program.phdr,
		AT_PHENT,    sizeof(struct elf32_phdr),
		AT_PHNUM,    e->elf.header.e_phnum,
		AT_BASE,     (u32)e->loader.bias,
		AT_FLAGS,    0,
		AT_ENTRY,    (u32)e->program.entry,
		AT_UID,	     p->uid,
		AT_EUID,     e->euid,
		AT_GID,	     p->gid,
		AT_EGID,     e->egid,
		AT_SECURE,   e->euid != p->uid || e->egid != p->gid,
		AT_RANDOM,   (u32)random,
		AT_HWCAP2,   0, /* newer processors' */
		AT_EXECFN,   (u32)path,
		AT_PLATFORM, (u32)platform,
		AT_NULL,     0,
	};
	return push_vectors(e, mm, strings, aux, ARRAY_SIZE(aux));
}

/* ---- going over */

/* Ends the other threads; the running one becomes the process's first. => 0 or -EINTR */
static int become_only_thread(void)
{
	struct process *p = current->process;

	process_kill_threads(p, current);
	while (p->nr_threads > 1) {
		if (current->must_exit)
			return -EINTR;
		waitq_sleep(&p->thread_wait);
	}
	process_set_leader(current);
	return 0;
}

/* Who it will be: by the file's set-id bits, where they count. */
static void choose_ids(struct exec *e)
{
	const struct process *p = current->process;
	const struct inode *inode = e->file->inode;
	u32 bits = inode->mode;

	if (p->no_new_privs || inode->super->flags & MS_NOSUID)
		bits = 0;
	e->euid = bits & S_ISUID ? inode->uid : p->euid;
	e->egid = bits & S_ISGID && bits & S_IXGRP ? inode->gid : p->egid;
}

/* Nothing can fail any more: the old program's things go. */
static void commit(struct exec *e, struct mm *old)
{
	struct process *p = current->process;
	const char *name = e->path + strlen(e->path);

	if (current->robust_list ||
	    (current->clear_child_tid && old->users > 1)) {
		struct mm *new = process_swap_mm(p, old);

		robust_list_exit();
		clear_child_tid(old);
		process_swap_mm(p, new);
	}
	current->clear_child_tid = 0;
	p->max_rss = max(p->max_rss, mm_peak_rss(old));
	mm_put(old);
	vfork_done(p);
	if (p->exe)
		exec_file_put(p->exe);
	p->exe = e->file;
	e->file = NULL;
	while (name > e->path && name[-1] != '/')
		name--;
	snprintf(current->comm, sizeof(current->comm), "%s", name);
	signal_exec();
	files_close_on_exec(current->files);
	current->robust_list = 0;
	p->euid = p->suid = e->euid;
	p->egid = p->sgid = e->egid;
	p->undumpable = p->euid != p->uid || p->egid != p->gid;
	process_set_limit(p, RLIMIT_MEMLOCK, p->limits[RLIMIT_MEMLOCK]);
	p->exit_signal = SIGCHLD;
	p->has_execed = true;
	thread_start_user(thread_regs(current), e->loader.entry, e->sp);
}

static int load(struct exec *e)
{
	struct process *p = current->process;
	/* Shared tables must not be emptied under other processes' feet. */
	int err = signal_unshare() ?: files_unshare();
	struct mm *mm = err ? NULL : mm_create(), *old;

	if (!mm)
		return err ?: -ENOMEM;
	err = become_only_thread();
	if (!err) {
		old = process_swap_mm(p, mm);
		choose_ids(e);
		err = map_program(e) ?: make_stack(e);
		if (!err) {
			commit(e, old);
			return 0;
		}
		process_swap_mm(p, old);
	}
	mm_put(mm);
	return err;
}

/* The path as given in e->path; vectors of the program or the kernel. => e->file is open */
static int do_exec(struct exec *e, const char *const *argv,
		   const char *const *envp, bool user)
{
	int err = exec_add_vector(e, argv, user, &e->argc);

	if (!err && !e->argc) {
		err = exec_add_string(e, "");
		e->argc = 1;
	}
	return err ?: exec_add_vector(e, envp, user, &e->envc) ?:
		      exec_read_program(e) ?: load(e);
}

static void exec_free(struct exec *e)
{
	if (e->file)
		exec_file_put(e->file);
	if (e->interp.file)
		exec_file_put(e->interp.file);
	elf_free(&e->elf);
	elf_free(&e->interp);
	kfree(e->strings);
	kfree(e->path);
}

int exec_kernel(const char *path, const char *const argv[],
		const char *const envp[])
{
	struct exec e = { .path = kmalloc(PATH_MAX) };
	int err;

	if (!e.path)
		return -ENOMEM;
	snprintf(e.path, PATH_MAX, "%s", path);
	err = exec_open(AT_FDCWD, e.path, LOOKUP_FOLLOW, &e.file)
		      ?: do_exec(&e, argv, envp, false);
	exec_free(&e);
	return err;
}

/* A program that is named by a descriptor: what a script's interpreter opens. */
static int name_by_fd(struct exec *e, int fd)
{
	u32 len = strlen(e->path), n;
	char dir[24];

	if (fd == AT_FDCWD || e->path[0] == '/')
		return 0;
	n = snprintf(dir, sizeof(dir), "/dev/fd/%d%s", fd, len ? "/" : "");
	if (n + len >= PATH_MAX)
		return -ENAMETOOLONG;
	memmove(e->path + n, e->path, len + 1);
	memcpy(e->path, dir, n);
	return 0;
}

long sys_execveat(int dirfd, const char *upath, const char *const *argv,
		  const char *const *envp, u32 flags)
{
	u32 how = (flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) |
		  (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0);
	struct exec e = { 0 };
	int err;

	if (flags & ~(u32)(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	e.path = path_get(upath, &err);
	if (!e.path)
		return err;
	err = exec_open(dirfd, e.path, how, &e.file) ?: name_by_fd(&e, dirfd) ?:
		      do_exec(&e, argv, envp, true);
	exec_free(&e);
	return err;
}

SYSCALL(execve,
	(const char *path, const char *const *argv, const char *const *envp),
	sys_execveat(AT_FDCWD, path, argv, envp, 0))
