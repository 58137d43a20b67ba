/*
 * uart.c - the console on ARM: a PL011 (ARM DDI 0183).
 *
 * Before there is ioremap() its registers show at UART_VIRT, a fixed slot, whose entry is
 * looked at before each byte and made again when it has gone (mm/paging.c):
 *
 *	start-up      early_table, our own, for the fixed slots
 *	then          the table that paging_init() made
 *	at last       ioremap(), in console_irq_init()
 *
 * Output is polled, byte by byte; input comes by interrupt. The line's speed is
 * as the firmware set it.
 */
#include "kernel/arch.h"
#include "kernel/bootinfo.h"
#include "mm/vmalloc.h"

/* Chapter 3.3: offsets in words */
#define DR   (0x00 / 4)
#define FR   (0x18 / 4)
#define LCRH (0x2c / 4)
#define CR   (0x30 / 4)
#define IMSC (0x38 / 4)
#define ICR  (0x44 / 4)

#define FR_BUSY	     (1u << 3)
#define FR_RX_EMPTY  (1u << 4)
#define FR_TX_FULL   (1u << 5)
#define LCRH_8BIT    (3u << 5)
#define LCRH_FIFO    (1u << 4)
#define CR_ENABLE    (1u << 0 | 1u << 8 | 1u << 9) /* UART, TX, RX */
#define INT_RX	     (1u << 4) /* the FIFO is filled so far */
#define INT_RX_QUIET (1u << 6) /* or holds something and no more comes */

/* QEMU virt's console: only to say on it what is wrong with a device tree that
 * names none. */
#define FALLBACK_UART 0x09000000

#define UART_VIRT (VECTORS_VIRT - PAGE_SIZE)

static pte_t early_table[PTRS_PER_TABLE] __attribute__((aligned(4096)));
static volatile u32 *mapped; /* by ioremap */

static volatile u32 *uart(void)
{
	paddr_t pa = bootinfo.platform.uart;
	pte_t *table, *pte;

	if (mapped)
		return mapped;
	if (!pa)
		pa = FALLBACK_UART;
	table = pgdir_table(&kernel_pgdir, UART_VIRT);
	if (!table) {
		table = early_table;
		pgdir_install(&kernel_pgdir, UART_VIRT, table);
	}
	pte = &table[pte_index(UART_VIRT)];
	if (pte_none(*pte)) {
		pte_set(pte, pte_make(pfn(pa >> PAGE_SHIFT),
				      pgprot(PGPROT_READ | PGPROT_WRITE |
					     PGPROT_UC)));
		mmu_sync();
	}
	return (volatile u32 *)(UART_VIRT + (pa & (PAGE_SIZE - 1)));
}

void console_early_init(void)
{
	volatile u32 *regs = uart();

	regs[IMSC] = 0;
	/* Turning the FIFO on would lose what was typed before. */
	while (!(regs[FR] & FR_RX_EMPTY))
		console_rx((char)regs[DR]);
	regs[LCRH] = LCRH_8BIT | LCRH_FIFO;
	regs[CR] = CR_ENABLE;
}

void console_putc(char c)
{
	volatile u32 *regs = uart();

	while (regs[FR] & FR_TX_FULL)
		;
	regs[DR] = (u8)c;
}

void console_drain(void)
{
	while (uart()[FR] & FR_BUSY)
		;
}

static void receive(void *arg)
{
	(void)arg;
	mapped[ICR] = INT_RX | INT_RX_QUIET;
	while (!(mapped[FR] & FR_RX_EMPTY))
		console_rx((char)mapped[DR]);
}

void console_irq_init(void)
{
	pte_t *early = kernel_pte(UART_VIRT);

	mapped = ioremap(bootinfo.platform.uart, PAGE_SIZE);
	if (!mapped)
		panic("no address space for the console");
	pte_set(early, (pte_t){ 0 });
	tlb_flush_kernel(UART_VIRT, UART_VIRT + PAGE_SIZE);
	if (irq_request(bootinfo.platform.uart_irq, receive, NULL))
		panic("the console's interrupt %u cannot be had",
		      bootinfo.platform.uart_irq);
	mapped[IMSC] = INT_RX | INT_RX_QUIET;
}
