/*
 * fdt.c - reads the flattened device tree (Devicetree Specification 0.4, chapter 5).
 *
 *	header | /memreserve/ pairs | structure block | strings block
 *
 *	structure:  BEGIN "name"  PROP len,name,value ...  BEGIN ... END  END  FINIS
 *
 * Called once by start.c; all numbers in it are big-endian. A node's properties come
 * before its children, so a node is complete, and is visited, when the next BEGIN or END
 * comes. The tree is walked twice: the first walk reads /chosen, which says
 * which of the devices is the console, the second all the rest.
 *
 * Nothing in the tree is believed: every offset and length is checked against the
 * block it must stay in, before it is used. Whatever does not fit ends the walk with one
 * line that says what.
 *
 * Addresses are those of the root's children: buses that translate (ranges) are not
 * looked into, nor are aliases; the board's own devices need neither. Interrupts are
 * the GIC's three cells, there being no other controller we know.
 */
#include "fdt.h"

#include "kernel/bootinfo.h"
#include "mm/env.h"
#include "mm/layout.h"
#include "mm/memblock.h"

#define FDT_MAGIC   0xd00dfeed
#define FDT_VERSION 17 /* the header's fields we use */

enum { FDT_BEGIN = 1, FDT_END = 2, FDT_PROP = 3, FDT_NOP = 4, FDT_FINIS = 9 };

#define MAX_DEPTH   16
#define PATH_SIZE   256
#define GIC_CELLS   3 /* kind, number, flags */
#define VIRT_TIMER  2 /* of the timer's four interrupts */
#define MAX_RESERVE 64

/* The properties that anybody here asks for. */
enum prop_id {
	ADDRESS_CELLS, SIZE_CELLS, BOOTARGS, COMPATIBLE, DEVICE_TYPE, INITRD_END,
	INITRD_START, INTERRUPTS, METHOD, REG, STATUS, STDOUT_PATH, NR_PROPS,
};
static const char *const prop_names[NR_PROPS] = {
	"#address-cells", "#size-cells", "bootargs", "compatible", "device_type",
	"linux,initrd-end", "linux,initrd-start", "interrupts", "method", "reg",
	"status", "stdout-path",
};

struct prop {
	const u8 *data; /* NULL: the node has none */
	u32 len;
};

struct node {
	const char *path; /* from the root, "" for the root itself */
	const char *name; /* its last part */
	u32 address_cells, size_cells; /* of its parent: how to read REG */
	struct prop props[NR_PROPS];
};

static struct {
	const u8 *blob;
	u32 pos, end;		   /* structure block: offsets in blob */
	u32 strings, strings_size;
	char path[PATH_SIZE];
	struct { /* the nodes we are in, the root first */
		u32 path_len; /* of the path up to its parent */
		u32 address_cells, size_cells; /* for its children */
	} level[MAX_DEPTH];
	u32 depth;
	char stdout_path[PATH_SIZE];
	const char *error;
} fdt;

/* ---- numbers */

static u32 be32(const u8 *p)
{
	return __builtin_bswap32(*(const u32 *)(const void *)p);
}

static u64 be_cells(const u8 *p, u32 cells)
{
	return cells == 2 ? (u64)be32(p) << 32 | be32(p + 4) : be32(p);
}

static bool fail(const char *error)
{
	fdt.error = error;
	return false;
}

/* ---- properties of a node */

/* Whether a property's list of strings has this one. */
static bool has_string(const struct prop *prop, const char *s)
{
	u32 len = (u32)strlen(s) + 1;

	for (u32 i = 0; i + len <= prop->len; i++)
		if ((!i || !prop->data[i - 1]) &&
		    !memcmp(prop->data + i, s, len))
			return true;
	return false;
}

static bool is_compatible(const struct node *node, const char *s)
{
	return has_string(&node->props[COMPATIBLE], s);
}

