/*
 * main.c - kmain(): from the start-up code to a running kernel.
 *
 * The order is the order of needs: to speak, to know the memory, to map it, to hand
 * it out; then traps, interrupts, time. Bad input from outside (command line,
 * memory map, initrd) ends in cannot_boot() with one line, never in silence.
 */
#include "kernel/arch.h"
#include "kernel/cmdline.h"
#include "kernel/dev/blk.h"
#include "kernel/exec.h"
#include "kernel/fs/file.h"
#include "kernel/ktest.h"
#include "kernel/printk.h"
#include "kernel/sys_time.h"
#include "mm/kmap.h"
#include "mm/memblock.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

#define EXIT_CANNOT_BOOT 125
#define EXIT_LEAKED	 99
#define LOWMEM_MIN	 (8 * MiB)

struct bootinfo bootinfo;

/* The end for bad input: says why and powers off with a failing status. */
static noreturn void cannot_boot(const char *fmt, ...)
{
	char buf[256];

	format_args(buf, sizeof(buf), fmt);
	quiet = false;
	printk("cannot boot: %s\n", buf);
	bootinfo.error = fmt; /* the status counts, headless or not */
	machine_poweroff(EXIT_CANNOT_BOOT);
}

static u32 to_mib(u64 bytes)
{
	return (u32)((bytes + MiB / 2) >> 20); /* the nearest */
}

static void check_command_line(void)
{
	if (bootinfo.error)
		cannot_boot("%s", bootinfo.error);
	if (bootinfo.cmdline_cut)
		cannot_boot("the command line is longer than %u bytes",
			    CMDLINE_MAX - 1);
	if (*cmdline.bad)
		cannot_boot("%s", cmdline.bad);
	if (*cmdline.unknown)
		printk("command line: unknown, ignored:%s\n", cmdline.unknown);
}

/* Applies mem= and lowmem=, and decides where low memory ends. */
static void size_memory(void)
{
	u64 ram = memblock_ram_between(0, 1ull << 32), low = LOWMEM_MAX, need;
	u64 start = memblock.nr_ram ? memblock.ram[0].start : 0, end;

	if (cmdline.mem > ram)
		printk("mem=: the machine has only %u MiB, all used\n",
		       to_mib(ram));
	if (cmdline.mem && cmdline.mem < ram)
		memblock_limit(cmdline.mem);
	ram = memblock_ram_between(0, 1ull << 32);
	if (cmdline.lowmem > LOWMEM_MAX)
		printk("lowmem=: more than the window has, %u MiB used\n",
		       to_mib(LOWMEM_MAX));
	else if (cmdline.lowmem)
		low = ALIGN_UP(cmdline.lowmem, PAGE_SIZE);
	/* A frame needs a struct page, 1/128 of its size, in low memory. */
	need = LOWMEM_MIN + ram / (PAGE_SIZE / sizeof(struct page));
	if (ram < LOWMEM_MIN)
		cannot_boot("%s%u KiB of memory, at least %u MiB are needed",
			    cmdline.mem ? "mem=: " : "", (u32)(ram >> 10),
			    LOWMEM_MIN / MiB);
	if (low < need)
		cannot_boot("lowmem=: %u MiB of memory need at least %u MiB of "
			    "low memory",
			    to_mib(ram), to_mib(need + MiB - 1));
	end = memblock.ram[memblock.nr_ram - 1].end;
	low = min(start + low, end);
	low_pfn = (u32)(low >> PAGE_SHIFT);
}

static void reserve_memory(void)
{
	paddr_t start = virt_to_phys((void *)PAGE_OFFSET);

	/* From the start of low memory: the start-up code lies below the text. */
	memblock_reserve(start, virt_to_phys(__kernel_end) - start);
	if ((u64)bootinfo.initrd_start + bootinfo.initrd_size >
	    memblock.ram[memblock.nr_ram - 1].end) {
		printk("mem=: the initrd lies beyond it, ignored\n");
		bootinfo.initrd_size = 0;
	}
	if (bootinfo.initrd_size)
		memblock_reserve(bootinfo.initrd_start, bootinfo.initrd_size);
}

/* The page below kmain()'s stack goes: what runs over faults, as on other stacks. */
static void guard_boot_stack(void)
{
	extern char boot_guard[]; /* boot/ARCH/head.S */
	vaddr_t guard = (vaddr_t)boot_guard;

	pte_set(kernel_pte(guard), (pte_t){ 0 });
	tlb_flush_kernel(guard, guard + PAGE_SIZE);
}

static void print_memory(void)
{
	struct zone_stats zone;

	for (enum zone_type z = 0; z < NR_ZONES; z++) {
		zone_stats(z, &zone);
		if (zone.present)
			printk("  %-8s %6u KiB, %u free\n", zone.name,
			       zone.present * 4, zone.free * 4);
	}
	if (memblock.beyond >= MiB)
		printk("memory: %u MiB beyond 4 GiB are not used\n",
		       (u32)(memblock.beyond / MiB));
}

