/*
 * elf.c - ELF32 executables and interpreters.
 *
 *	file        | headers | text ........ | data ... |
 *	                        PT_LOAD R X     PT_LOAD R W
 *	memory      | text pages (shared) | data pages (copied on write) | bss (zeros) |
 *	                                                  ^ filesz        ^ memsz
 *
 * Segments become private file mappings, so text is shared through the page cache and read when
 * it is first executed. Only the page where the file's bytes end and
 * bss begins is touched here: its rest must be zero. System V ABI, chapter 5;
 * what is accepted follows Linux.
 */
#include "kernel/exec.h"
#include "kernel/fs/file.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#include <linux/mman.h>

/* ---- headers */

static bool header_ok(const struct elf32_hdr *h)
{
	return !memcmp(h->e_ident, ELFMAG, SELFMAG) &&
	       h->e_ident[EI_CLASS] == ELFCLASS32 &&
	       h->e_ident[EI_DATA] == ELFDATA2LSB &&
	       (h->e_type == ET_EXEC || h->e_type == ET_DYN) &&
	       h->e_machine == ELF_MACHINE &&
	       h->e_phentsize == sizeof(struct elf32_phdr) && h->e_phnum &&
	       h->e_phnum <= ELF_MAX_PHDRS;
}

/* Reads exactly n bytes. => 0; -ENOEXEC: the file is shorter; -errno */
static int read_exactly(struct file *file, void *buf, u32 n, u64 pos)
{
	long got = file_read_kernel(file, buf, n, pos);

	if (got < 0)
		return (int)got;
	return (u32)got == n ? 0 : -ENOEXEC;
}

static int read_interp(struct elf *elf, const struct elf32_phdr *ph)
{
	int err;

	if (ph->p_filesz < 2 || ph->p_filesz > ELF_INTERP_MAX)
		return -ENOEXEC;
	elf->interp = kmalloc(ph->p_filesz);
	if (!elf->interp)
		return -ENOMEM;
	err = read_exactly(elf->file, elf->interp, ph->p_filesz, ph->p_offset);
	return err ?: elf->interp[ph->p_filesz - 1] ? -ENOEXEC : 0;
}

static bool segment_ok(const struct elf32_phdr *ph)
{
	return ph->p_filesz <= ph->p_memsz && ph->p_memsz <= TASK_SIZE &&
	       ph->p_vaddr <= TASK_SIZE - ph->p_memsz &&
	       (ph->p_vaddr - ph->p_offset) % PAGE_SIZE == 0;
}

static int check_phdrs(struct elf *elf)
{
	int err;

	elf->exec_stack = true; /* unless PT_GNU_STACK says otherwise */
	elf->start = ~0ul;
	for (u32 i = 0; i < elf->header.e_phnum; i++) {
		const struct elf32_phdr *ph = &elf->phdrs[i];

		if (ph->p_type == PT_LOAD) {
			if (!segment_ok(ph))
				return -ENOEXEC;
			elf->start = min(elf->start, ph->p_vaddr & PAGE_MASK);
			elf->end = max(elf->end, ph->p_vaddr + ph->p_memsz);
		} else if (ph->p_type == PT_INTERP && !elf->interp) {
			err = read_interp(elf, ph);
			if (err)
				return err;
		} else if (ph->p_type == PT_GNU_STACK) {
			elf->exec_stack = ph->p_flags & PF_X;
		}
	}
	return elf->start == ~0ul ? -ENOEXEC : 0;
}

int elf_read(struct file *file, struct elf *elf)
{
	u32 size;
	int err;

	elf->file = file;
	err = read_exactly(file, &elf->header, sizeof(elf->header), 0);
	if (err)
		return err;
	if (!header_ok(&elf->header))
		return -ENOEXEC;
	size = elf->header.e_phnum * sizeof(struct elf32_phdr);
	elf->phdrs = kmalloc(size);
	if (!elf->phdrs)
		return -ENOMEM;
	err = read_exactly(file, elf->phdrs, size, elf->header.e_phoff);
	return err ?: check_phdrs(elf);
}

void elf_free(struct elf *elf)
{
	kfree(elf->phdrs);
	kfree(elf->interp);
}

/* ---- segments */

static u32 segment_prot(const struct elf32_phdr *ph)
{
	return (ph->p_flags & PF_R ? PROT_READ : 0) |
	       (ph->p_flags & PF_W ? PROT_WRITE : 0) |
	       (ph->p_flags & PF_X ? PROT_EXEC : 0);
}

/* The zeros behind the file's bytes: the rest of their last page, and pages of their own. */
static int map_bss(const struct elf32_phdr *ph, vaddr_t start)
{
	vaddr_t file_end = start + ph->p_filesz, end = start + ph->p_memsz;
	vaddr_t page_end = ALIGN_UP(file_end, PAGE_SIZE);
	long at;

	if (end == file_end)
		return 0;
	if (!ph->p_filesz) /* all pages are its own, from the first on */
		page_end = start & PAGE_MASK;
	if (ph->p_filesz && (ph->p_flags & PF_W) &&
	    clear_user((void *)file_end, (u32)(page_end - file_end)))
		return -ENOEXEC; /* the file is shorter than its headers say */
	end = ALIGN_UP(end, PAGE_SIZE);
	if (end <= page_end)
		return 0;
	at = mm_mmap(current->process->mm, page_end, (u32)(end - page_end),
		     segment_prot(ph), MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		     NULL);
	return mm_is_error(at) ? (int)at : 0;
}

static int map_segment(const struct elf *elf, const struct elf32_phdr *ph,
		       vaddr_t bias)
{
	vaddr_t start = bias + ph->p_vaddr, page = start & PAGE_MASK;
	u32 in_page = (u32)(start - page), prot = segment_prot(ph);
	u32 size = ALIGN_UP(ph->p_filesz + in_page, PAGE_SIZE);
	struct mmap_object object;
	long at;

	if (ph->p_filesz) {
		at = file_mmap(elf->file, prot, MAP_PRIVATE, &object);
		if (at)
			return (int)at;
		object.pgoff = (ph->p_offset - in_page) >> PAGE_SHIFT;
		at = mm_mmap(current->process->mm, page, size, prot,
			     MAP_PRIVATE | MAP_FIXED, &object);
		if (mm_is_error(at))
			return (int)at;
	}
	return map_bss(ph, start);
}

/* Where there is room for all segments together. => an address or -errno */
static long find_room(vaddr_t base, u32 size)
{
	struct mm *mm = current->process->mm;
	long at = mm_mmap(mm, base, size, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, NULL);

	if (!mm_is_error(at))
		mm_munmap(mm, (vaddr_t)at, size);
	return at;
}

int elf_map(const struct elf *elf, vaddr_t base, struct elf_loaded *loaded)
{
	u32 size = (u32)ALIGN_UP(elf->end - elf->start, PAGE_SIZE), off;
	const struct elf32_phdr *ph;
	vaddr_t bias = 0;
	int err;

	if (elf->header.e_type == ET_DYN) {
		long at = find_room(base, size);

		if (mm_is_error(at))
			return (int)at;
		bias = (vaddr_t)at - elf->start;
	}
	for_each_load (ph, elf) {
		err = map_segment(elf, ph, bias);
		if (err)
			return err;
		off = elf->header.e_phoff - ph->p_offset;
		if (!loaded->phdr && off < ph->p_filesz)
			loaded->phdr = bias + ph->p_vaddr + off;
	}
	loaded->bias = bias;
	loaded->entry = bias + elf->header.e_entry;
	loaded->end = bias + elf->end;
	return loaded->entry < TASK_SIZE ? 0 : -ENOEXEC;
}