/* The index-th range of a node's reg. => false: it has none, or in another form */
static bool node_range(const struct node *node, u32 index, u64 *start, u64 *size)
{
	const struct prop *reg = &node->props[REG];
	u32 ac = node->address_cells, sc = node->size_cells, bytes = (ac + sc) * 4;

	if (ac < 1 || ac > 2 || sc < 1 || sc > 2 ||
	    (u64)(index + 1) * bytes > reg->len)
		return false;
	*start = be_cells(reg->data + index * bytes, ac);
	*size = be_cells(reg->data + index * bytes + ac * 4, sc);
	return true;
}

/* The same for a device: it must lie where 32 bits reach. */
static bool node_registers(const struct node *node, u32 index, paddr_t *base,
			   u32 *size)
{
	u64 start, len;

	if (!node_range(node, index, &start, &len) || !len ||
	    start > UINT32_MAX || len > UINT32_MAX || start + len > 1ull << 32)
		return false;
	*base = (paddr_t)start;
	*size = (u32)len;
	return true;
}

/* The index-th interrupt, numbered as the GIC does; 0: there is none. */
static unsigned node_irq(const struct node *node, u32 index)
{
	const struct prop *irqs = &node->props[INTERRUPTS];
	const u8 *cells = irqs->data + index * GIC_CELLS * 4;
	u32 first;

	if (irqs->len < (index + 1) * GIC_CELLS * 4)
		return 0;
	first = be32(cells) ? 16 : 32; /* the processor's own, or the board's */
	return be32(cells + 4) < 1020 - first ? be32(cells + 4) + first : 0;
}

/* ---- first walk: /chosen */

static void copy_string(char *to, u32 size, const struct prop *prop)
{
	u32 n = min(prop->len, size - 1);

	memcpy(to, prop->data, n);
	to[n] = '\0';
}

static u64 number(const struct prop *prop)
{
	return prop->len == 4 || prop->len == 8 ?
		       be_cells(prop->data, prop->len / 4) :
		       0;
}

static void visit_chosen(const struct node *node)
{
	const struct prop *p = node->props;
	u64 start = number(&p[INITRD_START]), end = number(&p[INITRD_END]);

	if (strcmp(node->path, "/chosen") != 0)
		return;
	copy_string(bootinfo.cmdline, CMDLINE_MAX, &p[BOOTARGS]);
	bootinfo.cmdline_cut = p[BOOTARGS].len > CMDLINE_MAX;
	copy_string(fdt.stdout_path, PATH_SIZE, &p[STDOUT_PATH]);
	for (char *c = fdt.stdout_path; *c; c++)
		if (*c == ':') /* options follow: speed, parity */
			*c-- = '\0';
	if (end <= start)
		return;
	if (end > UINT32_MAX)
		fail("device tree: the initrd ends above 4 GiB");
	bootinfo.initrd_start = (paddr_t)start;
	bootinfo.initrd_size = (u32)(end - start);
}

/* ---- second walk: memory and devices */

/* Takes what lies in [phys_base, 4 GiB). */
static void visit_memory(const struct node *node)
{
	u64 start, size, out = 0;

	for (u32 i = 0; node_range(node, i, &start, &size); i++) {
		u64 end = start + size < start ? UINT64_MAX : start + size;
		u64 low = max(start, (u64)phys_base), high = min(end, 1ull << 32);

		if (low < high)
			memblock_add(low, high - low);
		out += end - start - (low < high ? high - low : 0);
	}
	bootinfo.platform.ignored_mib += (u32)(out >> 20);
}

static void visit_uart(const struct node *node)
{
	struct platform *p = &bootinfo.platform;
	bool chosen = strcmp(node->path, fdt.stdout_path) == 0;
	paddr_t base;
	u32 size;

	/* Without a stdout-path that names one: the first. */
	if ((p->uart && !chosen) || !node_registers(node, 0, &base, &size))
		return;
	p->uart = base;
	p->uart_irq = node_irq(node, 0);
}

