/*
 * multiboot.c - what the boot loader knows, copied into bootinfo and memblock.
 *
 * Called by head.S with the start-up map in force. Whatever is wrong becomes
 * bootinfo.error, a line that kmain() prints; nothing is printed here.
 *
 *	struct mb_info   flags say which of the fields are there
 *	  mmap           entries of different lengths, each led by its own: RAM
 *	                 and not; or, from old loaders, two sizes
 *	  cmdline        a string
 *	  mods           the first module is the initrd
 *
 * All addresses are physical; what lies outside the window of low memory cannot be read
 * and is an error. RAM above 4 GiB is left alone. (Multiboot 0.6.96, 3.3)
 *
 * The command line's first word may be the kernel's own path, which is dropped: QEMU
 * always puts it there, GRUB 2 leaves it out, others write one that starts with a slash
 * or a device in parentheses.
 */
#include "kernel/bootinfo.h"
#include "mm/env.h"
#include "mm/layout.h"
#include "mm/memblock.h"

#define MB_BOOTED 0x2badb002

/* mb_info.flags */
#define MB_MEM	   (1u << 0)
#define MB_CMDLINE (1u << 2)
#define MB_MODS	   (1u << 3)
#define MB_MMAP	   (1u << 6)
#define MB_LOADER  (1u << 9)

struct mb_info {
	u32 flags;
	u32 mem_lower, mem_upper; /* KiB from 0, and from 1 MiB on */
	u32 boot_device;
	u32 cmdline;
	u32 mods_count, mods_addr;
	u32 syms[4];
	u32 mmap_length, mmap_addr; /* bytes */
	u32 drives[2];
	u32 config_table;
	u32 loader_name;
};

struct mb_module {
	u32 start, end; /* [start, end) */
	u32 string, reserved;
};

struct mb_mmap {
	u32 size; /* bytes of the entry that follow this word */
	u64 addr, len;
	u32 type; /* 1: RAM */
} __attribute__((packed));

/* Where the start-up map shows physical [pa, pa + size). => NULL: nowhere */
static const void *boot_virt(u32 pa, u32 size)
{
	if (pa >= LOWMEM_MAX || size > LOWMEM_MAX - pa)
		return NULL;
	return phys_to_virt(pa);
}

/* ---- memory */

/* The whole pages of [start, end). */
static void add_ram(u64 start, u64 end)
{
	start = ALIGN_UP(start, PAGE_SIZE);
	end = ALIGN_DOWN(end, PAGE_SIZE);
	if (start < end)
		memblock_add(start, end - start);
}

static const char *read_mmap(const struct mb_info *info)
{
	const u8 *p = boot_virt(info->mmap_addr, info->mmap_length);
	const u8 *end;

	if (!p)
		return "Multiboot: the memory map lies out of reach";
	end = p + info->mmap_length;
	while (p < end) {
		const struct mb_mmap *e = (const void *)p;
		u32 left = (u32)(end - p);

		if (left < sizeof(*e) || e->size < sizeof(*e) - 4 ||
		    e->size > left - 4 || e->addr + e->len < e->addr)
			return "Multiboot: the memory map is broken";
		if (e->type == 1)
			add_ram(e->addr, e->addr + e->len);
		p += e->size + 4;
	}
	return NULL;
}

static const char *read_memory(const struct mb_info *info)
{
	const char *error = NULL;

	if (info->flags & MB_MMAP) {
		error = read_mmap(info);
	} else if (info->flags & MB_MEM) {
		add_ram(0, (u64)info->mem_lower * KiB);
		add_ram(MiB, MiB + (u64)info->mem_upper * KiB);
	}
	if (!error && !memblock.nr_ram)
		error = "Multiboot: the loader tells of no memory";
	return error;
}

/* ---- command line and initrd */

/* Whether the command line starts with the path of the kernel. */
static bool path_first(const struct mb_info *info, const char *cmdline)
{
	const char *loader;

	if (*cmdline == '/' || *cmdline == '(')
		return true;
	if (!(info->flags & MB_LOADER))
		return false;
	loader = boot_virt(info->loader_name, sizeof("qemu"));
	return loader && !memcmp(loader, "qemu", sizeof("qemu"));
}

static const char *read_cmdline(const struct mb_info *info)
{
	const char *from;
	u32 n = 0;

	if (!(info->flags & MB_CMDLINE))
		return NULL;
	from = boot_virt(info->cmdline, 1);
	if (!from)
		return "Multiboot: the command line lies out of reach";
	if (path_first(info, from))
		while (*from && *from != ' ')
			from++;
	while (*from == ' ')
		from++;
	while (n < CMDLINE_MAX - 1 && from[n]) {
		bootinfo.cmdline[n] = from[n];
		n++;
	}
	bootinfo.cmdline_cut = from[n] != '\0';
	return NULL;
}

static const char *read_initrd(const struct mb_info *info)
{
	const struct mb_module *mod;

	if (!(info->flags & MB_MODS) || !info->mods_count)
		return NULL;
	mod = boot_virt(info->mods_addr, sizeof(*mod));
	if (!mod || mod->end < mod->start)
		return "Multiboot: the module list is broken";
	bootinfo.initrd_start = mod->start;
	bootinfo.initrd_size = mod->end - mod->start;
	return NULL;
}

static const char *read_info(u32 magic, u32 info_pa)
{
	const struct mb_info *info = boot_virt(info_pa, sizeof(*info));

	if (magic != MB_BOOTED)
		return "not started by a Multiboot loader";
	if (!info)
		return "Multiboot: the information lies out of reach";
	/* First, for it may say `headless`. */
	return read_cmdline(info) ?: read_memory(info) ?: read_initrd(info);
}

/* Called by head.S: magic and info_pa are eax and ebx as the loader left them. */
noreturn void boot_start(u32 magic, u32 info_pa, u32 cycles);
noreturn void boot_start(u32 magic, u32 info_pa, u32 cycles)
{
	traps_load();
	bootinfo.start_cycles = cycles;
	bootinfo.error = read_info(magic, info_pa);
	kmain();
}