static void memory_init(void)
{
	u64 ram, low;

	size_memory();
	reserve_memory();
	ram = memblock_ram_between(0, 1ull << 32);
	low = ((u64)low_pfn << PAGE_SHIFT) - phys_base;
	/* The low window counts holes, too (x86: the ISA bus's). */
	printk("memory: %u MiB, %u MiB of it low\n", to_mib(ram),
	       to_mib(min(low, ram)));
	paging_init();
	page_init();
	slab_init();
	vmalloc_init();
	kmap_init();
	radix_init();
	mm_init();
	sched_init();
	process_init();
	futex_init();
	print_memory();
}

/* ---- the first process */

/* Splits `-- ARGUMENTS` in place: words, or "quoted ones" with \ before " and \. */
static void split_arguments(char *line, char **argv, u32 max)
{
	u32 argc = 0;

	while (argc < max - 1) {
		char *to = line;
		bool quoted = false;

		while (*line == ' ')
			line++;
		if (!*line)
			break;
		argv[argc++] = to = line;
		for (; *line && (quoted || *line != ' '); line++) {
			if (*line == '"') {
				quoted = !quoted;
				continue;
			}
			if (quoted && *line == '\\' && line[1])
				line++;
			*to++ = *line;
		}
		if (*line)
			line++;
		*to = '\0';
	}
	argv[argc] = NULL;
}

/* init= was not given: the initial archive's, else the disk's. */
static char *find_init(void)
{
	static char paths[][24] = { "/dev/initramfs/init", "/sbin/init",
				    "/bin/init", "/bin/sh", "/init" };
	scoped_dentry *there = NULL;
	u32 i = cmdline.root ? 0 : ARRAY_SIZE(paths) - 1;

	while (i < ARRAY_SIZE(paths) - 1 &&
	       path_lookup(AT_FDCWD, paths[i], LOOKUP_FOLLOW, &there))
		i++;
	return paths[i];
}

/* Process 1: opens the console three times and becomes the first program. */
static void init_main(void *unused)
{
	static const char *const envp[] = {
		"HOME=/", "TERM=linux", "PATH=/bin:/usr/bin:/sbin:/usr/sbin",
		NULL
	};
	static char *argv[64];
	char *args = name_copy(cmdline.args, (u32)strlen(cmdline.args));
	struct file *console;
	int err;

	(void)unused;
	argv[0] = cmdline.init ? cmdline.init : find_init();
	assert(args);
	split_arguments(args, argv + 1, ARRAY_SIZE(argv) - 1);
	err = file_open_path("/dev/console", O_RDWR, &console);
	for (int fd = 0; !err && fd < 3; fd++)
		fd_install(file_get(console), 0, false);
	if (err)
		cannot_boot("/dev/console: error %d", -err);
	file_put(console);
	err = exec_kernel(argv[0], (const char *const *)argv, envp);
	if (err)
		cannot_boot("%s: error %d, cannot be executed", argv[0], -err);
	kfree(args);
	irq_disable();
	enter_user(thread_regs(current));
}

static void start_init(void)
{
	struct process *p = process_create(NULL);
	struct thread *t = thread_alloc();

	assert(p && t);
	init_process = p;
	p->mm = mm_create();
	p->sighand = sighand_copy(NULL);
	t->files = files_create();
	t->fs = fs_copy(NULL);
	assert(p->mm && p->sighand && t->files && t->fs);
	memset(&t->arch, 0, sizeof(t->arch));
	snprintf(t->comm, sizeof(t->comm), "init");
	process_add_thread(p, t);
	p->pgrp = p->session = p->pid;
	thread_setup_stack(t, init_main, NULL);
	thread_wake(t);
}

static void files_init(void)
{
	int err;

	audit_begin();
	vfs_init();
	if (bootinfo.initrd_size &&
	    !initramfs_unpack(bootinfo.initrd_start, bootinfo.initrd_size))
		cannot_boot("the initrd is no cpio archive of the newc kind, "
			    "or is cut short");
	err = cmdline.root ? vfs_mount_root(cmdline.root, cmdline.ro) : 0;
	if (err)
		cannot_boot("root=%s: error %d, cannot be mounted",
			    cmdline.root, -err);
}

/* Waits for init's end. A machine that is read by a machine then also says whether
 * everything was given back. => the exit status */
static int run_until_end(void)
{
	int status = init_wait();

	quiet = false;
	vfs_shutdown();
	if (!headless)
		printk("init has ended with status %d: power off\n", status);
	else if (audit_end() && !status)
		status = EXIT_LEAKED;
	return status;
}

noreturn void kmain(void)
{
	int status = 0;

	console_early_init();
	cmdline_parse(bootinfo.cmdline);
	printk("Quire\n");
	check_command_line();
	memory_init();
	traps_init();
	guard_boot_stack();
	irq_init();
	timer_init();
	realtime_init();
	console_irq_init();
	irq_enable();
	virtio_blk_init();
	if (blk_number(0)) {
		flusher_start();
		yield(); /* it has begun when the audit counts */
	}
	files_init();
	printk("up in %u ms\n", (u32)div_u64(clock_ns(), 1000000, NULL));

	if (cmdline.bench)
		bench_run();
	if (cmdline.selftest)
		status = ktest_run(cmdline.selftest);
	if (!cmdline.bench && !cmdline.selftest) {
		start_init();
		status = run_until_end();
	}
	printk("exit %d\n", status);
	machine_poweroff(status);
}