static void visit_gic(const struct node *node)
{
	struct platform *p = &bootinfo.platform;

	if (!node_registers(node, 0, &p->gic_dist, &p->gic_dist_size) ||
	    !node_registers(node, 1, &p->gic_cpu, &p->gic_cpu_size))
		p->gic_dist = p->gic_cpu = 0;
}

static void visit_virtio(const struct node *node)
{
	struct platform *p = &bootinfo.platform;
	struct virtio_mmio *v = &p->virtio[p->nr_virtio];

	if (p->nr_virtio == VIRTIO_MMIO_MAX ||
	    !node_registers(node, 0, &v->base, &v->size))
		return;
	v->irq = node_irq(node, 0);
	p->nr_virtio++;
}

static void visit_device(const struct node *node)
{
	const struct prop *p = node->props;

	if (p[STATUS].data && !has_string(&p[STATUS], "okay") &&
	    !has_string(&p[STATUS], "ok"))
		return;
	if (has_string(&p[DEVICE_TYPE], "memory"))
		visit_memory(node);
	else if (is_compatible(node, "arm,pl011"))
		visit_uart(node);
	else if (is_compatible(node, "arm,cortex-a15-gic") ||
		 is_compatible(node, "arm,gic-400"))
		visit_gic(node);
	else if (is_compatible(node, "arm,armv7-timer"))
		bootinfo.platform.timer_irq = node_irq(node, VIRT_TIMER);
	else if (is_compatible(node, "arm,psci-0.2"))
		bootinfo.platform.psci =
			has_string(&p[METHOD], "hvc") ? PSCI_HVC :
			has_string(&p[METHOD], "smc") ? PSCI_SMC :
							PSCI_NONE;
	else if (is_compatible(node, "virtio,mmio"))
		visit_virtio(node);
}

/* ---- the walk */

/* The next `len` bytes of the structure block, padded to whole words. */
static const u8 *take(u32 len)
{
	const u8 *p = fdt.blob + fdt.pos;

	if (len > fdt.end - fdt.pos) {
		fail("the device tree is broken: its structure block ends too early");
		return NULL;
	}
	fdt.pos += min(ALIGN_UP(len, 4u), fdt.end - fdt.pos);
	return p;
}

/* A node begins: enters it. */
static bool begin_node(struct node *node)
{
	const char *name = (const char *)fdt.blob + fdt.pos;
	u32 len = 0, path_len = (u32)strlen(fdt.path), depth = fdt.depth;

	while (len < fdt.end - fdt.pos && name[len])
		len++;
	if (!take(len + 1))
		return false;
	if (depth == MAX_DEPTH || path_len + len + 2 > PATH_SIZE)
		return fail("the device tree is nested too deeply");
	*node = (struct node){ .path = fdt.path, .name = name };
	/* What a parent does not say is 2 and 1 (2.3.5). */
	fdt.level[depth].address_cells = 2;
	fdt.level[depth].size_cells = 1;
	fdt.level[depth].path_len = path_len;
	fdt.depth++;
	if (depth) {
		node->address_cells = fdt.level[depth - 1].address_cells;
		node->size_cells = fdt.level[depth - 1].size_cells;
		fdt.path[path_len] = '/';
		memcpy(fdt.path + path_len + 1, name, len + 1);
	}
	return true;
}

static bool end_node(void)
{
	if (!fdt.depth)
		return fail("the device tree is broken: a node ends that never began");
	fdt.depth--;
	fdt.path[fdt.level[fdt.depth].path_len] = '\0';
	return true;
}

