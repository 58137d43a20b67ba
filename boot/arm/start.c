/*
 * start.c - the first C code on ARM: device tree in, kmain() out.
 *
 * head.S has turned the MMU on with the first megabytes of RAM mapped. The
 * device tree may lie anywhere in RAM, high memory too, and is looked at
 * through a few sections where the kmap window will be:
 *
 *	PKMAP_START -> the megabyte it begins in, and as many as a slot has left
 *
 * They are gone again before kmain(), and so is the megabyte that head.S mapped
 * at its physical address. Everything worth keeping has been copied by then.
 */
#include "kernel/bootinfo.h"
#include "mm/pgtable.h"
#include "fdt.h"

#define FDT_ALIGN  8
#define FDT_WINDOW SLOT_SIZE

static const char *read_fdt(paddr_t fdt)
{
	paddr_t base = ALIGN_DOWN(fdt, SECTION_SIZE);
	const char *error;

	if (!fdt || !IS_ALIGNED(fdt, FDT_ALIGN))
		return "no device tree: r2 does not point at one";
	if (base > -(u32)FDT_WINDOW)
		return "the device tree lies at the very end of the address "
		       "space";
	for (u32 off = 0; off < FDT_WINDOW; off += SECTION_SIZE)
		section_install(PKMAP_START + off, base + off,
				pgprot(PGPROT_READ));
	mmu_sync();
	error = board_read((void *)(PKMAP_START + (fdt - base)),
			   FDT_WINDOW - (fdt - base));
	pgdir_remove(&kernel_pgdir, PKMAP_START);
	tlb_flush_kernel(PKMAP_START, PKMAP_START + FDT_WINDOW);
	return error;
}

/* Called by head.S. => on the boot stack, interrupts off */
noreturn void boot_main(paddr_t fdt, u32 start_cycles);
noreturn void boot_main(paddr_t fdt, u32 start_cycles)
{
	/* On a board whose RAM lies at PAGE_OFFSET they are the same. */
	if (phys_base < TASK_SIZE)
		pgdir_remove(&kernel_pgdir, phys_base);
	tlb_flush_kernel(phys_base, phys_base + SECTION_SIZE);
	bootinfo.start_cycles = start_cycles;
	bootinfo.error = read_fdt(fdt);
	kmain();
}