static bool property(struct node *node)
{
	const u8 *head = take(8), *data;
	u32 len, name;

	if (!head)
		return false;
	len = be32(head);
	name = be32(head + 4);
	data = take(len);
	if (!data)
		return false;
	if (name >= fdt.strings_size || !fdt.depth)
		return fail("the device tree is broken: a property without a name or node");
	for (u32 id = 0; id < NR_PROPS; id++)
		if (!strcmp((const char *)fdt.blob + fdt.strings + name,
			    prop_names[id]))
			node->props[id] = (struct prop){ data, len };
	if (node->props[ADDRESS_CELLS].len == 4)
		fdt.level[fdt.depth - 1].address_cells =
			be32(node->props[ADDRESS_CELLS].data);
	if (node->props[SIZE_CELLS].len == 4)
		fdt.level[fdt.depth - 1].size_cells =
			be32(node->props[SIZE_CELLS].data);
	return true;
}

/* One token. `open`: the node's properties are being read. */
static bool step(u32 token, struct node *node, bool *open,
		 void (*visit)(const struct node *))
{
	bool properties = *open;

	if (token == FDT_NOP)
		return true;
	if (token == FDT_PROP)
		return properties ? property(node) :
				    fail("the device tree is broken: a property after a child");
	if (token != FDT_BEGIN && token != FDT_END)
		return fail("the device tree is broken: an unknown token");
	*open = token == FDT_BEGIN;
	if (properties)
		visit(node);
	return *open ? begin_node(node) : end_node();
}

static bool walk(u32 start, void (*visit)(const struct node *))
{
	struct node node;
	bool open = false;
	const u8 *token;

	fdt.pos = start;
	fdt.depth = 0;
	fdt.path[0] = '\0';
	while ((token = take(4)) && be32(token) != FDT_FINIS)
		if (!step(be32(token), &node, &open, visit))
			return false;
	return token && !fdt.error;
}

/* ---- the header */

static bool in_blob(u32 start, u32 size, u32 total)
{
	return IS_ALIGNED(start, 4) && start <= total && size <= total - start;
}

static bool read_reserved(u32 pos, u32 total)
{
	for (u32 i = 0; i < MAX_RESERVE && in_blob(pos, 16, total); i++, pos += 16) {
		u64 start = be_cells(fdt.blob + pos, 2);
		u64 size = be_cells(fdt.blob + pos + 8, 2);

		if (!size)
			return true;
		if (start < 1ull << 32)
			memblock_reserve(start, min(size, (1ull << 32) - start));
	}
	return fail("the device tree is broken: its list of reservations has no end");
}

/* Checks the header (5.2) and finds the blocks. */
static bool read_header(u32 max, u32 *structure)
{
	const u8 *h = fdt.blob;
	u32 total = be32(h + 4), size = be32(h + 36);

	if (be32(h) != FDT_MAGIC)
		return fail("no device tree: what r2 points at is not one");
	if (be32(h + 20) < FDT_VERSION || be32(h + 24) > FDT_VERSION)
		return fail("the device tree has a version we do not know");
	*structure = be32(h + 8);
	fdt.strings = be32(h + 12);
	fdt.strings_size = be32(h + 32);
	if (total > max)
		return fail("the device tree is too large");
	/* The strings end with a zero, so that none runs on. */
	if (!in_blob(*structure, size, total) || !size || !fdt.strings_size ||
	    !in_blob(ALIGN_DOWN(fdt.strings, 4u), 0, total) ||
	    fdt.strings_size > total - fdt.strings ||
	    h[fdt.strings + fdt.strings_size - 1])
		return fail("the device tree is broken: its header's offsets");
	fdt.end = *structure + size;
	return read_reserved(be32(h + 16), total);
}

const char *fdt_parse(const void *blob, u32 max)
{
	const struct platform *p = &bootinfo.platform;
	u32 structure;

	fdt.blob = blob;
	if (!read_header(max, &structure) || !walk(structure, visit_chosen) ||
	    !walk(structure, visit_device))
		return fdt.error;
	if (!memblock.nr_ram)
		return "the device tree names no memory";
	if (!p->uart || !p->uart_irq)
		return "the device tree names no PL011 console";
	if (!p->gic_dist || !p->gic_cpu)
		return "the device tree names no GICv2 interrupt controller";
	if (!p->timer_irq)
		return "the device tree names no generic timer";
	return NULL;
}
